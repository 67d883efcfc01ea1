"""What crosses the doors of pick-up points."""

from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, StringConstraints


def _text(most: int) -> StringConstraints:
    return StringConstraints(
        strip_whitespace=True, min_length=1, max_length=most, pattern=r"^[^\x00-\x1f\x7f]*$"
    )


class PickupPointIn(Schema):
    """`hours` says in words when it is open. `phone` holds digits, spaces, `+` and `-`."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, _text(40)]
    address: Annotated[str, _text(200)]
    hours: Annotated[str, _text(100)]
    phone: Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 -]{3,17}[0-9]$")]
    is_active: bool = True


class OfferedPointOut(Schema):
    """A point that a buyer may choose."""

    id: UUID
    name: str
    address: str
    hours: str
    phone: str


class OfferedPointsOut(Schema):
    """No items: the shop offers no pick-up."""

    items: list[OfferedPointOut]


class PickupPointOut(OfferedPointOut):
    """A point as the shop's staff see it."""

    is_active: bool


class PickupPointsOut(Schema):
    items: list[PickupPointOut]
