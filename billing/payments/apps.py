from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "billing.payments"

    def ready(self) -> None:
        """Register what the worker does."""
        from billing.payments import jobs  # noqa: F401
