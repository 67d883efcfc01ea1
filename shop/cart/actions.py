"""Everything a member can do with a cart. Each verb is one statement, or one transaction."""

from collections.abc import Collection
from typing import Any, ClassVar
from uuid import UUID

from django.db import connection

from kernel import clock
from kernel.errors import Refusal
from kernel.identifiers import uuid7
from shop.cart.models import MOST_LINES, MOST_OF_ONE, CartLine
from shop.cart.queries import PRICED, Cart, cart_from
from shop.catalog.models import Sku
from shop.catalog.queries import shown
from shop.members.models import Member
from tenants.transactions import verb

# One statement, so that two taps at once add up. It writes nothing where the SKU is not for
# sale, the cart is full, or the sum would be too many, and returns no row then; else the cart as it
# is now: a statement does not see its own rows, so what was added is joined to what was there.
_ADD = f"""
WITH added AS (
    INSERT INTO cart_cartline AS line (id, member_id, sku_id, quantity, selected, created_at)
    SELECT %(id)s, %(member)s, sku.id, %(quantity)s, true, %(now)s
    FROM catalog_sku sku JOIN catalog_product product ON product.id = sku.product_id
    WHERE sku.id = %(sku)s AND sku.state = 'active' AND product.state = 'on_sale'
      AND (SELECT count(*) FROM cart_cartline
           WHERE member_id = %(member)s AND sku_id <> %(sku)s) < %(most_lines)s
    ON CONFLICT (member_id, sku_id) DO UPDATE
    SET quantity = line.quantity + EXCLUDED.quantity, selected = true
    WHERE line.quantity + EXCLUDED.quantity <= %(most)s
    RETURNING line.id, line.sku_id, line.quantity, line.selected
), lines AS (
    SELECT id, sku_id, quantity, selected FROM added
    UNION ALL
    SELECT id, sku_id, quantity, selected FROM cart_cartline
    WHERE member_id = %(member)s AND EXISTS (SELECT 1 FROM added)
      AND id NOT IN (SELECT id FROM added))
{PRICED}"""


class SkuNotForSale(Refusal):
    """The SKU does not exist, was retired, or its product is not on sale."""

    en = "This item is not for sale any more."
    zh = "该商品已下架。"


class CartIsFull(Refusal):
    """A cart holds only so many lines."""

    en = "The cart is full: it holds {most} different items."
    zh = "购物车已满，最多放 {most} 种商品。"


class TooManyOfOneItem(Refusal):
    """A line holds only so many of one SKU."""

    en = "You can have up to {most} of one item."
    zh = "同一商品最多 {most} 件。"


class NotInCart(Refusal):
    """The SKU is not in this cart."""

    status: ClassVar[int] = 404
    en = "This item is not in the cart."
    zh = "购物车中没有该商品。"


class NotSameProduct(Refusal):
    """A line changes to another specification of the same product only."""

    status: ClassVar[int] = 422
    en = "Choose another option of the same product."
    zh = "只能更换为同一商品的其他规格。"


def add(*, member: Member, sku_id: UUID, quantity: int) -> Cart:
    """Put more of a SKU into the cart, ticked; return the whole cart.

    Raises SkuNotForSale, CartIsFull, TooManyOfOneItem.
    """
    asked: dict[str, Any] = {
        "id": uuid7(),
        "member": member.pk,
        "sku": sku_id,
        "quantity": quantity,
        "now": clock.now(),
        "most": MOST_OF_ONE,
        "most_lines": MOST_LINES,
        **shown(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_ADD, asked)
        rows = cursor.fetchall()
    if not rows:
        raise _why_not_added(member, sku_id)
    return cart_from(rows)


def change(
    *, member: Member, sku_id: UUID, quantity: int | None = None, selected: bool | None = None
) -> None:
    """Set the quantity, the tick, or both. Raises NotInCart."""
    asked = {"quantity": quantity, "selected": selected}
    values = {name: value for name, value in asked.items() if value is not None}
    lines = CartLine.objects.filter(member=member, sku_id=sku_id)
    if not (lines.update(**values) if values else lines.exists()):
        raise NotInCart


def tick(*, member: Member, selected: bool, sku_ids: Collection[UUID] | None) -> None:
    """Tick or untick these lines, or all of them; ids that are not in the cart are no matter."""
    lines = CartLine.objects.filter(member=member).exclude(selected=selected)
    if sku_ids is not None:
        lines = lines.filter(sku_id__in=sku_ids)
    lines.update(selected=selected)


@verb
def replace(*, member: Member, sku_id: UUID, new_sku_id: UUID) -> None:
    """Change a line to another SKU of its product; the quantity moves along.

    Raises NotInCart, NotSameProduct, and what `add` raises.
    """
    line = (
        CartLine.objects.select_for_update(of=("self",))
        .select_related("sku")
        .filter(member=member, sku_id=sku_id)
        .first()
    )
    if line is None:
        raise NotInCart
    if new_sku_id == sku_id:
        return
    if not Sku.objects.filter(pk=new_sku_id, product_id=line.sku.product_id).exists():
        raise NotSameProduct
    line.delete()
    add(member=member, sku_id=new_sku_id, quantity=line.quantity)


def remove(*, member: Member, sku_ids: Collection[UUID]) -> None:
    """Take lines out; ids that are not in the cart are no matter."""
    with connection.cursor() as cursor:  # Django would read the rows first
        cursor.execute(
            "DELETE FROM cart_cartline WHERE member_id = %s AND sku_id = ANY(%s::uuid[])",
            [member.pk, list(sku_ids)],
        )


def _why_not_added(member: Member, sku_id: UUID) -> Refusal:
    sku = Sku.objects.filter(pk=sku_id, state="active", product__state="on_sale")
    if not sku.exists():
        return SkuNotForSale()
    if CartLine.objects.filter(member=member, sku_id=sku_id).exists():
        return TooManyOfOneItem(most=MOST_OF_ONE)
    return CartIsFull(most=MOST_LINES)
