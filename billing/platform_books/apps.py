from django.apps import AppConfig


class PlatformBooksConfig(AppConfig):
    name = "billing.platform_books"

    def ready(self) -> None:
        """Register what the worker does."""
        from billing.platform_books import jobs  # noqa: F401
