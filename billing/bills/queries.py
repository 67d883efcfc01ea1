"""Questions about bills. On the platform."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db import connection
from django.db.models import Q

from billing.bills.models import BillFile, BillLine
from billing.bills.states import READY_STATES, BillKind, FileState, day_of
from kernel import clock
from tenants.models import DirectMerchant, Merchant
from tenants.states import LIVE_STATES


def today() -> date:
    """Return the present day in Beijing."""
    return day_of(clock.now())


def shops_by_merchant() -> dict[str, str]:
    """Return the public id of each live shop that can be paid, by its sub_mchid."""
    rows = Merchant.objects.filter(tenant__state__in=LIVE_STATES)
    return dict(rows.values_list("sub_mchid", "tenant__public_id"))


def shops_by_direct_merchant() -> dict[str, str]:
    """Return the public id of each live shop with a merchant of its own, by its number.

    Also where it is used no more: what was paid to it may still be refunded.
    """
    rows = DirectMerchant.objects.filter(tenant__state__in=LIVE_STATES)
    return dict(rows.values_list("mchid", "tenant__public_id"))


def shops_waiting(file: BillFile) -> set[str]:
    """Return the shops that another bill of the same kind and day is still to come for.

    Only shops with a merchant of their own have two of a kind. Who asks while writing a file waits
    for whoever is writing another: the last one sees that it is the last.
    """
    directs = shops_by_direct_merchant()
    if not directs:
        return set()
    with connection.cursor() as cursor:
        name = f"bills {file.kind} {file.day}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
    rows = Merchant.objects.filter(tenant__direct_merchants__isnull=False).distinct()
    partners = dict(rows.values_list("sub_mchid", "tenant__public_id"))
    others = BillFile.objects.filter(
        Q(direct_mchid__in=directs) | Q(sub_mchid__in=["", *partners], direct_mchid=""),
        kind=file.kind,
        day=file.day,
    ).exclude(pk=file.pk)
    found: set[str] = set()
    for other in others.exclude(state__in=READY_STATES | {FileState.GONE}):
        shops = directs if other.direct_mchid else partners
        found |= {shops[other.mchid]} if other.mchid else set(partners.values())
    return found


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
