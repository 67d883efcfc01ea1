"""What shops pay the platform for: plans, subscriptions, invoices and what pays them. Public."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from billing.plans.states import (
    ATTEMPT_FLOW,
    INVOICE_FLOW,
    REFUND_FLOW,
    SUBSCRIPTION_FLOW,
    AttemptState,
    Interval,
    InvoiceState,
    LineKind,
    Purpose,
    RefundState,
    SubscriptionState,
)
from kernel import clock
from kernel.identifiers import uuid7
from kernel.money import Money
from tenants.models import Tenant


class Plan(models.Model):
    """A plan by name. What it costs and allows is in its versions."""

    code = models.CharField(max_length=20, unique=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40)
    is_offered = models.BooleanField(default=True)
    """Whether owners may choose it; who has it keeps it."""
    is_default = models.BooleanField(default=False)
    """New shops try this one."""
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="plan_one_default"
            )
        ]

    def __str__(self) -> str:
        return self.code


class PlanVersion(models.Model):
    """A plan's price, limits and parts, for ever (by grants): another price is another version."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    currency = models.CharField(max_length=3, default="CNY")
    month_minor = models.BigIntegerField()
    year_minor = models.BigIntegerField()
    trial_days = models.IntegerField(default=14)
    limits = models.JSONField(default=dict)
    """By `tenants.limits.Limit`; what is not named has no limit."""
    modules = ArrayField(models.CharField(max_length=16), null=True, blank=True)
    """The parts of the mini-program that it has (`tenants.modules`); none: all of them."""
    created_by = models.CharField(max_length=254)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_version_once"),
            models.CheckConstraint(
                condition=Q(month_minor__gte=0, year_minor__gte=0, trial_days__gte=0),
                name="plan_version_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan.code} v{self.number}"

    def price(self, interval: str) -> Money:
        """Return what a period of this length costs."""
        minor = self.month_minor if interval == Interval.MONTH else self.year_minor
        return Money(minor, self.currency)


class Subscription(models.Model):
    """A shop's plan. One for each shop, for as long as it lives."""

    tenant = models.OneToOneField(Tenant, on_delete=models.PROTECT, related_name="subscription")
    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="+")
    interval = models.CharField(max_length=8, choices=[(i, i) for i in Interval])
    state = models.CharField(
        max_length=16,
        choices=[(s, s) for s in SubscriptionState],
        default=SUBSCRIPTION_FLOW.start,
    )
    trial_ends_at = models.DateTimeField()
    period_started_at = models.DateTimeField(null=True, blank=True)
    period_ends_at = models.DateTimeField(null=True, blank=True)
    """Until when it is paid; none while it never was."""
    anchor_day = models.IntegerField(default=1)
    next_version = models.ForeignKey(
        PlanVersion, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    """A smaller plan that is wanted from the next period on."""
    next_interval = models.CharField(max_length=8, default="", blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    told_standing = models.CharField(max_length=16, default="", blank=True)
    """What the shop was told last: it is told again when it was locked meanwhile."""
    due_at = models.DateTimeField(default=clock.now)
    """When somebody must look at it next."""
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(SubscriptionState)), name="subscription_state_known"
            ),
            models.CheckConstraint(
                condition=Q(period_ends_at__isnull=True)
                | Q(period_ends_at__gt=F("period_started_at")),
                name="subscription_period_ordered",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="subscription_due")]

    def __str__(self) -> str:
        return f"{self.tenant_id}: {self.version_id} {self.state}"


class SubscriptionStep(models.Model):
    """One line of a subscription's history. Append only."""

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=16)
    event = models.CharField(max_length=32)
    facts = models.JSONField(default=dict)
    by = models.CharField(max_length=254)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.event} -> {self.state}"


class Counter(models.Model):
    """The last number given to an invoice: locked by whoever takes the next, so without gaps."""

    name = models.CharField(max_length=16, primary_key=True)
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.last}"


class Invoice(models.Model):
    """What a shop owes for its plan, and why: never changed but for its state."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.BigIntegerField(unique=True)
    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, related_name="invoices"
    )
    purpose = models.CharField(max_length=8, choices=[(p, p) for p in Purpose])
    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="+")
    interval = models.CharField(max_length=8, choices=[(i, i) for i in Interval])
    period_from = models.DateTimeField()
    period_to = models.DateTimeField()
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    refunded_minor = models.BigIntegerField(default=0)
    """Given back or set aside to go back."""
    state = models.CharField(
        max_length=8, choices=[(s, s) for s in InvoiceState], default=INVOICE_FLOW.start
    )
    issued_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    paid_by = models.CharField(max_length=80, default="", blank=True)
    """`wechat`, `nothing to pay`, or the bank's reference."""
    reminded_days = models.IntegerField(null=True, blank=True)
    """The last reminder that was sent, in days after `due_at`."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "purpose"],
                condition=Q(state=InvoiceState.OPEN),
                name="invoice_one_open",
            ),
            models.UniqueConstraint(
                fields=["subscription", "period_from"],
                condition=Q(purpose=Purpose.PERIOD) & ~Q(state=InvoiceState.VOID),
                name="invoice_period_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(InvoiceState)), name="invoice_state_known"
            ),
            models.CheckConstraint(condition=Q(total_minor__gte=0), name="invoice_not_negative"),
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0, refunded_minor__lte=F("total_minor")),
                name="invoice_refund_within",
            ),
            models.CheckConstraint(
                condition=~Q(state=InvoiceState.PAID) | Q(paid_at__isnull=False),
                name="invoice_paid_timed",
            ),
        ]
        ordering: ClassVar[list[str]] = ["-number"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Return the number as people read it."""
        return f"XP{self.number:08d}"

    @property
    def total(self) -> Money:
        """Return what is to be paid."""
        return Money(self.total_minor, self.currency)

    @property
    def refundable(self) -> Money:
        """Return what may still be given back."""
        paid = self.total_minor if self.state == InvoiceState.PAID else 0
        return Money(paid - self.refunded_minor, self.currency)


class InvoiceLine(models.Model):
    """A line with the derivation of its amount in `why`. Append only."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    kind = models.CharField(max_length=8, choices=[(k, k) for k in LineKind])
    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField()
    """Below zero where something is given back."""
    why = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invoice", "kind"], name="invoice_line_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor}"


class InvoiceAttempt(models.Model):
    """One order at WeChat Pay for an invoice: a number and a code to scan."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="attempts")
    out_trade_no = models.CharField(max_length=32, unique=True)
    code_url = models.CharField(max_length=500, default="", blank=True)
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in AttemptState], default=ATTEMPT_FLOW.start
    )
    is_extra = models.BooleanField(default=False)
    """Paid although the invoice was paid or void already."""
    transaction_id = models.CharField(max_length=64, null=True, blank=True, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    success_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["invoice"],
                condition=Q(state=AttemptState.SUCCEEDED, is_extra=False),
                name="invoice_paid_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(AttemptState)), name="invoice_attempt_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.out_trade_no} {self.state}"


class InvoiceRefund(models.Model):
    """Money that goes back to who paid an invoice, under one number for ever."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    attempt = models.ForeignKey(InvoiceAttempt, on_delete=models.PROTECT, related_name="refunds")
    key = models.CharField(max_length=40)
    out_refund_no = models.CharField(max_length=64, unique=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=80)
    by = models.CharField(max_length=254)
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in RefundState], default=REFUND_FLOW.start
    )
    tries_count = models.IntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)
    succeeded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt", "key"], name="invoice_refund_key_once"),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0), name="invoice_refund_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.out_refund_no} {self.state}"

    @property
    def amount(self) -> Money:
        """Return what goes back."""
        return Money(self.amount_minor, self.currency)
