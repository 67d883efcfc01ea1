"""The owner's door to what WeChat's bills say: to read, in plain words. Staff settle it."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from billing.reconciliation import queries
from billing.reconciliation.schemas import DifferencesIn, DifferencesOut
from billing.reconciliation.states import LIVE_DIFFERENCES
from billing.settlements.schemas import cursor_of
from tenants.staff import staff
from tenants.states import Role

router = Router(tags=["Books"], auth=staff(Role.MANAGER))


@router.get(
    "/differences", response=DifferencesOut, summary="Where WeChat's bill and the books differ"
)
def list_differences(request: HttpRequest, asked: Query[DifferencesIn]) -> dict[str, Any]:
    """Return differences, the newest first. Errors: 401, 403, 422 `cursor_not_ours`."""
    states = sorted(LIVE_DIFFERENCES) if asked.state is None else [asked.state]
    rows = queries.differences(states=states, before=asked.before(), limit=asked.limit + 1)
    page = rows[: asked.limit]
    return {
        "items": page,
        "next": cursor_of(page[-1].id) if len(rows) > len(page) else None,
        "compared_until": queries.compared_until(),
        "open_count": queries.open_count(),
    }
