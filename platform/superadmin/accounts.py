"""Accounts: who signs in, who is staff, where they work."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from superadmin.audit import Audited
from superadmin.marks import column, display
from superadmin.shown import Shown
from superadmin.site import site
from tenants.models import Account, Membership


class Places(Shown):
    """The shops an account works in."""

    model = Membership
    fields = readonly_fields = (
        column("tenant.name", _("Shop")), column("role", _("Role")),
        column("created_at", _("Since")),
    )  # fmt: skip
    verbose_name_plural = _("Shops")


@admin.register(Account, site=site)
class Accounts(Audited):
    """All accounts. Passwords are neither shown nor set here."""

    list_display = (
        column("email", _("E-mail")), "is_active", "staff_label", "has_second_factor",
        column("last_login", _("Last sign-in")), column("date_joined", _("Joined")),
    )  # fmt: skip
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("email",)
    ordering = ("-pk",)
    actions = None
    fields = ("email", "is_active", "is_staff", "is_superuser", "last_login", "date_joined")
    readonly_fields = ("email", "last_login", "date_joined")
    inlines = (Places,)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read the second factors of all shown accounts at once."""
        return super().get_queryset(request).prefetch_related("authenticator_set")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nobody takes away or gives rights to themselves; only superusers make staff."""
        own = obj is not None and obj.pk == request.user.pk
        if own:
            return self.fields
        if not request.user.is_superuser:
            return (*self.readonly_fields, "is_staff", "is_superuser")
        return self.readonly_fields

    @display(description=_("Platform staff"), label={"superuser": "danger", "staff": "info"})
    def staff_label(self, account: Account) -> str:
        """Return what the account is to the platform."""
        if account.is_superuser:
            return "superuser"
        return "staff" if account.is_staff else "-"

    @admin.display(description=_("Second factor"), boolean=True)
    def has_second_factor(self, account: Any) -> bool:
        """Say whether a second factor is set up."""
        return bool(account.authenticator_set.all())
