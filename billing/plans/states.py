"""The life of a shop's subscription to a plan, of its invoices, and of what pays them."""

from enum import StrEnum

from kernel.states import Flow
from tenants.states import TenantState


class Interval(StrEnum):
    """For how long a plan is paid at a time."""

    MONTH = "month"
    YEAR = "year"


MONTHS = {Interval.MONTH: 1, Interval.YEAR: 12}


class SubscriptionState(StrEnum):
    """Where a subscription stands. Only `plans.moves` writes it."""

    TRIALING = "trialing"
    ACTIVE = "active"
    """What runs is paid, or costs nothing."""
    PAST_DUE = "past_due"
    """The next period has begun and is not paid: days of grace."""
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    """Its owner wants no next period; what is paid runs on to its end."""
    ENDED = "ended"


S = SubscriptionState
SUBSCRIPTION_FLOW = Flow(
    start=S.TRIALING,
    steps={
        S.TRIALING: frozenset({S.ACTIVE, S.PAST_DUE, S.CANCELLED, S.ENDED}),
        S.ACTIVE: frozenset({S.PAST_DUE, S.CANCELLED, S.ENDED}),
        S.PAST_DUE: frozenset({S.ACTIVE, S.TRIALING, S.SUSPENDED, S.ENDED}),
        S.SUSPENDED: frozenset({S.ACTIVE, S.TRIALING, S.ENDED}),
        S.CANCELLED: frozenset({S.ACTIVE, S.TRIALING, S.ENDED}),
        S.ENDED: frozenset({S.ACTIVE, S.TRIALING}),
    },
)
STANDING = {
    S.TRIALING: TenantState.TRIAL,
    S.ACTIVE: TenantState.ACTIVE,
    S.PAST_DUE: TenantState.GRACE,
    S.SUSPENDED: TenantState.SUSPENDED,
    S.CANCELLED: TenantState.ACTIVE,
    S.ENDED: TenantState.SUSPENDED,
}
"""Where the shop stands by its plan (tenants.standing)."""


class Purpose(StrEnum):
    """What an invoice is for."""

    PERIOD = "period"
    """A period of the plan: the first one, or the next."""
    CHANGE = "change"
    """A larger plan for the rest of the period."""


class InvoiceState(StrEnum):
    """Where an invoice stands. Only `plans.moves` writes it."""

    OPEN = "open"
    PAID = "paid"
    VOID = "void"
    """Taken back unpaid. Its number stays."""


I = InvoiceState  # noqa: E741  # as S, P and A elsewhere
INVOICE_FLOW = Flow(
    start=I.OPEN,
    steps={I.OPEN: frozenset({I.PAID, I.VOID}), I.PAID: frozenset(), I.VOID: frozenset()},
)


class LineKind(StrEnum):
    """What a line of an invoice charges or gives back."""

    PLAN = "plan"
    REST = "rest"
    """The rest of the period on the larger plan."""
    UNUSED = "unused"
    """The rest of the period on the plan that is left: given back."""


class AttemptState(StrEnum):
    """Where one order at WeChat Pay stands."""

    CREATED = "created"
    SHOWN = "shown"
    """WeChat gave a code, which may be on somebody's screen."""
    SUCCEEDED = "succeeded"
    CLOSED = "closed"


A = AttemptState
ATTEMPT_FLOW = Flow(
    start=A.CREATED,
    steps={
        A.CREATED: frozenset({A.SHOWN, A.SUCCEEDED, A.CLOSED}),
        A.SHOWN: frozenset({A.SUCCEEDED, A.CLOSED}),
        A.CLOSED: frozenset({A.SUCCEEDED}),
        A.SUCCEEDED: frozenset(),
    },
)
LIVE_ATTEMPTS = frozenset({A.CREATED, A.SHOWN})


class RefundState(StrEnum):
    """Where a refund of an invoice stands."""

    REQUESTED = "requested"
    SUCCEEDED = "succeeded"
    ABNORMAL = "abnormal"
    """WeChat could not hand it over: a person must look."""
    CLOSED = "closed"


R = RefundState
REFUND_FLOW = Flow(
    start=R.REQUESTED,
    steps={
        R.REQUESTED: frozenset({R.SUCCEEDED, R.ABNORMAL, R.CLOSED}),
        R.ABNORMAL: frozenset({R.SUCCEEDED, R.CLOSED}),
        R.SUCCEEDED: frozenset(),
        R.CLOSED: frozenset(),
    },
)


class Told(StrEnum):
    """What WeChat's word did here."""

    APPLIED = "applied"
    EXTRA = "extra"
    """The invoice was paid or void already; this money goes back by itself."""
    REPEATED = "repeated"
    NOT_PAID = "not_paid"
    MISMATCHED = "mismatched"
    UNKNOWN = "unknown"
