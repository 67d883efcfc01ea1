"""What WeChat pushed to the platform and to the shops' apps, to look at."""

import json

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from superadmin.audit import ReadOnly
from superadmin.marks import column
from superadmin.site import site
from tenants.pushes.models import Push


class PushHandledFilter(admin.EmptyFieldListFilter):
    """Pushes that wait, or that were handled."""


@admin.register(Push, site=site)
class KeptPushes(ReadOnly):
    """Pushes field by field; what opens something for a while is sealed and not shown."""

    list_display = (
        column("received_at", _("Received")), column("source", _("Source")),
        column("event", _("Event")), column("appid", _("App")),
        column("tenant_public_id", _("Shop")), column("outcome", _("Outcome")),
        column("handled_at", _("Handled")),
    )  # fmt: skip
    list_filter = ("source", "event", "outcome", ("handled_at", PushHandledFilter), "received_at")
    search_fields = ("appid", "tenant_public_id")
    ordering = ("-received_at",)
    fields = readonly_fields = (*list_display, "fields_shown")

    @admin.display(description=_("Fields"))
    def fields_shown(self, push: Push) -> str:
        """Return the fields, one a line."""
        words = json.dumps(push.fields, indent=2, ensure_ascii=False)
        return format_html('<pre class="whitespace-pre-wrap">{}</pre>', words)
