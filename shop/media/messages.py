"""What others may hear of pictures."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class FetchImage:
    """Bring the picture from its address."""

    image_id: UUID
