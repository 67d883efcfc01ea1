"""Shops: their life, their people, their mini-programs; suspend and restore."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from superadmin.acts import ask_why
from superadmin.audit import ReadOnly, record
from superadmin.marks import action, column, display
from superadmin.shown import History, Shown
from superadmin.site import site
from tenants import standing
from tenants.archives import erasing
from tenants.models import Membership, Merchant, MiniProgram, SpareSchema, Tenant, TenantStep
from tenants.states import TenantState

STATE_COLOURS = {
    TenantState.PROVISIONING: "warning",
    TenantState.TRIAL: "info",
    TenantState.ACTIVE: "success",
    TenantState.GRACE: "warning",
    TenantState.SUSPENDED: "danger",
    TenantState.LOCKED: "danger",
    TenantState.CLOSING: "warning",
    TenantState.SANDBOX: "info",
}


class Steps(History):
    """The shop's history."""

    model = TenantStep
    fields = readonly_fields = (
        column("at", _("Since")), column("state", _("State")), column("reason", _("Reason")),
        column("by", _("By")),
    )  # fmt: skip


class People(Shown):
    """Who works in the shop."""

    model = Membership
    fields = readonly_fields = (
        column("account.email", _("Account")), column("role", _("Role")),
        column("created_at", _("Since")),
    )  # fmt: skip
    verbose_name_plural = _("Staff")


class MiniPrograms(Shown):
    """The shop's mini-programs at WeChat."""

    model = MiniProgram
    fields = readonly_fields = (column("appid", "AppID"), column("created_at", _("Since")))
    verbose_name_plural = _("Mini-programs")


class Merchants(Shown):
    """Under which number the shop is paid; the secret path stays hidden."""

    model = Merchant
    fields = readonly_fields = (
        column("sub_mchid", _("Merchant number")), column("created_at", _("Since")),
    )  # fmt: skip
    verbose_name_plural = _("Merchant")


@admin.register(Tenant, site=site)
class Shops(ReadOnly):
    """All shops."""

    list_display = (
        column("name", _("Name")), column("public_id", _("Public id")), "state_label", "owners",
        column("created_at", _("Opened")),
    )  # fmt: skip
    list_filter = ("state", "created_at")
    search_fields = ("name", "public_id", "code", "memberships__account__email",
                     "mini_programs__appid", "merchant__sub_mchid")
    ordering = ("-pk",)
    fields = readonly_fields = (
        column("name", _("Name")), column("public_id", _("Public id")), column("code", _("Code")),
        column("schema_name", _("Schema")), column("state", _("State")),
        column("currency", _("Currency")), column("timezone", _("Time zone")),
        column("created_at", _("Opened")),
    )  # fmt: skip
    inlines = (Steps, People, MiniPrograms, Merchants)
    actions_detail: Any = (
        "suspend", "restore", "lock", "unlock", "close", "come_back", "erase"
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read the staff of all shown shops at once."""
        return super().get_queryset(request).prefetch_related("memberships__account")

    @display(description=_("State"), ordering="state", label=STATE_COLOURS)
    def state_label(self, shop: Tenant) -> str:
        """Return the state, coloured."""
        return shop.state

    @admin.display(description=_("Owners"))
    def owners(self, shop: Tenant) -> str:
        """Return the owners' addresses."""
        return ", ".join(m.account.email for m in shop.memberships.all() if m.role == "owner")

    def has_act_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say who may suspend and restore: whoever may change shops."""
        return bool(request.user.has_perm("tenants.change_tenant"))

    @action(description=_("Suspend"), url_path="suspend", permissions=["act"], icon="block")
    def suspend(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Close the shop's doors; money in flight goes on."""
        words = gettext(
            "Customers look and cannot order; its staff look, ship and refund. A plan that is paid"
            " opens the shop again; lock it if it must stay shut."
        )
        return self._move(request, object_id, "suspend", gettext("Suspend"), words,
                          standing.suspend)  # fmt: skip

    @action(description=_("Restore"), url_path="restore", permissions=["act"], icon="check_circle")
    def restore(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Open the doors again."""
        words = gettext("The shop opens again in the state it was suspended from.")
        return self._move(request, object_id, "restore", gettext("Restore"), words,
                          standing.restore)  # fmt: skip

    @action(description=_("Lock"), url_path="lock", permissions=["act"], icon="lock")
    def lock(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Shut it whatever its plan says."""
        words = gettext(
            "Customers see their own orders only, staff change nothing. What was paid can be"
            " shipped and refunded, and all that is under way is finished. Until you unlock it."
        )
        return self._move(request, object_id, "lock", gettext("Lock"), words, standing.lock)

    @action(description=_("Unlock"), url_path="unlock", permissions=["act"], icon="lock_open")
    def unlock(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give it back."""
        words = gettext("The shop goes back to where it was when it was locked.")
        return self._move(request, object_id, "unlock", gettext("Unlock"), words, standing.unlock)

    @action(
        description=_("Close this shop"), url_path="close", permissions=["act"], icon="door_front"
    )
    def close(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Begin to close it, as its owner may."""
        words = gettext("No more orders. Its owner reads and exports for a while, then it closes.")
        return self._move(request, object_id, "close", gettext("Close this shop"), words,
                          standing.begin_closing)  # fmt: skip

    @action(description=_("Bring back"), url_path="come-back", permissions=["act"], icon="undo")
    def come_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Open a shop that is closing or closed."""
        words = gettext("The shop opens again where it stood before it was to close.")
        return self._move(request, object_id, "bring back", gettext("Bring back"), words,
                          standing.come_back)  # fmt: skip

    @action(description=_("Erase"), url_path="erase", permissions=["act"], icon="delete_forever")
    def erase(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask that the data of a closed shop be deleted; or discard a sandbox."""
        shop = get_object_or_404(Tenant, pk=object_id)
        if shop.state == TenantState.SANDBOX:
            words = gettext("The copy and its files are deleted. Nothing happens to the original.")
            return self._move(request, object_id, "discard", gettext("Erase"), words, _discard)
        words = gettext(
            "Somebody else of the staff has to agree. Then the products, orders, books and files of"
            " this closed shop are deleted for good."
        )
        return self._move(request, object_id, "ask to erase", gettext("Erase"), words, _ask)

    def _move(
        self,
        request: HttpRequest,
        object_id: str,
        name: str,
        title: str,
        words: str,
        verb: Callable[..., Tenant],
    ) -> HttpResponse:
        shop = get_object_or_404(Tenant, pk=object_id)

        def do(reason: str) -> str:
            before = {"state": shop.state}
            with transaction.atomic():
                verb(tenant=shop, reason=reason, by=str(request.user))
                record(request, name, shop, before=before, after={"state": shop.state},
                       reason=reason)
            told = gettext("%(shop)s is now %(state)s.")
            return told % {"shop": shop.name, "state": shop.state}

        context = {**site.each_context(request), "opts": self.opts}
        back = reverse("superadmin:tenants_tenant_change", args=[shop.pk])
        title = f"{title}: {shop.name}"
        return ask_why(request, context, title=title, words=words, back=back, do=do)


def _ask(*, tenant: Tenant, reason: str, by: str) -> Tenant:
    erasing.ask(tenant=tenant, reason=reason, by=by)
    return tenant


def _discard(*, tenant: Tenant, reason: str, by: str) -> Tenant:
    erasing.discard_sandbox(tenant=tenant, by=by)
    return tenant


@admin.register(SpareSchema, site=site)
class SpareSchemas(ReadOnly):
    """Schemas that are built and wait for a shop."""

    list_display = (column("schema_name", _("Schema")), column("created_at", _("Built")))
    fields = readonly_fields = list_display
    ordering = ("pk",)
