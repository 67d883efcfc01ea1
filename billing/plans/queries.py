"""Questions about plans, subscriptions and invoices. On the platform."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from billing.plans.amounts import Proration, begin_anew, prorate
from billing.plans.models import Invoice, InvoiceRefund, Plan, PlanVersion, Subscription
from billing.plans.states import InvoiceState
from kernel import clock
from tenants import context, directory
from tenants.limits import WARN_PERCENT, Limit
from tenants.models import Membership, Tenant


def current(plan: Plan) -> PlanVersion:
    """Return the version that is sold now; raise PlanVersion.DoesNotExist."""
    return plan.versions.select_related("plan").latest("number")


def offered() -> list[PlanVersion]:
    """Return the current versions of the plans that owners may choose, the cheapest first."""
    rows = PlanVersion.objects.filter(plan__is_offered=True).select_related("plan")
    latest = {v.plan_id: v for v in rows.order_by("number")}
    return sorted(latest.values(), key=lambda v: (v.month_minor, v.pk))


def subscription_of(tenant: Tenant) -> Subscription | None:
    """Return a shop's subscription with its plan, or None where it never had one."""
    rows = Subscription.objects.select_related("tenant", "version__plan", "next_version__plan")
    return rows.filter(tenant=tenant).first()


def invoices_of(subscription: Subscription) -> list[Invoice]:
    """Return every invoice, the latest first: a few a year."""
    return list(subscription.invoices.select_related("version__plan").order_by("-number")[:200])


def open_invoice(subscription: Subscription) -> Invoice | None:
    """Return what waits to be paid, the oldest first."""
    return subscription.invoices.filter(state=InvoiceState.OPEN).order_by("due_at").first()


def open_names() -> list[str]:
    """Return the names of all invoices that wait to be paid.

    The state stands in the statement, because only then the index of open ones is used.
    """
    rows = Invoice.objects.extra(where=["plans_invoice.state = 'open'"]).order_by()
    return [invoice.name for invoice in rows.only("number")]


def find_invoice(tenant: Tenant, number: int) -> Invoice | None:
    """Return an invoice of this shop with its lines, or None."""
    rows = Invoice.objects.select_related("subscription__tenant", "version__plan")
    rows = rows.prefetch_related("lines__version__plan", "attempts__refunds")
    return rows.filter(subscription__tenant=tenant, number=number).first()


def refunds_count(invoice: Invoice) -> int:
    """Return how often money of an invoice was to go back, whatever became of it."""
    return InvoiceRefund.objects.filter(attempt__invoice=invoice).count()


def usage(tenant: Tenant) -> dict[str, int]:
    """Return what a shop uses, by Limit. Asks inside the shop."""
    used: dict[str, int] = {}
    if tenant.schema_name:
        with context.activate(directory.shop_of(tenant)):
            for name in settings.USAGE:
                used |= import_string(name)()
    with context.public():
        used[Limit.STAFF] = Membership.objects.filter(tenant=tenant).count()
    return used


def meters(tenant: Tenant, limits: dict[str, int]) -> list[dict[str, Any]]:
    """Return `[{"limit", "used", "most", "percent", "is_near", "is_full"}]` for every Limit."""
    used = usage(tenant)
    return [_meter(limit, used.get(limit, 0), limits.get(limit)) for limit in Limit]


def proration(
    subscription: Subscription,
    version: PlanVersion,
    interval: str,
    *,
    begins: datetime,
    ends: datetime,
) -> Proration:
    """Return what leaving the running period now for another plan comes to."""
    divide = prorate if interval == subscription.interval else begin_anew
    return divide(
        present=subscription.version.price(subscription.interval),
        wanted=version.price(interval),
        begins=begins,
        ends=ends,
        now=clock.now(),
    )


def _meter(limit: Limit, used: int, most: int | None) -> dict[str, Any]:
    percent = min(100, used * 100 // most) if most else (100 if most == 0 else 0)
    return {
        "limit": str(limit),
        "used": used,
        "most": most,
        "percent": percent,
        "is_near": most is not None and percent >= WARN_PERCENT,
        "is_full": most is not None and used >= most,
    }
