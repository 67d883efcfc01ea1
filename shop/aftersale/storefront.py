"""The door for customers: ask for money back, follow it, take the request back."""

from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router

from shop.aftersale import actions, queries
from shop.aftersale.models import AfterSale
from shop.aftersale.schemas import AfterSaleIn, AfterSaleOut, AfterSalePage
from shop.catalog import cursors
from shop.idempotency.actions import once
from shop.members.auth import member
from shop.members.models import Member

router = Router(tags=["aftersale"], auth=member)


@router.post("", response={201: AfterSaleOut}, summary="Ask for money back")
def create(request: HttpRequest, body: AfterSaleIn) -> HttpResponse:
    """Needs the header Idempotency-Key. One request at a time for an order.

    Refusals: order_unknown, nothing_to_give_back, already_requested, idempotency_key_missing,
    idempotency_key_reused.
    """
    customer = _member(request)

    def ask() -> tuple[int, AfterSaleOut]:
        row = actions.request(
            member=customer,
            order_id=body.order_id,
            reason=body.reason,
            description=body.description,
        )
        return 201, AfterSaleOut.from_orm(_mine(customer, row.pk))

    return once(request, caller=f"member:{customer.pk}", body=body, do=ask)


@router.get("", response=AfterSalePage, summary="My refund requests")
def list_requests(
    request: HttpRequest,
    order_id: UUID | None = None,
    cursor: Annotated[str | None, Query(max_length=cursors.MAX_LENGTH)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    """The newest first; those of one order with `order_id`."""
    mine = queries.requests_of(_member(request), order_id=order_id)
    items, further = queries.page(mine, cursor, limit)
    return {"items": items, "next": further}


@router.get("/{uuid:aftersale_id}", response=AfterSaleOut, summary="One of my refund requests")
def show(request: HttpRequest, aftersale_id: UUID) -> AfterSale:
    """What was asked, and how it went."""
    return _mine(_member(request), aftersale_id)


@router.post(
    "/{uuid:aftersale_id}/cancel", response=AfterSaleOut, summary="Take a refund request back"
)
def cancel(request: HttpRequest, aftersale_id: UUID) -> AfterSale:
    """Until the shop has answered. Again changes nothing. Refusal: request_already_answered."""
    customer = _member(request)
    actions.cancel(row=_mine(customer, aftersale_id))
    return _mine(customer, aftersale_id)


def _member(request: HttpRequest) -> Member:
    found = request.auth  # type: ignore[attr-defined]  # set by ninja
    assert isinstance(found, Member)
    return found


def _mine(customer: Member, aftersale_id: UUID) -> AfterSale:
    row = queries.whole(queries.requests_of(customer)).filter(pk=aftersale_id).first()
    if row is None:
        raise Http404
    return row
