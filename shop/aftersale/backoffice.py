"""The door for the shop's staff: who wants money back, yes or no."""

from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Query, Router

from shop.aftersale import actions, queries
from shop.aftersale.models import AfterSale
from shop.aftersale.schemas import AfterSaleOut, AgreeIn, RefuseIn, StaffAfterSalePage
from shop.aftersale.states import AfterSaleState
from shop.catalog import cursors
from tenants.staff import StaffMember, staff
from tenants.states import Role

router = Router(tags=["aftersale"], auth=staff(Role.FULFILMENT))


@router.get("", response=StaffAfterSalePage, summary="Refund requests")
def list_requests(
    request: HttpRequest,
    state: AfterSaleState | None = None,
    cursor: Annotated[str | None, Query(max_length=cursors.MAX_LENGTH)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    """The newest first, with how many stand in each state."""
    items, further = queries.page(queries.search(state=state), cursor, limit)
    counts = queries.counts_by_state()
    return {
        "items": items,
        "next": further,
        "counts": {s: counts.get(s, 0) for s in AfterSaleState},
    }


@router.get("/{uuid:aftersale_id}", response=AfterSaleOut, summary="A refund request")
def show(request: HttpRequest, aftersale_id: UUID) -> AfterSale:
    """What was asked, of which order, and how it went."""
    return _row(aftersale_id)


@router.post(
    "/{uuid:aftersale_id}/agree",
    response=AfterSaleOut,
    auth=staff(Role.MANAGER),
    summary="Agree: give the money back",
)
def agree(request: HttpRequest, aftersale_id: UUID, body: AgreeIn) -> AfterSale:
    """All of the order's money goes back, once; nothing of it is shipped any more. Again changes
    nothing.

    Refusals: request_already_answered, order_changed_meanwhile, order_not_refundable.
    """
    actions.agree(row=_row(aftersale_id), by=_staff(request).email, seen_parcels=body.parcels_count)
    return _row(aftersale_id)


@router.post(
    "/{uuid:aftersale_id}/refuse",
    response=AfterSaleOut,
    auth=staff(Role.MANAGER),
    summary="Refuse, and say why",
)
def refuse(request: HttpRequest, aftersale_id: UUID, body: RefuseIn) -> AfterSale:
    """The customer reads the answer. Again changes nothing. Refusal: request_already_answered."""
    actions.refuse(row=_row(aftersale_id), answer=body.answer, by=_staff(request).email)
    return _row(aftersale_id)


def _staff(request: HttpRequest) -> StaffMember:
    found = request.auth  # type: ignore[attr-defined]  # set by ninja
    assert isinstance(found, StaffMember)
    return found


def _row(aftersale_id: UUID) -> AfterSale:
    row = queries.whole(queries.search()).filter(pk=aftersale_id).first()
    if row is None:
        raise Http404
    return row
