"""The life of a notice, and of choosing an app's templates."""

from enum import StrEnum

from kernel.states import Flow


class NoticeState(StrEnum):
    """Where a notice stands. Only `notices.moves` writes it."""

    QUEUED = "queued"
    SENDING = "sending"
    """A permit is taken and WeChat is asked; whoever finds it so later must not ask again."""
    SENT = "sent"
    NO_PERMIT = "no_permit"
    """The customer allowed none, or no more."""
    REFUSED = "refused"
    """WeChat did not take it, and would not take it the next time."""
    FAILED = "failed"
    """Nobody knows whether it went out, or WeChat was away for too long."""


N = NoticeState
NOTICE_FLOW = Flow(
    start=N.QUEUED,
    steps={
        N.QUEUED: frozenset({N.SENDING, N.NO_PERMIT, N.FAILED}),
        N.SENDING: frozenset({N.QUEUED, N.SENT, N.NO_PERMIT, N.REFUSED, N.FAILED}),
        N.SENT: frozenset(),
        N.NO_PERMIT: frozenset(),
        N.REFUSED: frozenset(),
        N.FAILED: frozenset({N.SENT}),  # who sent it was slow, not dead
    },
)


class SetUpState(StrEnum):
    """Whether an app's templates are chosen."""

    WANTED = "wanted"
    DONE = "done"
    FAILED = "failed"


U = SetUpState
SETUP_FLOW = Flow(
    start=U.WANTED,
    steps={
        U.WANTED: frozenset({U.DONE, U.FAILED}),
        U.DONE: frozenset({U.WANTED}),
        U.FAILED: frozenset({U.WANTED}),
    },
)


class Cause(StrEnum):
    """Why a customer's permits changed."""

    ACCEPTED = "accepted"
    SENT = "sent"
    RETURNED = "returned"
    """WeChat did not take the message, so it was worth nothing."""
    TAKEN_BACK = "taken_back"
    """The customer switched the messages off."""
    SPENT = "spent"
    """WeChat says that there is none (43101)."""
