"""Statements at the owner's desk: the days, their figures, and the lines behind each figure."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from billing.ledger import queries as books
from billing.settlements import downloads, periods, queries
from billing.settlements.amounts import Figure
from billing.settlements.periods import PeriodRefused
from kernel import clock
from portal.access import Desk, at_desk
from portal.words import sentence
from tenants import context
from tenants.states import Role

DAYS_PER_PAGE, LINES_PER_FIGURE, REMITTANCES = 31, 50, 12
FIGURES = [
    (Figure.GROSS, _("Paid by customers")),
    (Figure.REFUNDS, _("Given back")),
    (Figure.FEE, _("WeChat Pay's fee")),
    (Figure.COMMISSION, _("Platform's commission")),
    (Figure.DISTRIBUTION, _("Commission for recommendations")),
]
PERIOD = [*FIGURES, (Figure.PAYOUT, _("Paid out to your bank meanwhile"))]
_FILES: dict[str, Callable[[date, date], HttpResponseBase]] = {
    "csv": downloads.as_csv,
    "pdf": lambda first, last: downloads.as_pdf(first, last, language=get_language() or "zh-hans"),
}


@require_safe
@at_desk(Role.MANAGER)
def list_days(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show today so far, then closed days, the latest first."""
    before = _day(request.GET["before"]) if "before" in request.GET else None
    with context.activate(desk.shop):
        rows = queries.statements(first=None, last=None, before=before, limit=DAYS_PER_PAGE + 1)
        today = None if before else queries.statement(books.day_of(clock.now()))
        owed = None if before else queries.owed_to_platform()
        remittances = [] if before else queries.remittances(limit=REMITTANCES)
    days = rows[:DAYS_PER_PAGE]
    content = {
        "desk": desk,
        "days": days,
        "today": today,
        "owed": owed,
        "remittances": remittances,
        "before": days[-1].day.isoformat() if len(rows) > DAYS_PER_PAGE else "",
        "is_further": before is not None,
    }
    return render(request, "portal/statements.html", content)


@require_safe
@at_desk(Role.MANAGER)
def show_day(request: HttpRequest, desk: Desk, day: str) -> HttpResponse:
    """Show a day's figures with the lines that add up to them.

    `?figure=gross&after=<id of a line>` goes on with one figure.
    """
    chosen = _day(day)
    if not periods.EARLIEST <= chosen <= periods.LATEST:
        raise Http404
    only, after = request.GET.get("figure"), _line(request.GET.get("after"))
    if only not in {None, *Figure}:
        raise Http404
    with context.activate(desk.shop):
        statement = queries.statement(chosen)
        parts = [
            _part(chosen, figure, words, after)
            for figure, words in FIGURES
            if only in {None, figure}
        ]
    content = {"desk": desk, "statement": statement, "parts": parts, "is_part": only is not None}
    return render(request, "portal/statement.html", content)


def _part(
    day: date, figure: Figure, words: Any, after: UUID | None, last: date | None = None
) -> dict[str, Any]:
    rows = queries.lines(day, figure, after=after, limit=LINES_PER_FIGURE + 1, last=last)
    lines = rows[:LINES_PER_FIGURE]
    more = lines[-1].id if len(rows) > LINES_PER_FIGURE else None
    return {"figure": figure.value, "words": words, "lines": lines, "more": more}


def _day(text: str) -> date:
    """Return a day that has a midnight before and after it in every time zone."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
    if not date.min < day < date.max:
        raise Http404
    return day


def _line(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Http404 from None


@require_safe
@at_desk(Role.MANAGER)
def show_period(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Show what a span of days came to; `?figure=` opens a figure, `?as=csv|pdf` is the file."""
    today = _today(desk)
    first, last = _span(request, today)
    only, after = request.GET.get("figure"), _line(request.GET.get("after"))
    if only not in {None, *Figure}:
        raise Http404
    content: dict[str, Any] = {"desk": desk, "first": first, "last": last, "figures": PERIOD}
    content["spans"] = _usual_spans(today)
    try:
        with context.activate(desk.shop):
            if request.GET.get("as") in _FILES:
                return _FILES[request.GET["as"]](first, last)
            content["period"] = periods.period(first, last)
            if only:
                figure = Figure(only)
                content["part"] = _part(first, figure, dict(PERIOD)[figure], after, last)
            else:
                content["days"] = periods.days(first, last)
    except PeriodRefused as refusal:
        content["refusal"] = sentence(refusal)
    status = 422 if "refusal" in content else 200
    return render(request, "portal/period.html", content, status=status)


def _usual_spans(today: date) -> list[tuple[Any, date, date]]:
    """Return the spans that people ask for, with their names."""
    monday, month = today - timedelta(days=today.weekday()), today.replace(day=1)
    before = month - timedelta(days=1)
    return [
        (_("This week"), monday, today),
        (_("Last week"), monday - timedelta(days=7), monday - timedelta(days=1)),
        (_("This month"), month, today),
        (_("Last month"), before.replace(day=1), before),
    ]


def _span(request: HttpRequest, today: date) -> tuple[date, date]:
    first, last = request.GET.get("from"), request.GET.get("to")
    return _day(first) if first else today.replace(day=1), _day(last) if last else today


def _today(desk: Desk) -> date:
    with context.activate(desk.shop):
        return books.day_of(clock.now())
