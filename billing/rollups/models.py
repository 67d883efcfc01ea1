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
    distribution_minor = models.BigIntegerField(default=0, db_default=0)
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


class ShopDifference(models.Model):
    """What WeChat's bill says otherwise than a shop's books: told by the shop, which decides."""

    id = models.BigAutoField(primary_key=True)
    tenant_public_id = models.CharField(max_length=16)
    difference_id = models.UUIDField(unique=True)
    kind = models.CharField(max_length=16)
    bill = models.CharField(max_length=12)
    day = models.DateField()
    noun = models.CharField(max_length=8)
    number = models.CharField(max_length=64)
    order_number = models.CharField(max_length=24, default="", blank=True)
    there_minor = models.BigIntegerField(null=True)
    here_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=16)
    note = models.CharField(max_length=200, default="", blank=True)
    ended_by = models.CharField(max_length=254, default="", blank=True)
    found_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["state", "-day", "-id"], name="shop_difference_latest"),
            models.Index(fields=["tenant_public_id", "-day"], name="shop_difference_of"),
        ]

    def __str__(self) -> str:
        return self.number


class ShopTrouble(models.Model):
    """What in a shop's money waits for a person, told by the shop; gone when it is over."""

    id = models.BigAutoField(primary_key=True)
    tenant_public_id = models.CharField(max_length=16)
    noun = models.CharField(max_length=12)
    row_id = models.UUIDField(unique=True)
    number = models.CharField(max_length=64)
    order_number = models.CharField(max_length=24, default="", blank=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=20)
    reason = models.CharField(max_length=64, default="", blank=True)
    """WeChat's code, or ours; empty where it only takes too long."""
    tries_count = models.IntegerField(default=0)
    since_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=254, default="", blank=True)
    note = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["tenant_public_id"], name="shop_trouble_of"),
            models.Index(
                fields=["since_at", "id"],
                condition=models.Q(settled_at__isnull=True),
                name="shop_trouble_oldest",
            ),
        ]

    def __str__(self) -> str:
        return self.number
