"""Facts about orders, and what orders tell themselves for later."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class OrderPaid:
    """The shop has the money, or the order cost nothing."""

    order_id: UUID


@dataclass(frozen=True)
class OrderShipped:
    """The last parcel of an order went out."""

    order_id: UUID


@dataclass(frozen=True)
class OrderCompleted:
    """The buyer has the goods, or counts as having them: the money is earned."""

    order_id: UUID


@dataclass(frozen=True)
class MoneyWentBack:
    """Some or all of an order's money went back, line by line. Heard inside the shop."""

    order_id: UUID


@dataclass(frozen=True)
class MoneyStayed:
    """A refund was declined, or WeChat gave it up: nothing went back. Heard inside the shop."""

    order_id: UUID


@dataclass(frozen=True)
class ExpireOrder:
    """The time to pay is over: close the payment, then cancel, unless it was paid."""

    order_id: UUID


@dataclass(frozen=True)
class GiveBackLate:
    """WeChat gave up the refund of a payment that came after the cancellation: ask anew."""

    order_id: UUID


@dataclass(frozen=True)
class UploadShipping:
    """Tell WeChat what was shipped. `attempt` is how many attempts were recorded when sent."""

    order_id: UUID
    attempt: int


@dataclass(frozen=True)
class AutoConfirm:
    """The buyer has had the parcels long enough: the order counts as received."""

    order_id: UUID
