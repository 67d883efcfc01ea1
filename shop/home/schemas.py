"""What crosses the shop front's doors."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from shop.catalog.schemas import ProductCard
from shop.coupons.amounts import CouponKind
from tenants.modules import Module

Language = Literal["zh-Hans", "en"]
Label = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=12, pattern=r"^[^\x00-\x1f]*$")
]


HotWord = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=20, pattern=r"^[^\x00-\x1f]*$"
    ),
]


def _each_once(words: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(words))


class TabLabels(Schema):
    """The shop's own words for its tabs; where one is empty the mini-program has its own."""

    model_config = ConfigDict(extra="forbid")

    home: Label = ""
    categories: Label = ""
    cart: Label = ""
    me: Label = ""


class ThemeOut(Schema):
    """How the shop looks. `palette` goes from light to dark; its seventh level is the brand.

    `on_brand` is the colour of text on the brand, `brand_text` that of branded text on white.
    """

    name: str
    logo_url: str | None
    palette: list[str]
    on_brand: str
    brand_text: str
    currency: str
    language: Language
    modules: list[Module]
    tab_labels: TabLabels
    service_phone: str


class BannerOut(Schema):
    """`product_id` is null where the banner leads nowhere that is on sale."""

    id: UUID
    title: str
    image_url: str
    product_id: UUID | None


class CategoryEntry(Schema):
    id: UUID
    name: str


class HomeCoupon(Schema):
    """A coupon that may be claimed, as the front shows it."""

    id: UUID
    title: str
    kind: CouponKind
    amount_minor: int
    rate_bp: int
    most_minor: int | None
    least_minor: int
    currency: str


class HomeOut(Schema):
    """The shop front. `coupons` are the newest that may be claimed."""

    name: str
    announcement: str
    banners: list[BannerOut]
    categories: list[CategoryEntry]
    coupons: list[HomeCoupon]
    chosen: list[ProductCard]
    newest: list[ProductCard]


class HotWordsOut(Schema):
    """What to offer on the search page, at most ten: the owner's words, else what sells best."""

    items: list[str]


class BannerIn(Schema):
    model_config = ConfigDict(extra="forbid")

    image_id: UUID
    title: Annotated[
        str, StringConstraints(strip_whitespace=True, max_length=60, pattern=r"^[^\x00]*$")
    ] = ""
    product_id: UUID | None = None


class FrontIn(Schema):
    """Only what is sent changes. `logo_id` null takes the logo away."""

    model_config = ConfigDict(extra="forbid")

    announcement: Annotated[
        str | None, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00]*$")
    ] = None
    chosen_product_ids: Annotated[list[UUID], Field(max_length=30)] | None = None
    shows_newest: bool | None = None
    brand_colour: Annotated[
        str | None, StringConstraints(to_lower=True, pattern=r"^#[0-9A-Fa-f]{6}$")
    ] = None
    logo_id: UUID | None = None
    language: Language | None = None
    tab_labels: TabLabels | None = None
    service_phone: Annotated[
        str | None, StringConstraints(strip_whitespace=True, pattern=r"^[0-9+ -]{0,20}$")
    ] = None
    hot_words: Annotated[list[HotWord], Field(max_length=10), AfterValidator(_each_once)] | None = (
        None
    )
    banners: Annotated[list[BannerIn], Field(max_length=10)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_null(cls, data: Any) -> Any:
        sent = data if isinstance(data, dict) else getattr(data, "_obj", data)
        if isinstance(sent, dict) and any(
            value is None for name, value in sent.items() if name != "logo_id"
        ):
            raise ValueError("a field that is sent cannot be null")
        return data


class StaffBannerOut(Schema):
    image_id: UUID
    title: str
    product_id: UUID | None


class FrontOut(Schema):
    announcement: str
    chosen_product_ids: list[UUID]
    shows_newest: bool
    brand_colour: str
    logo_id: UUID | None
    language: Language
    tab_labels: TabLabels
    service_phone: str
    hot_words: list[str]
    banners: list[StaffBannerOut]
    version: int
