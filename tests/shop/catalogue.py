"""Goods for tests, made through the real verbs."""

from typing import Any
from uuid import UUID

from shop.catalog import actions, queries
from shop.catalog.models import Product, Sku
from shop.catalog.states import ProductState
from shop.catalog.wanted import WantedProduct, WantedSku
from shop.inventory import actions as inventory


def product(
    title: str = "Tea",
    *,
    price_minor: int = 990,
    stock: int | None = 10,
    choices: dict[str, list[str]] | None = None,
    state: ProductState = ProductState.ON_SALE,
    **fields: object,
) -> Product:
    """A product on sale; with `choices` of at most two specs it has a SKU per combination."""
    names, combinations = tuple(choices or {}), [()]
    for values in (choices or {}).values():
        combinations = [(*done, value) for done in combinations for value in values]
    skus = tuple(WantedSku(values=values, price_minor=price_minor) for values in combinations)
    wanted = WantedProduct(code="", title=title, spec_names=names, skus=skus, state=state, **fields)
    made = actions.create(wanted=wanted)
    if stock is not None:
        for sku in skus_of(made):
            inventory.adjust(sku_id=sku.pk, on_hand=stock, reason="test", by="test")
    return made


def skus_of(made: Product) -> list[Sku]:
    return queries.skus_of(made)


skus = skus_of


def sku(title: str = "Tea", **fields: Any) -> UUID:
    """The key of the only SKU of a new product."""
    return skus(product(title, **fields))[0].pk
