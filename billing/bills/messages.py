"""What the bills tell themselves to do, and what a shop hears of them."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class WantBills:
    """It may be past ten in Beijing: see which bills are missing."""


@dataclass(frozen=True)
class FetchBill:
    """Ask WeChat for a bill."""

    file_id: UUID


@dataclass(frozen=True)
class LoadBill:
    """Read the lines of a kept bill into the database."""

    file_id: UUID


@dataclass(frozen=True)
class BillLoaded:
    """The lines of a bill of `day` (ISO, Beijing) are there. Heard inside each shop."""

    day: str
    kind: str
