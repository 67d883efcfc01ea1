"""Questions about pick-up points."""

from django.db.models import QuerySet

from shop.pickup_points.models import PickupPoint


def points() -> QuerySet[PickupPoint]:
    """Return all of the shop's points, the oldest first."""
    return PickupPoint.objects.order_by("pk")


def offered() -> QuerySet[PickupPoint]:
    """Return those that a buyer may choose; none: the shop offers no pick-up."""
    return points().filter(is_active=True)
