"""Asking for money back, and answering. The money itself goes the orders' way.

Every verb takes the order's row first and the request's row second, so that none waits for
another in a circle, and an order whose money goes back by another door is seen.
"""

from typing import ClassVar
from uuid import UUID

from kernel.errors import Refusal
from shop.aftersale import queries
from shop.aftersale.models import AfterSale
from shop.aftersale.moving import CUSTOMER, PLATFORM, move, step_of
from shop.aftersale.states import REASONS_ZH, AfterSaleState, Reason
from shop.members.models import Member
from shop.orders import actions as orders
from shop.orders import queries as order_queries
from shop.orders.actions import OrderChangedMeanwhile
from shop.orders.models import Order
from shop.orders.states import OrderState
from tenants.inserting import insert_together
from tenants.transactions import verb

REFUNDABLE = (OrderState.PAID, OrderState.SHIPPED, OrderState.COMPLETED)


class OrderUnknown(Refusal):
    """The member has no such order."""

    status: ClassVar[int] = 404
    en = "There is no such order."
    zh = "没有这个订单。"


class NothingToGiveBack(Refusal):
    """Nothing was paid, or all of it goes back already."""

    en = "There is nothing to refund on this order."
    zh = "该订单没有可退的金额。"


class AlreadyRequested(Refusal):
    """The order has a request that is not answered, or whose money is on its way."""

    en = "You have already asked for a refund of this order."
    zh = "该订单已申请退款，请等待处理。"


class RequestAlreadyAnswered(Refusal):
    """Somebody was faster: the request stands elsewhere now."""

    en = "This refund request is {state} already."
    zh = "该退款申请当前状态为 {state}，不能再操作。"


@verb
def request(*, member: Member, order_id: UUID, reason: Reason, description: str = "") -> AfterSale:
    """Ask for the money of a paid, shipped or completed order.

    Raises OrderUnknown, NothingToGiveBack, AlreadyRequested.
    """
    order = _locked(order_id)
    if order is None or order.member_id != member.pk:
        raise OrderUnknown
    if queries.open_request(order.pk) is not None:
        raise AlreadyRequested
    if order.state not in REFUNDABLE or order.refund_requested_at is not None:
        raise NothingToGiveBack
    row = AfterSale(
        order=order,
        member=member,
        reason=reason,
        description=description,
        amount_minor=order.total_minor - order.refunded_minor,
        currency=order.currency,
    )
    insert_together(row, step_of(row, row.state, by=CUSTOMER))
    return row


@verb
def cancel(*, row: AfterSale) -> None:
    """The customer takes it back. Again changes nothing. Raises RequestAlreadyAnswered."""
    _locked(row.order_id)
    if not move(row, AfterSaleState.CANCELLED, by=CUSTOMER):
        _settle_for(row, AfterSaleState.CANCELLED)


@verb
def agree(*, row: AfterSale, by: str, seen_parcels: int | None = None) -> None:
    """Say yes: all of the order's money goes back, once. Again changes nothing.

    `seen_parcels` is how many parcels the order had when it was looked at: with one more the shop
    must look again. Raises RequestAlreadyAnswered, OrderChangedMeanwhile, OrderNotRefundable.
    """
    order = _locked(row.order_id)
    assert order is not None
    if not move(row, AfterSaleState.AGREED, by=by):
        _settle_for(row, AfterSaleState.AGREED, AfterSaleState.REFUNDED)
        return
    if seen_parcels is not None and seen_parcels != order.parcels_count:
        raise OrderChangedMeanwhile(state=order.state)
    reason = REASONS_ZH[Reason(row.reason)]
    tries = order_queries.ended_in_vain(order.pk)  # a refund that ended so is not asked again
    key = f"aftersale-{row.pk}-{tries}" if tries else f"aftersale-{row.pk}"
    orders.request_refund(order=order, reason=reason, by=by, key=key)
    order.refresh_from_db(fields=["state"])
    if order.state == OrderState.REFUNDED:  # it cost nothing
        move(row, AfterSaleState.REFUNDED, by=PLATFORM)


@verb
def refuse(*, row: AfterSale, answer: str, by: str) -> None:
    """Say no, and why. Again changes nothing. Raises RequestAlreadyAnswered."""
    _locked(row.order_id)
    if not move(row, AfterSaleState.REFUSED, by=by, answer=answer):
        _settle_for(row, AfterSaleState.REFUSED)


@verb
def note_refund(*, order_id: UUID) -> None:
    """Take note that money went back; with the last of it the request is done.

    Asks billing, not the order, which may hear of it later. Again changes nothing.
    """
    order = _locked(order_id)
    row = queries.open_request(order_id)
    if order is None or row is None:
        return
    if order_queries.refunded_so_far(order_id) >= order.total_minor:
        move(row, AfterSaleState.REFUNDED, by=PLATFORM)


@verb
def note_money_stayed(*, order_id: UUID) -> None:
    """The refund was declined, or WeChat gave it up: the request waits for an answer again.

    Again changes nothing.
    """
    order = _locked(order_id)
    row = queries.open_request(order_id)
    if order is not None and row is not None and order.refund_requested_at is None:
        move(row, AfterSaleState.REQUESTED, by=PLATFORM)


def _locked(order_id: UUID) -> Order | None:
    return Order.objects.select_for_update(no_key=True).filter(pk=order_id).first()


def _settle_for(row: AfterSale, *wanted: AfterSaleState) -> None:
    """Be content if it stands there already. Raises RequestAlreadyAnswered."""
    row.refresh_from_db(fields=["state"])
    if row.state not in wanted:
        raise RequestAlreadyAnswered(state=row.state)
