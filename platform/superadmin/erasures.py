"""Erasures: asked for on a shop's page, agreed to by somebody else here; then the certificate."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from superadmin.acts import act_on
from superadmin.audit import ReadOnly
from superadmin.marks import action, column, display
from superadmin.site import site
from tenants.archives import erasing
from tenants.archives.models import Erasure

COLOURS = {"asked": "warning", "agreed": "info", "erased": "success", "declined": "danger"}


@admin.register(Erasure, site=site)
class Erasures(ReadOnly):
    """What was erased, how much of it, when and by whom; nothing of the shops themselves."""

    list_display = (
        column("asked_at", _("Since")), column("tenant.public_id", _("Shop")), "state_label",
        column("asked_by", _("Asked by")), column("decided_by", _("Decided by")),
        column("erased_at", _("Erased")),
    )  # fmt: skip
    list_filter = ("state",)
    fields = readonly_fields = (
        *list_display, column("reason", _("Reason")), column("decided_at", _("Decided")),
        column("counts", _("How much")), column("backups_until", _("In backups until")),
    )  # fmt: skip
    ordering = ("-pk",)
    actions_detail: Any = ("agree", "decline")

    @display(description=_("State"), ordering="state", label=COLOURS)
    def state_label(self, erasure: Erasure) -> str:
        """Return the state, coloured."""
        return erasure.state

    def has_act_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say who may decide: whoever may change shops."""
        return bool(request.user.has_perm("tenants.change_tenant"))

    @action(description=_("Agree"), url_path="agree", permissions=["act"], icon="delete_forever")
    def agree(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Have it done."""
        words = gettext(
            "Deletes the products, orders, books and files of a closed shop for good. There is no"
            " way back but a backup. What the platform itself earned stays in its books."
        )
        return self._decide(request, object_id, gettext("Agree"), words, erasing.agree)

    @action(description=_("Decline"), url_path="decline", permissions=["act"], icon="undo")
    def decline(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Leave everything as it is."""
        words = gettext("The shop stays closed, and everything of it is kept.")
        return self._decide(request, object_id, gettext("Decline"), words, erasing.decline)

    def _decide(
        self, request: HttpRequest, object_id: str, title: str, words: str, verb: Any
    ) -> HttpResponse:
        erasure = get_object_or_404(Erasure.objects.select_related("tenant"), pk=object_id)
        return act_on(
            request, erasure, name=f"{verb.__name__} to erasure", title=title, words=words,
            back=reverse("superadmin:archives_erasure_changelist"),
            verb=lambda _reason: verb(erasure=erasure, by=str(request.user)),
            facts=lambda one: {"state": one.state},
        )  # fmt: skip
