from django.apps import AppConfig


class PlatformBooksConfig(AppConfig):
    name = "billing.platform_books"
