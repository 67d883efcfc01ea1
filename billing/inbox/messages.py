"""Facts from outside, addressed to the shop they concern, or to the platform. Heard above."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class PaymentNotified:
    """WeChat Pay says that a transaction succeeded; the raw row holds what it said."""

    notification_id: UUID


@dataclass(frozen=True)
class PlatformPaymentNotified:
    """WeChat Pay says that somebody paid the platform itself. Heard on the platform."""

    notification_id: UUID


@dataclass(frozen=True)
class PlatformRefundNotified:
    """WeChat Pay says how a refund of the platform's own ended. Heard on the platform."""

    notification_id: UUID


@dataclass(frozen=True)
class RefundNotified:
    """WeChat Pay says how a refund ended; the raw row holds what it said."""

    notification_id: UUID


@dataclass(frozen=True)
class SharingNotified:
    """WeChat Pay says that somebody got a part of an order's money; the raw row holds which."""

    notification_id: UUID


@dataclass(frozen=True)
class TransferNotified:
    """WeChat Pay says how a merchant transfer ended; the raw row holds what it said."""

    notification_id: UUID
