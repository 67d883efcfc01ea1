from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "tenants.programs"

    def ready(self) -> None:
        """Register what the worker does."""
        from tenants.programs import jobs  # noqa: F401
