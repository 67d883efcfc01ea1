"""What notices tell themselves to do."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class NoticeDue:
    """Send a notice. `attempt` is how many attempts were recorded when this was sent."""

    notice_id: UUID
    attempt: int


@dataclass(frozen=True)
class TemplatesWanted:
    """Choose an app's templates. `attempt` as above."""

    setup_id: UUID
    attempt: int
