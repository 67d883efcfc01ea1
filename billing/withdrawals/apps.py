from django.apps import AppConfig


class WithdrawalsConfig(AppConfig):
    name = "billing.withdrawals"

    def ready(self) -> None:
        """Register what the worker does."""
        from billing.withdrawals import jobs  # noqa: F401
