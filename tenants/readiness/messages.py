"""What the doctor tells itself to do later. On the platform."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CheckupWanted:
    """Somebody asked and waits: look at all preconditions of an app."""

    program_id: int


@dataclass(frozen=True)
class RoutineCheckup:
    """The daily look at an app: nobody waits for it."""

    program_id: int


@dataclass(frozen=True)
class CheckupsDue:
    """A day has passed: look at every app again."""
