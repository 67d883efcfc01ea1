"""Requests for money back, and how each went."""

from django.db import models
from django.db.models import Q

from kernel import clock
from kernel.identifiers import uuid7
from shop.aftersale.states import AFTERSALE_FLOW, OPEN, AfterSaleState, Reason
from shop.members.models import Member
from shop.orders.models import Order


class AfterSale(models.Model):
    """A customer asks for the money of a whole order."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="aftersales", db_index=False
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="aftersales", db_index=False
    )
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in AfterSaleState], default=AFTERSALE_FLOW.start
    )
    reason = models.CharField(max_length=24, choices=[(r, r) for r in Reason])
    description = models.CharField(max_length=200, default="", blank=True)
    answer = models.CharField(max_length=200, default="", blank=True)
    """Why the shop refused."""
    amount_minor = models.BigIntegerField()
    """What was left of the order's money when it was asked for."""
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "aftersale_aftersale"
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(state__in=list(OPEN)), name="aftersale_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(AfterSaleState)), name="aftersale_state_known"
            ),
            models.CheckConstraint(
                condition=Q(reason__in=list(Reason)), name="aftersale_reason_known"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="aftersale_not_negative"),
        ]
        indexes = [
            models.Index(fields=["order", "-id"], name="aftersale_by_order"),
            models.Index(fields=["member", "-id"], name="aftersale_by_member"),
            models.Index(fields=["state", "-id"], name="aftersale_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.state}"


class AfterSaleStep(models.Model):
    """One line of a request's history. Append only, by grant."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    aftersale = models.ForeignKey(
        AfterSale, on_delete=models.PROTECT, related_name="steps", db_index=False
    )
    state = models.CharField(max_length=16)
    by = models.CharField(max_length=254)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "aftersale_aftersalestep"
        indexes = [models.Index(fields=["aftersale", "id"], name="aftersale_step_by_one")]

    def __str__(self) -> str:
        return f"{self.aftersale_id} -> {self.state}"
