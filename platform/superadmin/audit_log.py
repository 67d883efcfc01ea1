"""The audit log, to look at."""

from django.contrib import admin

from superadmin.audit import ReadOnly
from superadmin.models import AuditEntry
from superadmin.site import site


@admin.register(AuditEntry, site=site)
class AuditLog(ReadOnly):
    """What the platform's staff did, the newest first."""

    list_display = ("at", "by", "action", "object_kind", "object_label", "reason", "ip")
    list_filter = ("action", "object_kind", "at")
    search_fields = ("by", "object_label", "object_id", "reason")
    ordering = ("-pk",)
