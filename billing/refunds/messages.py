"""Facts about refunds, and what billing tells itself to do later."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class RefundSucceeded:
    """The money is on its way to the customer. Heard inside the shop."""

    refund_id: UUID
    payment_id: UUID
    order_id: UUID


@dataclass(frozen=True)
class RefundClosed:
    """WeChat gave up: the money stayed, and may be asked back again. Heard inside the shop."""

    refund_id: UUID
    payment_id: UUID
    order_id: UUID


@dataclass(frozen=True)
class FollowRefund:
    """Hand a refund to WeChat or ask how it stands: `step` counts up the ladder of refunds.jobs."""

    refund_id: UUID
    step: int
