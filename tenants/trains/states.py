"""The life of a train and of each of its cars."""

from enum import StrEnum

from kernel.states import Flow


class TrainState(StrEnum):
    """Where a train stands. Only `trains.moves` writes it."""

    PLANNED = "planned"
    RUNNING = "running"
    PAUSED = "paused"
    """By a person, or because the month's audits are used up. Nothing is submitted or released."""
    STOPPED = "stopped"
    """By its own rule: too many refusals in one wave."""
    ABORTED = "aborted"
    FINISHED = "finished"


T = TrainState
TRAIN_FLOW = Flow(
    start=T.PLANNED,
    steps={
        T.PLANNED: frozenset({T.RUNNING, T.ABORTED}),
        T.RUNNING: frozenset({T.PAUSED, T.STOPPED, T.ABORTED, T.FINISHED}),
        T.PAUSED: frozenset({T.RUNNING, T.ABORTED}),
        T.STOPPED: frozenset({T.RUNNING, T.ABORTED}),
        T.ABORTED: frozenset(),
        T.FINISHED: frozenset({T.RUNNING}),  # a car is tried again
    },
)


DRIVEN = frozenset({T.RUNNING, T.ABORTED})
"""Those that have turns: one that was aborted, until its last cars are settled."""


class CarState(StrEnum):
    """Where one mini-program of a train stands. Only `trains.moves` writes it."""

    WAITING = "waiting"
    RUNNING = "running"
    RELEASED = "released"
    REFUSED = "refused"
    """By WeChat's reviewers: mend it, then try the car again."""
    FAILED = "failed"
    """It got stuck: the preflight, a refusal of the code, a lost authorisation."""
    SKIPPED = "skipped"
    """Its owner has a release under way, or the train was aborted before its turn."""


C = CarState
CAR_FLOW = Flow(
    start=C.WAITING,
    steps={
        C.WAITING: frozenset({C.RUNNING, C.SKIPPED}),
        C.RUNNING: frozenset({C.RELEASED, C.REFUSED, C.FAILED, C.SKIPPED}),
        C.RELEASED: frozenset(),
        C.REFUSED: frozenset({C.RUNNING, C.WAITING}),
        C.FAILED: frozenset({C.WAITING}),
        C.SKIPPED: frozenset({C.WAITING}),
    },
)
DECIDED = frozenset({C.RELEASED, C.REFUSED, C.FAILED, C.SKIPPED})
