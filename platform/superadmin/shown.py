"""What stands beside a row of the superadmin, to look at."""

from typing import Any, ClassVar

from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from superadmin.marks import column


class Shown(TabularInline):
    """Rows beside a shop, to look at."""

    extra = 0
    can_delete = False
    show_change_link = False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let all staff look."""
        return bool(request.user.is_staff)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Rows come to be through the platform's verbs."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nothing is changed here."""
        return False


class History(Shown):
    """The steps of what has states: when, what happened, the state after it, by whom."""

    fields: ClassVar[Any] = (
        column("at", _("Since")), column("event", _("Event")), column("state", _("State")),
        column("facts", _("Facts")), column("by", _("By")),
    )  # fmt: skip
    readonly_fields: ClassVar[Any] = fields
    ordering = ("-pk",)
    verbose_name_plural = _("History")
