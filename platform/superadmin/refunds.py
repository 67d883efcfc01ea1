"""Refunds that wait for a person: WeChat refuses them, or could not hand the money over."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.reconciliation import troubles
from billing.refunds import actions
from billing.refunds.models import Refund
from billing.rollups.models import ShopRefund
from kernel.money import Money
from superadmin.acts import act_on
from superadmin.audit import ReadOnly
from superadmin.marks import action, column
from superadmin.site import site
from tenants import context, directory


@admin.register(ShopRefund, site=site)
class Refunds(ReadOnly):
    """Refunds of all shops that did not come to an end by themselves."""

    list_display = (
        column("created_at", _("Since")), column("tenant_public_id", _("Shop")),
        column("out_refund_no", _("Number")), column("order_number", _("Order")), "amount",
        column("state", _("State")), column("refusal", _("WeChat's reason")),
        column("tries_count", _("Tries")),
    )  # fmt: skip
    fields = readonly_fields = (*list_display, column("by", _("By")))
    list_filter = ("state", "refusal")
    search_fields = ("out_refund_no", "order_number", "tenant_public_id")
    ordering = ("created_at",)
    actions_detail: Any = ("try_again",)

    @admin.display(description=_("Amount"), ordering="amount_minor")
    def amount(self, row: ShopRefund) -> str:
        """Return what goes back."""
        return str(Money(row.amount_minor, row.currency))

    def has_act_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Say who may hand a refund over again."""
        return bool(request.user.has_perm("rollups.change_shoprefund"))

    @action(description=_("Try again"), url_path="try-again", permissions=["act"], icon="replay")
    def try_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Hand it to WeChat once more, under its number."""
        row = get_object_or_404(ShopRefund, pk=object_id)

        def retry(reason: str) -> None:
            shop = directory.shop_by_public_id(row.tenant_public_id)
            if shop is None:
                raise ShopRefund.DoesNotExist
            with context.activate(shop):
                refund = Refund.objects.get(pk=row.refund_id)
                actions.retry(refund=refund, by=str(request.user))
                troubles.tell()

        return act_on(
            request, row, name="retry refund", title=gettext("Try again"),
            words=gettext("WeChat refunds once under a number, however often it hears it."),
            back=reverse("superadmin:rollups_shoprefund_changelist"), verb=retry,
            facts=lambda one: {"state": one.state, "refusal": one.refusal},
        )  # fmt: skip
