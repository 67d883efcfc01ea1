"""Questions about imports, and the shop's products as rows of a file."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from shop.catalog import differences
from shop.catalog.differences import Tree
from shop.catalog.models import Category, Product
from shop.catalog.shopify import ProductRow
from shop.catalog.wanted import WantedProduct
from shop.imports import rows
from shop.imports.models import Import
from shop.inventory.models import Stock
from shop.media import queries as pictures
from shop.media.models import Image
from tenants import context
from tenants.context import Shop

SHOWN_FAILURES = 100
AT_ONCE = 200


def imports() -> QuerySet[Import]:
    """Return all imports, the newest first, without their long parts."""
    return Import.objects.defer("errors", "warnings", "image_ids").order_by("-id")


def find_import(import_id: UUID) -> Import | None:
    """Return an import."""
    return Import.objects.filter(pk=import_id).first()


def picture_progress(row: Import, language: str) -> dict[str, Any]:
    """Return how many of an import's pictures wait, arrived and failed, and why."""
    counts = {"pending": 0, "stored": 0, "failed": 0}
    reasons = []
    for each in pictures.progress(row.image_ids):
        counts[each["state"]] += each["count"]
        if code := each["failure_code"]:
            detail = pictures.why(code, language)
            reasons.append({**each, "code": code, "detail": detail})
    failures = [
        {
            "image_id": each["id"],
            "source_url": each["source_url"],
            "code": each["failure_code"],
            "detail": pictures.why(each["failure_code"], language),
        }
        for each in pictures.failures(row.image_ids, SHOWN_FAILURES)
    ]
    return {**counts, "reasons": reasons, "failures": failures}


def product_rows(shop: Shop) -> Iterator[ProductRow]:
    """Yield every product as a file has it, the oldest first.

    A file is sent after the request has left the shop, so each portion enters it again and is
    whole before the first row of it goes out.
    """
    after: UUID | None = None
    while True:
        with context.activate(shop):
            portion = Product.objects.order_by("id")
            if after is not None:
                portion = portion.filter(pk__gt=after)
            products = list(portion.defer("search", "search_text")[:AT_ONCE])
            found = _rows(products)
        if not products:
            return
        yield from found
        after = products[-1].pk


def _rows(products: Sequence[Product]) -> list[ProductRow]:
    trees = differences.load(products)
    on_hand = dict(Stock.objects.filter(sku__product__in=products).values_list("sku_id", "on_hand"))
    ids = {each.image_id for tree in trees for each in tree.images}
    urls = {image.pk: _address(image) for image in Image.objects.filter(pk__in=ids)}
    paths = {
        row.pk: ((row.parent.name,) if row.parent else ()) + (row.name,)
        for row in Category.objects.select_related("parent")
    }
    return [_row(tree, on_hand, urls, paths) for tree in trees]


def _address(image: Image) -> str:
    return image.source_url or pictures.absolute(image.large_key)


def _row(
    tree: Tree,
    on_hand: dict[UUID, int],
    urls: dict[UUID, str],
    paths: dict[UUID, tuple[str, ...]],
) -> ProductRow:
    wanted: WantedProduct = differences.wanted_of(tree)
    ids = {sku.spec_key: sku.pk for sku in tree.skus}
    own = {each.values: urls[each.image_id] for each in wanted.images if each.values}
    skus = [
        (sku, on_hand.get(ids[differences.spec_key(sku.values)], 0), own.get(sku.values, ""))
        for sku in wanted.skus
    ]
    shared = [(urls[each.image_id], each.alt) for each in wanted.images if not each.values]
    category = paths.get(tree.product.category_id, ()) if tree.product.category_id else ()
    return rows.written(tree.product, skus=skus, wanted=wanted, category=category, images=shared)
