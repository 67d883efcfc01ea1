"""What trains tell themselves to do later. On the platform."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TrainTurn:
    """Look how the cars stand and what to do next; a message of an older `turn` is out of date."""

    train_id: int
    turn: int


@dataclass(frozen=True)
class TrainsOverdue:
    """It is time to look for trains whose next turn was lost."""
