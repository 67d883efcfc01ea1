from django.apps import AppConfig


class ReadinessConfig(AppConfig):
    name = "tenants.readiness"

    def ready(self) -> None:
        """Register what the worker does."""
        from tenants.readiness import jobs  # noqa: F401
