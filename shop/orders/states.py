"""The life of an order, and of the word we owe WeChat about its shipping."""

from enum import StrEnum

from kernel.states import Flow


class OrderState(StrEnum):
    """Where an order stands. Only `_move` in `shop.orders.actions` writes it.

    While some lines wait for a parcel the order is PAID; `quantity_shipped` tells the rest. One
    that is fetched is SHIPPED when it lies ready, and COMPLETED when the buyer has it (ADR 0017).
    """

    UNPAID = "unpaid"
    PAID = "paid"
    SHIPPED = "shipped"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


S = OrderState
ORDER_FLOW = Flow(
    start=S.UNPAID,
    steps={
        S.UNPAID: frozenset({S.PAID, S.CANCELLED}),
        S.PAID: frozenset({S.SHIPPED, S.REFUNDED}),
        S.SHIPPED: frozenset({S.COMPLETED, S.REFUNDED}),
        S.COMPLETED: frozenset({S.REFUNDED}),
        S.CANCELLED: frozenset({S.PAID}),  # a late payment is taken if stock remains
        S.REFUNDED: frozenset(),
    },
)

BUYER_VIEW = {
    "to_pay": S.UNPAID,
    "to_ship": S.PAID,
    "to_receive": S.SHIPPED,
    "completed": S.COMPLETED,
    "cancelled": S.CANCELLED,
    "refunded": S.REFUNDED,
}
"""The tabs of a buyer's list of orders."""


class UploadState(StrEnum):
    """Whether WeChat knows what was shipped (CONTRACT §5): until then the money is frozen."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    NOT_NEEDED = "not_needed"


class ReturnState(StrEnum):
    """Where the giving back of money stands. Only `shop.orders.actions.moving` writes it."""

    WAITING = "waiting"
    """Above the limit: a second person must agree."""
    ASKED = "asked"
    """Billing has it; WeChat is being told."""
    SUCCEEDED = "succeeded"
    CLOSED = "closed"
    """WeChat gave up: the money stayed and may be asked back again."""
    DECLINED = "declined"


RETURN_FLOW = Flow(
    start=ReturnState.WAITING,
    steps={
        ReturnState.WAITING: frozenset({ReturnState.ASKED, ReturnState.DECLINED}),
        ReturnState.ASKED: frozenset({ReturnState.SUCCEEDED, ReturnState.CLOSED}),
        ReturnState.SUCCEEDED: frozenset(),
        ReturnState.CLOSED: frozenset(),
        ReturnState.DECLINED: frozenset(),
    },
)
LIVE_RETURNS = (ReturnState.WAITING, ReturnState.ASKED, ReturnState.SUCCEEDED)
"""Those whose pieces and money are spoken for."""
