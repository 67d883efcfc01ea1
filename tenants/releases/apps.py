from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    name = "tenants.releases"

    def ready(self) -> None:
        """Register what the worker does."""
        from tenants.releases import jobs  # noqa: F401
