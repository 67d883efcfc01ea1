"""Taking a file of products into the shop.

Note [stock]. A file says what was in stock when it was written. A new SKU takes that number. A
known SKU takes it only if it differs from what the last file said: the same file again, after
goods were sold, must not bring the sold ones back. What orders hold is never taken from them.

Note [plans]. PostgreSQL keeps the plan with which it checks a foreign key for as long as a
connection lives. One made when a shop had five SKUs reads the whole table for each check, so that
10,000 rows took longer at COMMIT than a statement may. In this transaction it plans each time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection, transaction

from kernel.errors import Refusal
from kernel.identifiers import uuid7
from kernel.money import EXPONENTS
from shop.catalog import actions as catalog
from shop.catalog import shopify
from shop.catalog.models import Sku
from shop.catalog.shopify import Parsed, ProductRow, RowError
from shop.imports import rows
from shop.imports.models import Import
from shop.imports.states import Mode, Outcome
from shop.inventory import actions as inventory
from shop.media import actions as media
from shop.media import queries as pictures
from tenants import context

KEPT_ERRORS = 1_000
"""So many errors and warnings are kept word for word; all are counted."""


class ImportRunning(Refusal):
    """Two files at once would overwrite each other's rows."""

    en = "Another import is running in this shop. Please wait until it is done."
    zh = "本店正在进行另一个导入，请等它完成。"


@dataclass
class _Effect:
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skus: int = 0
    warnings: list[RowError] = field(default_factory=list)
    image_ids: list[UUID] = field(default_factory=list)


def run(*, data: bytes, file_name: str, mode: Mode, dry_run: bool, by: str) -> Import:
    """Read a Shopify product CSV and make the shop as it says; one transaction.

    Products are recognised by handle, SKUs by their option values or else their code. With
    `all_or_nothing` a single bad row leaves the shop as it is. A dry run does everything and takes
    it back. Raises ImportRunning.
    """
    parsed = shopify.parse(data, currency_exponent=EXPONENTS[context.shop().currency])
    more_errors, more_warnings = rows.complaints(parsed)
    bad_lines = {error.line for error in more_errors}
    products = [row for row in parsed.products if row.variants[0].line not in bad_lines]
    errors = sorted([*parsed.errors, *more_errors], key=lambda error: error.line)
    refused = bool(errors) and (mode == Mode.ALL_OR_NOTHING or not products)
    import_id = uuid7()
    with transaction.atomic():
        _only_one()
        effect = _Effect()
        if not refused:
            effect = _apply(products, reference=f"import {import_id}", by=by, dry_run=dry_run)
        outcome = Outcome.REFUSED if refused else Outcome.DONE
        return _record(
            Import(
                id=import_id,
                file_name=file_name[-200:],
                by=by,
                mode=mode,
                outcome=Outcome.PREVIEWED if dry_run else outcome,
            ),
            parsed,
            errors,
            sorted([*parsed.warnings, *more_warnings, *effect.warnings], key=lambda w: w.line),
            effect,
        )


def _apply(products: Sequence[ProductRow], *, reference: str, by: str, dry_run: bool) -> _Effect:
    with transaction.atomic():
        categories = catalog.category_ids(paths=[rows.category_path(row) for row in products])
        images = _images(products)
        wanted = [rows.wanted(row, categories=categories, images=images) for row in products]
        changes = catalog.save_many(wanted=wanted, by=by)
        hidden = catalog.prohibited_in(wanted=wanted)
        held = inventory.set_counts(counts=changes.counts, reference=reference, by=by)
        effect = _Effect(
            created=len(changes.created),
            updated=len(changes.updated),
            unchanged=len(changes.unchanged),
            skus=sum(len(row.variants) for row in products),
            warnings=[*_held(held, products), *_hidden(hidden, products)],
            image_ids=[] if dry_run else list(dict.fromkeys(images.values())),
        )
        if dry_run:
            transaction.set_rollback(True)
    return effect


def _images(products: Sequence[ProductRow]) -> dict[str, UUID]:
    """Return a picture for each address; those of our own exports are the ones we have."""
    urls = dict.fromkeys(url for row in products for url in rows.image_urls(row))
    known = pictures.ours(urls)
    found = media.want_many(source_urls=[url for url in urls if url not in known])
    return {url: image.pk for url, image in (known | found).items()}


def _held(held: dict[UUID, int], products: Sequence[ProductRow]) -> list[RowError]:
    """Tell where orders hold more than the file has in stock."""
    lines = {row.handle: row.variants[0].line for row in products}
    skus = Sku.objects.filter(pk__in=held).select_related("product")
    return [
        RowError(
            lines[sku.product.code],
            "",
            "stock_is_promised",
            f"Orders hold {held[sku.pk]} of “{sku.product.title} {sku.label}”; so many stay.",
            f"“{sku.product.title} {sku.label}”有 {held[sku.pk]} 件被订单占用，库存保留该数量。",
        )
        for sku in skus
    ]


def _hidden(hidden: dict[str, str], products: Sequence[ProductRow]) -> list[RowError]:
    """Tell what was not put on sale because of a word."""
    return [
        RowError(
            row.variants[0].line,
            "",
            "prohibited_word",
            f"“{row.title}” holds the prohibited word “{hidden[row.handle]}” and stays hidden.",
            f"“{row.title}”包含违禁词“{hidden[row.handle]}”，未上架。",
        )
        for row in products
        if row.handle in hidden
    ]


def _only_one() -> None:
    """Let one import run in a shop at a time; the lock ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_custom_plan")  # Note [plans]
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"import into {context.shop().schema_name}"],
        )
        if not cursor.fetchone()[0]:
            raise ImportRunning


def _record(
    row: Import,
    parsed: Parsed,
    errors: list[RowError],
    warnings: list[RowError],
    effect: _Effect,
) -> Import:
    row.created_count, row.updated_count = effect.created, effect.updated
    row.unchanged_count, row.sku_count = effect.unchanged, effect.skus
    row.errors, row.error_count = _told(errors), len(errors)
    row.warnings, row.warning_count = _told(warnings), len(warnings)
    row.unknown_columns = [name[:255] for name in parsed.unknown_columns[:500]]
    row.image_ids = effect.image_ids
    row.save(force_insert=True)
    return row


def _told(complaints: list[RowError]) -> list[dict[str, object]]:
    return [
        {"line": c.line, "column": c.column, "code": c.code, "en": c.en, "zh": c.zh}
        for c in complaints[:KEPT_ERRORS]
    ]
