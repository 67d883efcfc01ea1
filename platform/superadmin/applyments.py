"""Applyments of all shops: where they stand, and what WeChat refused; nothing about persons."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from superadmin.audit import ReadOnly
from superadmin.marks import column, display
from superadmin.shown import History
from superadmin.site import site
from tenants.applyments.models import Applyment, ApplymentStep
from tenants.applyments.states import ApplymentState as A

COLOURS = {
    A.REJECTED: "danger", A.CANCELLED: "info", A.FINISHED: "success",
    A.TO_BE_CONFIRMED: "warning", A.TO_BE_SIGNED: "warning", A.AUDITING: "info",
}  # fmt: skip


class Steps(History):
    """The history of an applyment."""

    model = ApplymentStep


@admin.register(Applyment, site=site)
class Applyments(ReadOnly):
    """All applyments."""

    list_display = (
        column("tenant.name", _("Shop")), column("business_code", _("Number")), "state_label",
        column("sub_mchid", _("Merchant number")), column("problem_code", _("Problem")),
        column("rejected_fields", _("Refused fields")), column("moved_at", _("Since")),
    )  # fmt: skip
    list_filter = ("state",)
    search_fields = ("business_code", "applyment_id", "sub_mchid", "tenant__name",
                     "tenant__public_id")  # fmt: skip
    ordering = ("-pk",)
    list_select_related = ("tenant",)
    fields = readonly_fields = (
        column("tenant", _("Shop")), column("business_code", _("Number")),
        column("applyment_id", _("WeChat's number")), column("state", _("State")),
        column("sub_mchid", _("Merchant number")), column("problem_code", _("Problem")),
        column("rejected_fields", _("Refused fields")), column("revision", _("Handed in, times")),
        column("due_at", _("WeChat is asked at")), column("by", _("By")),
        column("created_at", _("Begun")), column("moved_at", _("Since")),
    )  # fmt: skip
    inlines = (Steps,)

    @display(description=_("State"), ordering="state", label=COLOURS)
    def state_label(self, row: Applyment) -> str:
        """Return the state, coloured."""
        return row.state
