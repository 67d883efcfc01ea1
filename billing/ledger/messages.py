"""Facts of the ledger that others may hear."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BooksMoved:
    """Money moved on `day` (ISO, in the shop's time zone) since that day was last counted."""

    day: str


@dataclass(frozen=True)
class PlatformOwed:
    """This journal moved what the shop owes the platform. Heard inside the shop."""

    kind: str
    reference: str
