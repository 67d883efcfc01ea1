"""What a span of a shop's days came to: a week, a month, or any other. The days are the shop's."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, QuerySet, Sum

from billing.ledger import queries as books
from billing.settlements import queries
from billing.settlements.amounts import Figure, figures_of
from billing.settlements.models import Statement
from kernel import clock
from kernel.errors import Refusal
from kernel.money import EXPONENTS
from tenants import context
from tenants.context import Shop

MOST_DAYS, MOST_OPEN = 366, 62
EARLIEST, LATEST = date(2000, 1, 1), date(2999, 12, 31)
"""Beyond, the first and last moments of a day may lie outside of the calendar."""
_SUMMED = ("gross_minor", "refunds_minor", "fee_minor", "commission_minor",
           "distribution_minor", "net_minor", "orders_count", "refunds_count")  # fmt: skip
_LISTED = (Figure.GROSS, Figure.REFUNDS, Figure.FEE, Figure.COMMISSION,
           Figure.DISTRIBUTION, Figure.PAYOUT)  # fmt: skip
_HEAD = ("date", "time", "figure", "order", "reference", "amount", "currency")
_PAGE = 1_000
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


class PeriodRefused(Refusal):
    """The period ends before it begins, is longer than a year, or lies in another millennium."""

    status = 422
    en = "A statement covers 1 to {most} days since 2000, from its first to its last."
    zh = "账期须为 2000 年以来的 1 至 {most} 天，且结束日期不早于开始日期。"


@dataclass(frozen=True, slots=True)
class Period:
    """The sums of the days `first` to `last`, in minor units: net = gross - refunds - fee - …"""

    first: date
    last: date
    currency: str
    gross_minor: int
    refunds_minor: int
    fee_minor: int
    commission_minor: int
    distribution_minor: int
    net_minor: int
    payout_minor: int
    """What WeChat paid out to the bank meanwhile; no part of the net."""
    orders_count: int
    refunds_count: int
    is_closed: bool
    """Whether no day of it can change any more."""


def period(first: date, last: date) -> Period:
    """Add up a period: closed days from their statements, later ones from the books.

    Raises PeriodRefused.
    """
    check(first, last)
    until = _closed_until()
    sums = _closed(first, last, until).aggregate(**{name: Sum(name) for name in _SUMMED})
    totals = {name: int(sums[name] or 0) for name in _SUMMED}
    open_from = first if until is None else max(first, until + timedelta(days=1))
    if open_from <= last:
        _add(totals, open_from, last)
    flows = books.flows_on(first, last)
    return Period(
        first=first,
        last=last,
        currency=context.shop().currency,
        payout_minor=figures_of((f.debit, f.credit, f.minor) for f in flows).payout,
        is_closed=last < books.day_of(clock.now()) and not _has_open(open_from, last),
        **totals,
    )


def days(first: date, last: date) -> list[Statement]:
    """Return the days on which money moved, the earliest first. Raises PeriodRefused."""
    check(first, last)
    until = _closed_until()
    rows = list(_closed(first, last, until).order_by("day"))
    counted = map(queries.count, _open_days(first, last, until))
    return rows + [day for day in counted if any(getattr(day, name) for name in _SUMMED)]


def check(first: date, last: date) -> None:
    """Raise PeriodRefused for a span that no statement covers."""
    is_ours = first >= EARLIEST and last <= LATEST
    if not is_ours or not 0 <= (last - first).days < MOST_DAYS:
        raise PeriodRefused(most=MOST_DAYS)


def written(first: date, last: date) -> Iterator[str]:
    """Yield a CSV of every line of a period, for spreadsheets: UTF-8 with its mark, amounts plain.

    Raises PeriodRefused before the first line.
    """
    check(first, last)
    return _written(context.shop(), first, last)


def safe(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def plain(minor: int, currency: str) -> str:
    """Return an amount as spreadsheets read it: `-12.30`."""
    digits = EXPONENTS.get(currency, 2)
    sign, whole = ("-" if minor < 0 else ""), str(abs(minor)).rjust(digits + 1, "0")
    return f"{sign}{whole[:-digits]}.{whole[-digits:]}" if digits else f"{sign}{whole}"


def _written(shop: Shop, first: date, last: date) -> Iterator[str]:
    yield "\ufeff" + _row(_HEAD)
    for figure in _LISTED:
        after = None
        while True:
            with context.activate(shop):  # the answer is streamed when the request has left
                page = queries.lines(first, figure, after=after, limit=_PAGE, last=last)
                rows = [_values(figure, line, shop.currency) for line in page]
            yield "".join(map(_row, rows))
            if len(page) < _PAGE:
                break
            after = page[-1].id


def _values(figure: Figure, line: queries.StatementLine, currency: str) -> tuple[str, ...]:
    at = books.local(line.at)
    return (
        f"{at:%Y-%m-%d}",
        f"{at:%H:%M:%S}",
        figure.value,
        safe(line.order_number),
        safe(line.reference),
        plain(line.amount_minor, currency),
        currency,
    )


def _row(values: tuple[str, ...]) -> str:
    kept = io.StringIO()
    csv.writer(kept, lineterminator="\r\n").writerow(values)
    return kept.getvalue()


def _add(totals: dict[str, int], first: date, last: date) -> None:
    figures = figures_of((f.debit, f.credit, f.minor) for f in books.flows_on(first, last))
    orders, refunds = queries.counts_on(first, last)
    found = (figures.gross, figures.refunds, figures.fee, figures.commission,
             figures.distribution, figures.net, orders, refunds)  # fmt: skip
    for name, value in zip(_SUMMED, found, strict=True):
        totals[name] += value


def _closed_until() -> date | None:
    """Return the latest day that is closed.

    Asked once for each answer: a day that closes meanwhile would be counted twice, or not at all.
    """
    until: date | None = Statement.objects.aggregate(day=Max("day"))["day"]
    return until


def _closed(first: date, last: date, until: date | None) -> QuerySet[Statement]:
    """Return the statements of a period, of those up to the day `until`."""
    rows = Statement.objects.filter(day__gte=first, day__lte=last)
    return rows.none() if until is None else rows.filter(day__lte=until)


def _open_days(first: date, last: date, until: date | None) -> list[date]:
    """Return the days of a period that nobody has closed: today, and last night's for minutes."""
    moment = queries.first_moment_after(None if until is None else books.span_of(until)[1])
    if moment is None:
        return []
    begins = max(first, books.day_of(moment))
    ends = min(last, books.day_of(clock.now()))
    return [begins + timedelta(days=n) for n in range((ends - begins).days + 1)][:MOST_OPEN]


def _has_open(first: date, last: date) -> bool:
    """Say whether money moved on days that nobody has closed yet."""
    return first <= last and bool(books.flows_on(first, last))
