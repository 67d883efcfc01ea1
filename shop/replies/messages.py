"""What replies tell themselves to do."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class ReplyDue:
    """Go on with a reply by customer service; parts that went out are passed over."""

    push_id: UUID
    attempt: int
