from django.apps import AppConfig


class TrainsConfig(AppConfig):
    name = "tenants.trains"

    def ready(self) -> None:
        """Register what the worker does."""
        from tenants.trains import jobs  # noqa: F401
