"""Everything that can happen to the shop front."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from kernel import clock
from kernel.errors import Refusal
from shop.catalog.actions import ChangedMeanwhile, ImageUnknown
from shop.catalog.models import Product
from shop.home.models import Banner, Front
from shop.media.queries import known


class BlockProductUnknown(Refusal):
    """A product that is not of this shop."""

    status = 422
    en = "There is no product {product_id}."
    zh = "没有商品 {product_id}。"


@dataclass(frozen=True)
class WantedBanner:
    """A picture, and the product it leads to."""

    image_id: UUID
    title: str = ""
    product_id: UUID | None = None


@transaction.atomic
def decorate(
    *, version: int, banners: Sequence[WantedBanner] | None = None, **changes: Any
) -> Front:
    """Change the named fields, and the banners if they are given, if nobody else did meanwhile.

    Raises ChangedMeanwhile, ImageUnknown, BlockProductUnknown.
    """
    Front.objects.bulk_create([Front()], ignore_conflicts=True)
    front = Front.objects.select_for_update().get(pk=Front.ONLY)
    if front.version != version:
        raise ChangedMeanwhile(version=front.version)
    _check_products(
        [*changes.get("chosen_product_ids", ()), *(b.product_id for b in banners or ())]
    )
    if changes.get("logo_id"):
        _check_images({changes["logo_id"]})
    if banners is not None:
        _put_banners(banners)
    for name, value in changes.items():
        setattr(front, name, value)
    front.version += 1
    front.updated_at = clock.now()
    front.save()
    return front


def _put_banners(banners: Sequence[WantedBanner]) -> None:
    _check_images({banner.image_id for banner in banners})
    Banner.objects.all().delete()
    Banner.objects.bulk_create(
        Banner(image_id=b.image_id, title=b.title, product_id=b.product_id, position=place)
        for place, b in enumerate(banners)
    )


def _check_images(image_ids: set[UUID]) -> None:
    for image_id in image_ids - known(image_ids):
        raise ImageUnknown(image_id=image_id)


def _check_products(product_ids: Sequence[UUID | None]) -> None:
    wanted = {product_id for product_id in product_ids if product_id is not None}
    present = set(Product.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    for product_id in wanted - present:
        raise BlockProductUnknown(product_id=product_id)
