"""Questions about carts, answered with the prices and the stock of this moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from shop.catalog.queries import FOR_SALE, SkuForSale, shown
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


PRICED = f"""
SELECT line.quantity, line.selected, sku.* FROM lines AS line
CROSS JOIN LATERAL ({FOR_SALE} WHERE s.id = line.sku_id LIMIT 1) AS sku ORDER BY line.id DESC"""
"""What `cart_from` takes, after a WITH that makes `lines`: id, sku_id, quantity, selected."""

_CART = f"WITH lines AS (SELECT * FROM cart_cartline WHERE member_id = %(member)s) {PRICED}"


def cart_of(member: Member) -> Cart:
    """Return the member's cart: one statement, however long it is."""
    with connection.cursor() as cursor:
        cursor.execute(_CART, {"member": member.pk, **shown()})
        return cart_from(cursor.fetchall())


def cart_from(rows: Sequence[tuple[Any, ...]]) -> Cart:
    """Return a cart of the rows of `PRICED`."""
    cart = Cart([], [], context.shop().currency)
    for quantity, selected, *known in rows:
        sku = SkuForSale(*known)
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
