from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        """Register what the worker does."""
        from portal import jobs  # noqa: F401
