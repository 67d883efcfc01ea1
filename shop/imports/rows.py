"""Between a file's rows and our products, both ways."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from shop.catalog.actions import MOST_SKUS
from shop.catalog.models import Product
from shop.catalog.shopify import ImageRow, Parsed, ProductRow, RowError, VariantRow
from shop.catalog.states import ProductState
from shop.catalog.wanted import WantedImage, WantedProduct, WantedSku

NAME_LENGTH = 60


def category_path(row: ProductRow) -> tuple[str, ...]:
    """Return the category's first two levels; a file without categories has its types for them."""
    levels = row.category.split(">") if row.category else [row.product_type]
    return tuple(name for level in levels if (name := level.strip()[:NAME_LENGTH].strip()))[:2]


def state_of(row: ProductRow) -> ProductState:
    """Return draft for drafts and for what is free, on sale for what is published, else hidden."""
    if row.status == "draft":
        return ProductState.DRAFT
    if row.status != "active" or not row.published:
        return ProductState.HIDDEN
    return ProductState.DRAFT if _is_free(row) else ProductState.ON_SALE


def image_urls(row: ProductRow) -> list[str]:
    """Return every picture's address, a SKU's own after the product's."""
    urls = [image.url for image in row.images]
    return urls + [variant.image_url for variant in row.variants if variant.image_url]


def wanted(
    row: ProductRow,
    *,
    categories: Mapping[tuple[str, ...], UUID],
    images: Mapping[str, UUID],
) -> WantedProduct:
    """Return the product that a file describes."""
    pictures = [WantedImage(images[image.url], image.alt) for image in row.images]
    pictures += [
        WantedImage(images[variant.image_url], "", variant.option_values or None)
        for variant in row.variants
        if variant.image_url
    ]
    return WantedProduct(
        code=row.handle,
        title=row.title,
        description_html=row.body_html,
        vendor=row.vendor,
        product_type=row.product_type,
        tags=row.tags,
        category_id=categories.get(category_path(row)),
        state=state_of(row),
        spec_names=row.option_names,
        skus=tuple(_sku(variant) for variant in row.variants),
        images=tuple(pictures),
    )


def complaints(parsed: Parsed) -> tuple[list[RowError], list[RowError]]:
    """Return what the shop cannot take of a file that was read, and what it takes with care."""
    errors, warnings = [], []
    for row in parsed.products:
        line = row.variants[0].line
        if len(row.variants) > MOST_SKUS:
            errors.append(
                RowError(
                    line,
                    "",
                    "too_many_variants",
                    f"“{row.title}” has more than {MOST_SKUS} variants.",
                    f"“{row.title}”的规格组合超过 {MOST_SKUS} 个。",
                )
            )
        if _is_free(row) and row.status == "active" and row.published:
            warnings.append(
                RowError(
                    line,
                    "",
                    "free_product",
                    f"“{row.title}” has no price and stays a draft.",
                    f"“{row.title}”没有价格，保留为草稿。",
                )
            )
    return errors, warnings


def written(
    product: Product,
    *,
    skus: Sequence[tuple[WantedSku, int, str]],
    wanted: WantedProduct,
    category: tuple[str, ...],
    images: Sequence[tuple[str, str]],
) -> ProductRow:
    """Return the rows that describe a product; `skus` come with what is on hand and a picture."""
    state = ProductState(product.state)
    return ProductRow(
        handle=product.code,
        title=product.title,
        body_html=product.description_html,
        vendor=product.vendor,
        product_type=product.product_type,
        category=" > ".join(category),
        tags=tuple(product.tags),
        published=state != ProductState.HIDDEN,
        status="draft" if state == ProductState.DRAFT else "active",
        option_names=wanted.spec_names,
        variants=tuple(_variant(sku, on_hand, url) for sku, on_hand, url in skus),
        images=tuple(ImageRow(url, i, alt) for i, (url, alt) in enumerate(images, start=1)),
    )


def _is_free(row: ProductRow) -> bool:
    return any(variant.price_minor == 0 for variant in row.variants)


def _sku(row: VariantRow) -> WantedSku:
    return WantedSku(
        values=row.option_values,
        code=row.sku_code,
        price_minor=row.price_minor,
        compare_price_minor=row.compare_price_minor,
        barcode=row.barcode,
        weight_grams=row.weight_grams,
        imported_quantity=row.quantity,
    )


def _variant(sku: WantedSku, on_hand: int, image_url: str) -> VariantRow:
    return VariantRow(
        line=0,
        sku_code=sku.code,
        option_values=sku.values,
        price_minor=sku.price_minor,
        compare_price_minor=sku.compare_price_minor,
        quantity=on_hand,
        barcode=sku.barcode,
        weight_grams=sku.weight_grams,
        image_url=image_url,
        requires_shipping=True,
    )
