"""What the schedule tells the keys."""

from dataclasses import dataclass


@dataclass(frozen=True)
class OldKeysDue:
    """It is time to forget keys that nobody will send again."""
