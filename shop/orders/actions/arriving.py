"""What becomes of money that was asked back: it arrives, or stays, and the pieces with it."""

from uuid import UUID

from django.db.models import F

from billing.payments import queries as payment_queries
from jobs.messages import publish
from kernel import clock
from kernel.money import Money
from shop.inventory import actions as inventory
from shop.orders import queries
from shop.orders.actions.moving import (
    PLATFORM,
    OrderCannotMove,
    move_return,
    move_upload,
    moved,
    note,
)
from shop.orders.actions.sending import finish_shipping, go_on
from shop.orders.messages import GiveBackLate, MoneyStayed, MoneyWentBack
from shop.orders.models import Order, OrderLine, OrderReturn, OrderReturnLine, ShippingUpload
from shop.orders.states import OrderState, ReturnState, UploadState
from tenants.transactions import verb

LATE_ANEW_SECONDS = 86_400
"""When WeChat gave up the refund of a late payment: a person is alarmed and has a day."""


@verb
def note_refund(*, order_id: UUID) -> None:
    """Take note of what has gone back so far; with the last of it the order is refunded.

    Reads billing's refunds again, so a repeated or overtaken message changes nothing.
    """
    order = locked(order_id)
    arrived = [row for row in _asked(order_id, "succeeded") if _arrived(row)]
    if arrived:
        publish(MoneyWentBack(order_id))
    refunded = queries.refunded_so_far(order_id)
    rows = Order.objects.filter(pk=order_id, refunded_minor__lt=refunded)
    if not rows.update(refunded_minor=refunded) and not arrived:
        return
    if order.state == OrderState.REFUNDED:  # a later message told of this money before
        for row in arrived:
            _shelve(row, never_left=True)
    elif refunded < order.total_minor:
        amount = Money(refunded, order.currency)
        note(order_id, order.state, reason=f"refunded so far: {amount}", by=PLATFORM)
        for row in arrived:
            _shelve(row, never_left=True)
        finish_shipping(order, reason="the rest was refunded")
    elif order.state == OrderState.CANCELLED:
        note(order_id, order.state, reason="the late payment was refunded", by=PLATFORM)
    else:
        gone_back(order_id, arrived, reason="all of the money went back")


@verb
def note_closed(*, order_id: UUID) -> None:
    """WeChat gave a refund up: what it was for may be asked back, or shipped, again.

    A late payment is nobody's to ask back: that goes by itself, a day later.
    """
    order = locked(order_id)
    free_closed(order)
    if order.state == OrderState.CANCELLED and order.refund_requested_at:
        publish(GiveBackLate(order_id), delay_seconds=LATE_ANEW_SECONDS)


def locked(order_id: UUID) -> Order:
    """Return the order, which nobody else moves before this transaction ends."""
    return Order.objects.select_for_update(no_key=True).get(pk=order_id)


def free_closed(order: Order) -> bool:
    """Free what WeChat gave up, though its message may not be here yet; say if there was any."""
    rows = [r for r in _asked(order.pk, "closed") if move_return(r, ReturnState.CLOSED)]
    for row in rows:
        release(order, row, reason=f"WeChat closed the refund of {row.amount}", by=PLATFORM)
    return bool(rows)


def spend(line: OrderLine, quantity: int, cancelled: int, minor: int) -> None:
    """Count pieces and money of a line as asked back; below zero: as free again."""
    OrderLine.objects.filter(pk=line.pk).update(
        quantity_refunded=F("quantity_refunded") + quantity,
        quantity_cancelled=F("quantity_cancelled") + cancelled,
        refunded_minor=F("refunded_minor") + minor,
    )


def release(order: Order, row: OrderReturn, *, reason: str, by: str) -> None:
    """Let pieces and money of a return that came to nothing be free again.

    Pieces that were not to go out wait for a parcel again, unless the order went on meanwhile; of
    an order that all of the money stays with, the rest goes on as if it was never asked back.
    """
    may_ship = order.state == OrderState.PAID
    for part in OrderReturnLine.objects.filter(parent=row).select_related("line"):
        cancelled = part.quantity_cancelled if may_ship else 0
        spend(part.line, -part.quantity, -cancelled, -part.amount_minor)
    rows = Order.objects.filter(pk=order.pk)
    rows.update(freight_refunded_minor=F("freight_refunded_minor") - row.freight_minor)
    if row.is_whole:
        rows.update(refund_requested_at=None)
        go_on(order)
    note(order.pk, order.state, reason=reason, by=by)
    publish(MoneyStayed(order.pk))


def gone_back(order_id: UUID, arrived: list[OrderReturn], *, reason: str) -> None:
    """End the order, and put on the shelf what never left it."""
    if not moved(order_id, OrderState.REFUNDED, reason=reason, by=PLATFORM):
        state = Order.objects.values_list("state", flat=True).get(pk=order_id)
        raise OrderCannotMove(state=state, target=OrderState.REFUNDED)
    Order.objects.filter(pk=order_id, refund_requested_at__isnull=True).update(
        refund_requested_at=clock.now()
    )
    unsent = ShippingUpload.objects.filter(order=order_id).exclude(state=UploadState.SENT)
    move_upload(unsent, UploadState.NOT_NEEDED, attempts=F("attempts") + 1)
    kept = queries.unshipped_demand(order_id)  # of a refund that began without a return
    for part in OrderReturnLine.objects.filter(parent__in=arrived).select_related("line"):
        if part.quantity_cancelled:
            kept[part.line.sku_id] = kept.get(part.line.sku_id, 0) + part.quantity_cancelled
    if kept:
        inventory.take_back(order_id=order_id, reason="refunded", quantities=kept)
    for row in arrived:
        _shelve(row, never_left=False)


def _asked(order_id: UUID, state: str) -> list[OrderReturn]:
    """Return the returns under way whose refund at billing stands at `state`."""
    payment = payment_queries.payment_of(order_id)
    keys = [r.key for r in queries.refunds_of(payment) if r.state == state] if payment else []
    rows = OrderReturn.objects.filter(order=order_id, state=ReturnState.ASKED, key__in=keys)
    return list(rows.order_by("pk"))


def _arrived(row: OrderReturn) -> bool:
    return move_return(row, ReturnState.SUCCEEDED)


def _shelve(row: OrderReturn, *, never_left: bool) -> None:
    """Put the pieces of a return back on the shelf: those that never left it, and those that came
    back if staff said so."""
    quantities: dict[UUID, int] = {}
    for part in OrderReturnLine.objects.filter(parent=row).select_related("line"):
        came_back = part.quantity - part.quantity_cancelled if row.is_restocked else 0
        count = came_back + (part.quantity_cancelled if never_left else 0)
        if count:
            quantities[part.line.sku_id] = count
    reference = f"order {row.order_id}: refunded"
    inventory.put_back(quantities=quantities, reference=reference, by=row.by)
