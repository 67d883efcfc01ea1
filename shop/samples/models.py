"""Which products and categories are samples, so that one click takes them all away."""

from django.db import models

from kernel import clock
from kernel.identifiers import uuid7


class SampleItem(models.Model):
    """A product or a category that we put into the shop, not its owner."""

    PRODUCT, CATEGORY = "product", "category"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=16)
    item_id = models.UUIDField()
    added_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "item_id"], name="sample_item_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["product", "category"]), name="sample_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"sample {self.kind} {self.item_id}"
