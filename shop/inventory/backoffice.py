"""The stock's door for staff: everyone reads, managers count."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from shop.catalog import cursors
from shop.inventory import actions, queries
from shop.inventory.schemas import Counted, StockChange, StockPage
from tenants.staff import staff
from tenants.states import Role

router = Router(tags=["stock"], auth=staff())


@router.get("", response=StockPage, summary="What is in stock")
def stock(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=64, pattern=r"^[^\x00]*$")] = "",
    at_most: Annotated[int | None, Query(ge=0, le=actions.MOST_ON_HAND)] = None,
    cursor: Annotated[str | None, Query(max_length=cursors.MAX_LENGTH)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Any:
    """`at_most` finds what runs low. The newest SKU first. Refused: 422 cursor_invalid."""
    rows = queries.shelf(at_most=at_most, q=q)
    if cursor:
        [last] = cursors.decode(cursor, "stock", UUID)
        rows = rows.filter(sku_id__lt=last)
    page = list(rows[: limit + 1])
    more = len(page) > limit
    return {
        "items": page[:limit],
        "next": cursors.encode("stock", page[limit - 1]["sku_id"]) if more else None,
    }


@router.post(
    "/{uuid:sku_id}/adjust",
    response=Counted,
    auth=staff(Role.MANAGER),
    summary="Count or receive goods",
)
def adjust(request: HttpRequest, sku_id: UUID, body: StockChange) -> Any:
    """Refused: 404 sku_unknown, 409 stock_is_promised, 412 stock_changed_meanwhile, 422
    stock_too_large."""
    by = request.auth.email  # type: ignore[attr-defined]  # set by tenants.staff
    row = actions.adjust(sku_id=sku_id, by=by, **body.dict())
    return {
        "sku_id": row.sku_id,
        "on_hand": row.on_hand,
        "reserved": row.reserved,
        "available": row.on_hand - row.reserved,
    }
