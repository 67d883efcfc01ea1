"""What differs between WeChat's bills and the shops' books, as staff see it. On the platform."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from billing.rollups.models import ShopDifference
from tenants.transactions import verb


@dataclass(frozen=True, slots=True)
class Told:
    """A difference as its shop tells it, in minor units of `currency`."""

    tenant_public_id: str
    difference_id: UUID
    kind: str
    bill: str
    day: date
    noun: str
    number: str
    order_number: str
    there_minor: int | None
    here_minor: int | None
    currency: str
    facts: dict[str, Any]
    state: str
    note: str
    ended_by: str
    found_at: datetime
    changed_at: datetime


_NAMES = [field.name for field in fields(Told)]


@verb
def record(told: Sequence[Told]) -> None:
    """Keep what shops tell; the same again changes nothing."""
    rows = [ShopDifference(**{name: getattr(one, name) for name in _NAMES}) for one in told]
    ShopDifference.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["difference_id"],
        update_fields=["state", "note", "ended_by", "changed_at", "facts"],
    )


def live(states: Sequence[str]) -> QuerySet[ShopDifference]:
    """Return the differences in these states, the newest day first."""
    return ShopDifference.objects.filter(state__in=states).order_by("-day", "-pk")


def totals(states: Sequence[str]) -> list[dict[str, Any]]:
    """Return `{"kind", "count", "there", "here"}` for each kind in these states."""
    rows: Any = ShopDifference.objects.filter(state__in=states).order_by("kind").values("kind")
    sums = {"count": Count("pk"), "there": Sum("there_minor"), "here": Sum("here_minor")}
    return list(rows.annotate(**sums))
