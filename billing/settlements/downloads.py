"""Statements as files, the same for the owner's API and the portal."""

from datetime import date
from typing import TypeVar

from django.http import HttpResponse, StreamingHttpResponse

from billing.settlements import document, periods
from tenants import context

Response = TypeVar("Response", HttpResponse, StreamingHttpResponse)


def as_csv(first: date, last: date) -> StreamingHttpResponse:
    """Stream every line of a period. Raises PeriodRefused."""
    body = periods.written(first, last)
    response = StreamingHttpResponse(body, content_type="text/csv; charset=utf-8")
    return _named(response, first, last, "csv")


def as_pdf(first: date, last: date, *, language: str) -> HttpResponse:
    """Return the printed statement of a period. Raises PeriodRefused."""
    made = document.drawn(
        periods.period(first, last),
        periods.days(first, last),
        shop=context.shop().name,
        language=language,
    )
    return _named(HttpResponse(made, content_type="application/pdf"), first, last, "pdf")


def _named(response: Response, first: date, last: date, ending: str) -> Response:
    name = f"statement-{first}-{last}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
