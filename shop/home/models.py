"""How the shop front is decorated."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from kernel import clock
from kernel.identifiers import uuid7
from shop.media.models import Image

DEFAULT_BRAND = "#1f7a5c"
LANGUAGES = ("zh-Hans", "en")
TABS = ("home", "categories", "cart", "me")


class Front(models.Model):
    """The shop front: its look, words and chosen goods. One row; none means all defaults."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    announcement = models.CharField(max_length=200, blank=True, default="")
    chosen_product_ids = ArrayField(models.UUIDField(), default=list)
    """In the order in which they are shown; those not on sale are left out when shown."""
    shows_newest = models.BooleanField(default=True)
    brand_colour = models.CharField(max_length=7, default=DEFAULT_BRAND)
    logo = models.ForeignKey(
        Image, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    language = models.CharField(
        max_length=8, choices=[(n, n) for n in LANGUAGES], default="zh-Hans"
    )
    """In which the shop speaks to those who chose nothing else."""
    tab_labels = models.JSONField(default=dict, blank=True)
    """The shop's own words for some of `TABS`."""
    service_phone = models.CharField(max_length=20, blank=True, default="")
    hot_words = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    """What the search page offers; without any it offers what sells best."""
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "home_front"
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="front_is_one"),
            models.CheckConstraint(
                condition=models.Q(brand_colour__regex=r"^#[0-9a-f]{6}$"),
                name="front_brand_is_a_colour",
            ),
            models.CheckConstraint(
                condition=models.Q(language__in=LANGUAGES), name="front_language_known"
            ),
        ]

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
