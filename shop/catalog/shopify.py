"""Shopify's product CSV, read and written; no database here.

Sources: ECOSYSTEM §5 and Shopify's help page "Using CSV files to import and export products", for
both generations of column names (1: `Handle`, `Variant Price`; 2: `URL handle`, `Price`).
"""

import csv
import hashlib
import io
import re
import unicodedata
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from itertools import zip_longest

import nh3

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 100_000
MAX_MINOR = 10**12
MAX_QUANTITY = 10**9
MAX_URL_LENGTH = 2048
STATUSES = ("active", "draft", "archived", "unlisted")

# field: (generation 2 name, as we write it; generation 1 name). Order is the order we write.
_COLUMNS: dict[str, tuple[str, str]] = {
    "title": ("Title", "Title"),
    "handle": ("URL handle", "Handle"),
    "body": ("Description", "Body (HTML)"),
    "vendor": ("Vendor", "Vendor"),
    "category": ("Product category", "Product Category"),
    "type": ("Type", "Type"),
    "tags": ("Tags", "Tags"),
    "published": ("Published on online store", "Published"),
    "status": ("Status", "Status"),
    "sku": ("SKU", "Variant SKU"),
    "barcode": ("Barcode", "Variant Barcode"),
    "option1_name": ("Option1 name", "Option1 Name"),
    "option1_value": ("Option1 value", "Option1 Value"),
    "option2_name": ("Option2 name", "Option2 Name"),
    "option2_value": ("Option2 value", "Option2 Value"),
    "option3_name": ("Option3 name", "Option3 Name"),
    "option3_value": ("Option3 value", "Option3 Value"),
    "price": ("Price", "Variant Price"),
    "compare_price": ("Compare-at price", "Variant Compare At Price"),
    "tracker": ("Inventory tracker", "Variant Inventory Tracker"),
    "quantity": ("Inventory quantity", "Variant Inventory Qty"),
    "grams": ("Weight value (grams)", "Variant Grams"),
    "requires_shipping": ("Requires shipping", "Variant Requires Shipping"),
    "image_url": ("Product image URL", "Image Src"),
    "image_position": ("Image position", "Image Position"),
    "image_alt": ("Image alt text", "Image Alt Text"),
    "variant_image_url": ("Variant image URL", "Variant Image"),
}
_OPTIONS = (1, 2, 3)
# Any of these makes a later row of a product a variant; a row without them is only a picture.
_VARIANT_FIELDS = (
    *(f"option{n}_value" for n in _OPTIONS), "sku", "price", "compare_price", "quantity", "barcode",
)  # fmt: skip
_LONGEST = {"body": 100_000, "tags": 5_000, "image_alt": 512}
_LONGEST_OTHERWISE = 255
_UNMEASURED = ("image_url", "variant_image_url")  # a bad address costs the picture, not the row
_TRUE = ("true", "yes", "y", "1", "是")
_FALSE = ("false", "no", "n", "0", "否")

# A spreadsheet runs a cell that begins with one of these. Cells that begin so after apostrophes
# get one more apostrophe, so that taking one away always gives back what was there.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")

_PHRASES: dict[str, tuple[str, str]] = {
    "file_too_large": ("The file is larger than 20 MB.", "文件超过 20 MB。"),
    "too_many_rows": ("The file has more than 100,000 rows.", "文件超过 100,000 行。"),
    "not_text": ("The file is not a CSV text file.", "文件不是 CSV 文本文件。"),
    "no_title_column": ("There is no “Title” column.", "缺少“Title”列。"),
    "unreadable_row": ("The file cannot be read from this row on.", "从这一行起无法读取文件。"),
    "too_many_cells": (
        "The row has more cells than the header; a quote or comma may be misplaced.",
        "该行的单元格比表头多，可能有引号或逗号放错了位置。",
    ),
    "no_product": ("The row belongs to no product.", "该行不属于任何商品。"),
    "missing_title": ("The product has no title.", "商品没有标题。"),
    "title_differs": (
        "“{value}” has the handle of another product.",
        "“{value}”与另一商品使用了相同的 handle。",
    ),
    "too_long": ("“{value}” is too long.", "“{value}”过长。"),
    "missing_price": ("The price is missing.", "缺少价格。"),
    "bad_price": ("“{value}” is not a price.", "“{value}”不是有效的价格。"),
    "bad_quantity": ("“{value}” is not a whole number.", "“{value}”不是整数。"),
    "bad_weight": ("“{value}” is not a weight in grams.", "“{value}”不是以克为单位的重量。"),
    "bad_choice": ("“{value}” is not an allowed value.", "“{value}”不是允许的值。"),
    "missing_option_value": ("A variant needs a value here.", "规格值不能为空。"),
    "duplicate_option_name": (
        "“{value}” is the name of another option, too.",
        "“{value}”与另一规格同名。",
    ),
    "option_without_name": (
        "“{value}” belongs to an option without a name.",
        "“{value}”所属的规格没有名称。",
    ),
    "duplicate_options": (
        "Another row of the product has the same options.",
        "该商品已有相同规格的一行。",
    ),
    "negative_quantity": ("“{value}” in stock was taken as 0.", "库存“{value}”按 0 处理。"),
    "duplicate_column": ("The column appears twice; the first counts.", "该列重复，以第一列为准。"),
    "bad_image_url": (
        "“{value}” is not a picture's web address and was left out.",
        "“{value}”不是图片网址，已略过。",
    ),
    "barcode_rounded": (
        "“{value}” was rounded by a spreadsheet and was left out.",
        "条码“{value}”已被电子表格四舍五入，已略过。",
    ),
    "duplicate_sku": ("“{value}” is also the SKU of another row.", "SKU“{value}”与其他行重复。"),
    "no_price_column": (
        "Without a price column every product is a draft at price 0.",
        "没有价格列，所有商品都作为价格为 0 的草稿。",
    ),
}


@dataclass(frozen=True)
class RowError:
    """What is wrong where. `line` counts rows as a spreadsheet does: the header is row 1."""

    line: int
    column: str
    code: str
    en: str
    zh: str


@dataclass(frozen=True)
class ImageRow:
    url: str
    position: int
    alt: str


@dataclass(frozen=True)
class VariantRow:
    """One sellable row. Two rows are equal wherever they stand, so `line` does not compare."""

    line: int = field(compare=False)
    sku_code: str
    option_values: tuple[str, ...]
    price_minor: int
    compare_price_minor: int | None
    quantity: int
    barcode: str
    weight_grams: int
    image_url: str
    requires_shipping: bool


@dataclass(frozen=True)
class ProductRow:
    """A product and all its rows; `body_html` is already cleaned, `status` one of `STATUSES`.

    A product without specs has no `option_names` and one variant.
    """

    handle: str
    title: str
    body_html: str
    vendor: str
    product_type: str
    category: str
    tags: tuple[str, ...]
    published: bool
    status: str
    option_names: tuple[str, ...]
    variants: tuple[VariantRow, ...]
    images: tuple[ImageRow, ...]


@dataclass(frozen=True)
class Parsed:
    """What a file says. A product with any error in any of its rows is not among `products`.

    `header_generation` is 1 or 2; `unknown_columns` are those whose cells were not used.
    """

    products: list[ProductRow] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)
    header_generation: int = 2
    unknown_columns: tuple[str, ...] = ()


def parse(data: bytes, *, currency_exponent: int = 2) -> Parsed:
    """Read a product CSV; never raises for what is in it.

    UTF-8, UTF-16 with BOM and GB18030; commas or tabs. `currency_exponent` is the number of minor
    digits (2 for CNY, 0 for JPY). Shopify counts oversold goods below zero: a negative quantity
    becomes 0 with a warning, for there is none to sell.
    """
    if len(data) > MAX_BYTES:
        return _refused("file_too_large")
    text = _decode(data)
    if text is None:
        return _refused("not_text")
    return _Reading(currency_exponent).read(text)


def write(products: Iterable[ProductRow], *, currency_exponent: int = 2) -> Iterator[bytes]:
    """Yield the file piece by piece: UTF-8 with BOM, generation 2 names, formulas made harmless."""
    yield BOM_UTF8 + _csv_line([name for name, _ in _COLUMNS.values()])
    for product in products:
        lines = zip_longest(product.variants, product.images)
        for index, (variant, image) in enumerate(lines):
            cells = {"handle": product.handle}
            if index == 0:
                cells |= _product_cells(product)
            if variant is not None:
                cells |= _variant_cells(product, variant, currency_exponent)
            if image is not None:
                cells |= _image_cells(image)
            yield _csv_line([_escape(cells.get(name, "")) for name in _COLUMNS])


def slug(text: str) -> str:
    """Return a stable handle: letters and digits of any script, lower case, joined by dashes."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    handle = re.sub(r"[\W_]+", "-", folded).strip("-")[:100].strip("-")
    return handle or "p-" + hashlib.sha256(text.encode()).hexdigest()[:12]


# --- reading -------------------------------------------------------------------------------------


def _refused(code: str) -> Parsed:
    english, chinese = _PHRASES[code]
    return Parsed(errors=[RowError(1, "", code, english, chinese)])


def _decode(data: bytes) -> str | None:
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding).lstrip("\ufeff")
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text else text  # PostgreSQL keeps no NUL; nor does any real CSV
    return None


def _escape(value: str) -> str:
    return f"'{value}" if _FORMULA.match(value) else value


def _unescape(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _header_key(name: str) -> str:
    return " ".join(_unescape(name).casefold().split())


_FIELD_BY_HEADER = {_header_key(name): key for key, names in _COLUMNS.items() for name in names}
_GENERATIONS = tuple(
    {_header_key(names[mine]) for names in _COLUMNS.values()}
    - {_header_key(names[other]) for names in _COLUMNS.values()}
    for mine, other in ((1, 0), (0, 1))
)


@dataclass
class _Row:
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")


class _Reading:
    """One pass over one file: rows into groups, groups into products, complaints aside."""

    def __init__(self, exponent: int) -> None:
        self.exponent = exponent
        self.errors: list[RowError] = []
        self.bad_lines: set[int] = set()
        self.broke_off = False
        self.warnings: list[RowError] = []
        self.header: dict[str, str] = {}  # field → the column's name as the file writes it
        self.fields: list[str | None] = []
        self.skus: set[str] = set()

    def read(self, text: str) -> Parsed:
        first = text.partition("\n")[0]
        delimiter = "\t" if first.count("\t") > first.count(",") else ","
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        names = self._next(rows, 1) or []
        unknown = self._read_header(names)
        if "title" not in self.header:
            return _refused("no_title_column")
        if "price" not in self.header:
            self.warn(1, "price", "no_price_column")
        groups = self._group(rows)
        if groups is None:
            return _refused("too_many_rows")
        keys = {_header_key(name) for name in names}
        old, new = (len(keys & generation) for generation in _GENERATIONS)
        if self.broke_off:  # what follows is unknown, so no product is known to be whole
            groups = {}
        products = [self._product(handle, group) for handle, group in groups.items()]
        return Parsed(
            products=[product for product in products if product is not None],
            errors=sorted(self.errors, key=lambda error: error.line),
            warnings=sorted(self.warnings, key=lambda warning: warning.line),
            header_generation=1 if old > new else 2,
            unknown_columns=unknown,
        )

    def error(self, line: int, name: str, code: str, value: str = "") -> None:
        self.bad_lines.add(line)
        self.errors.append(self._complaint(line, name, code, value))

    def warn(self, line: int, name: str, code: str, value: str = "") -> None:
        self.warnings.append(self._complaint(line, name, code, value))

    def _complaint(self, line: int, name: str, code: str, value: str) -> RowError:
        english, chinese = _PHRASES[code]
        shown = value if len(value) <= 40 else f"{value[:40]}…"
        default = _COLUMNS[name][0] if name in _COLUMNS else name
        column = self.header.get(name, default)
        return RowError(
            line, column, code, english.format(value=shown), chinese.format(value=shown)
        )

    def _next(self, rows: Iterator[list[str]], line: int) -> list[str] | None:
        try:
            return next(rows, None)
        except csv.Error:
            self.error(line, "", "unreadable_row")
            self.broke_off = True
            return None

    def _read_header(self, names: list[str]) -> tuple[str, ...]:
        unknown = []
        for name in names:
            known = _FIELD_BY_HEADER.get(_header_key(name))
            if known in self.header:
                self.warn(1, name.strip(), "duplicate_column")
                known = None
            elif known is not None:
                self.header[known] = name.strip()
            elif name.strip():
                unknown.append(name.strip())
            self.fields.append(known)
        return tuple(unknown)

    def _group(self, rows: Iterator[list[str]]) -> dict[str, list[_Row]] | None:
        """Return rows by handle in file order; a row with neither handle nor title continues."""
        groups: dict[str, list[_Row]] = {}
        line, current = 1, ""
        while (cells := self._next(rows, line + 1)) is not None:
            line += 1
            if line > MAX_ROWS + 1:
                return None
            row = self._row(line, cells)
            if not row.cells:
                continue
            current = slug(named) if (named := row["handle"] or row["title"]) else current
            if not current:
                self.error(line, "handle", "no_product")
                continue
            groups.setdefault(current, []).append(row)
            if any(cell.strip() for cell in cells[len(self.fields) :]):
                self.error(line, "", "too_many_cells")
        return groups

    def _row(self, line: int, cells: list[str]) -> _Row:
        named = zip(self.fields, cells, strict=False)
        values = {name: _unescape(cell).strip() for name, cell in named if name is not None}
        return _Row(line, {name: value for name, value in values.items() if value})

    # --- a product -------------------------------------------------------------------------------

    def _product(self, handle: str, rows: list[_Row]) -> ProductRow | None:
        shared = {name: next((r[name] for r in rows if r[name]), "") for name in _COLUMNS}
        line = rows[0].line
        self._check_texts(rows)
        if not shared["title"]:
            self.error(line, "title", "missing_title")
        for row in rows:
            if row["title"] not in ("", shared["title"]):
                self.error(row.line, "title", "title_differs", row["title"])
        priced = "price" in self.header
        product = ProductRow(
            handle=handle,
            title=shared["title"],
            body_html=nh3.clean(shared["body"]).strip(),
            vendor=shared["vendor"],
            product_type=shared["type"],
            category=shared["category"],
            tags=_tags(shared["tags"]),
            published=self._truth(line, "published", shared["published"]) and priced,
            status=self._status(line, shared["status"]) if priced else "draft",
            option_names=(names := _option_names(shared)),
            variants=self._variants(rows, names, shared),
            images=self._images(rows),
        )
        return None if any(row.line in self.bad_lines for row in rows) else product

    def _check_texts(self, rows: list[_Row]) -> None:
        for row in rows:
            for name, value in row.cells.items():
                if name in _UNMEASURED:
                    continue
                if len(value) > _LONGEST.get(name, _LONGEST_OTHERWISE):
                    self.error(row.line, name, "too_long", value)

    def _variants(
        self, rows: list[_Row], names: tuple[str, ...], shared: Mapping[str, str]
    ) -> tuple[VariantRow, ...]:
        numbers = [n for n in _OPTIONS if shared[f"option{n}_name"]] if names else []
        plain = not names and shared["option1_name"] != ""  # "Title / Default Title"
        for place, name in enumerate(names):
            if name in names[:place]:
                column = f"option{numbers[place]}_name"
                self.error(rows[0].line, column, "duplicate_option_name", name)
        variants: list[VariantRow] = []
        seen: set[tuple[str, ...]] = set()
        for row in rows:
            if row is not rows[0] and not any(row[name] for name in _VARIANT_FIELDS):
                continue
            values = tuple(row[f"option{n}_value"] for n in numbers)
            self._check_options(row, numbers, plain=plain)
            if values in seen:
                self.error(row.line, "option1_value", "duplicate_options")
            seen.add(values)
            variants.append(self._variant(row, values))
        return tuple(variants)

    def _check_options(self, row: _Row, numbers: list[int], *, plain: bool) -> None:
        for n in _OPTIONS:
            column = f"option{n}_value"
            if n in numbers and not row[column]:
                self.error(row.line, column, "missing_option_value")
            elif n not in numbers and row[column] and not (plain and n == 1):
                self.error(row.line, column, "option_without_name", row[column])

    def _variant(self, row: _Row, values: tuple[str, ...]) -> VariantRow:
        sku = row["sku"]
        if sku and sku in self.skus:
            self.warn(row.line, "sku", "duplicate_sku", sku)
        self.skus.add(sku)
        price = self._money(row, "price")
        if price is None and not row["price"] and "price" in self.header:
            self.error(row.line, "price", "missing_price")
        return VariantRow(
            line=row.line,
            sku_code=sku,
            option_values=values,
            price_minor=price or 0,
            compare_price_minor=self._money(row, "compare_price"),
            quantity=self._quantity(row),
            barcode=self._barcode(row),
            weight_grams=self._grams(row),
            image_url=self._url(row, "variant_image_url"),
            requires_shipping=self._truth(row.line, "requires_shipping", row["requires_shipping"]),
        )

    def _images(self, rows: list[_Row]) -> tuple[ImageRow, ...]:
        images: dict[str, ImageRow] = {}
        last = 0
        for row in rows:
            url = self._url(row, "image_url")
            if not url or url in images:
                continue
            written = row["image_position"]
            if written and not re.fullmatch(r"[0-9]{1,6}", written):
                self.error(row.line, "image_position", "bad_quantity", written)
                continue
            position = int(written) if written else last + 1
            last = max(last, position)
            images[url] = ImageRow(url, position, row["image_alt"])
        return tuple(sorted(images.values(), key=lambda image: image.position))

    # --- a cell ----------------------------------------------------------------------------------

    def _money(self, row: _Row, name: str) -> int | None:
        """Return exact minor units; more digits than the currency has are refused, not rounded."""
        written = row[name]
        if not written:
            return None
        if re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,15})?", written):
            whole, _, part = written.partition(".")
            part = part.rstrip("0")
            if len(part) <= self.exponent:
                minor = int(whole + part.ljust(self.exponent, "0"))
                if minor <= MAX_MINOR:
                    return minor
        self.error(row.line, name, "bad_price", written)
        return None

    def _quantity(self, row: _Row) -> int:
        written = row["quantity"]
        if re.fullmatch(r"-?[0-9]{1,15}", written or "0") and int(written or 0) <= MAX_QUANTITY:
            if int(written or 0) < 0:
                self.warn(row.line, "quantity", "negative_quantity", written)
            return max(0, int(written or 0))
        self.error(row.line, "quantity", "bad_quantity", written)
        return 0

    def _grams(self, row: _Row) -> int:
        """Return whole grams; Shopify exports pounds as 453.59237, hence the rounding."""
        written = row["grams"] or "0"
        if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,15})?", written):
            self.error(row.line, "grams", "bad_weight", written)
            return 0
        return int(Decimal(written).quantize(Decimal(1), rounding=ROUND_HALF_UP))

    def _barcode(self, row: _Row) -> str:
        barcode = row["barcode"]
        if re.fullmatch(r"[0-9](\.[0-9]+)?[eE]\+[0-9]+", barcode):
            self.warn(row.line, "barcode", "barcode_rounded", barcode)
            return ""
        return barcode.removeprefix("'")  # put there so that spreadsheets keep all the digits

    def _url(self, row: _Row, name: str) -> str:
        url = row[name]
        if url and (len(url) > MAX_URL_LENGTH or not re.fullmatch(r"(?i)https?://[^\s\\]+", url)):
            self.warn(row.line, name, "bad_image_url", url)
            return ""
        return url

    def _truth(self, line: int, name: str, written: str) -> bool:
        """Blank is yes: so Shopify reads both `Published` and `Requires shipping`."""
        if written.casefold() not in ("", *_TRUE, *_FALSE):
            self.error(line, name, "bad_choice", written)
        return written.casefold() not in _FALSE

    def _status(self, line: int, written: str) -> str:
        status = written.casefold() or "active"
        if status not in STATUSES:
            self.error(line, "status", "bad_choice", written)
        return status


def _tags(written: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag.strip() for tag in written.split(",") if tag.strip()))


def _option_names(shared: Mapping[str, str]) -> tuple[str, ...]:
    names = tuple(name for n in _OPTIONS if (name := shared[f"option{n}_name"]))
    default = shared["option1_value"].casefold() == "default title"
    return () if default and [name.casefold() for name in names] == ["title"] else names


# --- writing -------------------------------------------------------------------------------------


def _csv_line(cells: list[str]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().encode()


def _product_cells(product: ProductRow) -> dict[str, str]:
    cells = {
        "title": product.title,
        "body": product.body_html,
        "vendor": product.vendor,
        "category": product.category,
        "type": product.product_type,
        "tags": ", ".join(product.tags),
        "published": str(product.published).lower(),
        "status": product.status,
    }
    for n, name in enumerate(product.option_names or ("Title",), start=1):
        cells[f"option{n}_name"] = name
    return cells


def _variant_cells(product: ProductRow, variant: VariantRow, exponent: int) -> dict[str, str]:
    compare = variant.compare_price_minor
    cells = {
        "sku": variant.sku_code,
        "barcode": variant.barcode,
        "price": _decimal(variant.price_minor, exponent),
        "compare_price": "" if compare is None else _decimal(compare, exponent),
        "tracker": "shopify",  # without it Shopify ignores the quantity
        "quantity": str(variant.quantity),
        "grams": str(variant.weight_grams),
        "requires_shipping": str(variant.requires_shipping).lower(),
        "variant_image_url": variant.image_url,
    }
    values = variant.option_values if product.option_names else ("Default Title",)
    for n, value in enumerate(values, start=1):
        cells[f"option{n}_value"] = value
    return cells


def _image_cells(image: ImageRow) -> dict[str, str]:
    return {
        "image_url": image.url,
        "image_position": str(image.position),
        "image_alt": image.alt,
    }


def _decimal(minor: int, exponent: int) -> str:
    """Return minor units as exact decimal text: 5 with two digits is 0.05."""
    digits = str(minor).rjust(exponent + 1, "0")
    return f"{digits[:-exponent]}.{digits[-exponent:]}" if exponent else digits
