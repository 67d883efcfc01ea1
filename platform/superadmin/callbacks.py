"""What WeChat told us, raw, to look at."""

import json

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from billing.inbox.models import Notification
from superadmin.audit import ReadOnly
from superadmin.marks import column
from superadmin.site import site


class HandledFilter(admin.EmptyFieldListFilter):
    """Callbacks that wait, or that were handled."""


@admin.register(Notification, site=site)
class RawCallbacks(ReadOnly):
    """Callbacks as they came; the body is still encrypted by WeChat."""

    list_display = (
        column("received_at", _("Received")), column("source", _("Source")),
        column("event_type", _("Event")), column("tenant_public_id", _("Shop")),
        column("outcome", _("Outcome")), column("handled_at", _("Handled")),
        column("external_id", _("WeChat's number")),
    )  # fmt: skip
    list_filter = ("source", "event_type", "outcome", ("handled_at", HandledFilter),
                   "received_at")
    search_fields = ("external_id", "tenant_public_id")
    ordering = ("-received_at",)
    fields = readonly_fields = (*list_display, "headers_shown", "body_shown")

    @admin.display(description=_("Headers"))
    def headers_shown(self, callback: Notification) -> str:
        """Return the headers, one a line."""
        words = json.dumps(callback.headers, indent=2, ensure_ascii=False)
        return format_html('<pre class="whitespace-pre-wrap">{}</pre>', words)

    @admin.display(description=_("Body"))
    def body_shown(self, callback: Notification) -> str:
        """Return the body as text."""
        words = bytes(callback.body).decode("utf-8", "replace")
        return format_html('<pre class="whitespace-pre-wrap break-all">{}</pre>', words)
