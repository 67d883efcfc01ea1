"""Questions about requests for money back."""

from uuid import UUID

from django.db.models import Count, Prefetch, QuerySet

from shop.aftersale.models import AfterSale, AfterSaleStep
from shop.aftersale.states import OPEN
from shop.catalog import cursors
from shop.members.models import Member
from shop.orders import queries as order_queries
from shop.orders.models import Order


def requests_of(member: Member, *, order_id: UUID | None = None) -> QuerySet[AfterSale]:
    """Return a member's requests, the newest first: all of them, or those for one order."""
    mine = AfterSale.objects.filter(member=member).order_by("-pk")
    return mine.filter(order=order_id) if order_id else mine


def search(*, state: str | None = None) -> QuerySet[AfterSale]:
    """Return the shop's requests, the newest first."""
    found = AfterSale.objects.order_by("-pk")
    return found.filter(state=state) if state else found


def whole(requests: QuerySet[AfterSale]) -> QuerySet[AfterSale]:
    """Have the order with its lines, and the history, come along: four statements in all."""
    return requests.prefetch_related(
        Prefetch("order", order_queries.listed(Order.objects.all())),
        Prefetch("steps", AfterSaleStep.objects.order_by("at", "pk")),
    )


def page(
    requests: QuerySet[AfterSale], cursor: str | None, limit: int
) -> tuple[list[AfterSale], str | None]:
    """Return a page of requests, the newest first, and the cursor of the next one."""
    if cursor:
        (last,) = cursors.decode(cursor, "aftersales", UUID)
        requests = requests.filter(pk__lt=last)
    found = list(whole(requests)[: limit + 1])
    more = len(found) > limit
    return found[:limit], cursors.encode("aftersales", found[limit - 1].pk) if more else None


def counts_by_state() -> dict[str, int]:
    """Return how many of the shop's requests stand in each state; a state without is absent."""
    rows = AfterSale.objects.values("state").annotate(n=Count("pk")).order_by()
    return {row["state"]: row["n"] for row in rows}


def open_request(order_id: UUID) -> AfterSale | None:
    """Return the order's request that waits for an answer or for the money."""
    return AfterSale.objects.filter(order=order_id, state__in=OPEN).first()
