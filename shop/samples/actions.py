"""Put samples into a shop, and take them all away. Again changes nothing.

Stock that moved is history and nothing of history is deleted, so a removed sample is a hidden
product, and its row here lets the owner's lists leave it out.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction

from kernel import clock
from shop.catalog import actions as catalog
from shop.catalog import queries as products
from shop.catalog.models import Product
from shop.catalog.states import ProductState
from shop.catalog.wanted import WantedImage, WantedProduct
from shop.inventory import actions as inventory
from shop.media import actions as media
from shop.samples import queries
from shop.samples.goods import CATEGORIES, SAMPLES, Sample
from shop.samples.models import SampleItem

BY = "samples"


def add(*, by: str = BY) -> int:
    """Add the sample categories, products, pictures and stock; return how many products came to be.

    Samples that are there stay as they are; samples that were removed come back. Not inside a
    transaction: pictures are files.
    """
    if queries.are_present():
        return 0
    if queries.were_added():
        return _bring_back(by)
    return _put({sample.code: media.keep(picture=sample.picture()).pk for sample in SAMPLES})


def add_first() -> int:
    """Add the samples unless the shop ever had them: a message heard twice brings nothing back."""
    return 0 if queries.were_added() else add()


@transaction.atomic
def remove(*, by: str) -> int:
    """Hide every sample product and its shelves; return how many products went.

    Orders of samples stay whole. A shelf on which the owner put something stays visible.
    """
    present = SampleItem.objects.select_for_update().filter(removed_at=None).order_by("pk")
    items = list(present)
    product_ids = [item.item_id for item in items if item.kind == SampleItem.PRODUCT]
    for product_id in product_ids:
        product = products.find_product(product_id)
        if product is not None and product.state != ProductState.HIDDEN:
            catalog.hide(product=product, by=by)
    own = Product.objects.exclude(pk__in=queries.product_ids())
    in_use = set(own.exclude(category=None).values_list("category_id", flat=True))
    shelves = {item.item_id for item in items if item.kind == SampleItem.CATEGORY}
    _show_shelves(shelves - in_use, is_visible=False)
    SampleItem.objects.filter(pk__in=[item.pk for item in items]).update(removed_at=clock.now())
    return len(product_ids)


@transaction.atomic
def _put(pictures: Mapping[str, UUID]) -> int:
    shelves = catalog.category_ids(paths=[(name,) for name in CATEGORIES])
    made = [_make(each, shelves[each.category,], pictures[each.code]) for each in SAMPLES]
    _note(SampleItem.PRODUCT, [product.pk for product in made])
    _note(SampleItem.CATEGORY, shelves.values())
    return len(made)


def _make(sample: Sample, category_id: UUID, image_id: UUID) -> Product:
    product = catalog.create(
        wanted=WantedProduct(
            code=sample.code,
            title=sample.title,
            description_html=sample.description_html,
            category_id=category_id,
            state=ProductState.ON_SALE,
            spec_names=sample.spec_names,
            skus=sample.skus,
            images=(WantedImage(image_id, sample.title),),
        )
    )
    for sku in products.skus_of(product):
        inventory.adjust(sku_id=sku.pk, on_hand=sample.stock, reason="sample stock", by=BY)
    return product


@transaction.atomic
def _bring_back(by: str) -> int:
    """Show removed samples again."""
    items = list(SampleItem.objects.select_for_update().order_by("pk"))
    back = [item.item_id for item in items if item.kind == SampleItem.PRODUCT]
    for product_id in back:
        product = products.find_product(product_id)
        if product is not None:
            catalog.publish(product=product, by=by)
    shelves = [item.item_id for item in items if item.kind == SampleItem.CATEGORY]
    _show_shelves(shelves, is_visible=True)
    SampleItem.objects.filter(pk__in=[item.pk for item in items]).update(removed_at=None)
    return len(back)


def _show_shelves(category_ids: Iterable[UUID], *, is_visible: bool) -> None:
    for category_id in category_ids:
        category = products.find_category(category_id)
        if category is not None:
            catalog.edit_category(category=category, is_visible=is_visible)


def _note(kind: str, ids: Iterable[UUID]) -> None:
    SampleItem.objects.bulk_create(SampleItem(kind=kind, item_id=item_id) for item_id in ids)
