"""A shop's lines of the bills, what was compared, and what differed."""

from django.db import models
from django.db.models import Q

from billing.bills.states import BillKind, Noun
from billing.reconciliation.states import (
    DIFFERENCE_FLOW,
    LIVE_DIFFERENCES,
    DifferenceKind,
    DifferenceState,
)
from kernel import clock
from kernel.identifiers import uuid7
from kernel.money import Money


class Line(models.Model):
    """A line of a bill that is this shop's: the working copy of `bills.BillLine`."""

    pk = models.CompositePrimaryKey("bill", "day", "place")
    bill = models.CharField(max_length=12, choices=[(k, k) for k in BillKind])
    day = models.DateField()
    place = models.IntegerField()
    noun = models.CharField(max_length=8, choices=[(n, n) for n in Noun])
    number = models.CharField(max_length=64)
    wechat_number = models.CharField(max_length=64)
    of_number = models.CharField(max_length=64)
    amount_fen = models.BigIntegerField()
    fee_millifen = models.BigIntegerField()
    state = models.CharField(max_length=32)
    currency = models.CharField(max_length=3)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["noun", "number"], name="line_number")]

    def __str__(self) -> str:
        return f"{self.noun} {self.number} {self.amount_fen}"


class ComparedDay(models.Model):
    """A day in Beijing whose bill was taken over: whoever compares it locks this row first."""

    pk = models.CompositePrimaryKey("bill", "day")
    bill = models.CharField(max_length=12, choices=[(k, k) for k in BillKind])
    day = models.DateField()
    lines_count = models.IntegerField(default=0)
    taken_at = models.DateTimeField(default=clock.now)
    compared_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.bill} {self.day}"


class Difference(models.Model):
    """Something that WeChat's bill says and our books do not, or the other way round."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=16, choices=[(k, k) for k in DifferenceKind])
    bill = models.CharField(max_length=12, choices=[(k, k) for k in BillKind])
    day = models.DateField()
    """The bill's, in Beijing."""
    noun = models.CharField(max_length=8, choices=[(n, n) for n in Noun])
    number = models.CharField(max_length=64)
    mark = models.CharField(max_length=200)
    """What both sides say, in one word: the same word again is the same difference."""
    there_minor = models.BigIntegerField(null=True)
    """What WeChat says: an amount, or a fee. None when it says nothing."""
    here_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    order_number = models.CharField(max_length=24, default="", blank=True)
    facts = models.JSONField(default=dict)
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in DifferenceState], default=DIFFERENCE_FLOW.start
    )
    note = models.CharField(max_length=200, default="", blank=True)
    """What staff found out, or why they wrote it off."""
    ended_by = models.CharField(max_length=254, default="", blank=True)
    """Who repaired it or wrote it off; empty when it went by itself."""
    found_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    is_told = models.BooleanField(default=False)
    """Whether the platform's roll-up knows its present state."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["noun", "number", "kind", "mark"], name="difference_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(DifferenceState)), name="difference_state_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=list(DifferenceKind)), name="difference_kind_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["bill", "day"],
                condition=Q(state__in=sorted(LIVE_DIFFERENCES)),
                name="difference_live",
            ),
            models.Index(
                fields=["changed_at"], condition=Q(is_told=False), name="difference_untold"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.noun} {self.number}"

    @property
    def there(self) -> Money | None:
        """Return what WeChat says."""
        return None if self.there_minor is None else Money(self.there_minor, self.currency)

    @property
    def here(self) -> Money | None:
        """Return what our books say."""
        return None if self.here_minor is None else Money(self.here_minor, self.currency)


class DifferenceStep(models.Model):
    """One line of a difference's history, in the order of `at`. Append only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    difference = models.ForeignKey(
        Difference, on_delete=models.PROTECT, related_name="steps", db_index=False
    )
    state = models.CharField(max_length=16)
    event = models.CharField(max_length=32)
    by = models.CharField(max_length=254, default="", blank=True)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["difference", "at"], name="difference_steps")]

    def __str__(self) -> str:
        return f"{self.event} -> {self.state}"
