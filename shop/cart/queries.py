"""Questions about carts, answered with the prices and the stock of this moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shop.cart.models import CartLine
from shop.catalog.queries import SkuForSale, skus_for_sale
from shop.members.models import Member
from tenants import context


@dataclass(frozen=True)
class PricedLine:
    """A line that can be bought now, at the price of now."""

    sku: SkuForSale
    quantity: int
    selected: bool

    @property
    def amount_minor(self) -> int:
        """Return price × quantity."""
        return self.sku.price_minor * self.quantity


@dataclass(frozen=True)
class InvalidLine:
    """A line that cannot be bought now. `reason`: not_for_sale, sold_out or short_stock."""

    sku: SkuForSale
    quantity: int
    reason: str


@dataclass(frozen=True)
class Cart:
    """A member's whole cart, the newest line first."""

    lines: list[PricedLine]
    invalid: list[InvalidLine]
    currency: str

    @property
    def selected(self) -> list[PricedLine]:
        """Return the lines that are ticked for checkout."""
        return [line for line in self.lines if line.selected]


Row = tuple[UUID, int, bool]
"""SKU, quantity, ticked."""


def cart_of(member: Member) -> Cart:
    """Return the member's cart: two statements, however long it is."""
    lines = CartLine.objects.filter(member=member).order_by("-pk")
    return priced(list(lines.values_list("sku_id", "quantity", "selected")))


def priced(rows: Sequence[Row]) -> Cart:
    """Return a cart of these rows, by one statement."""
    skus = skus_for_sale(sku_id for sku_id, _, _ in rows)
    cart = Cart([], [], context.shop().currency)
    for sku_id, quantity, selected in rows:
        sku = skus[sku_id]
        if reason := _why_not(sku, quantity):
            cart.invalid.append(InvalidLine(sku, quantity, reason))
        else:
            cart.lines.append(PricedLine(sku, quantity, selected))
    return cart


def _why_not(sku: SkuForSale, quantity: int) -> str | None:
    if not sku.on_sale:
        return "not_for_sale"
    if sku.available <= 0:
        return "sold_out"
    return "short_stock" if sku.available < quantity else None
