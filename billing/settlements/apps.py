from django.apps import AppConfig


class SettlementsConfig(AppConfig):
    name = "billing.settlements"

    def ready(self) -> None:
        """Register what the worker does."""
        from billing.settlements import jobs  # noqa: F401
