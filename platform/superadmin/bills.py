"""WeChat's bills as they came: which are here, which are late, and once more."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.bills import actions
from billing.bills.models import BillFile
from superadmin.acts import act_on
from superadmin.audit import ReadOnly
from superadmin.marks import action, column, display
from superadmin.site import site

COLOURS = {"wanted": "warning", "kept": "info", "loaded": "success", "gone": "danger"}


@admin.register(BillFile, site=site)
class Bills(ReadOnly):
    """One row a day and bill."""

    list_display = (
        column("day", _("Day")), column("kind", _("Kind")), column("sub_mchid", _("Merchant")),
        "state_label", column("lines_count", _("Lines")),
        column("unplaced_count", _("Lines of no shop")), column("tries_count", _("Tries")),
        column("problem", _("Problem")),
    )  # fmt: skip
    fields = readonly_fields = (
        *list_display, column("size_bytes", _("Bytes")), column("sha256", "SHA-256"),
        column("key", _("File")), column("kept_at", _("Kept")), column("loaded_at", _("Loaded")),
    )  # fmt: skip
    list_filter = ("state", "kind", "day")
    search_fields = ("sub_mchid",)
    ordering = ("-day", "kind", "sub_mchid")
    actions_detail: Any = ("run_again",)

    @display(description=_("State"), ordering="state", label=COLOURS)
    def state_label(self, bill: BillFile) -> str:
        """Return the state, coloured."""
        return bill.state

    def has_act_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say who may run a bill again."""
        return bool(request.user.has_perm("bills.change_billfile"))

    @action(
        description=_("Compare again"), url_path="run-again", permissions=["act"], icon="replay"
    )
    def run_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Fetch it if it is not here, load it, and have the shops compare it."""
        bill = get_object_or_404(BillFile, pk=object_id)
        return act_on(
            request, bill, name="compare bill", title=gettext("Compare again"),
            words=gettext("The same bill comes to the same differences: this is safe."),
            back=reverse("superadmin:bills_billfile_change", args=[bill.pk]),
            verb=lambda _reason: actions.run_again(file=bill),
            facts=lambda one: {"state": one.state, "lines_count": one.lines_count},
        )  # fmt: skip
