"""What crosses the stock's door."""

from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints, model_validator

from shop.inventory.actions import MOST_ON_HAND


class StockOut(Schema):
    sku_id: UUID
    product_id: UUID
    title: str
    label: str
    code: str
    on_hand: int
    reserved: int
    available: int


class StockPage(Schema):
    items: list[StockOut]
    next: str | None


class StockChange(Schema):
    """Either the number that was counted, or by how much it changes.

    With `seen_on_hand` the count is refused where another number is on hand by now.
    """

    model_config = ConfigDict(extra="forbid")

    on_hand: Annotated[int, Field(ge=0, le=MOST_ON_HAND)] | None = None
    delta: Annotated[int, Field(ge=-MOST_ON_HAND, le=MOST_ON_HAND)] | None = None
    seen_on_hand: Annotated[int, Field(ge=0, le=MOST_ON_HAND)] | None = None
    reason: Annotated[
        str,
        StringConstraints(
            strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00]*$"
        ),
    ]

    @model_validator(mode="after")
    def _one_of_both(self) -> "StockChange":
        if (self.on_hand is None) == (self.delta is None):
            raise ValueError("send either on_hand or delta")
        if self.seen_on_hand is not None and self.on_hand is None:
            raise ValueError("seen_on_hand goes with on_hand")
        return self


class Counted(Schema):
    sku_id: UUID
    on_hand: int
    reserved: int
    available: int
