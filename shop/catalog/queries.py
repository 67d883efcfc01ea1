"""Questions about the catalogue. Those of buyers are one statement that returns finished JSON.

Note [stock]. These statements also read `inventory_stock`, the table of a younger noun: what is
left of a SKU belongs on the product's page, and a second statement would cost as much as the
first. Nothing here writes it, and nothing imports `shop.inventory`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from shop.catalog import cursors, searching
from shop.catalog.models import Category, Product, ProductStep, Sku
from shop.catalog.states import SkuState
from shop.media.queries import address_base
from tenants import context
from tenants.limits import Limit

SORTS: dict[str, tuple[str, str, tuple[str, ...], tuple[type, ...]]] = {
    "newest": ("p.id DESC", "p.id < %(a0)s", ("p.id",), (UUID,)),
    "price_asc": (
        "p.min_price_minor, p.id",
        "(p.min_price_minor, p.id) > (%(a0)s, %(a1)s)",
        ("p.min_price_minor", "p.id"),
        (int, UUID),
    ),
    "price_desc": (
        "p.min_price_minor DESC, p.id DESC",
        "(p.min_price_minor, p.id) < (%(a0)s, %(a1)s)",
        ("p.min_price_minor", "p.id"),
        (int, UUID),
    ),
}
"""By name: ORDER BY, what comes after a cursor, the cursor's columns and their types."""

NEWEST_SEARCHED = 5_000
"""A search for single characters can use no index: it looks at so many of the newest products."""

_PICTURE = """(SELECT %(media)s || i.{rendition}_key FROM catalog_productimage pi
     JOIN media_image i ON i.id = pi.image_id
     WHERE pi.product_id = p.id AND i.state = 'stored'
     ORDER BY pi.sku_id IS NOT NULL, pi.position, pi.id LIMIT 1)"""

_IS_AVAILABLE = """EXISTS (SELECT 1 FROM catalog_sku s JOIN inventory_stock st ON st.sku_id = s.id
     WHERE s.product_id = p.id AND s.state = 'active' AND st.on_hand > st.reserved)"""

_COMPARED = """(SELECT nullif(min(CASE WHEN s.compare_price_minor > s.price_minor
     THEN s.compare_price_minor ELSE 0 END), 0) FROM catalog_sku s
     WHERE s.product_id = p.id AND s.state = 'active' AND s.price_minor = p.min_price_minor)"""
"""What the lowest price is compared to; where several SKUs have that price, the lowest claim."""

CARD = f"""json_build_object(
    'id', p.id, 'title', p.title, 'subtitle', p.subtitle,
    'price_minor', p.min_price_minor, 'max_price_minor', p.max_price_minor,
    'compare_price_minor', {_COMPARED}, 'currency', %(currency)s::text,
    'image_url', {_PICTURE.format(rendition="medium")}, 'is_available', {_IS_AVAILABLE})"""
"""One product in a list, in a statement whose `p` is catalog_product; needs `shown()`."""

_STAFF_CARD = f"""json_build_object(
    'id', p.id, 'code', p.code, 'title', p.title, 'state', p.state, 'version', p.version,
    'category_id', p.category_id, 'price_minor', p.min_price_minor,
    'max_price_minor', p.max_price_minor, 'currency', %(currency)s::text,
    'image_url', {_PICTURE.format(rendition="small")}, 'updated_at', p.updated_at,
    'sku_count', (SELECT count(*) FROM catalog_sku s
                  WHERE s.product_id = p.id AND s.state = 'active'),
    'available', (SELECT coalesce(sum(st.on_hand - st.reserved), 0) FROM catalog_sku s
                  JOIN inventory_stock st ON st.sku_id = s.id
                  WHERE s.product_id = p.id AND s.state = 'active'))"""

_COLUMNS = """p.id, p.code, p.title, p.subtitle, p.category_id, p.state, p.min_price_minor,
    p.max_price_minor, p.version, p.updated_at"""
"""What lists need of a product: without the long texts, which a sort would carry along."""

_IN_CATEGORY = """p.category_id = ANY(ARRAY(
    SELECT c.id FROM catalog_category c LEFT JOIN catalog_category above ON above.id = c.parent_id
    WHERE (c.id = %(category)s OR c.parent_id = %(category)s)
      AND c.is_visible AND coalesce(above.is_visible, TRUE)))"""
"""An array, so that the categories are looked up once, whatever the planner knows of the tables."""

_CATEGORIES = """
WITH counted AS (
    SELECT category_id, count(*)::int AS n FROM catalog_product
    WHERE state = 'on_sale' AND category_id IS NOT NULL GROUP BY category_id
), shelf AS (
    SELECT c.id, c.parent_id, c.name, c.position, coalesce(counted.n, 0) AS n
    FROM catalog_category c LEFT JOIN counted ON counted.category_id = c.id WHERE c.is_visible
)
SELECT json_build_object('items', coalesce(json_agg(json_build_object(
    'id', t.id, 'name', t.name, 'product_count', t.n + coalesce(k.n, 0),
    'children', coalesce(k.children, '[]'::json)) ORDER BY t.position, t.id), '[]'::json))::text
FROM shelf t LEFT JOIN LATERAL (
    SELECT sum(c.n)::int AS n, json_agg(json_build_object(
        'id', c.id, 'name', c.name, 'product_count', c.n, 'children', '[]'::json)
        ORDER BY c.position, c.id) AS children
    FROM shelf c WHERE c.parent_id = t.id) k ON TRUE
WHERE t.parent_id IS NULL"""

_DETAIL = """
SELECT json_build_object(
    'id', p.id, 'code', p.code, 'title', p.title, 'subtitle', p.subtitle,
    'description_html', p.description_html, 'vendor', p.vendor, 'category_id', p.category_id,
    'price_minor', p.min_price_minor, 'max_price_minor', p.max_price_minor,
    'currency', %(currency)s::text,
    'images', coalesce((
        SELECT json_agg(json_build_object(
            'id', i.id, 'url', %(media)s || i.large_key, 'small_url', %(media)s || i.small_key,
            'alt', pi.alt, 'sku_id', pi.sku_id) ORDER BY pi.position, pi.id)
        FROM catalog_productimage pi JOIN media_image i ON i.id = pi.image_id
        WHERE pi.product_id = p.id AND i.state = 'stored'), '[]'::json),
    'specs', coalesce((
        SELECT json_agg(json_build_object('id', sp.id, 'name', sp.name, 'values', (
            SELECT json_agg(json_build_object('id', v.id, 'value', v.value) ORDER BY v.position)
            FROM catalog_specvalue v WHERE v.spec_id = sp.id)) ORDER BY sp.position)
        FROM catalog_spec sp WHERE sp.product_id = p.id), '[]'::json),
    'skus', coalesce((
        SELECT json_agg(json_build_object(
            'id', s.id, 'code', s.code, 'label', s.label, 'value_ids', s.spec_value_ids,
            'price_minor', s.price_minor, 'compare_price_minor', s.compare_price_minor,
            'weight_grams', s.weight_grams, {sku_extra}
            'available', coalesce(st.on_hand - st.reserved, 0)) ORDER BY s.position, s.id)
        FROM catalog_sku s LEFT JOIN inventory_stock st ON st.sku_id = s.id
        WHERE s.product_id = p.id AND {which_skus}), '[]'::json) {extra}
    )::text
FROM catalog_product p WHERE p.id = %(id)s {which}"""

_BUYERS_DETAIL = _DETAIL.format(
    sku_extra="", which_skus="s.state = 'active'", extra="", which="AND p.state = 'on_sale'"
)
_STAFF_DETAIL = _DETAIL.format(
    sku_extra="""'state', s.state, 'barcode', s.barcode,
            'on_hand', coalesce(st.on_hand, 0), 'reserved', coalesce(st.reserved, 0),""",
    which_skus="TRUE",
    extra=""",
    'state', p.state, 'version', p.version, 'product_type', p.product_type, 'tags', p.tags,
    'pictures', coalesce((
        SELECT json_agg(json_build_object('image_id', pi.image_id, 'alt', pi.alt,
            'sku_id', pi.sku_id, 'state', i.state, 'source_url', i.source_url)
            ORDER BY pi.position, pi.id)
        FROM catalog_productimage pi JOIN media_image i ON i.id = pi.image_id
        WHERE pi.product_id = p.id), '[]'::json),
    'created_at', p.created_at, 'updated_at', p.updated_at""",
    which="",
)

FOR_SALE = """
SELECT s.id, s.product_id, s.code, p.title, s.label, s.price_minor,
    (SELECT %(media)s || i.small_key FROM catalog_productimage pi
     JOIN media_image i ON i.id = pi.image_id
     WHERE pi.product_id = p.id AND i.state = 'stored'
       AND (pi.sku_id IS NULL OR pi.sku_id = s.id)
     ORDER BY pi.sku_id NULLS LAST, pi.position, pi.id LIMIT 1),
    s.weight_grams, coalesce(st.on_hand - st.reserved, 0),
    s.state = 'active' AND p.state = 'on_sale'
FROM catalog_sku s JOIN catalog_product p ON p.id = s.product_id
LEFT JOIN inventory_stock st ON st.sku_id = s.id"""
"""The fields of a SkuForSale in their order; a WHERE on `s` follows. Needs `shown()`."""


@dataclass(frozen=True)
class Sieve:
    """Which products a list keeps. A product's price is its lowest, as its card shows it."""

    category: UUID | None = None
    min_price_minor: int | None = None
    max_price_minor: int | None = None
    in_stock: bool = False

    @property
    def conditions(self) -> list[str]:
        """Return what SQL asks of `p`; the values are `vars()` of this."""
        asked = {
            _IN_CATEGORY: self.category is not None,
            "p.min_price_minor >= %(min_price_minor)s": self.min_price_minor is not None,
            "p.min_price_minor <= %(max_price_minor)s": self.max_price_minor is not None,
            _IS_AVAILABLE: self.in_stock,
        }
        return [condition for condition, is_asked in asked.items() if is_asked]


@dataclass(frozen=True)
class SkuForSale:
    """What a cart and an order must know of a SKU. `available` is what can be promised now.

    `image_url` is the small rendition: lines are lists.
    """

    sku_id: UUID
    product_id: UUID
    code: str
    title: str
    label: str
    price_minor: int
    image_url: str | None
    weight_grams: int
    available: int
    on_sale: bool


def skus_for_sale(ids: Iterable[UUID]) -> dict[UUID, SkuForSale]:
    """Return SKUs by id, by one statement; unknown ids are absent.

    Retired SKUs and those of products that are not on sale are present, with `on_sale` False.
    """
    asked: dict[str, Any] = {"ids": list(ids), "media": address_base()}
    with connection.cursor() as cursor:
        cursor.execute(f"{FOR_SALE} WHERE s.id = ANY(%(ids)s::uuid[])", asked)
        return {row[0]: SkuForSale(*row) for row in cursor.fetchall()}


def shown() -> dict[str, Any]:
    """Return what the statements that show products want to know."""
    return {"media": address_base(), "currency": context.shop().currency}


def categories() -> bytes:
    """Return the visible categories as a tree, with counts of what is on sale: CategoryTree."""
    return fetch(_CATEGORIES, {})


def products(*, sieve: Sieve, sort: str, cursor: str | None, limit: int) -> bytes:
    """Return a page of what is on sale: ProductPage. An unknown category holds nothing."""
    where = ["p.state = 'on_sale'", *sieve.conditions]
    return _page(CARD, where, vars(sieve), sort=sort, cursor=cursor, limit=limit)


def found(*, q: str, sieve: Sieve, sort: str, cursor: str | None, limit: int) -> bytes:
    """Return a page of what is on sale and holds every word of `q`: ProductPage."""
    where, asked, source = _matching(q, "p.state = 'on_sale'")
    return _page(
        CARD,
        [*where, *sieve.conditions],
        {**asked, **vars(sieve)},
        kind=f"search_{sort}",
        sort=sort,
        cursor=cursor,
        limit=limit,
        source=source,
    )


def detail(product_id: UUID) -> bytes | None:
    """Return what is on sale with all SKUs that can be chosen: ProductOut; None if hidden."""
    return _find(_BUYERS_DETAIL, {"id": product_id, **shown()})


def staff_detail(product_id: UUID) -> bytes | None:
    """Return any product with everything that staff may edit: StaffProductOut."""
    return _find(_STAFF_DETAIL, {"id": product_id, **shown()})


def staff_products(*, q: str, state: str | None, cursor: str | None, limit: int) -> bytes:
    """Return a page of all products, the newest first: StaffProductPage."""
    within = "p.state = %(state)s" if state else "TRUE"
    where, asked, source = _matching(q, within) if q else ([within], {}, "catalog_product")
    asked = {"state": state, **asked}
    return _page(_STAFF_CARD, where, asked, kind="staff", cursor=cursor, limit=limit, source=source)


def find_product(product_id: UUID) -> Product | None:
    """Return a product whatever its state."""
    return Product.objects.filter(pk=product_id).first()


def skus_of(product: Product) -> list[Sku]:
    """Return the SKUs that are for sale, in their order."""
    rows = Sku.objects.filter(product=product, state=SkuState.ACTIVE)
    return list(rows.order_by("position", "id"))


def labels_of(product: Product) -> dict[UUID, str]:
    """Return the words for every SKU that the product ever had; empty where it has but one."""
    return dict(Sku.objects.filter(product=product).values_list("pk", "label"))


def steps_of(product: Product, *, before: UUID | None, limit: int) -> list[ProductStep]:
    """Return up to `limit` lines of its history, the latest first, older than `before`."""
    rows = ProductStep.objects.filter(product=product)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return list(rows.order_by("-id")[:limit])


def find_category(category_id: UUID) -> Category | None:
    """Return a category, visible or not."""
    return Category.objects.filter(pk=category_id).first()


def staff_categories() -> list[Category]:
    """Return every category: parents and children, each in their order."""
    return list(Category.objects.order_by("position", "id"))


def _matching(q: str, within: str) -> tuple[list[str], dict[str, Any], str]:
    """Return conditions, their values and the rows that are looked at."""
    asked = searching.ask(q)
    where = [within, "p.search_text LIKE ALL(%(patterns)s::text[])"]
    source = "catalog_product"
    if asked.bigrams:
        where.append("p.search @@ %(bigrams)s::tsquery")
    else:
        source = f"""(SELECT * FROM catalog_product p WHERE {within}
            ORDER BY p.id DESC LIMIT {NEWEST_SEARCHED})"""
    if not asked.patterns:
        where.append("FALSE")
    return where, {"patterns": asked.patterns, "bigrams": asked.bigrams}, source


def _page(
    card: str,
    where: list[str],
    asked: Mapping[str, Any],
    *,
    cursor: str | None,
    limit: int,
    sort: str = "newest",
    kind: str = "",
    source: str = "catalog_product",
) -> bytes:
    """Return {"items": […], "next": …}: one row more than asked tells whether there is a next."""
    order, after, columns, types = SORTS[sort]
    kind = kind or sort
    values = cursors.decode(cursor, kind, *types) if cursor else ()
    conditions = [*where, after] if cursor else where
    statement = f"""
        WITH page AS (
            SELECT p.*, row_number() OVER () AS n FROM (
                SELECT {_COLUMNS} FROM {source} p WHERE {" AND ".join(conditions)}
                ORDER BY {order} LIMIT %(limit)s + 1) p
        )
        SELECT json_build_object(
            'items', coalesce(json_agg({card} ORDER BY p.n) FILTER (WHERE p.n <= %(limit)s),
                '[]'::json),
            'next', CASE WHEN count(*) > %(limit)s THEN
                max({cursors.sql(kind, *columns)}) FILTER (WHERE p.n = %(limit)s) END)::text
        FROM page p"""
    more = {f"a{i}": value for i, value in enumerate(values)}
    return fetch(statement, {**asked, **more, "limit": limit, **shown()})


def fetch(statement: str, asked: Mapping[str, Any]) -> bytes:
    """Run a statement that returns one JSON text."""
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return str(cursor.fetchone()[0]).encode()


def _find(statement: str, asked: Mapping[str, Any]) -> bytes | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        row = cursor.fetchone()
        return str(row[0]).encode() if row else None


def usage() -> dict[str, int]:
    """Return how many products the shop has (settings.USAGE)."""
    return {Limit.PRODUCTS: Product.objects.count()}
