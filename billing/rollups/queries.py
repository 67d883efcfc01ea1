"""Questions of the platform's staff about the shops' days. On the platform."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet, Sum

from billing.rollups.models import ShopDay

_FIGURES = ("gross_minor", "refunds_minor", "fee_minor", "commission_minor", "distribution_minor",
            "net_minor")  # fmt: skip


def days_of(tenant_public_id: str) -> QuerySet[ShopDay]:
    """Return a shop's days, the latest first."""
    return ShopDay.objects.filter(tenant_public_id=tenant_public_id).order_by("-day")


def totals(first: date, last: date) -> Iterable[Mapping[str, Any]]:
    """Return the sums of all shops over days `first` to `last`, one row per currency."""
    rows = ShopDay.objects.filter(day__gte=first, day__lte=last).values("currency")
    sums = {name: Sum(name) for name in (*_FIGURES, "orders_count", "refunds_count")}
    return rows.annotate(**sums).order_by("currency")
