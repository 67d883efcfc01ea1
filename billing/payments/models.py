"""Payments, the attempts at them, and their history."""

from django.db import models
from django.db.models import F, Q

from billing.payments.states import ATTEMPT_FLOW, PAYMENT_FLOW, AttemptState, PaymentState
from kernel import clock
from kernel.identifiers import uuid7
from kernel.money import Money


class Payment(models.Model):
    """What an order costs, and whether it was paid. The order itself lives above billing."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order_id = models.UUIDField()
    order_number = models.CharField(max_length=24)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    description = models.CharField(max_length=127)
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in PaymentState], default=PAYMENT_FLOW.start
    )
    refunded_minor = models.BigIntegerField(default=0)
    """Asked back and not closed by WeChat: on its way, or already with the customer."""
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order_id"], name="payment_of_order"),
            models.CheckConstraint(
                condition=Q(state__in=list(PaymentState)), name="payment_state_known"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0, refunded_minor__lte=F("amount_minor")),
                name="payment_refunded_within",
            ),
            models.CheckConstraint(
                condition=Q(refunded_minor=0) | Q(state=PaymentState.SUCCEEDED),
                name="payment_refunded_if_paid",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=Q(state=PaymentState.OPEN),
                name="payment_open_expires",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_number} {self.amount} {self.state}"

    @property
    def amount(self) -> Money:
        """Return what the customer pays."""
        return Money(self.amount_minor, self.currency)

    @property
    def refundable(self) -> Money:
        """Return what may still be asked back."""
        paid = self.amount_minor if self.state == PaymentState.SUCCEEDED else 0
        return Money(paid - self.refunded_minor, self.currency)


class Attempt(models.Model):
    """One order at WeChat Pay: a number, a mini-program and a payer."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, related_name="attempts", db_index=False
    )
    out_trade_no = models.CharField(max_length=32)
    sub_mchid = models.CharField(max_length=32)
    direct_mchid = models.CharField(max_length=32, default="", db_default="", blank=True)
    """The shop's own merchant if it is paid directly; see tenants.merchants, Note [two ways]."""
    appid = models.CharField(max_length=32)
    openid = models.CharField(max_length=128)
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in AttemptState], default=ATTEMPT_FLOW.start
    )
    is_extra = models.BooleanField(default=False)
    """Paid although another attempt of the payment had paid already."""
    is_shared = models.BooleanField(default=False)
    """Ordered with profit sharing: WeChat freezes the money until it is shared or released."""
    prepay_id = models.CharField(max_length=64, default="", blank=True)
    transaction_id = models.CharField(max_length=64, null=True)  # noqa: DJ001 - unique if known
    created_at = models.DateTimeField(default=clock.now)
    prepaid_at = models.DateTimeField(null=True)
    success_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["out_trade_no"], name="attempt_number_once"),
            models.UniqueConstraint(fields=["transaction_id"], name="attempt_transaction_once"),
            models.UniqueConstraint(
                fields=["payment", "appid", "openid"],
                condition=~Q(state=AttemptState.CLOSED) & Q(is_extra=False),
                name="attempt_one_per_payer",
            ),
            models.UniqueConstraint(
                fields=["payment"],
                condition=Q(state=AttemptState.SUCCEEDED, is_extra=False),
                name="attempt_pays_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(AttemptState)), name="attempt_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=AttemptState.SUCCEEDED)
                | Q(transaction_id__isnull=False, success_at__isnull=False),
                name="attempt_success_proved",
            ),
        ]
        indexes = [
            models.Index(fields=["payment"], name="attempt_payment"),
            models.Index(
                fields=["success_at"], condition=Q(is_shared=True), name="attempt_shared_paid"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.out_trade_no} {self.state}"


class PaymentStep(models.Model):
    """One line of a payment's history, in the order of `at`. Append only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, related_name="steps", db_index=False
    )
    state = models.CharField(max_length=16)
    """The payment's state after this line; unless it differs from the line before, none moved."""
    event = models.CharField(max_length=32)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["payment", "at"], name="payment_steps")]

    def __str__(self) -> str:
        return f"{self.event} -> {self.state}"
