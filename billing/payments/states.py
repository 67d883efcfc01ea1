"""The life of a payment and of each attempt at it."""

from enum import StrEnum

from kernel.states import Flow


class PaymentState(StrEnum):
    """Where a payment stands. Only `payments.actions` writes it."""

    OPEN = "open"
    SUCCEEDED = "succeeded"
    CLOSED = "closed"


class AttemptState(StrEnum):
    """Where one order at WeChat Pay stands."""

    CREATED = "created"
    """The row is committed; WeChat may or may not know the number yet."""
    PREPAID = "prepaid"
    SUCCEEDED = "succeeded"
    CLOSED = "closed"


P = PaymentState
PAYMENT_FLOW = Flow(
    start=P.OPEN,
    steps={
        P.OPEN: frozenset({P.SUCCEEDED, P.CLOSED}),
        P.CLOSED: frozenset({P.SUCCEEDED}),  # paid late: a normal event, never an error
        P.SUCCEEDED: frozenset(),
    },
)

A = AttemptState
ATTEMPT_FLOW = Flow(
    start=A.CREATED,
    steps={
        A.CREATED: frozenset({A.PREPAID, A.SUCCEEDED, A.CLOSED}),
        A.PREPAID: frozenset({A.SUCCEEDED, A.CLOSED}),
        A.CLOSED: frozenset({A.SUCCEEDED}),
        A.SUCCEEDED: frozenset(),
    },
)
LIVE_ATTEMPTS = frozenset({A.CREATED, A.PREPAID})
"""Attempts that a customer could still pay."""


class Applied(StrEnum):
    """What a transaction told by WeChat did here."""

    APPLIED = "applied"
    LATE = "late"
    """The payment was closed; it counts all the same, and the order decides."""
    PAID_TWICE = "paid_twice"
    """Another attempt had paid already; this money goes back by itself."""
    REPEATED = "repeated"
    NOT_PAID = "not_paid"
    MISMATCHED = "mismatched"
    UNKNOWN = "unknown"
    """No attempt of this shop has this number."""
