"""What crosses the catalogue's doors. SQL makes the answers to buyers; here they are described."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints, model_validator

MOST_MINOR = 10**12
State = Literal["draft", "on_sale", "hidden"]
Html = Annotated[str, StringConstraints(max_length=100_000, pattern=r"^[^\x00]*$")]
Money = Annotated[int, Field(ge=0, le=MOST_MINOR, strict=True)]


def _text(least: int, most: int) -> StringConstraints:
    return StringConstraints(
        strip_whitespace=True, min_length=least, max_length=most, pattern=r"^[^\x00-\x1f]*$"
    )


class CategoryNode(Schema):
    """`product_count` is what is on sale in it, its children's included."""

    id: UUID
    name: str
    product_count: int
    children: list["CategoryNode"]


class CategoryTree(Schema):
    items: list[CategoryNode]


class ProductCard(Schema):
    """`image_url` is relative to the host that answered unless it names one.

    `compare_price_minor` is what the lowest price is compared to; null where nothing is.
    """

    id: UUID
    title: str
    subtitle: str
    price_minor: int
    max_price_minor: int
    compare_price_minor: int | None
    currency: str
    image_url: str | None
    is_available: bool


class ProductFilter(Schema):
    """What a list keeps. Prices are those of cards: each product's lowest."""

    category: UUID | None = None
    min_price_minor: Annotated[int, Field(ge=0, le=MOST_MINOR)] | None = None
    max_price_minor: Annotated[int, Field(ge=0, le=MOST_MINOR)] | None = None
    in_stock: bool = False


class ProductPage(Schema):
    items: list[ProductCard]
    next: str | None


class ProductImageOut(Schema):
    id: UUID
    url: str
    small_url: str
    alt: str
    sku_id: UUID | None


class SpecValueOut(Schema):
    id: UUID
    value: str


class SpecOut(Schema):
    id: UUID
    name: str
    values: list[SpecValueOut]


class SkuOut(Schema):
    """`value_ids` holds one value of each spec; a combination that no SKU has does not exist."""

    id: UUID
    code: str
    label: str
    value_ids: list[UUID]
    price_minor: int
    compare_price_minor: int | None
    weight_grams: int
    available: int


class ProductOut(Schema):
    id: UUID
    code: str
    title: str
    subtitle: str
    description_html: str
    vendor: str
    category_id: UUID | None
    price_minor: int
    max_price_minor: int
    currency: str
    images: list[ProductImageOut]
    specs: list[SpecOut]
    skus: list[SkuOut]


class StaffProductCard(Schema):
    id: UUID
    code: str
    title: str
    state: State
    version: int
    category_id: UUID | None
    price_minor: int
    max_price_minor: int
    currency: str
    image_url: str | None
    updated_at: datetime
    sku_count: int
    available: int


class StaffProductPage(Schema):
    items: list[StaffProductCard]
    next: str | None


class StaffSkuOut(SkuOut):
    state: Literal["active", "retired"]
    barcode: str
    on_hand: int
    reserved: int


class PictureOut(Schema):
    image_id: UUID
    alt: str
    sku_id: UUID | None
    state: Literal["pending", "stored", "failed"]
    source_url: str


class StaffProductOut(ProductOut):
    """`images` are those that buyers see; `pictures` also those that are awaited or failed."""

    skus: list[StaffSkuOut]  # type: ignore[assignment]  # a staff SKU is a SKU
    state: State
    version: int
    product_type: str
    tags: list[str]
    pictures: list[PictureOut]
    created_at: datetime
    updated_at: datetime


class SkuIn(Schema):
    """`values` names one value for each spec, in the specs' order."""

    model_config = ConfigDict(extra="forbid")

    values: Annotated[list[Annotated[str, _text(1, 255)]], Field(max_length=3)] = []
    code: Annotated[str, _text(0, 255)] = ""
    price_minor: Money
    compare_price_minor: Money | None = None
    barcode: Annotated[str, _text(0, 255)] = ""
    weight_grams: Annotated[int, Field(ge=0, le=10**9)] = 0


class PictureIn(Schema):
    model_config = ConfigDict(extra="forbid")

    image_id: UUID
    alt: Annotated[str, _text(0, 512)] = ""
    values: Annotated[list[Annotated[str, _text(1, 255)]], Field(max_length=3)] | None = None


class ProductIn(Schema):
    """A product without specs has one SKU with `values` []."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, StringConstraints(pattern=r"^[\w-]{0,100}$")] = ""
    title: Annotated[str, _text(1, 255)]
    subtitle: Annotated[str, _text(0, 255)] = ""
    description_html: Annotated[
        str, StringConstraints(max_length=100_000, pattern=r"^[^\x00]*$")
    ] = ""
    vendor: Annotated[str, _text(0, 255)] = ""
    product_type: Annotated[str, _text(0, 255)] = ""
    tags: Annotated[list[Annotated[str, _text(1, 255)]], Field(max_length=100)] = []
    category_id: UUID | None = None
    spec_names: Annotated[list[Annotated[str, _text(1, 255)]], Field(max_length=3)] = []
    skus: Annotated[list[SkuIn], Field(min_length=1, max_length=1_000)]
    images: Annotated[list[PictureIn], Field(max_length=30)] = []


class ProductChange(Schema):
    """Only what is sent changes; `spec_names` and `skus` are sent together."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, _text(1, 255)] | None = None
    subtitle: Annotated[str, _text(0, 255)] | None = None
    description_html: (
        Annotated[str, StringConstraints(max_length=100_000, pattern=r"^[^\x00]*$")] | None
    ) = None
    vendor: Annotated[str, _text(0, 255)] | None = None
    product_type: Annotated[str, _text(0, 255)] | None = None
    tags: Annotated[list[Annotated[str, _text(1, 255)]], Field(max_length=100)] | None = None
    category_id: UUID | None = None
    spec_names: Annotated[list[Annotated[str, _text(1, 255)]], Field(max_length=3)] | None = None
    skus: Annotated[list[SkuIn], Field(min_length=1, max_length=1_000)] | None = None
    images: Annotated[list[PictureIn], Field(max_length=30)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _only_a_category_may_be_null(cls, data: Any) -> Any:
        sent = data if isinstance(data, dict) else getattr(data, "_obj", data)
        if isinstance(sent, dict):
            for name, value in sent.items():
                if value is None and name != "category_id":
                    raise ValueError(f"{name} cannot be null")
            if ("spec_names" in sent) != ("skus" in sent):
                raise ValueError("spec_names and skus are sent together")
        return data


class PriceIn(Schema):
    model_config = ConfigDict(extra="forbid")

    sku_id: UUID
    price_minor: Money


class PricesIn(Schema):
    """Prices of some of a product's SKUs; the others stay."""

    model_config = ConfigDict(extra="forbid")

    prices: Annotated[list[PriceIn], Field(min_length=1, max_length=1_000)]

    @property
    def by_sku(self) -> dict[UUID, int]:
        """Return the prices by SKU; of two for one SKU the last."""
        return {price.sku_id: price.price_minor for price in self.prices}


class CategoryIn(Schema):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, _text(1, 60)]
    parent_id: UUID | None = None
    position: Annotated[int, Field(ge=0, le=10_000)] = 0
    is_visible: bool = True


class CategoryChange(Schema):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, _text(1, 60)] = ""
    parent_id: UUID | None = None
    position: Annotated[int, Field(ge=0, le=10_000)] = 0
    is_visible: bool = True


class CategoryOut(Schema):
    id: UUID
    parent_id: UUID | None
    name: str
    position: int
    is_visible: bool


class CategoriesOut(Schema):
    items: list[CategoryOut]
