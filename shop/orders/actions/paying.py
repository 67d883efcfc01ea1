"""Before and at the payment: prepay, paid, too late, given up. Nothing here waits in silence.

WeChat is never asked inside a transaction, so the verbs that ask it are not atomic as a whole;
each step leaves a state from which `ExpireOrder` or the payment's own polling goes on.
"""

from typing import ClassVar
from uuid import UUID

from django.db import transaction

from billing.payments import actions as payments
from billing.payments import queries as payment_queries
from billing.payments.actions import PaymentUnavailable
from billing.payments.models import Payment
from billing.payments.states import PaymentState
from billing.refunds import actions as refunds
from jobs.messages import publish
from kernel import clock
from kernel.errors import Refusal
from shop.coupons import actions as coupons
from shop.coupons.actions import CouponTaken
from shop.inventory import actions as inventory
from shop.inventory.actions import StockRanOut
from shop.members.models import Member
from shop.orders import queries
from shop.orders.actions.moving import PLATFORM, OrderCannotMove, moved, note
from shop.orders.messages import ExpireOrder
from shop.orders.models import Order
from shop.orders.states import OrderState
from tenants.transactions import verb
from wechat.pay import RequestPayment

WECHAT_AWAY_SECONDS = 60
_WORDS = "订单已取消，款项自动退回"
"""What the buyer reads in WeChat of a late payment that goes back."""


class OrderAlreadyPaid(Refusal):
    """The money is here, so the order stays; a refund is the way back."""

    en = "This order is already paid."
    zh = "该订单已支付。"


class OrderNotPayable(Refusal):
    """The order was cancelled, or its time to pay is over."""

    en = "This order can no longer be paid. Please order again."
    zh = "该订单已无法支付，请重新下单。"


class OtherMiniProgram(Refusal):
    """A member pays in the mini-program in which they signed in."""

    status: ClassVar[int] = 422
    en = "Please pay in the mini-program in which you signed in."
    zh = "请在登录时使用的小程序中支付。"


def prepay(*, order: Order, member: Member, appid: str | None = None) -> RequestPayment:
    """Return the arguments of `wx.requestPayment`; again gives the same attempt.

    Raises OrderAlreadyPaid, OrderNotPayable, OtherMiniProgram, and what payments.prepay raises.
    """
    if appid is not None and appid != member.appid:
        raise OtherMiniProgram
    if order.state not in {OrderState.UNPAID, OrderState.CANCELLED}:
        raise OrderAlreadyPaid
    if order.state == OrderState.CANCELLED or clock.now() >= order.expires_at:
        raise OrderNotPayable
    return payments.prepay(order_id=order.pk, appid=member.appid, openid=member.openid)


def refresh(*, order: Order) -> None:
    """Ask WeChat now whether the order was paid. Raises PaymentUnavailable when it is away."""
    payment = payment_queries.payment_of(order.pk)
    if payment and payments.sync(payment=payment) == PaymentState.SUCCEEDED:
        mark_paid(order_id=order.pk)


@verb
def mark_paid(*, order_id: UUID) -> None:
    """Take note that the order's payment succeeded, as the caller knows; again changes nothing.

    A payment for a cancelled order is taken if its stock and its coupon can be held again, be the
    coupon's period over or not; otherwise the whole of it goes back by itself, and the history
    says so.
    """
    since = {OrderState.UNPAID}
    if moved(order_id, OrderState.PAID, reason="payment arrived", by=PLATFORM, since=since):
        inventory.consume(order_id=order_id)
        return
    order = Order.objects.select_for_update().get(pk=order_id)
    payment = payment_queries.payment_of(order_id)
    if payment and order.state == OrderState.CANCELLED and order.refund_requested_at is None:
        _take_late(order, payment)


def cancel(*, order: Order, by: str, reason: str = "cancelled by the buyer") -> None:
    """Give up an unpaid order: the payment is closed first, then the stock is free again.

    Again changes nothing. Raises OrderAlreadyPaid if the money turns out to be here, and
    PaymentUnavailable when WeChat is away: then nothing was changed.
    """
    if order.state == OrderState.CANCELLED:
        return
    if order.state != OrderState.UNPAID:
        raise OrderAlreadyPaid
    payment = payment_queries.payment_of(order.pk)
    if payment and payments.close(payment=payment, reason=reason) == PaymentState.SUCCEEDED:
        mark_paid(order_id=order.pk)
        raise OrderAlreadyPaid
    with transaction.atomic():
        if moved(order.pk, OrderState.CANCELLED, reason=reason, by=by):
            inventory.release(order_id=order.pk, reason=reason)
    order.refresh_from_db()
    if order.state != OrderState.CANCELLED:
        raise OrderAlreadyPaid


def expire(*, order_id: UUID) -> None:
    """Cancel an order that nobody paid in time; look again in a minute when WeChat is away."""
    order = Order.objects.get(pk=order_id)
    if order.state != OrderState.UNPAID:
        return
    try:
        cancel(order=order, by=PLATFORM, reason="not paid in time")
    except OrderAlreadyPaid:
        return
    except PaymentUnavailable:
        with transaction.atomic():
            publish(ExpireOrder(order_id), delay_seconds=WECHAT_AWAY_SECONDS)


@verb
def give_back_late(*, order_id: UUID) -> None:
    """Ask anew for a late payment whose refund WeChat gave up. Again finds it asked for.

    Raises what billing's `request` raises.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    payment = payment_queries.payment_of(order_id)
    is_late = order.state == OrderState.CANCELLED and order.refund_requested_at is not None
    if is_late and payment and payment.refundable.minor:
        _give_back(order, payment, because="WeChat gave its refund up")


def _take_late(order: Order, payment: Payment) -> None:
    """Honour a payment that came after the cancellation, or give it back. Row is locked."""
    try:
        with transaction.atomic():
            if order.member_coupon_id:
                coupons.reserve(member_coupon_id=order.member_coupon_id, order_id=order.pk)
            inventory.reserve(
                order_id=order.pk, demand=queries.demand_of(order), expires_at=clock.now()
            )
    except StockRanOut:
        _give_back(order, payment, because="sold out")
        return
    except CouponTaken:
        _give_back(order, payment, because="its coupon is used by another order")
        return
    reason = "payment arrived after the cancellation; stock was still there"
    if not moved(order.pk, OrderState.PAID, reason=reason, by=PLATFORM):
        raise OrderCannotMove(state=order.state, target=OrderState.PAID)
    inventory.consume(order_id=order.pk)


def _give_back(order: Order, payment: Payment, *, because: str) -> None:
    reason = f"payment arrived after the cancellation; {because}, so all of it is refunded"
    given_up = len(queries.refunds_of(payment))
    refunds.request(
        payment=payment,
        amount=payment.refundable,
        reason=_WORDS,
        by=PLATFORM,
        key=f"late-{order.pk}" + (f"-{given_up}" if given_up else ""),
    )
    Order.objects.filter(pk=order.pk).update(refund_requested_at=clock.now())
    note(order.pk, order.state, reason=reason, by=PLATFORM)
