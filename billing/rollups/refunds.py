"""Refunds that wait for a person, as staff see them. On the platform."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from billing.rollups.models import ShopRefund
from tenants.transactions import verb


@dataclass(frozen=True, slots=True)
class Stuck:
    """A refund as its shop tells it, in minor units of `currency`."""

    refund_id: UUID
    out_refund_no: str
    order_number: str
    amount_minor: int
    currency: str
    state: str
    refusal: str
    tries_count: int
    by: str
    created_at: datetime


_NAMES = [field.name for field in fields(Stuck)]


@verb
def replace(tenant_public_id: str, stuck: Sequence[Stuck]) -> None:
    """Keep what a shop tells, and nothing else of it. Rows that stay keep their place."""
    ids = [one.refund_id for one in stuck]
    ShopRefund.objects.filter(tenant_public_id=tenant_public_id).exclude(refund_id__in=ids).delete()
    rows = [
        ShopRefund(
            tenant_public_id=tenant_public_id, **{name: getattr(one, name) for name in _NAMES}
        )
        for one in stuck
    ]
    ShopRefund.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["refund_id"],
        update_fields=["state", "refusal", "tries_count"],
    )
