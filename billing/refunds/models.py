"""Refunds and their history."""

from django.db import models
from django.db.models import Q

from billing.payments.models import Attempt, Payment
from billing.refunds.states import REFUND_FLOW, RefundState
from kernel import clock
from kernel.identifiers import uuid7
from kernel.money import Money


class Refund(models.Model):
    """Money that goes back to a customer, under one number for ever."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, related_name="refunds", db_index=False
    )
    attempt = models.ForeignKey(
        Attempt, on_delete=models.PROTECT, related_name="refunds", db_index=False
    )
    """The order at WeChat Pay that the money is taken from."""
    key = models.CharField(max_length=80)
    """The caller's name for this refund: the same key again is the same refund."""
    out_refund_no = models.CharField(max_length=64)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=80)
    by = models.CharField(max_length=254)
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in RefundState], default=REFUND_FLOW.start
    )
    tries_count = models.IntegerField(default=0)
    """How often it was handed to WeChat: after the first time we ask before we repeat."""
    refusal = models.CharField(max_length=64, default="", blank=True)
    """WeChat's code of the latest refusal, for staff."""
    created_at = models.DateTimeField(default=clock.now)
    is_by_hand = models.BooleanField(default=False, db_default=False)
    """The shop paid it outside WeChat, which never heard of it."""
    due_at = models.DateTimeField(null=True)
    """When it is handed to WeChat at the earliest: refunds of one payment are a minute apart."""
    succeeded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payment", "key"], name="refund_key_once"),
            models.UniqueConstraint(fields=["out_refund_no"], name="refund_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=list(RefundState)), name="refund_state_known"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_amount_positive"),
            models.CheckConstraint(
                condition=~Q(state=RefundState.SUCCEEDED) | Q(succeeded_at__isnull=False),
                name="refund_success_timed",
            ),
        ]
        indexes = [
            models.Index(fields=["attempt"], name="refund_attempt"),
            models.Index(
                fields=["created_at"],
                condition=~Q(state__in=[RefundState.SUCCEEDED, RefundState.CLOSED]),
                name="refund_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.out_refund_no} {self.amount} {self.state}"

    @property
    def amount(self) -> Money:
        """Return what goes back."""
        return Money(self.amount_minor, self.currency)


class RefundStep(models.Model):
    """One line of a refund's history, in the order of `at`. Append only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    refund = models.ForeignKey(
        Refund, on_delete=models.PROTECT, related_name="steps", db_index=False
    )
    state = models.CharField(max_length=16)
    event = models.CharField(max_length=32)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["refund", "at"], name="refund_steps")]

    def __str__(self) -> str:
        return f"{self.event} -> {self.state}"
