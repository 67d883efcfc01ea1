"""The buyers' door: where an order can be fetched."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from shop.pickup_points import queries
from shop.pickup_points.schemas import OfferedPointsOut

router = Router(tags=["orders"])


@router.get("/pickup-points", response=OfferedPointsOut, summary="Where an order can be fetched")
def list_points(request: HttpRequest) -> Any:
    """The points that an order may name; none where the shop only sends."""
    return {"items": queries.offered()}
