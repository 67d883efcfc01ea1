"""A shop's days as the platform's staff see them: counted in the shop, written here. Public."""

from django.db import models

from kernel import clock


class ShopDay(models.Model):
    """What one day of one shop came to, when it was last counted."""

    id = models.BigAutoField(primary_key=True)
    tenant_public_id = models.CharField(max_length=16)
    day = models.DateField()
    currency = models.CharField(max_length=3)
    gross_minor = models.BigIntegerField()
    refunds_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()
    commission_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    orders_count = models.IntegerField()
    refunds_count = models.IntegerField()
    counted_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_public_id", "day"], name="shop_day_once"),
        ]
        indexes = [models.Index(fields=["-day", "tenant_public_id"], name="shop_day_latest")]

    def __str__(self) -> str:
        return f"{self.tenant_public_id} {self.day} {self.net_minor} {self.currency}"
