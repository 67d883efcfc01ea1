from django.apps import AppConfig


class BillsConfig(AppConfig):
    name = "billing.bills"

    def ready(self) -> None:
        """Register what the worker does."""
        from billing.bills import jobs  # noqa: F401
