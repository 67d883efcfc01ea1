"""The door for buyers: what would it cost, buy it, pay it, follow it."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router

from billing.payments import queries as payment_queries
from shop.catalog import cursors
from shop.idempotency.actions import once
from shop.members.auth import member
from shop.members.models import Member
from shop.orders import actions, queries
from shop.orders.actions.moving import BUYER
from shop.orders.models import Order
from shop.orders.schemas import (
    CreatedOut,
    MyOrder,
    OrderIn,
    OrderPage,
    PayIn,
    PreviewIn,
    PreviewOut,
    RequestPaymentOut,
    tabs,
)
from shop.orders.states import BUYER_VIEW
from wechat import http

router = Router(tags=["orders"], auth=member)
Tab = Literal["to_pay", "to_ship", "to_receive", "completed", "cancelled", "refunded"]


@router.post("/checkout/preview", response=PreviewOut, summary="What would it cost")
def preview(request: HttpRequest, body: PreviewIn) -> PreviewOut:
    """Quote as the order would be: the same calculation, to the minor unit. Holds nothing.

    Refusals: nothing_to_buy, address_unknown, pickup_not_offered, pickup_point_gone,
    sku_not_for_sale, stock_ran_out, coupon_unknown, coupon_unfit.
    """
    basket = actions.fill_basket(
        member=_member(request),
        demand=body.demand,
        address_id=body.address_id,
        point_id=body.pickup_point_id,
        member_coupon_id=body.member_coupon_id,
        with_coupons=True,
        best_coupon=body.best_coupon,
    )
    return PreviewOut.of(basket)


@router.post("/orders", response={201: CreatedOut}, summary="Buy")
def create(request: HttpRequest, body: OrderIn) -> HttpResponse:
    """Needs the header Idempotency-Key: the same key gives the same order and the same bytes.

    Refusals: nothing_to_buy, address_unknown, pickup_not_offered, pickup_point_gone,
    sku_not_for_sale, stock_ran_out, coupon_unknown, coupon_unfit, coupon_taken, price_changed (409,
    with the new total), idempotency_key_missing, idempotency_key_reused.
    """
    buyer = _member(request)

    def buy() -> tuple[int, CreatedOut]:
        order = actions.create(
            member=buyer,
            to=body.to,
            demand=body.demand,
            remark=body.remark,
            member_coupon_id=body.member_coupon_id,
            expected_total_minor=body.expected_total_minor,
        )
        return 201, CreatedOut.from_orm(order)

    return once(request, caller=f"member:{buyer.pk}", body=body, do=buy)


@router.get("/orders", response=OrderPage, summary="My orders")
def list_orders(
    request: HttpRequest,
    state: Tab | None = None,
    cursor: Annotated[str | None, Query(max_length=cursors.MAX_LENGTH)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    """The newest first, with how many there are behind each tab."""
    mine = queries.orders_of(_member(request))
    orders = mine.filter(state=BUYER_VIEW[state]) if state else mine
    items, further = queries.page(orders, cursor, limit)
    return {"items": items, "next": further, "counts": tabs(queries.counts_by_state(mine))}


@router.get("/orders/{uuid:order_id}", response=MyOrder, summary="One of my orders")
def show(request: HttpRequest, order_id: UUID) -> MyOrder:
    """Lines, parcels, history, and how payment and refund stand."""
    return _detail(request, order_id)


@router.post("/orders/{uuid:order_id}/pay", response=RequestPaymentOut, summary="Pay")
def pay(request: HttpRequest, order_id: UUID, body: PayIn | None = None) -> dict[str, str]:
    """Return what `wx.requestPayment` takes; again gives the same attempt.

    Refusals: order_already_paid, order_not_payable, other_mini_program, shop_cannot_be_paid,
    payment_unavailable (503).
    """
    buyer = _member(request)
    order, appid = _mine(buyer, order_id), body.appid if body else None
    with http.within(http.CUSTOMER_SECONDS):
        return actions.prepay(order=order, member=buyer, appid=appid).as_dict()


@router.post("/orders/{uuid:order_id}/refresh", response=MyOrder, summary="Ask WeChat now")
def refresh(request: HttpRequest, order_id: UUID) -> MyOrder:
    """Ask whether the order was paid, then show it. Refusal: payment_unavailable (503)."""
    order = _mine(_member(request), order_id)
    with http.within(http.CUSTOMER_SECONDS):
        actions.refresh(order=order)
    return _detail(request, order_id)


@router.post("/orders/{uuid:order_id}/cancel", response=MyOrder, summary="Give up an order")
def cancel(request: HttpRequest, order_id: UUID) -> MyOrder:
    """Close the payment and free the stock. Again changes nothing.

    Refusals: order_already_paid, payment_unavailable (503; nothing was changed).
    """
    order = _mine(_member(request), order_id)
    with http.within(http.CUSTOMER_SECONDS):
        actions.cancel(order=order, by=BUYER)
    return _detail(request, order_id)


@router.post("/orders/{uuid:order_id}/confirm-receipt", response=MyOrder, summary="I have it")
def confirm_receipt(request: HttpRequest, order_id: UUID) -> MyOrder:
    """Complete a shipped order. Again changes nothing.

    Refusals: order_cannot_move, order_is_being_refunded.
    """
    actions.confirm_receipt(order=_mine(_member(request), order_id), by=BUYER)
    return _detail(request, order_id)


def _member(request: HttpRequest) -> Member:
    found = request.auth  # type: ignore[attr-defined]  # set by ninja
    assert isinstance(found, Member)
    return found


def _mine(buyer: Member, order_id: UUID) -> Order:
    order = queries.orders_of(buyer).filter(pk=order_id).first()
    if order is None:
        raise Http404
    return order


def _detail(request: HttpRequest, order_id: UUID) -> MyOrder:
    mine = queries.orders_of(_member(request)).filter(pk=order_id)
    order = queries.whole(mine).first()
    if order is None:
        raise Http404
    payment = payment_queries.payment_of(order.pk)
    return MyOrder.of(order, payment, queries.refunds_of(payment) if payment else [])
