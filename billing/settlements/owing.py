"""Which shops owe commission to the platform. On the platform.

Note [whose books]. It is told by the platform's books: in one schema for all shops, however many,
and only of what is owed to this platform. A shop's own books may say otherwise
- for seconds, while what it posted is on its way (platform_books.mirroring);
- for good, where a shop came from another platform and owed there.
The platform's account `receivable` also holds invoices of plans. These are posted and paid in one
transaction with their rows (rule P4), so what is left without the open ones is commission.
"""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from billing.plans import queries as plans
from billing.platform_books import queries as books
from billing.platform_books.queries import OwedTotal, Owing
from tenants.transactions import snapshot


@dataclass(frozen=True, slots=True)
class Look:
    """A page of the shops that owe, the largest of each currency first; totals of all of them."""

    totals: list[OwedTotal]
    page: Page[int]
    rows: list[Owing]


def totals() -> list[OwedTotal]:
    """Return by currency what all shops owe of commission, and how many do."""
    with snapshot():
        return books.owing_totals(invoices=plans.open_names())


def look(*, currency: str, number: str, size: int) -> Look:
    """Return a page of `size` shops, in one currency or, if it is empty, in all.

    `number` is what somebody asked for: what is no page is the first or the last one.
    """
    with snapshot():
        invoices = plans.open_names()
        found = books.owing_totals(invoices=invoices)
        count = sum(t.shops_count for t in found if currency in {"", t.owed.currency})
        page = Paginator(range(count), size).get_page(number)
        rows: list[Owing] = []
        if count:
            offset = size * (page.number - 1)
            rows = books.owing(invoices=invoices, currency=currency, offset=offset, limit=size)
        return Look(found, page, rows)
