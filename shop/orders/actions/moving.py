"""The one writer of the states of an order and of its upload, and of the order's history."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from jobs.messages import publish
from kernel import clock
from kernel.errors import Refusal
from kernel.identifiers import uuid7
from shop.coupons import actions as coupons
from shop.orders.messages import OrderCompleted, OrderPaid, OrderShipped
from shop.orders.models import Order, OrderReturn, OrderStep, ShippingUpload
from shop.orders.states import ORDER_FLOW, RETURN_FLOW, OrderState, ReturnState, UploadState

BUYER, PLATFORM = "buyer", "platform"
"""Who did it, where no name of staff is known."""

_FACTS: dict[OrderState, type[OrderPaid] | type[OrderShipped] | type[OrderCompleted]] = {
    OrderState.PAID: OrderPaid,
    OrderState.SHIPPED: OrderShipped,
    OrderState.COMPLETED: OrderCompleted,
}
"""What others hear of a step, in its transaction."""

_WHAT_OF_ITS_COUPON = {
    OrderState.PAID: coupons.use,
    OrderState.CANCELLED: coupons.give_back,
    OrderState.REFUNDED: coupons.give_back,
}
"""What becomes of the coupon that an order holds, in the step's transaction."""

# The row and its history move together, in one statement; whoever comes second moves nothing.
_MOVE = """
WITH moved AS (
    UPDATE orders_order SET state = %(target)s::text,
        paid_at = CASE %(target)s::text WHEN 'paid' THEN %(now)s ELSE paid_at END,
        shipped_at = CASE %(target)s::text WHEN 'shipped' THEN %(now)s ELSE shipped_at END,
        completed_at = CASE %(target)s::text WHEN 'completed' THEN %(now)s ELSE completed_at END,
        cancelled_at = CASE %(target)s::text WHEN 'cancelled' THEN %(now)s ELSE cancelled_at END
    WHERE id = %(order)s AND state = ANY(%(since)s)
      AND (refund_requested_at IS NULL OR NOT %(unless_refunding)s)
    RETURNING id, member_coupon_id)
INSERT INTO orders_orderstep (id, order_id, state, reason, by, at)
SELECT %(step)s, id, %(target)s::text, %(reason)s, %(by)s, %(now)s FROM moved
RETURNING (SELECT member_coupon_id FROM moved)"""


class OrderCannotMove(Refusal):
    """The order is not in a state from which this step is allowed."""

    en = "The order is {state} and cannot become {target}."
    zh = "订单当前状态为 {state}，不能变为 {target}。"


def move(
    order: Order,
    target: OrderState,
    *,
    reason: str,
    by: str,
    since: Collection[OrderState] | None = None,
    unless_refunding: bool = False,
) -> None:
    """Step forward if, and only if, the row still stands where the flow allows it.

    `since` narrows the states it may come from; `unless_refunding` leaves an order alone whose
    money goes back. Raises OrderCannotMove; then nothing was written.
    """
    if not moved(
        order.pk, target, reason=reason, by=by, since=since, unless_refunding=unless_refunding
    ):
        order.refresh_from_db(fields=["state", "refund_requested_at"])
        raise OrderCannotMove(state=order.state, target=target)
    order.state = target


def moved(
    order_id: UUID,
    target: OrderState,
    *,
    reason: str,
    by: str,
    since: Collection[OrderState] | None = None,
    unless_refunding: bool = False,
) -> bool:
    """Do as `move` does, knowing only the id; say whether it was this call that moved it."""
    allowed = ORDER_FLOW.before(target) & frozenset(since or OrderState)
    asked: dict[str, Any] = {
        "order": order_id,
        "target": str(target),
        "since": sorted(allowed),
        "unless_refunding": unless_refunding,
        "step": uuid7(),
        "reason": reason[:200],
        "by": by,
        "now": clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, asked)
        row = cursor.fetchone()
    if row is None:
        return False
    if row[0] is not None and target in _WHAT_OF_ITS_COUPON:
        _WHAT_OF_ITS_COUPON[target](member_coupon_id=row[0], order_id=order_id)
    if target in _FACTS:
        publish(_FACTS[target](order_id))
    return True


def note(order_id: UUID, state: str, *, reason: str, by: str) -> None:
    """Write a line of history."""
    step_of(order_id, state, reason=reason, by=by).save(force_insert=True)


def step_of(order_id: UUID, state: str, *, reason: str, by: str) -> OrderStep:
    """Return a line of history that is not written yet."""
    return OrderStep(order_id=order_id, state=state, reason=reason[:200], by=by)


def move_upload(rows: QuerySet[ShippingUpload], target: UploadState, **columns: object) -> int:
    """Set what WeChat knows of these orders' parcels; return how many rows were there."""
    return rows.update(state=target, **columns)


def move_return(row: OrderReturn, target: ReturnState, **columns: object) -> bool:
    """Step forward and write `columns`; say whether the row stood where the flow allows it."""
    rows = OrderReturn.objects.filter(pk=row.pk, state__in=RETURN_FLOW.before(target))
    if not rows.update(state=target, **columns):
        return False
    row.state = target
    return True
