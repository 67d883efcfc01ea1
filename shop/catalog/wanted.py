"""How a product shall be: plain values that say nothing about how it is now."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from shop.catalog.states import ProductState


@dataclass(frozen=True)
class WantedSku:
    """One SKU: a value for each spec, in the specs' order."""

    values: tuple[str, ...] = ()
    code: str = ""
    price_minor: int = 0
    compare_price_minor: int | None = None
    barcode: str = ""
    weight_grams: int = 0
    imported_quantity: int | None = None
    """What a file says is in stock; None keeps what the last file said."""


@dataclass(frozen=True)
class WantedImage:
    """A picture of the product, or of the SKU with these values."""

    image_id: UUID
    alt: str = ""
    values: tuple[str, ...] | None = None


@dataclass(frozen=True)
class WantedProduct:
    """A whole product. `subtitle` None keeps the one there is."""

    code: str
    title: str
    subtitle: str | None = None
    description_html: str = ""
    vendor: str = ""
    product_type: str = ""
    tags: tuple[str, ...] = ()
    category_id: UUID | None = None
    state: ProductState = ProductState.DRAFT
    spec_names: tuple[str, ...] = ()
    skus: tuple[WantedSku, ...] = (WantedSku(),)
    images: tuple[WantedImage, ...] = ()

    def choices(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return each spec's name with its values, in the order in which SKUs name them first."""
        return [
            (name, tuple(dict.fromkeys(sku.values[i] for sku in self.skus)))
            for i, name in enumerate(self.spec_names)
        ]


def label(values: Iterable[str]) -> str:
    """Return how people read a SKU's values: `Red / L`."""
    return " / ".join(values)
