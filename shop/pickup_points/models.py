"""Where a buyer can fetch an order instead of having it sent."""

from django.db import models

from kernel import clock
from kernel.identifiers import uuid7

MOST_POINTS = 20


class PickupPoint(models.Model):
    """A counter of the shop. Orders keep a copy, so it may change or go."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=40)
    address = models.CharField(max_length=200)
    hours = models.CharField(max_length=100)
    """When it is open, in the owner's own words."""
    phone = models.CharField(max_length=20)
    is_active = models.BooleanField(default=True)
    """Whether new orders may choose it."""
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name
