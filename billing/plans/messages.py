"""Facts about plans, and what billing tells itself to do later. All heard on the platform."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class SubscriptionsDue:
    """It is time to look whose trial, period or grace is over."""


@dataclass(frozen=True)
class AdvanceSubscription:
    """Bring one subscription to where it stands by now."""

    subscription_id: int


@dataclass(frozen=True)
class InvoiceReminder:
    """An invoice is not paid; `days` after it was due, negative before."""

    invoice_id: UUID
    days: int


@dataclass(frozen=True)
class InvoicePaid:
    """An invoice was paid."""

    invoice_id: UUID


@dataclass(frozen=True)
class FollowAttempt:
    """Ask WeChat how an order for an invoice stands: `step` counts up the ladder of payments."""

    attempt_id: UUID
    step: int


@dataclass(frozen=True)
class FollowPlanRefund:
    """Hand a refund to WeChat or ask how it stands: `step` counts up the ladder of refunds."""

    refund_id: UUID
    step: int
