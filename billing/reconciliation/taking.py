"""The shop's own lines of a bill, taken over from the platform: page by page, by COPY."""

from datetime import date
from typing import Any

from django.db import connection

from billing.bills import queries as bills
from billing.bills.models import BillLine
from billing.bills.states import BillKind
from billing.reconciliation.models import ComparedDay, Line
from kernel import clock
from tenants import context
from tenants.transactions import verb

_COPY = """
COPY reconciliation_line (bill, day, place, noun, number, wechat_number, of_number, amount_fen,
    fee_millifen, state, currency, at) FROM STDIN"""


@verb
def take(*, bill: str, day: date) -> int:
    """Replace the shop's lines of a bill by what the platform holds now; return how many.

    Raises nothing when there are none: a day without a line is compared like any other.
    """
    shop = context.shop()
    row, _ = ComparedDay.objects.get_or_create(bill=bill, day=day)
    ComparedDay.objects.select_for_update().get(pk=row.pk)
    Line.objects.filter(bill=bill, day=day).delete()
    count = 0
    with context.public():
        pages = bills.pages_of(shop.public_id, kind=BillKind(bill), day=day)
        for page in pages:
            with context.activate(shop):
                _copy(bill, page, after=count)
            count += len(page)
    ComparedDay.objects.filter(bill=bill, day=day).update(lines_count=count, taken_at=clock.now())
    return count


def _copy(bill: str, page: list[BillLine], *, after: int) -> None:
    """Write a page. Lines are counted anew: a shop may have two files of a kind."""
    with connection.cursor() as cursor, _copying(cursor) as copy:
        for place, line in enumerate(page, after + 1):
            copy.write_row(
                (
                    bill,
                    line.day,
                    place,
                    line.noun,
                    line.number,
                    line.wechat_number,
                    line.of_number,
                    line.amount_fen,
                    line.fee_millifen,
                    line.state,
                    line.currency,
                    line.at,
                )
            )


def _copying(cursor: Any) -> Any:
    return cursor.copy(_COPY)
