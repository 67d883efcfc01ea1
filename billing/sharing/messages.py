"""Facts about sharing, and what billing tells itself to do later."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class SharingEnded:
    """Every part of an order's sharing was given or not. Heard inside the shop."""

    sharing_id: UUID
    payment_id: UUID
    order_id: UUID


@dataclass(frozen=True)
class FollowSharing:
    """Hand a sharing over, or ask after it. A message of an older `turn` than the row's is void."""

    sharing_id: UUID
    turn: int


@dataclass(frozen=True)
class FollowReturn:
    """Take a part of the platform's part back, or ask how that stands."""

    share_return_id: UUID


@dataclass(frozen=True)
class WatchSharings:
    """Look for frozen money that WeChat will soon release unshared."""
