"""The life of a customer's wish to have the money back."""

from enum import StrEnum

from kernel.states import Flow


class AfterSaleState(StrEnum):
    """Where a request stands. Only `shop.aftersale.moving` writes it."""

    REQUESTED = "requested"
    AGREED = "agreed"
    """The shop has said yes; the money is on its way."""
    REFUNDED = "refunded"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    """The customer took it back."""


S = AfterSaleState
AFTERSALE_FLOW = Flow(
    start=S.REQUESTED,
    steps={
        # REFUNDED at once: staff may give the money back by the order's own door.
        S.REQUESTED: frozenset({S.AGREED, S.REFUNDED, S.REFUSED, S.CANCELLED}),
        # REQUESTED again: the money could not go back, so the shop must answer once more.
        S.AGREED: frozenset({S.REFUNDED, S.REQUESTED}),
        S.REFUNDED: frozenset(),
        S.REFUSED: frozenset(),
        S.CANCELLED: frozenset(),
    },
)
OPEN = (S.REQUESTED, S.AGREED)
"""An order has one of these at most."""


class Reason(StrEnum):
    """Why the customer wants the money back."""

    NOT_WANTED = "not_wanted"
    NOT_RECEIVED = "not_received"
    WRONG_ITEM = "wrong_item"
    DAMAGED = "damaged"
    NOT_AS_DESCRIBED = "not_as_described"
    OTHER = "other"


R = Reason
REASONS_ZH = {
    R.NOT_WANTED: "不想要了",
    R.NOT_RECEIVED: "没有收到",
    R.WRONG_ITEM: "发错商品",
    R.DAMAGED: "商品损坏",
    R.NOT_AS_DESCRIBED: "与描述不符",
    R.OTHER: "其他原因",
}
"""As WeChat shows them to the customer beside the money that came back."""
