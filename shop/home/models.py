"""How the shop front is decorated."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from kernel import clock
from kernel.identifiers import uuid7
from shop.media.models import Image


class Front(models.Model):
    """The shop front's words and chosen goods. One row; none means all defaults."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    announcement = models.CharField(max_length=200, blank=True, default="")
    chosen_product_ids = ArrayField(models.UUIDField(), default=list)
    """In the order in which they are shown; those not on sale are left out when shown."""
    shows_newest = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "home_front"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="front_is_one")]

    def __str__(self) -> str:
        return "the shop front"


class Banner(models.Model):
    """A picture across the shop front, leading to a product or nowhere."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=60, blank=True, default="")
    product_id = models.UUIDField(null=True, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "home_banner"

    def __str__(self) -> str:
        return self.title or f"banner {self.position}"
