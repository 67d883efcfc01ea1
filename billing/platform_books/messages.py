"""What the platform's books tell themselves to do."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CatchUp:
    """A day is over: look for what a shop owes and the platform's books lack."""
