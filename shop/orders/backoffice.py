"""The door for the shop's staff: look, ship, give back, mind what WeChat has not heard."""

import hashlib
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router, Status

from billing.payments import queries as payment_queries
from shop.catalog import cursors
from shop.idempotency.actions import HEADER, once
from shop.orders import actions, queries
from shop.orders.carriers import CARRIERS, Carrier
from shop.orders.models import Order, OrderReturn
from shop.orders.schemas import CarrierOut, OrderDetail, Words
from shop.orders.staff_schemas import (
    AlarmsOut,
    FreightIn,
    FreightOut,
    HandOverIn,
    ParcelIn,
    RefundAsked,
    RefundIn,
    ReturnIn,
    ReturnOut,
    StaffOrderPage,
)
from shop.orders.states import OrderState
from tenants.staff import StaffMember, staff
from tenants.states import Role

router = Router(tags=["orders"], auth=staff(Role.FULFILMENT))


@router.get("", response=StaffOrderPage, summary="Orders")
def list_orders(
    request: HttpRequest,
    state: OrderState | None = None,
    q: Words = "",
    to_ship: bool = False,
    to_hand_over: bool = False,
    cursor: Annotated[str | None, Query(max_length=cursors.MAX_LENGTH)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    """The newest first; `q` is an order or tracking number, a phone, or part of a recipient.

    With `to_ship` only those that wait for a parcel, the oldest first; with `to_hand_over` only
    those whose buyers come for them.
    """
    found = queries.search(q=q)
    orders = found.filter(state=state) if state else found
    if to_ship or to_hand_over:
        kept = queries.waiting(orders) if to_ship else queries.to_hand_over(orders)
        items, further = queries.oldest_first(kept, cursor, limit)
    else:
        items, further = queries.page(orders, cursor, limit)
    counts = queries.counts_by_state(found)
    return {"items": items, "next": further, "counts": {s: counts.get(s, 0) for s in OrderState}}


@router.get("/carriers", response=list[CarrierOut], summary="Couriers")
def carriers(request: HttpRequest) -> list[Carrier]:
    """Those that WeChat knows and shops commonly use."""
    return list(CARRIERS.values())


@router.get("/shipping-alarms", response=AlarmsOut, summary="What WeChat has not heard")
def shipping_alarms(request: HttpRequest) -> AlarmsOut:
    """Shipped orders whose parcels WeChat does not know: it keeps their money back."""
    return AlarmsOut.of(queries.shipping_alarms())


@router.get("/freight", response=FreightOut, summary="The rule for delivery")
def freight(request: HttpRequest) -> Any:
    """Free, unless it was set."""
    return queries.freight_rule()


@router.put(
    "/freight", response=FreightOut, auth=staff(Role.MANAGER), summary="Set the rule for delivery"
)
def set_freight(request: HttpRequest, body: FreightIn) -> Any:
    """It counts from the next preview on; orders keep what they were made with."""
    actions.set_freight(flat_minor=body.flat_minor, free_from_minor=body.free_from_minor)
    return queries.freight_rule()


@router.get("/{uuid:order_id}", response=OrderDetail, summary="An order")
def show(request: HttpRequest, order_id: UUID) -> OrderDetail:
    """Lines, parcels, history, and how payment and refund stand."""
    return _detail(order_id)


@router.post("/{uuid:order_id}/parcels", response=OrderDetail, summary="Ship")
def ship(request: HttpRequest, order_id: UUID, body: ParcelIn) -> OrderDetail:
    """Note a parcel; with the last piece the order is shipped, and WeChat is told.

    Refusals: carrier_unknown, order_is_fetched, order_is_being_refunded, order_not_shippable,
    too_many_parcels, parcel_already_noted, line_unknown, shipped_too_many.
    """
    actions.ship(
        order=_order(order_id),
        carrier_code=body.carrier_code,
        tracking_number=body.tracking_number,
        contents=body.contents,
        by=_staff(request).email,
    )
    return _detail(order_id)


@router.post("/{uuid:order_id}/ready", response=OrderDetail, summary="Ready for pick-up")
def make_ready(request: HttpRequest, order_id: UUID) -> OrderDetail:
    """It lies at the counter: the buyer is told. Again changes nothing.

    Refusals: order_is_sent, order_is_being_refunded, order_not_shippable.
    """
    actions.make_ready(order=_order(order_id), by=_staff(request).email)
    return _detail(order_id)


@router.post("/{uuid:order_id}/hand-over", response=OrderDetail, summary="Hand over")
def hand_over(request: HttpRequest, order_id: UUID, body: HandOverIn) -> OrderDetail:
    """The buyer came with the code: the order is completed, and WeChat is told. Ten tries.

    Refusals: order_is_sent, pickup_code_wrong, pickup_code_blocked, order_is_being_refunded,
    order_not_shippable, order_cannot_move.
    """
    actions.hand_over(order=_order(order_id), code=body.code, by=_staff(request).email)
    return _detail(order_id)


@router.post(
    "/{uuid:order_id}/refund",
    response=RefundAsked,
    auth=staff(Role.MANAGER),
    summary="Give all of the money back",
)
def refund(request: HttpRequest, order_id: UUID, body: RefundIn) -> HttpResponse:
    """Needs the header Idempotency-Key. From now on nothing of the order is shipped.

    Above the platform's limit it waits for a second person. Refusals: order_not_refundable,
    order_changed_meanwhile, payment_too_old, too_many_refunds, idempotency_key_missing,
    idempotency_key_reused.
    """
    who = _staff(request)

    def give_back() -> tuple[int, RefundAsked]:
        order = _order(order_id)
        key = hashlib.sha256(request.headers[HEADER].encode()).hexdigest()
        actions.request_refund(order=order, reason=body.reason, by=who.email, key=key)
        order.refresh_from_db()
        state = "fully" if order.state == OrderState.REFUNDED else "in_progress"
        return 200, RefundAsked(
            id=order.pk, number=order.number, state=order.state, refund_state=state
        )

    return once(request, caller=f"staff:{who.account_id}", body=body, do=give_back)


@router.get(
    "/{uuid:order_id}/returns", response=list[ReturnOut], summary="What was asked back of an order"
)
def list_returns(request: HttpRequest, order_id: UUID) -> list[OrderReturn]:
    """The oldest first, with pieces and money by line."""
    return queries.returns_of(_order(order_id).pk)


@router.post(
    "/{uuid:order_id}/returns",
    response={201: ReturnOut},
    auth=staff(Role.MANAGER),
    summary="Give a part of the money back",
)
def give_back_a_part(request: HttpRequest, order_id: UUID, body: ReturnIn) -> HttpResponse:
    """Needs the header Idempotency-Key. Pieces by line, money by line, or some of the delivery.

    Above the platform's limit it waits for a second person. Refusals: order_not_refundable,
    order_changed_meanwhile, line_unknown, refunds_too_many, nothing_would_go_out, nothing_chosen,
    payment_too_old, too_many_refunds, idempotency_key_missing, idempotency_key_reused.
    """
    who = _staff(request)

    def give_back() -> tuple[int, ReturnOut]:
        order = _order(order_id)
        if body.parcels_count not in {None, order.parcels_count}:
            raise actions.OrderChangedMeanwhile(state=order.state)
        row = actions.request_part(
            order=order,
            parts={
                line.line_id: actions.Part(line.quantity, line.amount_minor) for line in body.lines
            },
            freight_minor=body.freight_minor,
            is_restocked=body.is_restocked,
            reason=body.reason,
            by=who.email,
            key=hashlib.sha256(request.headers[HEADER].encode()).hexdigest(),
        )
        return 201, ReturnOut.from_orm(_return(order_id, row.pk))

    return once(request, caller=f"staff:{who.account_id}", body=body, do=give_back)


@router.post(
    "/{uuid:order_id}/returns/{uuid:return_id}/approve",
    response=ReturnOut,
    auth=staff(Role.MANAGER),
    summary="Agree to a refund above the limit",
)
def approve_return(request: HttpRequest, order_id: UUID, return_id: UUID) -> OrderReturn:
    """By somebody else than who asked. Again changes nothing.

    Refusals: own_refund, return_already_decided, refund_exceeds_payment.
    """
    actions.approve_return(row=_return(order_id, return_id), by=_staff(request).email)
    return _return(order_id, return_id)


@router.post(
    "/{uuid:order_id}/returns/{uuid:return_id}/decline",
    response=ReturnOut,
    auth=staff(Role.MANAGER),
    summary="Decline a refund above the limit",
)
def decline_return(request: HttpRequest, order_id: UUID, return_id: UUID) -> OrderReturn:
    """Pieces and money are free again. Again changes nothing. Refusal: return_already_decided."""
    actions.decline_return(row=_return(order_id, return_id), by=_staff(request).email)
    return _return(order_id, return_id)


@router.post(
    "/{uuid:order_id}/shipping-upload/retry", response={202: None}, summary="Tell WeChat again"
)
def retry_upload(request: HttpRequest, order_id: UUID) -> Status[None]:
    """Try at once; an upload that was sent stays as it is."""
    actions.retry_upload(order=_order(order_id))
    return Status(202, None)


def _staff(request: HttpRequest) -> StaffMember:
    found = request.auth  # type: ignore[attr-defined]  # set by ninja
    assert isinstance(found, StaffMember)
    return found


def _order(order_id: UUID) -> Order:
    order = Order.objects.filter(pk=order_id).first()
    if order is None:
        raise Http404
    return order


def _return(order_id: UUID, return_id: UUID) -> OrderReturn:
    for row in queries.returns_of(order_id):
        if row.pk == return_id:
            return row
    raise Http404


def _detail(order_id: UUID) -> OrderDetail:
    order = queries.whole(Order.objects.filter(pk=order_id)).first()
    if order is None:
        raise Http404
    payment = payment_queries.payment_of(order.pk)
    return OrderDetail.of(order, payment, queries.refunds_of(payment) if payment else [])
