"""The door for the shop's staff: the programme's rules, who recommends, and what it costs."""

from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Query, Router, Status

from shop.catalog import cursors
from shop.distribution import actions, queries
from shop.distribution.amounts import Rule
from shop.distribution.models import Distributor
from shop.distribution.schemas import (
    CommissionOut,
    CommissionPage,
    DistributorOut,
    DistributorPage,
    ProgrammeIn,
    ProgrammeOut,
    RateIn,
    RateOut,
)
from shop.distribution.states import CommissionState, DistributorState
from shop.explanations.schemas import ExplanationOut
from tenants.staff import StaffMember, staff
from tenants.states import Role

router = Router(tags=["distribution"], auth=staff(Role.MANAGER))
Cursor = Annotated[str | None, Query(max_length=cursors.MAX_LENGTH)]
Limit = Annotated[int, Query(ge=1, le=100)]


@router.get("/programme", response=ProgrammeOut, summary="The programme's rules")
def show_programme(request: HttpRequest) -> Rule:
    """Closed until the shop opens it."""
    return queries.rule()


@router.put(
    "/programme",
    response=ProgrammeOut,
    auth=staff(Role.OWNER),
    summary="Set the programme's rules",
)
def set_programme(request: HttpRequest, body: ProgrammeIn) -> Rule:
    """They count for orders made from now on; what was earned stays as it was earned."""
    actions.set_rules(rule=body.as_rule(), by=_staff(request).email)
    return queries.rule()


@router.get("/rates", response=list[RateOut], summary="Products with a rate of their own")
def list_rates(request: HttpRequest) -> list[queries.Rate]:
    """By title."""
    return queries.named_rates()


@router.put(
    "/rates/{uuid:product_id}",
    response={204: None},
    auth=staff(Role.OWNER),
    summary="Set a product's rate",
)
def set_rate(request: HttpRequest, product_id: UUID, body: RateIn) -> Status[None]:
    """It counts for orders made from now on. Refusal: product_unknown (404)."""
    actions.set_rate(product_id=product_id, rate_bp=body.rate_bp, by=_staff(request).email)
    return Status(204, None)


@router.get("/distributors", response=DistributorPage, summary="Distributors")
def list_distributors(
    request: HttpRequest,
    state: DistributorState | None = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> dict[str, Any]:
    """The newest first, with how many stand in each state. Refusal: cursor_invalid."""
    rows = queries.distributors(state=state)
    items, further = queries.distributor_page(rows, cursor, limit)
    counts = queries.counts_by_state()
    return {
        "items": items,
        "next": further,
        "counts": {s: counts.get(s, 0) for s in DistributorState},
    }


@router.post(
    "/distributors/{uuid:distributor_id}/accept", response=DistributorOut, summary="Say yes"
)
def accept(request: HttpRequest, distributor_id: UUID) -> Distributor:
    """Also to somebody paused or refused. Again changes nothing."""
    return _reviewed(request, distributor_id, DistributorState.ACTIVE)


@router.post(
    "/distributors/{uuid:distributor_id}/refuse", response=DistributorOut, summary="Say no"
)
def refuse(request: HttpRequest, distributor_id: UUID) -> Distributor:
    """They may ask again. Again changes nothing. Refusal: distributor_cannot_move."""
    return _reviewed(request, distributor_id, DistributorState.REFUSED)


@router.post(
    "/distributors/{uuid:distributor_id}/pause", response=DistributorOut, summary="Pause somebody"
)
def pause(request: HttpRequest, distributor_id: UUID) -> Distributor:
    """The link brings nothing from now on; what was earned stays theirs. Again changes nothing.

    Refusal: distributor_cannot_move.
    """
    return _reviewed(request, distributor_id, DistributorState.PAUSED)


@router.get("/commissions", response=CommissionPage, summary="What the programme costs")
def list_commissions(
    request: HttpRequest,
    state: CommissionState | None = None,
    distributor_id: UUID | None = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> dict[str, Any]:
    """The newest first, of everybody or of one. Refusal: cursor_invalid."""
    rows = queries.commissions(state=state)
    if distributor_id is not None:
        rows = rows.filter(distributor=distributor_id)
    items, further = queries.commission_page(rows, cursor, limit)
    return {"items": [CommissionOut.of(row) for row in items], "next": further}


@router.get(
    "/commissions/{uuid:commission_id}/explanation",
    response=ExplanationOut,
    summary="Why is a commission this high",
)
def explain(request: HttpRequest, commission_id: UUID) -> ExplanationOut:
    """Each line's share, less what went back of it."""
    found = queries.get_commission(commission_id)
    if found is None:
        raise Http404
    return ExplanationOut.of(queries.explain(found))


def _reviewed(request: HttpRequest, distributor_id: UUID, target: DistributorState) -> Distributor:
    row = queries.distributors().filter(pk=distributor_id).first()
    if row is None:
        raise Http404
    actions.review(distributor=row, target=target, by=_staff(request).email)
    return queries.distributors().get(pk=distributor_id)


def _staff(request: HttpRequest) -> StaffMember:
    found = request.auth  # type: ignore[attr-defined]  # set by ninja
    assert isinstance(found, StaffMember)
    return found
