"""The life of a check, and what the checks of one thing come to together."""

from collections.abc import Iterable
from enum import StrEnum

from kernel.states import Flow


class CheckState(StrEnum):
    """Where the check of one text or picture stands. Only PASSED lets it be seen."""

    PENDING = "pending"
    """WeChat is to be asked, or asked again."""
    SENT = "sent"
    """WeChat has the picture and will push its answer."""
    PASSED = "passed"
    HELD = "held"
    """Nobody may see it until a person, or WeChat at last, has said yes."""
    REFUSED = "refused"


C = CheckState
_VERDICTS = frozenset({C.PASSED, C.HELD, C.REFUSED})
CHECK_FLOW = Flow(
    start=C.PENDING,
    steps={
        C.PENDING: _VERDICTS | {C.SENT},
        C.SENT: _VERDICTS,
        C.HELD: frozenset({C.PENDING, C.PASSED, C.REFUSED}),
        C.PASSED: frozenset({C.REFUSED}),  # a person takes down what slipped through
        C.REFUSED: frozenset({C.PENDING, C.PASSED}),  # or gives back what was refused wrongly
    },
)


class StandingState(StrEnum):
    """What a thing's current checks come to together."""

    PASSED = "passed"
    HELD = "held"
    REFUSED = "refused"


S = StandingState
STANDING_FLOW = Flow(start=S.HELD, steps={state: frozenset(S) - {state} for state in S})


class Reason(StrEnum):
    """Why a check stands where it stands."""

    WAITING = "waiting"
    """Submitted; the machine has not answered."""
    CLEAN = "clean"
    """The machine passed it."""
    DECLARED = "declared"
    """The shop's own words and pictures: its owner answers for them."""
    DOUBTFUL = "doubtful"
    """The machine wants a person to look (suggest `review`)."""
    RISKY = "risky"
    PROHIBITED_WORD = "prohibited_word"
    """It holds a word on the shop's own list; nobody was asked."""
    VISIT_TOO_OLD = "visit_too_old"
    """The author has not been in the mini-program within two hours (61010)."""
    UNANSWERED = "unanswered"
    """WeChat was away, busy, or its quota spent, for as long as asking makes sense."""
    NOT_CHECKABLE = "not_checkable"
    """WeChat refused to check it; the same question again changes nothing."""
    OVERDUE = "overdue"
    """WeChat took the picture and kept silent."""
    PERSON = "person"
    """Somebody decided."""


ASK_AGAIN = frozenset({Reason.VISIT_TOO_OLD, Reason.UNANSWERED, Reason.OVERDUE})
"""Held for want of an answer: a new visit of the author is a new chance to get one."""


class PartKind(StrEnum):
    """What kind of content a part is."""

    TEXT = "text"
    PICTURE = "picture"


class Verdict(StrEnum):
    """What a person says."""

    PASS = "pass"  # noqa: S105  # a verdict, not a password
    REFUSE = "refuse"


TARGETS = {Verdict.PASS: C.PASSED, Verdict.REFUSE: C.REFUSED}


def combined(states: Iterable[str]) -> StandingState:
    """Return what these checks come to: one refusal refuses, one that is not through holds."""
    found = set(states)
    if C.REFUSED in found:
        return S.REFUSED
    return S.PASSED if found <= {C.PASSED} else S.HELD
