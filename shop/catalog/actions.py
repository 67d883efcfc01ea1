"""Everything that can happen to the catalogue."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import nh3
from django.db import IntegrityError, transaction
from django.utils.html import strip_tags

from kernel import clock
from kernel.errors import Refusal
from shop.catalog import differences, history, shopify
from shop.catalog.differences import Changes
from shop.catalog.models import Category, Product, Sku
from shop.catalog.states import PRODUCT_FLOW, ProductState, SkuState
from shop.catalog.wanted import WantedProduct
from shop.media.queries import known
from shop.moderation import actions as moderation
from shop.moderation import queries as moderation_queries
from shop.moderation import words
from tenants.limits import Limit, hold_room

MOST_SPECS, MOST_SKUS, MOST_IMAGES, MOST_CATEGORIES = 3, 1_000, 30, 500
AT_ONCE = 500


class ProductCodeTaken(Refusal):
    """Another product has this code."""

    en = "Another product has the code “{code}”."
    zh = "已有商品使用编码“{code}”。"


class ProductCannotMove(Refusal):
    """The product is not in a state from which this step is allowed."""

    en = "The product is {state} and cannot become {target}."
    zh = "商品当前状态为 {state}，不能变为 {target}。"


class ProductHasNoPrice(Refusal):
    """What is free cannot be paid for, and WeChat Pay takes nothing below one fen."""

    en = "“{title}” has a SKU without a price. Set a price first."
    zh = "“{title}”有未定价的 SKU，请先设置价格。"


class ChangedMeanwhile(Refusal):
    """Someone else saved the product first; nothing of this edit was saved."""

    status = 412
    en = "The product was changed meanwhile (it is at version {version}). Load it again."
    zh = "商品已被他人修改（当前版本 {version}），请重新加载。"


class SpecsUnfit(Refusal):
    """SKUs and specs do not fit together."""

    status = 422
    en = "Each SKU needs one value for each spec, and no two SKUs the same values."
    zh = "每个 SKU 的每个规格都要有一个值，且不能有两个相同的 SKU。"


class SkuNotOfProduct(Refusal):
    """A SKU of another product, or one that is for sale no more."""

    status = 422
    en = "One of these SKUs is not for sale as part of this product."
    zh = "其中有 SKU 不属于该商品或已停用。"


class ImageUnknown(Refusal):
    """A picture that is not of this shop."""

    status = 422
    en = "There is no picture {image_id}."
    zh = "没有图片 {image_id}。"


class CategoryUnknown(Refusal):
    """A category that is not of this shop."""

    status = 422
    en = "There is no category {category_id}."
    zh = "没有分类 {category_id}。"


class CategoryTooDeep(Refusal):
    """Categories have two levels."""

    status = 422
    en = "Categories have two levels only."
    zh = "分类最多两级。"


class CategoryNameTaken(Refusal):
    """Its neighbour has this name."""

    en = "There is a category named “{name}” here already."
    zh = "此处已有名为“{name}”的分类。"


class CategoryNameUnfit(Refusal):
    """Files of products part the levels of a category by this sign."""

    status = 422
    en = "The name of a category holds no “>”: files of products part levels by it."
    zh = "分类名称不能含“>”：商品文件用它分隔层级。"


class CategoryInUse(Refusal):
    """It still holds products or categories."""

    en = "“{name}” still holds products or categories. Move them first."
    zh = "“{name}”下还有商品或子分类，请先移走。"


class TooManyCategories(Refusal):
    """A shop front that nobody can read."""

    en = "A shop can have {most} categories."
    zh = "最多可建 {most} 个分类。"


@transaction.atomic
def save_many(*, wanted: Sequence[WantedProduct], by: str) -> Changes:
    """Make products, recognised by their codes, as they are wanted; see Note [same].

    Descriptions must be clean already. What is wanted already changes nothing, not even a version.
    What holds a prohibited word (`prohibited_in`) is put in, but hidden instead of on sale.
    """
    total = Changes(by)
    hits = prohibited_in(wanted=wanted)
    for start in range(0, len(wanted), AT_ONCE):
        part = [
            dataclasses.replace(each, state=ProductState.HIDDEN) if each.code in hits else each
            for each in wanted[start : start + AT_ONCE]
        ]
        rows = Product.objects.select_for_update().filter(code__in=[each.code for each in part])
        trees = {tree.product.code: tree for tree in differences.load(list(rows.order_by("pk")))}
        changes = Changes(by)
        for each in part:
            changes.add(each, trees.get(each.code))
        hold_room(Limit.PRODUCTS, adding=len(changes.created), count=Product.objects.count)
        differences.write(changes)
        total.created += changes.created
        total.updated += changes.updated
        total.unchanged += changes.unchanged
        total.counts |= changes.counts
    return total


def prohibited_in(*, wanted: Sequence[WantedProduct]) -> dict[str, str]:
    """Return the prohibited word, by product code, of each that is wanted on sale and holds one."""
    prohibited = moderation_queries.prohibited_words()
    if not prohibited:
        return {}
    on_sale = (each for each in wanted if each.state == ProductState.ON_SALE)
    found = ((each.code, _first_hit(prohibited, each)) for each in on_sale)
    return {code: word for code, word in found if word}


def create(*, wanted: WantedProduct) -> Product:
    """Add a product; its code is made from its title if it is empty.

    Raises ProductCodeTaken, SpecsUnfit, ImageUnknown, CategoryUnknown, ProductHasNoPrice,
    moderation's ProhibitedWordFound, ProductLimitReached.
    """
    wanted = dataclasses.replace(_checked(wanted), code=wanted.code or _free_code(wanted.title))
    changes = Changes()
    try:
        with transaction.atomic():
            product = changes.add(wanted, None)
            changes.rows[Product][0].version = 1
            hold_room(Limit.PRODUCTS, adding=1, count=Product.objects.count)
            # A plain insert: two who choose one code at once must not become one product.
            product.save(force_insert=True)
            differences.write(changes)
    except IntegrityError:
        if not Product.objects.filter(code=wanted.code).exists():
            raise
        raise ProductCodeTaken(code=wanted.code) from None
    return product


@transaction.atomic
def edit(*, product: Product, version: int, changes: dict[str, Any], by: str) -> Product:
    """Change the named fields of WantedProduct, if the product is still at `version`.

    SKUs keep their ids by Note [same] of `catalog.differences`; those left out are retired.
    Raises ChangedMeanwhile and what `create` raises.
    """
    row = Product.objects.select_for_update().get(pk=product.pk)
    if row.version != version:
        raise ChangedMeanwhile(version=row.version)
    [tree] = differences.load([row])
    plan = Changes(by)
    plan.add(_checked(dataclasses.replace(differences.wanted_of(tree), **changes)), tree)
    differences.write(plan)
    return row


@transaction.atomic
def reprice(
    *, product: Product, version: int, prices: Mapping[UUID, int], by: str
) -> Product:
    """Set the prices of some of its SKUs, by their ids, if the product is still at `version`.

    Raises ChangedMeanwhile, SkuNotOfProduct, ProductHasNoPrice.
    """
    row = Product.objects.select_for_update().get(pk=product.pk)
    if row.version != version:
        raise ChangedMeanwhile(version=row.version)
    skus = {sku.pk: sku for sku in Sku.objects.filter(product=row, state=SkuState.ACTIVE)}
    if not prices.keys() <= skus.keys():
        raise SkuNotOfProduct
    before = history.standing(row, skus.values())
    for sku_id, price in prices.items():
        skus[sku_id].price_minor = price
    every = [sku.price_minor for sku in skus.values()]
    if row.state == ProductState.ON_SALE and min(every) == 0:
        raise ProductHasNoPrice(title=row.title)
    Sku.objects.bulk_update(skus.values(), ["price_minor"])
    row.min_price_minor, row.max_price_minor = min(every), max(every)
    row.version, row.updated_at = row.version + 1, clock.now()
    row.save(update_fields=["min_price_minor", "max_price_minor", "version", "updated_at"])
    history.write([history.step(row, before, history.standing(row, skus.values()), by=by)])
    return row


def publish(*, product: Product, by: str) -> Product:
    """Put a product on sale.

    Raises ProductHasNoPrice, ProductCannotMove, moderation's ProhibitedWordFound.
    """
    with transaction.atomic():
        row = Product.objects.select_for_update().get(pk=product.pk)
        if row.min_price_minor == 0:
            raise ProductHasNoPrice(title=row.title)
        moderation.refuse_prohibited(*_words_of(row))
        return _move(row, ProductState.ON_SALE, by=by)


def hide(*, product: Product, by: str) -> Product:
    """Take a product off sale; orders keep what they bought. Raises ProductCannotMove."""
    with transaction.atomic():
        row = Product.objects.select_for_update().get(pk=product.pk)
        return _move(row, ProductState.HIDDEN, by=by)


def add_category(
    *, name: str, parent_id: UUID | None = None, position: int = 0, is_visible: bool = True
) -> Category:
    """Add a shelf. Raises TooManyCategories and what `edit_category` raises."""
    if Category.objects.count() >= MOST_CATEGORIES:
        raise TooManyCategories(most=MOST_CATEGORIES)
    _check_name(name)
    category = Category(name=name, position=position, is_visible=is_visible)
    return _put_category(category, parent_id)


def edit_category(*, category: Category, **changes: Any) -> Category:
    """Change the fields that are named: name, parent_id, position, is_visible.

    Raises CategoryNameUnfit, CategoryNameTaken, CategoryTooDeep, CategoryUnknown.
    """
    _check_name(changes.get("name", ""))
    parent_id = changes.pop("parent_id", category.parent_id)
    for name, value in changes.items():
        setattr(category, name, value)
    return _put_category(category, parent_id)


@transaction.atomic
def remove_category(*, category: Category) -> None:
    """Take away an empty shelf. Raises CategoryInUse."""
    row = Category.objects.select_for_update().get(pk=category.pk)
    if row.products.exists() or row.children.exists():
        raise CategoryInUse(name=row.name)
    row.delete()


@transaction.atomic
def category_ids(*, paths: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], UUID]:
    """Return a category for each path of one or two names; make those that are missing."""
    known_ids = {
        (*((row.parent.name,) if row.parent else ()), row.name): row.pk
        for row in Category.objects.select_related("parent")
    }
    wanted = dict.fromkeys(part for path in paths for part in (path[:1], path[:2]) if part)
    for part in sorted(wanted, key=len):
        if part not in known_ids:
            above = known_ids[part[:1]] if len(part) == 2 else None
            position = len(known_ids)
            row = Category.objects.create(name=part[-1], parent_id=above, position=position)
            known_ids[part] = row.pk
    return known_ids


def _check_name(name: str) -> None:
    if ">" in name:
        raise CategoryNameUnfit


def _put_category(category: Category, parent_id: UUID | None) -> Category:
    with transaction.atomic():
        if parent_id is not None:
            parent = Category.objects.select_for_update().filter(pk=parent_id).first()
            if parent is None:
                raise CategoryUnknown(category_id=parent_id)
            has_children = not category._state.adding and category.children.exists()
            if parent.parent_id is not None or has_children or parent.pk == category.pk:
                raise CategoryTooDeep
        category.parent_id = parent_id
        try:
            with transaction.atomic():
                category.save()
        except IntegrityError:
            raise CategoryNameTaken(name=category.name) from None
    return category


def _checked(wanted: WantedProduct) -> WantedProduct:
    """Return it with a clean description; refuse what does not fit together."""
    count, combinations = len(wanted.spec_names), {sku.values for sku in wanted.skus}
    fits = (
        0 < len(wanted.skus) <= MOST_SKUS
        and count <= MOST_SPECS
        and len(set(wanted.spec_names)) == count
        and len(combinations) == len(wanted.skus)
        and all(len(values) == count for values in combinations)
        and all(image.values is None or image.values in combinations for image in wanted.images)
    )
    if not fits:
        raise SpecsUnfit
    if wanted.state == ProductState.ON_SALE and min(s.price_minor for s in wanted.skus) == 0:
        raise ProductHasNoPrice(title=wanted.title)
    image_ids = [image.image_id for image in wanted.images]
    for image_id in set(image_ids) - known(image_ids):
        raise ImageUnknown(image_id=image_id)
    if wanted.category_id and not Category.objects.filter(pk=wanted.category_id).exists():
        raise CategoryUnknown(category_id=wanted.category_id)
    if wanted.state == ProductState.ON_SALE:
        moderation.refuse_prohibited(*_words_of(wanted))
    clean = nh3.clean(wanted.description_html).strip()
    return dataclasses.replace(wanted, description_html=clean)


def _words_of(product: WantedProduct | Product) -> tuple[str, str, str]:
    """Return what customers read of a product; a tag between two letters hides nothing."""
    return product.title, product.subtitle or "", strip_tags(product.description_html)


def _first_hit(prohibited: Sequence[str], product: WantedProduct) -> str | None:
    hits = (words.first_hit(prohibited, text) for text in _words_of(product))
    return next((word for word in hits if word), None)


def _free_code(title: str) -> str:
    """Return a handle of the title that no product has yet."""
    base = shopify.slug(title)
    taken = set(Product.objects.filter(code__startswith=base).values_list("code", flat=True))
    numbered = (base if n == 1 else f"{base}-{n}" for n in range(1, len(taken) + 2))
    return next(code for code in numbered if code not in taken)


def _move(product: Product, target: ProductState, *, by: str) -> Product:
    """Step if the row, which is locked, stands where the flow allows it."""
    if product.state == target:
        return product
    before = history.standing(product)
    moved = Product.objects.filter(pk=product.pk, state__in=PRODUCT_FLOW.before(target)).update(
        state=target, version=product.version + 1, updated_at=clock.now()
    )
    if not moved:
        raise ProductCannotMove(state=product.state, target=target)
    product.refresh_from_db()
    history.write([history.step(product, before, history.standing(product), by=by)])
    return product
