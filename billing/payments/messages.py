"""Facts about payments, and what billing tells itself to do later."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class PaymentSucceeded:
    """The customer paid, in time or late. Heard inside the shop."""

    payment_id: UUID
    order_id: UUID


@dataclass(frozen=True)
class PaidTwice:
    """A second attempt of a paid payment was paid as well; its money must go back."""

    attempt_id: UUID


@dataclass(frozen=True)
class QueryPayment:
    """Ask WeChat how an attempt stands: `step` counts up the ladder of payments.jobs."""

    attempt_id: UUID
    step: int
