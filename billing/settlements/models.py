"""Closed days of a shop's books."""

from django.db import models
from django.db.models import F, Q

from kernel import clock
from kernel.identifiers import uuid7


class Statement(models.Model):
    """What a day of the shop came to. Written once, after the day is over; never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    day = models.DateField()
    """The day in the shop's time zone."""
    currency = models.CharField(max_length=3)
    gross_minor = models.BigIntegerField()
    refunds_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()
    """WeChat's fee less what it gave back: below zero on a day of refunds only."""
    commission_minor = models.BigIntegerField()
    distribution_minor = models.BigIntegerField(default=0, db_default=0)
    net_minor = models.BigIntegerField()
    orders_count = models.IntegerField()
    refunds_count = models.IntegerField()
    closed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day"], name="statement_of_day"),
            models.CheckConstraint(
                condition=Q(
                    net_minor=F("gross_minor")
                    - F("refunds_minor")
                    - F("fee_minor")
                    - F("commission_minor")
                    - F("distribution_minor")
                ),
                name="statement_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.net_minor} {self.currency}"

    @property
    def is_closed(self) -> bool:
        """Say whether the day is over and written down, or only counted so far."""
        return not self._state.adding
