"""What in the shops' money waits for a person, as staff see it. On the platform."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from billing.rollups.models import ShopTrouble
from kernel import clock
from kernel.errors import Refusal
from tenants.transactions import verb


class AlreadySettled(Refusal):
    """Somebody has settled it by hand, or it came to its end meanwhile."""

    en = "This is settled already."
    zh = "该事项已处理。"


@dataclass(frozen=True, slots=True)
class Stuck:
    """A payment, refund, withdrawal or sharing as its shop tells it, in minor units."""

    noun: str
    row_id: UUID
    number: str
    order_number: str
    amount_minor: int
    currency: str
    state: str
    reason: str
    tries_count: int
    since_at: datetime


_NAMES = [field.name for field in fields(Stuck)]
_TOLD_ANEW = ("state", "reason", "tries_count")


@verb
def replace(tenant_public_id: str, stuck: Sequence[Stuck]) -> None:
    """Keep what a shop tells, and nothing else of it. Rows that stay keep their place.

    What was settled by hand stays so while it stands where it stood then.
    """
    of_shop = ShopTrouble.objects.filter(tenant_public_id=tenant_public_id)
    of_shop.exclude(row_id__in=[one.row_id for one in stuck]).delete()
    told = {one.row_id: one for one in stuck}
    moved = [
        row.pk
        for row in of_shop.filter(settled_at__isnull=False)
        if (row.state, row.reason) != (told[row.row_id].state, told[row.row_id].reason)
    ]
    of_shop.filter(pk__in=moved).update(settled_at=None, settled_by="", note="")
    rows = [
        ShopTrouble(
            tenant_public_id=tenant_public_id, **{name: getattr(one, name) for name in _NAMES}
        )
        for one in stuck
    ]
    ShopTrouble.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["row_id"], update_fields=_TOLD_ANEW
    )


@verb
def settle(*, trouble: ShopTrouble, by: str, note: str) -> None:
    """Note that a person has seen to it; it leaves the list while it stands where it stands now.

    The shop's rows and books stay as they are, because no money moves by this. Where it did move,
    another act says so, and posts it once:
    - a payment that WeChat will not tell of: if it was paid, the bill brings it (reconciliation);
    - a refund that the shop paid by its bank: `refunds.note_paid_by_hand`, on this very list;
    - a withdrawal that the shop paid itself: `withdrawals.transferring.pay_by_hand`, in the portal;
    - a share that was not given: persons' parts are theirs in another way (`SharingEnded`), and the
      platform's stays owed, in the shop's account `platform` and in the platform's `receivable`,
      until the owner pays it by bank: `settlements.note_remittance`.

    Raises AlreadySettled.
    """
    open_still = live().filter(pk=trouble.pk)
    if not open_still.update(settled_at=clock.now(), settled_by=by[:254], note=note[:200]):
        raise AlreadySettled


def counts() -> dict[str, int]:
    """Return how much of each noun waits; a noun without is absent."""
    rows = live().order_by().values("noun").annotate(count=Count("pk"))
    return {row["noun"]: row["count"] for row in rows}


def live() -> QuerySet[ShopTrouble]:
    """Return what waits for a person, the oldest first."""
    return ShopTrouble.objects.filter(settled_at__isnull=True).order_by("since_at", "pk")
