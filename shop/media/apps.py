from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "shop.media"
