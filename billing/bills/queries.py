"""Questions about bills. On the platform."""

from collections.abc import Iterable, Iterator
from datetime import date

from billing.bills.models import BillFile, BillLine
from billing.bills.states import READY_STATES, BillKind, day_of
from kernel import clock
from tenants.models import Merchant
from tenants.states import LIVE_STATES


def today() -> date:
    """Return the present day in Beijing."""
    return day_of(clock.now())


def shops_by_merchant() -> dict[str, str]:
    """Return the public id of each live shop that can be paid, by its sub_mchid."""
    rows = Merchant.objects.filter(tenant__state__in=LIVE_STATES)
    return dict(rows.values_list("sub_mchid", "tenant__public_id"))


def days_with_trades(days: Iterable[date]) -> set[date]:
    """Return those of the days whose trade bill is wanted or here."""
    rows = BillFile.objects.filter(kind=BillKind.TRADE, day__in=list(days))
    return set(rows.values_list("day", flat=True))


def is_ready(*, kind: BillKind, day: date, sub_mchid: str = "") -> bool:
    """Say whether a bill's lines are there, or WeChat said that there are none."""
    rows = BillFile.objects.filter(kind=kind, day=day, sub_mchid=sub_mchid)
    return rows.filter(state__in=READY_STATES).exists()


def pages_of(
    tenant_public_id: str, *, kind: BillKind, day: date, size: int = 5_000
) -> Iterator[list[BillLine]]:
    """Yield a shop's lines of a bill, a page at a time.

    Each page is a statement of its own, so the caller may enter the shop between two pages.
    """
    rows = BillLine.objects.filter(
        tenant_public_id=tenant_public_id, day=day, file__kind=kind
    ).order_by("id")
    after = 0
    while page := list(rows.filter(id__gt=after)[:size]):
        yield page
        after = page[-1].pk
