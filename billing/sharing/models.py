"""Sharings of paid orders, their parts, what was given back, and the history."""

from django.db import models
from django.db.models import Q

from billing.payments.models import Attempt
from billing.sharing.states import (
    ENDED,
    SHARING_FLOW,
    PartKind,
    PartState,
    ReturnState,
    SharingState,
)
from kernel import clock
from kernel.identifiers import uuid7
from kernel.money import Money


class Sharing(models.Model):
    """The one sharing of a transaction, under one number for ever: parts go, the rest is freed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    attempt = models.ForeignKey(
        Attempt, on_delete=models.PROTECT, related_name="sharings", db_index=False
    )
    out_order_no = models.CharField(max_length=64)
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in SharingState], default=SHARING_FLOW.start
    )
    earned_minor = models.BigIntegerField()
    """What the order had brought, less refunds, when its parts were planned."""
    currency = models.CharField(max_length=3)
    ratio_bp = models.IntegerField(null=True)
    """The most of an order that the shop lets be shared, as WeChat said at the handing-over."""
    turn = models.IntegerField(default=0)
    """Of its messages only the one with this number acts: there is one chain, however often."""
    tries_count = models.IntegerField(default=0)
    """How often it was handed to WeChat: after the first time we ask before we repeat."""
    refusal = models.CharField(max_length=64, default="", blank=True)
    """WeChat's code of the latest refusal; empty once it was accepted."""
    created_at = models.DateTimeField(default=clock.now)
    deadline_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt"], name="sharing_of_attempt"),
            models.UniqueConstraint(fields=["out_order_no"], name="sharing_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=list(SharingState)), name="sharing_state_known"
            ),
            models.CheckConstraint(condition=Q(earned_minor__gt=0), name="sharing_earned_positive"),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(ENDED)) | Q(ended_at__isnull=False),
                name="sharing_end_timed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=~Q(state__in=sorted(ENDED)),
                name="sharing_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.out_order_no} {self.state}"

    @property
    def earned(self) -> Money:
        """Return what the parts were planned of."""
        return Money(self.earned_minor, self.currency)


class Part(models.Model):
    """What one receiver shall get of an order, and what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sharing = models.ForeignKey(
        Sharing, on_delete=models.PROTECT, related_name="parts", db_index=False
    )
    place = models.SmallIntegerField()
    kind = models.CharField(max_length=16, choices=[(k, k) for k in PartKind])
    account = models.CharField(max_length=128)
    """A merchant number, or an openid of `sharing.attempt.appid`."""
    holder = models.UUIDField(null=True)
    """The member behind a person: whose line it is in the books."""
    planned_minor = models.BigIntegerField()
    rate_bp = models.IntegerField(null=True)
    """The rate of what was earned, where the part is exactly that; else null."""
    amount_minor = models.BigIntegerField(default=0)
    """What WeChat was asked to give at the latest handing-over; zero: not asked."""
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in PartState], default=PartState.PLANNED
    )
    reason = models.CharField(max_length=64, default="", blank=True)
    description = models.CharField(max_length=80)
    """What the receiver reads in WeChat."""
    why = models.JSONField()
    """The derivation of `planned_minor`."""
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sharing", "place"], name="part_place_once"),
            models.UniqueConstraint(fields=["sharing", "kind", "account"], name="part_of_receiver"),
            models.CheckConstraint(condition=Q(state__in=list(PartState)), name="part_state_known"),
            models.CheckConstraint(condition=Q(planned_minor__gt=0), name="part_amount_positive"),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0, amount_minor__lte=models.F("planned_minor")),
                name="part_amount_within",
            ),
            models.CheckConstraint(
                condition=~Q(state=PartState.GIVEN) | Q(amount_minor__gt=0, ended_at__isnull=False),
                name="part_given_amount",
            ),
            models.CheckConstraint(
                condition=Q(kind=PartKind.PLATFORM, holder__isnull=True)
                | Q(kind=PartKind.PERSON, holder__isnull=False),
                name="part_person_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.amount} {self.state}"

    @property
    def number(self) -> str:
        """Return the part's name in the books."""
        return f"{self.sharing.out_order_no}-{self.place:02d}"

    @property
    def planned(self) -> Money:
        """Return what the receiver was to get of all that was earned."""
        return Money(self.planned_minor, self.sharing.currency)

    @property
    def amount(self) -> Money:
        """Return what WeChat was asked to give."""
        return Money(self.amount_minor, self.sharing.currency)


class ShareReturn(models.Model):
    """Money that the platform gives back to the shop before a refund, under one number for ever."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="returns", db_index=False)
    cause = models.CharField(max_length=80)
    """The refund that asked for it, by its out_refund_no; or who asked again."""
    out_return_no = models.CharField(max_length=64)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in ReturnState], default=ReturnState.REQUESTED
    )
    tries_count = models.IntegerField(default=0)
    reason = models.CharField(max_length=64, default="", blank=True)
    created_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["out_return_no"], name="share_return_number_once"),
            models.UniqueConstraint(fields=["part", "cause"], name="share_return_cause_once"),
            models.CheckConstraint(
                condition=Q(state__in=list(ReturnState)), name="share_return_state_known"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="share_return_positive"),
            models.CheckConstraint(
                condition=Q(state=ReturnState.REQUESTED) | Q(ended_at__isnull=False),
                name="share_return_end_timed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=~Q(state=ReturnState.SUCCEEDED),
                name="share_return_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.out_return_no} {self.amount} {self.state}"

    @property
    def amount(self) -> Money:
        """Return what is given back."""
        return Money(self.amount_minor, self.currency)


class SharingStep(models.Model):
    """One line of a sharing's history, in the order of `at`. Append only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sharing = models.ForeignKey(
        Sharing, on_delete=models.PROTECT, related_name="steps", db_index=False
    )
    state = models.CharField(max_length=16)
    event = models.CharField(max_length=32)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["sharing", "at"], name="sharing_steps")]

    def __str__(self) -> str:
        return f"{self.event} -> {self.state}"


class KnownReceiver(models.Model):
    """An account that WeChat lets receive from a merchant: added once, not before every sharing."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sub_mchid = models.CharField(max_length=32)
    appid = models.CharField(max_length=32)
    kind = models.CharField(max_length=16, choices=[(k, k) for k in PartKind])
    account = models.CharField(max_length=128)
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sub_mchid", "appid", "kind", "account"], name="known_receiver_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.account}"
