"""What the owner does with pick-up points."""

from typing import Any

from kernel.errors import Refusal
from shop.pickup_points import queries
from shop.pickup_points.models import MOST_POINTS, PickupPoint
from tenants.transactions import verb


class TooManyPickupPoints(Refusal):
    """A buyer chooses from a short list."""

    en = "A shop has up to {most} pick-up points."
    zh = "每个店铺最多设置 {most} 个自提点。"


@verb
def add(**fields: Any) -> PickupPoint:
    """Offer one more point. Raises TooManyPickupPoints."""
    list(queries.points().select_for_update().values_list("pk"))  # whoever adds meanwhile waits
    if queries.points().count() >= MOST_POINTS:
        raise TooManyPickupPoints(most=MOST_POINTS)
    return PickupPoint.objects.create(**fields)


def edit(*, point: PickupPoint, **changes: Any) -> PickupPoint:
    """Change the fields that are named. Orders keep what they were made with."""
    for name, value in changes.items():
        setattr(point, name, value)
    point.save(update_fields=list(changes))
    return point


def remove(*, point: PickupPoint) -> None:
    """Offer it no more, and forget it."""
    point.delete()
