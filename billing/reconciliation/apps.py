from django.apps import AppConfig


class ReconciliationConfig(AppConfig):
    name = "billing.reconciliation"

    def ready(self) -> None:
        """Register what the worker does."""
        from billing.reconciliation import jobs  # noqa: F401
