"""Write down what a shop counted. On the platform (`context.public`)."""

from dataclasses import dataclass
from datetime import date, datetime

from billing.rollups.models import ShopDay
from tenants.transactions import verb


@dataclass(frozen=True, slots=True)
class Count:
    """What a day of a shop came to, in minor units of `currency`."""

    currency: str
    gross_minor: int
    refunds_minor: int
    fee_minor: int
    commission_minor: int
    distribution_minor: int
    net_minor: int
    orders_count: int
    refunds_count: int


@verb
def record(*, tenant_public_id: str, day: date, count: Count, counted_at: datetime) -> None:
    """Keep the count of a day, unless a later one is there already."""
    values = {name: getattr(count, name) for name in Count.__dataclass_fields__}
    row = ShopDay(tenant_public_id=tenant_public_id, day=day, counted_at=counted_at, **values)
    ShopDay.objects.bulk_create([row], ignore_conflicts=True)
    older = ShopDay.objects.filter(
        tenant_public_id=tenant_public_id, day=day, counted_at__lt=counted_at
    )
    older.update(counted_at=counted_at, **values)
