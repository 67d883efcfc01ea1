"""What a rule waits for, and what it says."""

from enum import StrEnum


class Occasion(StrEnum):
    """When a rule speaks."""

    FOLLOWED = "followed"
    """Somebody began to follow the official account."""
    EXACT = "exact"
    """What was written is the keyword, or the chosen menu entry has it as its key."""
    CONTAINS = "contains"
    """What was written holds the keyword."""


class ReplyKind(StrEnum):
    """What is said."""

    TEXT = "text"
    PROGRAM_LINK = "program_link"
    """A text, and under it a link that opens a page of a mini-program."""
