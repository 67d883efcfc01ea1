from django.apps import AppConfig


class ApplymentsConfig(AppConfig):
    name = "tenants.applyments"

    def ready(self) -> None:
        """Register what the worker does."""
        from tenants.applyments import jobs  # noqa: F401
