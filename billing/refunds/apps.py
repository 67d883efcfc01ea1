from django.apps import AppConfig


class RefundsConfig(AppConfig):
    name = "billing.refunds"

    def ready(self) -> None:
        """Register what the worker does."""
        from billing.refunds import jobs  # noqa: F401
