"""From products as they are to products as they are wanted: what to write, in bulk.

Note [same]. A spec is the same if its name is, or if it stands in the place of one that is gone; a
value if its word is; a SKU if its values are, or else its code. So ids, stock and the orders that
point at them survive an edit, and a SKU that is wanted no more is retired.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, models

from kernel import clock
from shop.catalog import history, searching
from shop.catalog.models import Product, ProductImage, ProductStep, Sku, Spec, SpecValue
from shop.catalog.states import ProductState, SkuState
from shop.catalog.wanted import WantedImage, WantedProduct, WantedSku, label

_FIELDS = ("title", "description_html", "vendor", "product_type", "category_id", "state")
_SKU_FIELDS = ("code", "price_minor", "compare_price_minor", "barcode", "weight_grams")


@dataclass
class Tree:
    """A product with everything that belongs to it, as it is in the database."""

    product: Product
    specs: list[tuple[Spec, list[SpecValue]]] = field(default_factory=list)
    skus: list[Sku] = field(default_factory=list)
    images: list[ProductImage] = field(default_factory=list)


@dataclass
class Changes:
    """Rows to write, and by whose hand what is there is changed.

    `counts` is what files say of the stock of new SKUs, and of those whose number in the file
    differs from the last file's.
    """

    by: str = ""
    created: list[UUID] = field(default_factory=list)
    updated: list[UUID] = field(default_factory=list)
    unchanged: list[UUID] = field(default_factory=list)
    rows: dict[type[models.Model], list[Any]] = field(default_factory=lambda: defaultdict(list))
    respecified: list[UUID] = field(default_factory=list)
    repictured: list[UUID] = field(default_factory=list)
    counts: dict[UUID, int] = field(default_factory=dict)
    steps: list[ProductStep | None] = field(default_factory=list)

    def add(self, wanted: WantedProduct, now: Tree | None) -> Product:
        """Note what makes `now` (None for a new product) as it is wanted; return the product."""
        tree = now or Tree(Product(code=wanted.code))
        product, counted = tree.product, len(self.counts)
        before = history.standing(product, tree.skus)
        specs = self._specs(wanted, tree)
        skus, changed = self._skus(wanted, tree, specs)
        changed |= specs is not tree.specs
        changed |= self._images(wanted, tree, {sku.spec_key: sku.pk for sku in skus})
        changed |= _set_fields(product, wanted, skus)
        if now is None:
            self.created.append(product.pk)
        elif changed or len(self.counts) > counted:
            product.version += 1
            product.updated_at = clock.now()
            self.updated.append(product.pk)
            after = history.standing(product, skus)
            self.steps.append(history.step(product, before, after, by=self.by))
        else:
            self.unchanged.append(product.pk)
            return product
        self.rows[Product].append(product)
        return product

    def _specs(self, wanted: WantedProduct, tree: Tree) -> list[tuple[Spec, list[SpecValue]]]:
        """Return the tree's own list where nothing changes, a new one otherwise."""
        choices = wanted.choices()
        if choices == [(spec.name, tuple(v.value for v in values)) for spec, values in tree.specs]:
            return tree.specs
        names = {name for name, _ in choices}
        made: list[tuple[Spec, list[SpecValue]]] = []
        for position, (name, words) in enumerate(choices):
            spec, values = _same_spec(tree, name, position, names) or (Spec(), [])
            old = {value.value: value for value in values}
            spec.product, spec.name, spec.position = tree.product, name, position
            kept = [old.get(word) or SpecValue(value=word) for word in words]
            for place, value in enumerate(kept):
                value.spec, value.position = spec, place
            made.append((spec, kept))
            self.rows[Spec].append(spec)
            self.rows[SpecValue] += kept
        self.respecified.append(tree.product.pk)
        return made

    def _skus(
        self, wanted: WantedProduct, tree: Tree, specs: list[tuple[Spec, list[SpecValue]]]
    ) -> tuple[list[Sku], bool]:
        """Return the SKUs that will be for sale, and whether any SKU changes."""
        ids = [{value.value: value.pk for value in values} for _, values in specs]
        keys = [spec_key(sku.values) for sku in wanted.skus]
        old = {sku.spec_key: sku for sku in tree.skus}
        spare = {sku.code: sku for sku in tree.skus if sku.code and sku.spec_key not in keys}
        kept: list[Sku] = []
        changed = False
        for position, (each, key) in enumerate(zip(wanted.skus, keys, strict=True)):
            sku = old.get(key) or spare.pop(each.code, None)
            is_new = sku is None
            sku = sku or Sku(product=tree.product)
            value_ids = sorted(ids[i][word] for i, word in enumerate(each.values))
            values = dict(
                {name: getattr(each, name) for name in _SKU_FIELDS},
                spec_key=key,
                spec_value_ids=value_ids,
                label=label(each.values),
                position=position,
                state=SkuState.ACTIVE,
            )
            if self._count(sku, each, is_new=is_new) | _set(sku, values) | is_new:
                self.rows[Sku].append(sku)
                changed = True
            kept.append(sku)
        staying = {sku.pk for sku in kept}
        for sku in tree.skus:
            if sku.pk not in staying and sku.state == SkuState.ACTIVE:
                _move_out(sku)
                self.rows[Sku].append(sku)
                changed = True
        return kept, changed

    def _count(self, sku: Sku, wanted: WantedSku, *, is_new: bool) -> bool:
        said = wanted.imported_quantity
        if said is None or (said == sku.imported_quantity and not is_new):
            return False
        sku.imported_quantity = self.counts[sku.pk] = said
        return True

    def _images(self, wanted: WantedProduct, tree: Tree, sku_ids: dict[str, UUID]) -> bool:
        shall = [
            (each.image_id, sku_ids.get(spec_key(each.values)) if each.values else None, each.alt)
            for each in wanted.images
        ]
        shall = list({(image, sku): (image, sku, alt) for image, sku, alt in shall}.values())
        if shall == [(each.image_id, each.sku_id, each.alt) for each in tree.images]:
            return False
        self.repictured.append(tree.product.pk)
        self.rows[ProductImage] += [
            ProductImage(product=tree.product, image_id=image, sku_id=sku, alt=alt, position=place)
            for place, (image, sku, alt) in enumerate(shall)
        ]
        return True


def spec_key(values: Iterable[str]) -> str:
    """Return what a SKU's values are recognised by; empty for a product without specs."""
    words = "\x1f".join(values)
    return hashlib.sha256(words.encode()).hexdigest()[:32] if words else ""


def wanted_of(tree: Tree) -> WantedProduct:
    """Return a product as it is, as if it were wanted so."""
    product = tree.product
    words = {value.pk: value.value for _, values in tree.specs for value in values}
    order = [{value.pk for value in values} for _, values in tree.specs]
    selling = sorted(
        (sku for sku in tree.skus if sku.state == SkuState.ACTIVE), key=lambda sku: sku.position
    )
    values = {
        sku.pk: tuple(words[i] for ids in order for i in sku.spec_value_ids if i in ids)
        for sku in selling
    }
    return WantedProduct(
        code=product.code,
        **{name: getattr(product, name) for name in _FIELDS if name != "state"},
        subtitle=product.subtitle,
        tags=tuple(product.tags),
        state=ProductState(product.state),
        spec_names=tuple(spec.name for spec, _ in tree.specs),
        skus=tuple(
            WantedSku(values=values[sku.pk], **{name: getattr(sku, name) for name in _SKU_FIELDS})
            for sku in selling
        ),
        images=tuple(
            WantedImage(each.image_id, each.alt, values.get(each.sku_id) if each.sku_id else None)
            for each in tree.images
        ),
    )


def load(products: Sequence[Product]) -> list[Tree]:
    """Return products with everything that belongs to them, by four queries."""
    trees = {product.pk: Tree(product) for product in products}
    specs: dict[UUID, list[SpecValue]] = {}
    for spec in Spec.objects.filter(product__in=trees).order_by("product_id", "position"):
        specs[spec.pk] = []
        trees[spec.product_id].specs.append((spec, specs[spec.pk]))
    for value in SpecValue.objects.filter(spec__in=specs).order_by("spec_id", "position"):
        specs[value.spec_id].append(value)
    for sku in Sku.objects.filter(product__in=trees).order_by("product_id", "position", "id"):
        trees[sku.product_id].skus.append(sku)
    pictures = ProductImage.objects.filter(product__in=trees)
    for picture in pictures.order_by("product_id", "position", "id"):
        trees[picture.product_id].images.append(picture)
    return list(trees.values())


def write(changes: Changes) -> None:
    """Write the rows; a handful of statements for any number of products."""
    ProductImage.objects.filter(product__in=changes.repictured).delete()
    _put(Product, changes.rows[Product])
    _drop_others(SpecValue.objects.filter(spec__product__in=changes.respecified), changes)
    _drop_others(Spec.objects.filter(product__in=changes.respecified), changes)
    for model in (Spec, SpecValue, Sku, ProductImage):
        _put(model, changes.rows[model])
    history.write(changes.steps)


def _drop_others(there: models.QuerySet[Any], changes: Changes) -> None:
    """Delete the rows that are there and wanted no more.

    Compared here: PostgreSQL would hold each row against each of ten thousand parameters.
    """
    kept = {row.pk for row in changes.rows[there.model]}
    if gone := set(there.values_list("pk", flat=True)) - kept:
        there.model._default_manager.filter(pk__in=gone).delete()


def _put(model: type[models.Model], rows: list[Any]) -> None:
    """Insert or overwrite rows by their id: one parameter, however many rows and columns.

    Twice as fast as bulk_create, which writes and parses a placeholder for each value.
    """
    fields = model._meta.concrete_fields
    table, names = model._meta.db_table, [str(each.column) for each in fields]
    columns = ", ".join(names)
    overwrite = ", ".join(f"{name} = EXCLUDED.{name}" for name in names)
    statement = (
        f"INSERT INTO {table} ({columns})"
        f" SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s::json)"
        f" ON CONFLICT (id) DO UPDATE SET {overwrite}"
    )
    for start in range(0, len(rows), 1_000):
        part = rows[start : start + 1_000]
        values = [{each.column: getattr(row, each.attname) for each in fields} for row in part]
        with connection.cursor() as cursor:
            cursor.execute(statement, [orjson.dumps(values).decode()])


def _same_spec(
    tree: Tree, name: str, position: int, names: set[str]
) -> tuple[Spec, list[SpecValue]] | None:
    """Find the spec of that name, or the one in that place whose name is wanted no more."""
    for spec, values in tree.specs:
        if spec.name == name:
            return spec, values
    if position < len(tree.specs) and tree.specs[position][0].name not in names:
        return tree.specs[position]
    return None


def _set_fields(product: Product, wanted: WantedProduct, skus: list[Sku]) -> bool:
    prices = [sku.price_minor for sku in skus]
    values = {name: getattr(wanted, name) for name in _FIELDS}
    values |= {"tags": list(wanted.tags)}
    values |= {"min_price_minor": min(prices), "max_price_minor": max(prices)}
    if wanted.subtitle is not None:
        values["subtitle"] = wanted.subtitle
    words = [wanted.title, wanted.vendor, wanted.product_type, *wanted.tags]
    text = searching.searchable([*words, *(sku.code for sku in skus)])
    if product.search_text != text:
        product.search = searching.vector(text)
    return _set(product, {**values, "search_text": text})


def _set(row: models.Model, values: dict[str, Any]) -> bool:
    """Set what differs; say whether anything did."""
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return bool(differing)


def _move_out(sku: Sku) -> None:
    """Retire a SKU: orders still name it, nothing can be bought of it."""
    sku.state, sku.spec_value_ids = SkuState.RETIRED, []
