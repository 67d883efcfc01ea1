"""The one writer of a product's history: whether it was for sale, and at which prices."""

from collections.abc import Iterable
from typing import Any

from shop.catalog.models import Product, ProductStep, Sku
from shop.catalog.states import SkuState

Standing = dict[str, Any]


def standing(product: Product, skus: Iterable[Sku] = ()) -> Standing:
    """Return what history keeps of a product as it is now, with the SKUs that are given."""
    active = [sku for sku in skus if sku.state == SkuState.ACTIVE]
    return {"state": str(product.state), "prices": {str(s.pk): s.price_minor for s in active}}


def step(product: Product, before: Standing, after: Standing, *, by: str) -> ProductStep | None:
    """Return the line between two standings, not yet written; None where nothing differs."""
    was, then = _left(before, after), _left(after, before)
    if not was and not then:
        return None
    return ProductStep(product=product, before=was, after=then, by=by)


def write(steps: Iterable[ProductStep | None]) -> None:
    """Write the lines that there are, in the transaction of what they tell."""
    ProductStep.objects.bulk_create([each for each in steps if each is not None])


def _left(one: Standing, other: Standing) -> Standing:
    """Return what of one standing is not so in the other."""
    left: Standing = {}
    if one["state"] != other["state"]:
        left["state"] = one["state"]
    prices = {k: v for k, v in one["prices"].items() if other["prices"].get(k) != v}
    return {**left, "prices": prices} if prices else left
