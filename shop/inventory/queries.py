"""Questions about stock."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from shop.catalog.states import SkuState
from shop.inventory.models import Movement, Reservation, Stock
from shop.inventory.states import COUNTED


def available(sku_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return how many of each SKU can be promised now; those never received are absent."""
    rows = Stock.objects.filter(sku__in=list(sku_ids))
    return dict(rows.values_list("sku_id", F("on_hand") - F("reserved")))


def reservations_of(order_id: UUID) -> list[Reservation]:
    """Return what an order holds or held, by SKU."""
    return list(Reservation.objects.filter(order_id=order_id).order_by("sku_id"))


def counted(sku_ids: Iterable[UUID], *, before: UUID | None, limit: int) -> list[Movement]:
    """Return up to `limit` movements by which somebody set the stock, the latest first.

    They are older than the cursor `before`.
    """
    rows = Movement.objects.filter(sku__in=list(sku_ids), kind__in=sorted(COUNTED))
    if before is not None:
        rows = rows.filter(id__lt=before)
    return list(rows.order_by("-id")[:limit])


def shelf(*, at_most: int | None = None, q: str = "") -> QuerySet[Stock, Any]:
    """Return a row for each active SKU ever received, the newest SKU first.

    `at_most` keeps those of which no more can be promised; `q` those whose SKU code, barcode or
    product title holds it.
    """
    rows = Stock.objects.filter(sku__state=SkuState.ACTIVE).annotate(
        available=F("on_hand") - F("reserved")
    )
    if at_most is not None:
        rows = rows.filter(available__lte=at_most)
    if q:
        rows = rows.filter(
            Q(sku__product__title__icontains=q)
            | Q(sku__code__icontains=q)
            | Q(sku__barcode__icontains=q)
        )
    return rows.order_by("-sku_id").values(
        "sku_id",
        "on_hand",
        "reserved",
        "available",
        product_id=F("sku__product_id"),
        title=F("sku__product__title"),
        label=F("sku__label"),
        code=F("sku__code"),
    )
