"""Schemas of all shops: their versions, and the runs that brought them there. To look at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from superadmin.audit import ReadOnly
from superadmin.marks import column, display
from superadmin.shown import Shown
from superadmin.site import site
from tenants.fleet.models import Outcome, Run
from tenants.models import SchemaVersion

RUN_COLOURS = {"done": "success", "running": "info", "failed": "danger", "stopped": "warning"}


class Failures(Shown):
    """The schemas that a run could not bring to its version, and why."""

    model = Outcome
    fields = readonly_fields = (
        column("schema_name", _("Schema")), column("tries", _("Tries")),
        column("error", _("Error")), column("at", _("At")),
    )  # fmt: skip
    ordering = ("pk",)
    verbose_name_plural = _("Failed")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Leave out what went well: it may be thousands."""
        return super().get_queryset(request).filter(state="failed")


@admin.register(Run, site=site)
class Runs(ReadOnly):
    """Every `migrate_tenants` that had something to do."""

    list_display = (
        "state_label", column("target", _("Version")), column("started_at", _("Began")),
        column("ended_at", _("Ended")),
    )  # fmt: skip
    list_filter = ("state",)
    fields = readonly_fields = (
        column("target", _("Version")), column("state", _("State")),
        column("started_at", _("Began")), column("ended_at", _("Ended")),
    )  # fmt: skip
    ordering = ("-pk",)
    inlines = (Failures,)

    @display(description=_("State"), ordering="state", label=RUN_COLOURS)
    def state_label(self, run: Run) -> str:
        """Return the state, coloured."""
        return run.state


@admin.register(SchemaVersion, site=site)
class SchemaVersions(ReadOnly):
    """Which version each schema has; the filter shows who is behind."""

    list_display = (
        column("schema_name", _("Schema")), column("version", _("Version")),
        column("at", _("Since")),
    )  # fmt: skip
    list_filter = ("version",)
    search_fields = ("schema_name",)
    fields = readonly_fields = list_display
    ordering = ("schema_name",)
