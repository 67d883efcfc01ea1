"""Money of every shop and day, from the roll-ups; the truth is each shop's ledger."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Sum
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from billing.rollups.models import ShopDay
from kernel.money import Money
from superadmin.audit import ReadOnly
from superadmin.marks import column
from superadmin.site import site

FIGURES = ("gross", "refunds", "fee", "commission", "distribution", "net")


@admin.register(ShopDay, site=site)
class MoneyByDay(ReadOnly):
    """Days of all shops, with the sum of what is shown."""

    list_display = (
        column("day", _("Day")), column("tenant_public_id", _("Shop")),
        column("orders_count", _("Orders")), "gross", "refunds", "fee", "commission",
        "distribution", "net", column("counted_at", _("Counted")),
    )  # fmt: skip
    fields = readonly_fields = list_display
    list_filter = ("day", "currency")
    search_fields = ("tenant_public_id",)
    date_hierarchy = "day"
    ordering = ("-day", "tenant_public_id")
    list_before_template: Any = "superadmin/money_totals.html"

    @admin.display(description=_("Gross"), ordering="gross_minor")
    def gross(self, day: ShopDay) -> str:
        """Return what customers paid."""
        return str(Money(day.gross_minor, day.currency))

    @admin.display(description=_("Refunds"), ordering="refunds_minor")
    def refunds(self, day: ShopDay) -> str:
        """Return what went back."""
        return str(Money(day.refunds_minor, day.currency))

    @admin.display(description=_("WeChat's fee"), ordering="fee_minor")
    def fee(self, day: ShopDay) -> str:
        """Return WeChat's share."""
        return str(Money(day.fee_minor, day.currency))

    @admin.display(description=_("Commission"), ordering="commission_minor")
    def commission(self, day: ShopDay) -> str:
        """Return the platform's share."""
        return str(Money(day.commission_minor, day.currency))

    @admin.display(description=_("For recommendations"), ordering="distribution_minor")
    def distribution(self, day: ShopDay) -> str:
        """Return what members earn by recommending the shop."""
        return str(Money(day.distribution_minor, day.currency))

    @admin.display(description=_("Net"), ordering="net_minor")
    def net(self, day: ShopDay) -> str:
        """Return the shop's share."""
        return str(Money(day.net_minor, day.currency))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Add the sums of everything that the filters let through."""
        response = super().changelist_view(request, extra_context)
        shown = getattr(response, "context_data", None)
        if shown and "cl" in shown:
            shown["totals"] = totals(shown["cl"].queryset)
        return response


def totals(days: Any) -> list[dict[str, Any]]:
    """Return the sums of these days, one row for each currency."""
    sums = {name: Sum(f"{name}_minor") for name in FIGURES}
    rows = days.order_by().values("currency").annotate(
        **sums, orders=Sum("orders_count"), shops=Count("tenant_public_id", distinct=True)
    )
    return [
        {**row, **{name: str(Money(int(row[name]), row["currency"])) for name in FIGURES}}
        for row in rows.order_by("currency")
    ]
