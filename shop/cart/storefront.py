"""The cart's door for buyers. Every answer is the whole cart."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from shop.cart import actions, queries
from shop.cart.schemas import CartOut, LineChange, LineIn, LinesOut, Replacement, Ticks
from shop.members.auth import member
from shop.members.models import Member

router = Router(tags=["cart"], auth=member)


@router.get("", response=CartOut, summary="The cart with the prices of now")
def show(request: HttpRequest) -> CartOut:
    """Lines that cannot be bought now stand apart, with the reason."""
    return _cart(_member(request))


@router.post("/lines", response=CartOut, summary="Put an item into the cart")
def add_line(request: HttpRequest, body: LineIn) -> CartOut:
    """Add to what is there. Refusals: sku_not_for_sale, cart_is_full, too_many_of_one_item."""
    buyer = _member(request)
    return CartOut.of(actions.add(member=buyer, sku_id=body.sku_id, quantity=body.quantity))


@router.patch("/lines", response=CartOut, summary="Tick or untick several items")
def tick_lines(request: HttpRequest, body: Ticks) -> CartOut:
    """Ids that are not in the cart are no matter."""
    buyer = _member(request)
    actions.tick(member=buyer, selected=body.selected, sku_ids=body.sku_ids)
    return _cart(buyer)


@router.patch("/lines/{uuid:sku_id}", response=CartOut, summary="Change quantity or tick")
def change_line(request: HttpRequest, sku_id: UUID, body: LineChange) -> CartOut:
    """Set what is given. Refusal: not_in_cart."""
    buyer = _member(request)
    actions.change(member=buyer, sku_id=sku_id, quantity=body.quantity, selected=body.selected)
    return _cart(buyer)


@router.delete("/lines", response=CartOut, summary="Take items out of the cart")
def remove_lines(request: HttpRequest, body: LinesOut) -> CartOut:
    """Ids that are not in the cart are no matter."""
    buyer = _member(request)
    actions.remove(member=buyer, sku_ids=body.sku_ids)
    return _cart(buyer)


@router.post("/lines/{uuid:sku_id}/replace", response=CartOut, summary="Choose another option")
def replace_line(request: HttpRequest, sku_id: UUID, body: Replacement) -> CartOut:
    """Move the quantity to another SKU of the same product.

    Refusals: not_in_cart, not_same_product, sku_not_for_sale, too_many_of_one_item.
    """
    buyer = _member(request)
    actions.replace(member=buyer, sku_id=sku_id, new_sku_id=body.sku_id)
    return _cart(buyer)


def _member(request: HttpRequest) -> Member:
    found = request.auth  # type: ignore[attr-defined]  # set by ninja
    assert isinstance(found, Member)
    return found


def _cart(member: Member) -> CartOut:
    return CartOut.of(queries.cart_of(member))
