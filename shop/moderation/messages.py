"""Facts about what was submitted, and what moderation tells itself to do later."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class ContentDecided:
    """A subject's standing changed to passed or refused after it was submitted: ask how it
    stands now (`queries.standing_of`). Heard by every noun; `subject_kind` says whose it is."""

    subject_kind: str
    subject_id: UUID


@dataclass(frozen=True)
class CheckWanted:
    """Ask WeChat. `attempt` is how many attempts were recorded when this was sent."""

    check_id: UUID
    attempt: int


@dataclass(frozen=True)
class AnswerOverdue:
    """Half an hour is over: WeChat should have pushed its answer about a picture."""

    check_id: UUID
    attempt: int


@dataclass(frozen=True)
class AnswerCameEarly:
    """A push told of a picture that we had not noted as sent: look again."""

    push_id: UUID
    tries: int
