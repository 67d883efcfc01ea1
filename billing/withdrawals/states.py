"""The life of a withdrawal."""

from enum import StrEnum

from kernel.states import Flow


class WithdrawalState(StrEnum):
    """Where a withdrawal stands. Only `withdrawals.moves` writes it."""

    REQUESTED = "requested"
    """The money is held; nobody of the shop has said yes or no."""
    REVIEWED = "reviewed"
    """One person said yes; above the shop's limit another one must, too."""
    APPROVED = "approved"
    """All have said yes; WeChat has not heard of it."""
    SUBMITTING = "submitting"
    """WeChat is being asked. From here on the money may have moved."""
    UNKNOWN = "unknown"
    """WeChat refused, or its answer was lost: only WeChat can say whether there is a transfer."""
    WAIT_USER_CONFIRM = "wait_user_confirm"
    """The customer can take the money in WeChat, for about a day."""
    PROCESSING = "processing"
    """WeChat is moving the money."""
    CANCELLING = "cancelling"
    """WeChat was asked to cancel; it may still have been paid."""
    PAID = "paid"
    EXPIRED = "expired"
    """The customer did not take it in time; the money is in the wallet again."""
    CANCELLED = "cancelled"
    FAILED = "failed"
    """WeChat said that it was not paid and never will be; the money is in the wallet again."""
    REJECTED = "rejected"


class Channel(StrEnum):
    """How the money reaches the customer."""

    WECHAT = "wechat"
    MANUAL = "manual"
    """The owner paid by hand and says so."""


W = WithdrawalState
_RELEASED = frozenset({W.EXPIRED, W.CANCELLED, W.FAILED})
_TOLD = _RELEASED | {W.PAID, W.WAIT_USER_CONFIRM, W.PROCESSING, W.CANCELLING}
"""What WeChat may say of a transfer; a callback may overtake our own answer."""
WITHDRAWAL_FLOW = Flow(
    start=W.REQUESTED,
    steps={
        W.REQUESTED: frozenset({W.REVIEWED, W.APPROVED, W.REJECTED, W.CANCELLED, W.PAID}),
        W.REVIEWED: frozenset({W.APPROVED, W.REJECTED, W.CANCELLED, W.PAID}),
        W.APPROVED: frozenset({W.SUBMITTING, W.CANCELLED, W.PAID}),
        W.SUBMITTING: _TOLD | {W.UNKNOWN},
        W.UNKNOWN: _TOLD | {W.SUBMITTING},
        W.WAIT_USER_CONFIRM: _TOLD - {W.WAIT_USER_CONFIRM},
        W.PROCESSING: _TOLD - {W.PROCESSING},
        W.CANCELLING: _RELEASED | {W.PAID},
        W.PAID: frozenset(),
        W.EXPIRED: frozenset(),
        W.CANCELLED: frozenset(),
        W.FAILED: frozenset(),
        W.REJECTED: frozenset(),
    },
)
ENDED = WITHDRAWAL_FLOW.ends()
RELEASED = ENDED - {W.PAID}
"""Ends at which the money is in the wallet again."""
LIVE = frozenset(WithdrawalState) - ENDED
"""States in which the money is held."""
TO_REVIEW = frozenset({W.REQUESTED, W.REVIEWED})
UNTOLD = TO_REVIEW | {W.APPROVED}
"""States in which WeChat has surely heard nothing."""
IN_FLIGHT = LIVE - UNTOLD


class Told(StrEnum):
    """What WeChat's word about a transfer did here."""

    APPLIED = "applied"
    REPEATED = "repeated"
    MISMATCHED = "mismatched"
    CONTRADICTED = "contradicted"
    """It ended otherwise here: WeChat said so before, or a person did."""
    UNKNOWN = "unknown"
    """No withdrawal of this shop has this number."""
