"""Registers exports, and schemas that wait or are kept, on the platform."""

from django.apps import AppConfig


class ArchivesConfig(AppConfig):
    """One shop as a file."""

    name = "tenants.archives"
    label = "archives"
    verbose_name = "Archives"

    def ready(self) -> None:
        """Register the jobs, and the refusals of the commands."""
        from tenants.archives import actions, jobs, restoring  # noqa: F401
