"""Facts from outside, addressed to the shop they concern. Heard above, by event type."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class PaymentNotified:
    """WeChat Pay says that a transaction succeeded; the raw row holds what it said."""

    notification_id: UUID


@dataclass(frozen=True)
class RefundNotified:
    """WeChat Pay says how a refund ended; the raw row holds what it said."""

    notification_id: UUID


@dataclass(frozen=True)
class TransferNotified:
    """WeChat Pay says how a merchant transfer ended; the raw row holds what it said."""

    notification_id: UUID
