"""The way back: money asked back for the whole order, and what its arrival means here."""

from uuid import UUID

from django.db.models import F

from billing.payments import queries as payment_queries
from billing.refunds import actions as refunds
from kernel import clock
from kernel.errors import Refusal
from shop.inventory import actions as inventory
from shop.orders import queries
from shop.orders.actions.moving import PLATFORM, OrderCannotMove, move_upload, moved, note
from shop.orders.models import Order, ShippingUpload
from shop.orders.states import ORDER_FLOW, OrderState, UploadState
from tenants.transactions import verb

REFUNDABLE = ORDER_FLOW.before(OrderState.REFUNDED)


class OrderNotRefundable(Refusal):
    """Nothing was paid, or all of it goes back already."""

    en = "The order is {state}; there is nothing to refund."
    zh = "订单当前状态为 {state}，没有可退的金额。"


class OrderChangedMeanwhile(Refusal):
    """A parcel went out, or the state moved, after the order was looked at."""

    en = "The order has changed meanwhile (it is {state}). Please look at it again."
    zh = "订单刚刚有变动（当前状态 {state}），请重新查看后再操作。"


@verb
def request_refund(*, order: Order, reason: str, by: str, key: str) -> None:
    """Give back what is left of the order's money; from now on nothing is shipped.

    `order` is as the caller saw it: if a parcel went out since, the caller must look again. `key`
    makes the refund one and the same at billing. Raises OrderNotRefundable, OrderChangedMeanwhile.
    """
    if order.state not in REFUNDABLE:
        raise OrderNotRefundable(state=order.state)
    unchanged = Order.objects.filter(
        pk=order.pk, state=order.state, parcels_count=order.parcels_count
    )
    if not unchanged.update(refund_requested_at=clock.now()):
        order.refresh_from_db()
        raise OrderChangedMeanwhile(state=order.state)
    note(order.pk, order.state, reason=f"full refund requested: {reason}", by=by)
    payment = payment_queries.payment_of(order.pk)
    if payment is None:
        _gone_back(order.pk, reason="cost nothing, so nothing to give back")
    elif not payment.refundable.minor:
        raise OrderNotRefundable(state=order.state)
    else:
        refunds.request(
            payment=payment, amount=payment.refundable, reason=reason[:80], by=by, key=key
        )


@verb
def note_refund(*, order_id: UUID) -> None:
    """Take note of what has gone back so far; with the last of it the order is refunded.

    Reads billing's refunds again, so a repeated or overtaken message changes nothing.
    """
    refunded = queries.refunded_so_far(order_id)
    rows = Order.objects.filter(pk=order_id, refunded_minor__lt=refunded)
    if not rows.update(refunded_minor=refunded):
        return
    order = Order.objects.get(pk=order_id)
    if order.refunded_minor < order.total_minor:
        note(order_id, order.state, reason=f"refunded so far: {refunded}", by=PLATFORM)
    elif order.state == OrderState.CANCELLED:
        note(order_id, order.state, reason="the late payment was refunded", by=PLATFORM)
    else:
        _gone_back(order_id, reason="all of the money went back")


def _gone_back(order_id: UUID, *, reason: str) -> None:
    """End the order, and put on the shelf what never left it."""
    if not moved(order_id, OrderState.REFUNDED, reason=reason, by=PLATFORM):
        state = Order.objects.values_list("state", flat=True).get(pk=order_id)
        raise OrderCannotMove(state=state, target=OrderState.REFUNDED)
    Order.objects.filter(pk=order_id, refund_requested_at__isnull=True).update(
        refund_requested_at=clock.now()
    )
    unsent = ShippingUpload.objects.filter(order=order_id).exclude(state=UploadState.SENT)
    move_upload(unsent, UploadState.NOT_NEEDED, attempts=F("attempts") + 1)
    kept = queries.unshipped_demand(order_id)
    if kept:
        inventory.take_back(order_id=order_id, reason="refunded", quantities=kept)
