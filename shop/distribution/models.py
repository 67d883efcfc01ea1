"""Rows of the programme: its rules, who recommends, who came through whom, and what is owed for it.

Rules, rates and visits are never changed, only added to: what counted when an order was made can
be read at any time later. See Note [as it was] in distribution.earning.
"""

from django.db import models
from django.db.models import F, Q

from kernel import clock
from kernel.identifiers import uuid7
from kernel.money import Money
from shop.distribution.amounts import MOST_BP, Rule, Share
from shop.distribution.states import (
    COMMISSION_FLOW,
    DISTRIBUTOR_FLOW,
    CommissionState,
    DistributorState,
    Entry,
    Touch,
)
from shop.members.models import Member
from shop.orders.models import Order, OrderLine


class Programme(models.Model):
    """The rules from a moment on. No row: there is no programme. Append only, by grant."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    is_open = models.BooleanField()
    rate_bp = models.IntegerField()
    entry = models.CharField(max_length=16, choices=[(e, e) for e in Entry])
    touch = models.CharField(max_length=8, choices=[(t, t) for t in Touch])
    window_days = models.IntegerField()
    """So long a visit through a link counts."""
    hold_days = models.IntegerField()
    """So long after the receipt a commission is settled."""
    by = models.CharField(max_length=254)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(rate_bp__gte=0, rate_bp__lte=MOST_BP), name="programme_rate_within"
            ),
            models.CheckConstraint(
                condition=Q(entry__in=list(Entry), touch__in=list(Touch)),
                name="programme_words_known",
            ),
            models.CheckConstraint(
                condition=Q(window_days__gte=1, hold_days__gte=0), name="programme_days_sane"
            ),
        ]
        indexes = [models.Index(fields=["-at"], name="programme_by_time")]

    def __str__(self) -> str:
        return f"{self.rate_bp} bp from {self.at} on"

    @property
    def rule(self) -> Rule:
        """Return the rules as plain values."""
        return Rule(**{name: getattr(self, name) for name in Rule.__slots__})


class ProductRate(models.Model):
    """A product's own rate from a moment on; null: the programme's again. Append only, by grant."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    product_id = models.UUIDField()
    rate_bp = models.IntegerField(null=True)
    by = models.CharField(max_length=254)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(rate_bp__isnull=True) | Q(rate_bp__gte=0, rate_bp__lte=MOST_BP),
                name="product_rate_within",
            ),
        ]
        indexes = [models.Index(fields=["product_id", "-at"], name="product_rate_by_time")]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.rate_bp}"


class Distributor(models.Model):
    """A member who recommends the shop. There is one level: nobody recommends distributors."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member = models.OneToOneField(Member, on_delete=models.PROTECT, related_name="distributor")
    code = models.CharField(max_length=8)
    """What the link carries. It says who sent somebody, and opens nothing."""
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in DistributorState], default=DISTRIBUTOR_FLOW.start
    )
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="distributor_code_once"),
            models.CheckConstraint(
                condition=Q(state__in=list(DistributorState)), name="distributor_state_known"
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="distributor_by_state")]

    def __str__(self) -> str:
        return f"{self.code}: {self.state}"


class DistributorStep(models.Model):
    """One line of a distributor's history. Append only, by grant."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    distributor = models.ForeignKey(
        Distributor, on_delete=models.PROTECT, related_name="steps", db_index=False
    )
    state = models.CharField(max_length=16)
    by = models.CharField(max_length=254)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["distributor", "-at"], name="distributor_step_by_time")]

    def __str__(self) -> str:
        return f"{self.distributor_id} -> {self.state}"


class Visit(models.Model):
    """A member came through a distributor's link. Append only, by grant."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", db_index=False)
    distributor = models.ForeignKey(
        Distributor, on_delete=models.PROTECT, related_name="visits", db_index=False
    )
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["member", "-at"], name="visit_by_member")]

    def __str__(self) -> str:
        return f"{self.member_id} through {self.distributor_id}"


class Commission(models.Model):
    """What a distributor gets of one order, as the rules stood when it was made."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="commission")
    distributor = models.ForeignKey(
        Distributor, on_delete=models.PROTECT, related_name="commissions", db_index=False
    )
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in CommissionState], default=COMMISSION_FLOW.start
    )
    currency = models.CharField(max_length=3)
    base_minor = models.BigIntegerField()
    """What was paid for the lines that bring commission."""
    amount_minor = models.BigIntegerField()
    """The sum of the lines' commissions, before anything went back."""
    kept_minor = models.BigIntegerField()
    """What is left of it after what has gone back to the buyer so far."""
    settled_minor = models.BigIntegerField(default=0)
    """What the wallet got of it, less what was taken back."""
    turn = models.IntegerField(default=0)
    """How many journals were posted for it."""
    rule = models.JSONField()
    """The programme's rules that counted, and the visit by which the buyer came."""
    due_at = models.DateTimeField(null=True)
    """When it is settled; known from the receipt on."""
    settled_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(CommissionState)), name="commission_state_known"
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, amount_minor__lte=F("base_minor"))
                & Q(kept_minor__gte=0, kept_minor__lte=F("amount_minor"))
                & Q(settled_minor__gte=0, settled_minor__lte=F("amount_minor")),
                name="commission_within",
            ),
        ]
        indexes = [
            models.Index(fields=["distributor", "-id"], name="commission_by_distributor"),
            models.Index(fields=["state", "-id"], name="commission_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.amount} {self.state}"

    @property
    def amount(self) -> Money:
        """Return what it came to before anything went back."""
        return Money(self.amount_minor, self.currency)

    @property
    def settled(self) -> Money:
        """Return what the wallet got of it, less what was taken back."""
        return Money(self.settled_minor, self.currency)


class CommissionLine(models.Model):
    """The commission of one line of the order."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    commission = models.ForeignKey(
        Commission, on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, related_name="commission")
    base_minor = models.BigIntegerField()
    rate_bp = models.IntegerField()
    is_own_rate = models.BooleanField()
    """The product's own rate, not the programme's."""
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(base_minor__gt=0, rate_bp__gt=0, rate_bp__lte=MOST_BP)
                & Q(amount_minor__gte=0),
                name="commission_line_sane",
            ),
        ]
        indexes = [models.Index(fields=["commission"], name="commission_line_by_one")]

    def __str__(self) -> str:
        return f"{self.rate_bp} bp of {self.base_minor}"

    def share(self, currency: str) -> Share:
        """Return the line's part as the calculation takes it."""
        return Share(Money(self.base_minor, currency), self.rate_bp)


class CommissionStep(models.Model):
    """One line of a commission's history; the same state again is a note. Append only, by grant."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    commission = models.ForeignKey(
        Commission, on_delete=models.PROTECT, related_name="steps", db_index=False
    )
    state = models.CharField(max_length=16)
    amount_minor = models.BigIntegerField(default=0)
    """What the wallet got by this step; below zero: lost."""
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["commission", "id"], name="commission_step_by_one")]

    def __str__(self) -> str:
        return f"{self.commission_id} -> {self.state}"
