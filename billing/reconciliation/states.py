"""The eight kinds of difference between WeChat's bill and our books, and the life of one.

    kind            WeChat's bill                     our payments and books
    missing_here    took a payment                    do not have it
    missing_there   has nothing of it, on any day     hold a payment or a refund
    amount          another amount or currency        than ours
    fee             another fee                       than ours
    state           says that it ended one way        say the other, or disagree with each other
    duplicate       has the number twice              have it once
    refund_unknown  gave money back                   never asked for it
    cut_off         has nothing of it yet             hold it from the last minutes of the day

`cut_off` is no difference yet: the next day's bill should hold it. When it does, the row closes
itself; when it does not, the row becomes `missing_there`.
"""

from datetime import timedelta
from enum import StrEnum

from kernel.states import Flow


class DifferenceKind(StrEnum):
    """What differs. See the table above."""

    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    AMOUNT = "amount"
    FEE = "fee"
    STATE = "state"
    DUPLICATE = "duplicate"
    REFUND_UNKNOWN = "refund_unknown"
    CUT_OFF = "cut_off"


class DifferenceState(StrEnum):
    """Where a difference stands. Only `reconciliation` writes it."""

    OPEN = "open"
    EXPLAINED = "explained"
    """Somebody, or the match itself, knows why; it is not gone."""
    FIXED = "fixed"
    """Repaired, or gone by itself: the next match no longer found it."""
    WRITTEN_OFF = "written_off"


D = DifferenceState
DIFFERENCE_FLOW = Flow(
    start=D.OPEN,
    steps={
        D.OPEN: frozenset({D.EXPLAINED, D.FIXED, D.WRITTEN_OFF}),
        D.EXPLAINED: frozenset({D.FIXED, D.WRITTEN_OFF}),
        D.FIXED: frozenset({D.OPEN}),  # gone by itself, and back again
        D.WRITTEN_OFF: frozenset(),
    },
)
LIVE_DIFFERENCES = frozenset({D.OPEN, D.EXPLAINED})
"""Differences that the match may still close, and staff may still settle."""


class Repair(StrEnum):
    """What the one click does."""

    ASK = "ask"
    """Ask WeChat how it stands, and take what it says."""
    POST = "post"
    """Post a journal between WeChat and the account of differences, or of fees."""
    ASK_OR_POST = "ask_or_post"
    """Ask; where WeChat knows nothing of it, take it out of the books."""
    NONE = "none"
    """Nothing can be clicked right: explain it, or write it off."""


CUT_OFF = timedelta(minutes=10)
"""How near to midnight in Beijing our clock and WeChat's may put a payment into different days."""
