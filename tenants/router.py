"""Which tables belong in which schema: the platform's in `public`, a shop's in its own."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections

from tenants.backend.base import PUBLIC


class SchemaRouter:
    """Let an app migrate only where its tables live."""

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **hints: Any
    ) -> bool | None:
        """Refuse the apps of the other side; have no opinion on the rest."""
        schema = connections[db].schema_name  # type: ignore[attr-defined]
        names = settings.SHARED_APPS if schema == PUBLIC else settings.TENANT_APPS
        if apps.get_app_config(app_label).name not in names:
            return False
        return None
