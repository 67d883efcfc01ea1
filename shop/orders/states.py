"""The life of an order, and of the word we owe WeChat about its shipping."""

from enum import StrEnum

from kernel.states import Flow


class OrderState(StrEnum):
    """Where an order stands. Only `_move` in `shop.orders.actions` writes it.

    While some lines wait for a parcel the order is PAID; `quantity_shipped` tells the rest.
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
