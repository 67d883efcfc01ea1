"""What releases tell themselves to do later, and facts that others may hear. On the platform."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class CarryOn:
    """Do the next thing of a release; a message of an older `turn` is out of date."""

    release_id: UUID
    turn: int


@dataclass(frozen=True)
class CarryOnInBulk:
    """The same for a release of a train: it stands behind what owners wait for."""

    release_id: UUID
    turn: int


@dataclass(frozen=True)
class ScreenshotsWanted:
    """WeChat refused with pictures: fetch them before it forgets them."""

    rejection_id: int


@dataclass(frozen=True)
class ReleasesOverdue:
    """It is time to look for releases whose next step was lost."""


@dataclass(frozen=True)
class QuotaDue:
    """It is time to ask WeChat for the month's audits."""
