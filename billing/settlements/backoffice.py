"""The owner's door to the books: what came in, what was taken off, and line by line why."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import get_language_from_request
from ninja import Query, Router

from billing.ledger import queries as books
from billing.settlements import downloads, periods, queries
from billing.settlements.models import Statement
from billing.settlements.periods import Period
from billing.settlements.schemas import (
    BalancesOut,
    LinesIn,
    PeriodIn,
    PeriodLinesIn,
    PeriodOut,
    StatementLinesOut,
    StatementOut,
    StatementsIn,
    StatementsOut,
    cursor_of,
)
from tenants import context
from tenants.staff import staff
from tenants.states import Role

router = Router(tags=["Books"], auth=staff(Role.MANAGER))
FILE = {"responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}}
PAPER = {
    "responses": {
        200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
    }
}


@router.get("/statements", response=StatementsOut, summary="Closed days, the latest first")
def list_statements(request: HttpRequest, asked: Query[StatementsIn]) -> dict[str, Any]:
    """Return closed days on which money moved. Errors: 401, 403, 422 `cursor_not_ours`."""
    rows = queries.statements(
        first=asked.first, last=asked.last, before=asked.before(), limit=asked.limit + 1
    )
    page = rows[: asked.limit]
    return {"items": page, "next": cursor_of(page[-1].day) if len(rows) > len(page) else None}


@router.get("/statements/{day}", response=StatementOut, summary="One day of the shop")
def get_statement(request: HttpRequest, day: date) -> Statement:
    """Return the closed statement, or what the day comes to so far.

    Errors: 401, 403, 422 `period_refused`.
    """
    periods.check(day, day)
    return queries.statement(day)


@router.get(
    "/statements/{day}/lines", response=StatementLinesOut, summary="The lines behind a figure"
)
def list_lines(request: HttpRequest, day: date, asked: Query[LinesIn]) -> dict[str, Any]:
    """Return the transfers that add up to a figure.

    Errors: 401, 403, 422 `cursor_not_ours`, `period_refused`.
    """
    periods.check(day, day)
    rows = queries.lines(day, asked.figure, after=asked.after(), limit=asked.limit + 1)
    page = rows[: asked.limit]
    return {"items": page, "next": cursor_of(page[-1].id) if len(rows) > len(page) else None}


@router.get("/period", response=PeriodOut, summary="A week, a month, or any other span")
def get_period(request: HttpRequest, asked: Query[PeriodIn]) -> Period:
    """Return the sums of up to a year. Errors: 401, 403, 422 `period_refused`."""
    return periods.period(asked.first, asked.last)


@router.get("/period/lines", response=StatementLinesOut, summary="The lines behind its figures")
def list_period_lines(request: HttpRequest, asked: Query[PeriodLinesIn]) -> dict[str, Any]:
    """Return the transfers that add up to a figure. Errors: 401, 403, 422."""
    periods.check(asked.first, asked.last)
    rows = queries.lines(
        asked.first, asked.figure, after=asked.after(), limit=asked.limit + 1, last=asked.last
    )
    page = rows[: asked.limit]
    return {"items": page, "next": cursor_of(page[-1].id) if len(rows) > len(page) else None}


@router.get("/period.csv", summary="Every line of a period, for spreadsheets", openapi_extra=FILE)
def get_period_csv(request: HttpRequest, asked: Query[PeriodIn]) -> HttpResponseBase:
    """Stream the lines as CSV. Errors: 401, 403, 422 `period_refused`."""
    return downloads.as_csv(asked.first, asked.last)


@router.get("/period.pdf", summary="The statement of a period, to print", openapi_extra=PAPER)
def get_period_pdf(request: HttpRequest, asked: Query[PeriodIn]) -> HttpResponseBase:
    """Return a PDF in the language of the request. Errors: 401, 403, 422 `period_refused`."""
    language = get_language_from_request(request)
    return downloads.as_pdf(asked.first, asked.last, language=language)


@router.get("/ledger/balances", response=BalancesOut, summary="What every account holds")
def list_balances(request: HttpRequest) -> dict[str, Any]:
    """Return all balances, counted from the transfers themselves. Errors: 401, 403."""
    rows = [{"account": a, "amount_minor": m.minor} for a, m in books.balances().items()]
    return {"currency": context.shop().currency, "balances": rows}
