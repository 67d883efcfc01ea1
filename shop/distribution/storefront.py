"""The door for customers: become a distributor, send people, see what it brings and why."""

from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Query, Router, Status

from shop.catalog import cursors
from shop.distribution import actions, queries
from shop.distribution.schemas import CommissionOut, CommissionPage, MyDistributionOut, VisitIn
from shop.distribution.states import CommissionState, DistributorState
from shop.explanations.schemas import ExplanationOut
from shop.members.auth import member
from shop.members.models import Member
from tenants import context

router = Router(tags=["distribution"], auth=member)


@router.get("", response=MyDistributionOut, summary="The programme and I")
def show(request: HttpRequest) -> dict[str, Any]:
    """The rules, where I stand, my link, and what I have earned."""
    return _shown(_member(request))


@router.post("/apply", response=MyDistributionOut, summary="Become a distributor")
def apply(request: HttpRequest) -> dict[str, Any]:
    """At once where everyone may, else after the shop's yes. Again changes nothing.

    Refusal: programme_closed.
    """
    mine = _member(request)
    actions.apply(member=mine)
    return _shown(mine)


@router.post("/visits", response={204: None}, summary="I came through a link")
def visit(request: HttpRequest, body: VisitIn) -> Status[None]:
    """Note whose link it was. What does not count is passed over in silence."""
    actions.visit(member=_member(request), code=body.code)
    return Status(204, None)


@router.get("/commissions", response=CommissionPage, summary="What I earned")
def list_commissions(
    request: HttpRequest,
    state: CommissionState | None = None,
    cursor: Annotated[str | None, Query(max_length=cursors.MAX_LENGTH)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    """The newest first. Refusal: cursor_invalid."""
    distributor = queries.distributor_of(_member(request))
    if distributor is None:
        return {"items": [], "next": None}
    rows = queries.commissions(distributor=distributor, state=state)
    items, further = queries.commission_page(rows, cursor, limit)
    return {"items": [CommissionOut.of(row) for row in items], "next": further}


@router.get(
    "/commissions/{uuid:commission_id}/explanation",
    response=ExplanationOut,
    summary="Why is my commission this high",
)
def explain(request: HttpRequest, commission_id: UUID) -> ExplanationOut:
    """Each line's share, less what went back of it."""
    found = queries.get_commission(commission_id)
    if found is None or found.distributor.member_id != _member(request).pk:
        raise Http404
    return ExplanationOut.of(queries.explain(found))


def _shown(mine: Member) -> dict[str, Any]:
    distributor = queries.distributor_of(mine)
    is_active = distributor is not None and distributor.state == DistributorState.ACTIVE
    code = distributor.code if distributor and is_active else None
    earned = queries.earnings(distributor) if distributor else queries.Earnings(0, 0, 0)
    return {
        "programme": queries.rule(),
        "currency": context.shop().currency,
        "state": distributor.state if distributor else None,
        "code": code,
        "path": queries.SHARE_PATH.format(code=code) if code else None,
        "pending_minor": earned.pending_minor,
        "settled_minor": earned.settled_minor,
        "orders_count": earned.orders_count,
    }


def _member(request: HttpRequest) -> Member:
    found = request.auth  # type: ignore[attr-defined]  # set by ninja
    assert isinstance(found, Member)
    return found
