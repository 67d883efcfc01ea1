"""What a member might buy. Prices are never stored here: they are read when they are shown."""

from django.db import models

from kernel import clock
from kernel.identifiers import uuid7
from shop.catalog.models import Sku
from shop.members.models import Member

MOST_LINES = 100
MOST_OF_ONE = 999


class CartLine(models.Model):
    """So many of one SKU, and whether they are ticked for checkout."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="cart_lines", db_index=False
    )
    sku = models.ForeignKey(Sku, on_delete=models.CASCADE, related_name="+", db_index=False)
    quantity = models.IntegerField()
    selected = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "sku"], name="cart_line_once"),
            models.CheckConstraint(
                condition=models.Q(quantity__range=(1, MOST_OF_ONE)), name="cart_line_quantity"
            ),
        ]
        indexes = [models.Index(fields=["sku"], name="cart_line_by_sku")]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku_id}"
