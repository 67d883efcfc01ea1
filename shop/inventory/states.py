"""The life of a reservation, and what can happen to stock."""

from enum import StrEnum

from kernel.states import Flow


class ReservationState(StrEnum):
    """`released` is where cancelled and taken-back goods end; a late payment holds them again."""

    HELD = "held"
    CONSUMED = "consumed"
    RELEASED = "released"


S = ReservationState
RESERVATION_FLOW = Flow(
    start=S.HELD,
    steps={
        S.HELD: frozenset({S.CONSUMED, S.RELEASED}),
        S.CONSUMED: frozenset({S.RELEASED}),
        S.RELEASED: frozenset({S.HELD}),
    },
)


class MovementKind(StrEnum):
    """Why a number changed; see `Movement` for the two sums they make."""

    RECEIPT = "receipt"
    ADJUST = "adjust"
    IMPORT = "import"
    RESERVE = "reserve"
    RELEASE = "release"
    CONSUME = "consume"
    RETURN = "return"


COUNTED = frozenset({MovementKind.RECEIPT, MovementKind.ADJUST, MovementKind.IMPORT})
"""Somebody said how much there is; all else follows from orders."""
