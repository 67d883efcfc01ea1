"""What crosses the shop front's doors."""

from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints, model_validator

from shop.catalog.schemas import ProductCard


class BannerOut(Schema):
    """`product_id` is null where the banner leads nowhere that is on sale."""

    id: UUID
    title: str
    image_url: str
    product_id: UUID | None


class CategoryEntry(Schema):
    id: UUID
    name: str


class HomeOut(Schema):
    name: str
    announcement: str
    banners: list[BannerOut]
    categories: list[CategoryEntry]
    chosen: list[ProductCard]
    newest: list[ProductCard]


class BannerIn(Schema):
    model_config = ConfigDict(extra="forbid")

    image_id: UUID
    title: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] = ""
    product_id: UUID | None = None


class FrontIn(Schema):
    """Only what is sent changes."""

    model_config = ConfigDict(extra="forbid")

    announcement: Annotated[
        str | None, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00]*$")
    ] = None
    chosen_product_ids: Annotated[list[UUID], Field(max_length=30)] | None = None
    shows_newest: bool | None = None
    banners: Annotated[list[BannerIn], Field(max_length=10)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_null(cls, data: Any) -> Any:
        sent = data if isinstance(data, dict) else getattr(data, "_obj", data)
        if isinstance(sent, dict) and None in sent.values():
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
    banners: list[StaffBannerOut]
    version: int
