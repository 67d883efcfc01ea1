"""Who may recommend, by which rule a buyer belongs to whom, and the life of a commission."""

from enum import StrEnum

from kernel.states import Flow


class Entry(StrEnum):
    """Who may become a distributor."""

    APPLY = "apply"
    """Whoever asks; the shop says yes or no."""
    EVERYONE = "everyone"
    """Whoever asks is one at once."""


class Touch(StrEnum):
    """Which visit through a distributor's link counts, of those within the window."""

    FIRST = "first"
    LAST = "last"


class DistributorState(StrEnum):
    """Where a distributor stands. Only `distribution.moves` writes it."""

    APPLIED = "applied"
    ACTIVE = "active"
    PAUSED = "paused"
    """Their link brings nothing; what they earned stays theirs."""
    REFUSED = "refused"


D = DistributorState
DISTRIBUTOR_FLOW = Flow(
    start=D.APPLIED,
    steps={
        D.APPLIED: frozenset({D.ACTIVE, D.REFUSED}),
        D.ACTIVE: frozenset({D.PAUSED}),
        D.PAUSED: frozenset({D.ACTIVE}),
        D.REFUSED: frozenset({D.APPLIED, D.ACTIVE}),
    },
)


class CommissionState(StrEnum):
    """Where the commission of an order stands. Only `distribution.moves` writes it."""

    PENDING = "pending"
    """Paid for, not received yet."""
    HOLDING = "holding"
    """Received; the time for giving it back runs."""
    SETTLED = "settled"
    """In the wallet, and followed there: what goes back to the buyer is taken out again."""
    VOID = "void"
    """All that it was taken of went back before it was settled."""


C = CommissionState
COMMISSION_FLOW = Flow(
    start=C.PENDING,
    steps={
        C.PENDING: frozenset({C.HOLDING, C.VOID}),
        C.HOLDING: frozenset({C.SETTLED, C.VOID}),
        C.SETTLED: frozenset(),
        C.VOID: frozenset(),
    },
)
OPEN = (C.PENDING, C.HOLDING)
"""Earned and not in the wallet yet."""
