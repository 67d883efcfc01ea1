"""The one writer of an order's state and of its history."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from kernel import clock
from kernel.errors import Refusal
from shop.orders.models import Order, OrderStep
from shop.orders.states import ORDER_FLOW, OrderState

BUYER, PLATFORM = "buyer", "platform"
"""Who did it, where no name of staff is known."""

_STAMPS = {
    OrderState.PAID: "paid_at",
    OrderState.SHIPPED: "shipped_at",
    OrderState.COMPLETED: "completed_at",
    OrderState.CANCELLED: "cancelled_at",
}


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
    only_if: Q | None = None,
) -> None:
    """Step forward if, and only if, the row still stands where the flow allows it.

    `since` narrows the states it may come from, `only_if` adds a condition on the row. Raises
    OrderCannotMove; then nothing was written.
    """
    if not moved(order.pk, target, reason=reason, by=by, since=since, only_if=only_if):
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
    only_if: Q | None = None,
) -> bool:
    """Do as `move` does, knowing only the id; say whether it was this call that moved it."""
    allowed = ORDER_FLOW.before(target) & frozenset(since or OrderState)
    now = clock.now()
    stamps = {_STAMPS[target]: now} if target in _STAMPS else {}
    rows = Order.objects.filter(only_if or Q(), pk=order_id, state__in=sorted(allowed))
    if not rows.update(state=target, **stamps):
        return False
    note(order_id, target, reason=reason, by=by)
    return True


def note(order_id: UUID, state: str, *, reason: str, by: str) -> None:
    """Write a line of history."""
    OrderStep.objects.create(order_id=order_id, state=state, reason=reason[:200], by=by)
