"""What crosses the cart's door."""

from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

from shop.cart.models import MOST_LINES, MOST_OF_ONE
from shop.cart.queries import Cart, InvalidLine, PricedLine

Quantity = Annotated[int, Field(ge=1, le=MOST_OF_ONE)]


class Strict(Schema):
    """Input with a field nobody knows is refused."""

    model_config = ConfigDict(extra="forbid")


class LineIn(Strict):
    """So many more of one SKU."""

    sku_id: UUID
    quantity: Quantity = 1


class LineChange(Strict):
    """What is to change; what is absent stays."""

    quantity: Quantity | None = None
    selected: bool | None = None


class LinesOut(Strict):
    """SKUs to take out."""

    sku_ids: list[UUID] = Field(min_length=1, max_length=MOST_LINES)


class Ticks(Strict):
    """Tick or untick these; without `sku_ids` all."""

    selected: bool
    sku_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=MOST_LINES)


class Replacement(Strict):
    """The other option of the same product."""

    sku_id: UUID


class CartLineOut(Schema):
    """A line that can be bought now. Money in minor units."""

    sku_id: UUID
    product_id: UUID
    title: str
    label: str
    image_url: str | None
    price_minor: int
    quantity: int
    amount_minor: int
    available: int
    selected: bool

    @classmethod
    def of(cls, line: PricedLine) -> "CartLineOut":
        """Show a priced line."""
        return cls(**_shown(line), amount_minor=line.amount_minor, selected=line.selected)


class InvalidLineOut(Schema):
    """A line that cannot be bought now. `reason`: not_for_sale, sold_out or short_stock."""

    sku_id: UUID
    product_id: UUID
    title: str
    label: str
    image_url: str | None
    price_minor: int
    quantity: int
    available: int
    reason: str

    @classmethod
    def of(cls, line: InvalidLine) -> "InvalidLineOut":
        """Show a line with the reason."""
        return cls(**_shown(line), reason=line.reason)


class CartOut(Schema):
    """The whole cart. Totals count the ticked lines that can be bought."""

    lines: list[CartLineOut]
    invalid: list[InvalidLineOut]
    currency: str
    selected_count: int
    goods_minor: int

    @classmethod
    def of(cls, cart: Cart) -> "CartOut":
        """Show a cart."""
        return cls(
            lines=[CartLineOut.of(line) for line in cart.lines],
            invalid=[InvalidLineOut.of(line) for line in cart.invalid],
            currency=cart.currency,
            selected_count=sum(line.quantity for line in cart.selected),
            goods_minor=sum(line.amount_minor for line in cart.selected),
        )


def _shown(line: PricedLine | InvalidLine) -> dict[str, Any]:
    sku = line.sku
    return {
        "sku_id": sku.sku_id,
        "product_id": sku.product_id,
        "title": sku.title,
        "label": sku.label,
        "image_url": sku.image_url,
        "price_minor": sku.price_minor,
        "available": sku.available,
        "quantity": line.quantity,
    }
