"""Questions about what a shop earned: statements by day, and the lines behind each figure.

Note [free orders]. An order that costs nothing moves no money, so no book knows of it. It counts
among the orders of its day all the same: who sells is asked (settings.FREE_ORDERS).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.module_loading import import_string

from billing.ledger import queries as books
from billing.ledger.states import Account
from billing.settlements.amounts import PAIRS, Figure, figures_of
from billing.settlements.models import Statement
from kernel.money import Money
from tenants import context


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One transfer behind a figure; `amount_minor` has the sign with which it counts."""

    id: UUID
    journal_id: UUID
    kind: str
    reference: str
    """out_trade_no of a payment, out_refund_no of a refund, order number of an earning."""
    order_number: str
    """Empty where no order is concerned, as in a repair."""
    amount_minor: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Remittance:
    """Commission that the owner paid to the platform's bank; negative when it was taken back."""

    reference: str
    amount: Money
    at: datetime
    by: str
    why: str


def owed_to_platform() -> Money:
    """Return the commission that the shop owes; negative when it paid more."""
    return books.balance(Account.PLATFORM)


def remittances(*, limit: int) -> list[Remittance]:
    """Return what was paid by bank, the latest first."""
    return [
        Remittance(
            reference=line.journal.reference,
            amount=Money(
                line.amount_minor if line.debit == Account.PLATFORM else -line.amount_minor,
                line.currency,
            ),
            at=line.journal.at,
            by=line.journal.why["by"],
            why=line.journal.why["reason"],
        )
        for line in books.remittances(limit=limit)
    ]


def statement(day: date) -> Statement:
    """Return what a day of the shop came to: the closed statement, or what it comes to so far."""
    return find_statement(day) or count(day)


def find_statement(day: date) -> Statement | None:
    """Return the closed statement of a day, or None while it is open."""
    return Statement.objects.filter(day=day).first()


def count(day: date) -> Statement:
    """Return a statement that is not saved, counted from the transfers of the day."""
    figures = figures_of((f.debit, f.credit, f.minor) for f in books.flows_on(day))
    orders_count, refunds_count = counts_on(day)
    return Statement(
        day=day,
        currency=context.shop().currency,
        gross_minor=figures.gross,
        refunds_minor=figures.refunds,
        fee_minor=figures.fee,
        commission_minor=figures.commission,
        distribution_minor=figures.distribution,
        net_minor=figures.net,
        orders_count=orders_count,
        refunds_count=refunds_count,
    )


def counts_on(day: date, last: date | None = None) -> tuple[int, int]:
    """Return how many orders were paid and how many refunds succeeded on a day, or up to `last`.

    See Note [free orders].
    """
    orders, refunds = books.counts_on(day, last)
    begins, ends = books.span_of(day)[0], books.span_of(last or day)[1]
    return orders + _free_orders(begins, ends).count(), refunds


def first_moment_after(moment: datetime | None) -> datetime | None:
    """Return when something of a statement was first at or after `moment`; ever, when None."""
    posted = books.first_moment_after(moment)
    free: datetime | None = _free_orders(moment, posted).order_by("paid_at").first()
    return free or posted


def free_orders_by_day() -> dict[date, int]:
    """Return how many orders cost nothing on each day that saw one. See Note [free orders]."""
    day = TruncDate("paid_at", tzinfo=ZoneInfo(context.shop().timezone))
    found = _free_orders(None, None).order_by().values(day=day).annotate(orders=Count("pk"))
    return {row["day"]: row["orders"] for row in found}


def _free_orders(begins: datetime | None, ends: datetime | None) -> QuerySet[Any, datetime]:
    found: Callable[..., QuerySet[Any, datetime]] = import_string(settings.FREE_ORDERS)
    return found(begins, ends)


def statements(
    *, first: date | None, last: date | None, before: date | None, limit: int
) -> list[Statement]:
    """Return up to `limit` closed statements, the latest first, older than the cursor `before`."""
    rows = Statement.objects.order_by("-day")
    if first is not None:
        rows = rows.filter(day__gte=first)
    if last is not None:
        rows = rows.filter(day__lte=last)
    if before is not None:
        rows = rows.filter(day__lt=before)
    return list(rows[:limit])


def lines(
    day: date, figure: Figure, *, after: UUID | None, limit: int, last: date | None = None
) -> list[StatementLine]:
    """Return up to `limit` lines behind a figure of a day, or of the days up to `last`.

    The oldest come first; all of them add up to the figure.
    """
    signs = PAIRS[figure]
    pairs = Q()
    for debit, credit in signs:
        pairs |= Q(debit=debit, credit=credit)
    return [
        StatementLine(
            id=transfer.pk,
            journal_id=transfer.journal_id,
            kind=transfer.journal.kind,
            reference=transfer.journal.reference,
            order_number=transfer.journal.why.get("order_number", ""),
            amount_minor=signs[transfer.debit, transfer.credit] * transfer.amount_minor,
            at=transfer.journal.at,
        )
        for transfer in books.transfers_on(day, pairs, after, limit, last)
    ]
