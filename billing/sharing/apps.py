from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "billing.sharing"

    def ready(self) -> None:
        """Register what the worker does."""
        from billing.sharing import jobs  # noqa: F401
