"""What billing tells itself to do later."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class FollowWithdrawal:
    """Hand a withdrawal to WeChat or ask how it stands; `step` counts up the ladder."""

    withdrawal_id: UUID
    step: int
