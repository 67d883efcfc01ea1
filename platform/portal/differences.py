"""Where WeChat's bill and the shop's books differ, in plain words. The platform settles it."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from billing.reconciliation import queries, words
from billing.reconciliation.models import Difference
from billing.reconciliation.states import LIVE_DIFFERENCES, DifferenceState
from portal.access import Desk, at_desk
from tenants import context
from tenants.states import Role

PER_PAGE = 20
_SETTLED = sorted(set(DifferenceState) - LIVE_DIFFERENCES)


@require_safe
@at_desk(Role.MANAGER)
def list_differences(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what differs, or with `?settled=1` what differed; the newest first."""
    is_settled = "settled" in request.GET
    states = _SETTLED if is_settled else sorted(LIVE_DIFFERENCES)
    with context.activate(desk.shop):
        rows = queries.differences(states=states, before=_place(request), limit=PER_PAGE + 1)
        until = queries.compared_until()
    page = rows[:PER_PAGE]
    content = {
        "desk": desk,
        "rows": [_said(row) for row in page],
        "more": page[-1].pk if len(rows) > PER_PAGE else None,
        "is_settled": is_settled,
        "until": until,
    }
    return render(request, "portal/differences.html", content)


def _said(row: Difference) -> dict[str, object]:
    language = get_language() or "zh-hans"
    why = words.why(
        kind=row.kind,
        noun=row.noun,
        number=row.number,
        there=row.there,
        here=row.here,
        facts=row.facts,
    )
    return {
        "title": words.TITLES[row.kind].said(language),
        "state": words.STATES[row.state].said(language),
        "why": why.said(language),
        "row": row,
    }


def _place(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET["before"]) if "before" in request.GET else None
    except ValueError:
        raise Http404 from None
