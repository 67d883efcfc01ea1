"""The life of a refund."""

from enum import StrEnum

from kernel.states import Flow


class RefundState(StrEnum):
    """Where a refund stands. Only `refunds.actions` writes it."""

    REQUESTED = "requested"
    """Decided and numbered here; WeChat may or may not know it yet."""
    SUBMITTED = "submitted"
    SUCCEEDED = "succeeded"
    ABNORMAL = "abnormal"
    """WeChat could not hand the money over; it stays reserved until a person has acted."""
    CLOSED = "closed"
    """WeChat gave up and the money stayed with the shop; it may be asked back again."""


R = RefundState
_ENDS = frozenset({R.SUCCEEDED, R.ABNORMAL, R.CLOSED})
REFUND_FLOW = Flow(
    start=R.REQUESTED,
    steps={
        R.REQUESTED: _ENDS | {R.SUBMITTED},  # the callback may overtake our own answer
        R.SUBMITTED: _ENDS,
        R.ABNORMAL: frozenset({R.REQUESTED, R.SUCCEEDED, R.CLOSED}),
        R.SUCCEEDED: frozenset(),
        R.CLOSED: frozenset(),
    },
)
LIVE_REFUNDS = frozenset(RefundState) - {R.CLOSED}
"""Refunds whose money is reserved or gone."""


class Told(StrEnum):
    """What WeChat's word about a refund did here."""

    APPLIED = "applied"
    REPEATED = "repeated"
    MISMATCHED = "mismatched"
    CONTRADICTED = "contradicted"
    """WeChat said before that the refund ended the other way, or that it knew of none."""
    UNKNOWN = "unknown"
    """No refund of this shop has this number."""
