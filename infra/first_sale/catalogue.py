"""The file that is imported, read a second time in the simplest way: what it promises buyers."""

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

NO_SPEC = "Default Title"


@dataclass(frozen=True)
class Ware:
    """A SKU as the file has it. Price in fen; `values` are its specs' values, or none."""

    handle: str
    title: str
    values: tuple[str, ...]
    price_minor: int
    stock: int

    @property
    def name(self) -> str:
        """Return the words of a receipt."""
        return " · ".join((self.title, *self.values))


@dataclass(frozen=True)
class Catalogue:
    """Every SKU of a file, in its order, with how many pictures it names."""

    path: Path
    wares: tuple[Ware, ...]
    picture_urls: frozenset[str]

    @property
    def products(self) -> dict[str, list[Ware]]:
        """Return the SKUs by product handle."""
        found: dict[str, list[Ware]] = {}
        for ware in self.wares:
            found.setdefault(ware.handle, []).append(ware)
        return found

    def choose(self, count: int) -> list[Ware]:
        """Return SKUs to buy: of different products, in stock, and the awkward prices first.

        A price that is no whole yuan shows a rounding that is wrong. Between equals the fuller
        shelf and then the file's order decide, so every run buys the same.
        """
        in_stock = [ware for ware in self.wares if ware.stock]
        by_product = {ware.handle: ware for ware in reversed(in_stock)}
        ranked = sorted(by_product.values(), key=lambda w: (w.price_minor % 100 == 0, -w.stock))
        if len(ranked) < count:
            raise ValueError(f"{self.path.name} has fewer than {count} products in stock")
        return ranked[:count]


def read(path: Path) -> Catalogue:
    """Read a product CSV of Shopify's, of either generation of headers."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [
            {_plain(name): value for name, value in row.items()} for row in csv.DictReader(file)
        ]
    titles: dict[str, str] = {}
    wares, pictures = [], set()
    for row in rows:
        handle = _first(row, "handle", "url handle")
        titles.setdefault(handle, _first(row, "title"))
        pictures.add(_first(row, "image src", "product image url"))
        pictures.add(_first(row, "variant image", "variant image url"))
        price = _first(row, "variant price", "price")
        if price:
            wares.append(_ware(row, handle, titles[handle], price))
    return Catalogue(path, tuple(wares), frozenset(pictures - {""}))


def _ware(row: dict[str, str], handle: str, title: str, price: str) -> Ware:
    values = [_first(row, f"option{n} value") for n in (1, 2, 3)]
    return Ware(
        handle=handle,
        title=title,
        values=tuple(value for value in values if value not in {"", NO_SPEC}),
        price_minor=int(Decimal(price) * 100),
        stock=max(0, int(_first(row, "variant inventory qty", "inventory quantity") or 0)),
    )


def _plain(header: str) -> str:
    return header.strip().casefold()


def _first(row: dict[str, str], *names: str) -> str:
    return next((row[name].strip() for name in names if row.get(name)), "")
