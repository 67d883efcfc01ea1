"""What crosses the pictures' door."""

from typing import Literal
from uuid import UUID

from ninja import Schema


class ImageOut(Schema):
    """Addresses are empty until the picture is stored; `failure` is a sentence, or empty."""

    id: UUID
    state: Literal["pending", "stored", "failed"]
    source_url: str
    width: int
    height: int
    small_url: str
    medium_url: str
    large_url: str
    failure_code: str
    failure: str
