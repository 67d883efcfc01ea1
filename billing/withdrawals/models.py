"""Withdrawals, their history, and the shop's rules for them."""

from django.db import models
from django.db.models import F, Q

from billing.withdrawals.amounts import Rules
from billing.withdrawals.states import (
    ENDED,
    IN_FLIGHT,
    TO_REVIEW,
    WITHDRAWAL_FLOW,
    Channel,
    WithdrawalState,
)
from kernel import clock
from kernel.identifiers import uuid7
from kernel.money import Money


class RulesSetting(models.Model):
    """The shop's rules for withdrawals, one row. No row: the defaults of `amounts.Rules`."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    is_open = models.BooleanField()
    minimum_minor = models.BigIntegerField()
    fee_bp = models.IntegerField()
    fee_fixed_minor = models.BigIntegerField()
    daily_minor = models.BigIntegerField()
    daily_count = models.IntegerField()
    second_approval_from_minor = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="withdrawal_rules_one_row"),
            models.CheckConstraint(
                condition=Q(
                    minimum_minor__gt=0,
                    fee_bp__gte=0,
                    fee_bp__lt=10_000,
                    fee_fixed_minor__gte=0,
                    daily_minor__gte=0,
                    daily_count__gte=0,
                ),
                name="withdrawal_rules_make_sense",
            ),
        ]

    def __str__(self) -> str:
        return str(self.as_rules())

    def as_rules(self) -> Rules:
        """Return the rules as arithmetic takes them."""
        return Rules(**{name: getattr(self, name) for name in Rules.__dataclass_fields__})


class Withdrawal(models.Model):
    """Money on its way from a wallet to its holder, under one number for ever."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    holder = models.UUIDField()
    """Whose wallet: the id of a member, who lives above billing."""
    key = models.CharField(max_length=80)
    """The caller's name for this request: the same key again is the same withdrawal."""
    number = models.CharField(max_length=32)
    """WeChat's out_bill_no; what people read to each other."""
    amount_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    fee_bp = models.IntegerField()
    fee_fixed_minor = models.BigIntegerField()
    needs_second = models.BooleanField()
    """Whether two persons must agree: by the shop's rules of the moment it was requested."""
    channel = models.CharField(
        max_length=8, choices=[(c, c) for c in Channel], default=Channel.WECHAT
    )
    state = models.CharField(
        max_length=20, choices=[(s, s) for s in WithdrawalState], default=WITHDRAWAL_FLOW.start
    )
    appid = models.CharField(max_length=32)
    openid = models.CharField(max_length=64)
    sealed_name = models.TextField(default="", blank=True)
    """The person's name where WeChat asks for it; sealed, and forgotten at the end."""
    sub_mchid = models.CharField(max_length=32, default="", blank=True)
    """The merchant that pays, from the approval on."""
    direct_mchid = models.CharField(max_length=32, default="", db_default="", blank=True)
    """Or the shop's own; see tenants.merchants, Note [two ways]."""
    transfer_bill_no = models.CharField(max_length=64, default="", blank=True)
    package_info = models.TextField(default="", blank=True)
    """What `wx.requestMerchantTransfer` takes; for the holder's eyes only."""
    confirm_by = models.DateTimeField(null=True)
    fail_reason = models.CharField(max_length=64, default="", blank=True)
    """WeChat's word for why it was not paid."""
    refusal = models.CharField(max_length=64, default="", blank=True)
    """WeChat's code of the latest refusal, for staff."""
    tries_count = models.IntegerField(default=0)
    """How often it was handed to WeChat: after the first time we ask before we repeat."""
    tried_at = models.DateTimeField(null=True)
    reviewer = models.CharField(max_length=254, default="", blank=True)
    approver = models.CharField(max_length=254, default="", blank=True)
    """Who gave the last yes; above the limit somebody other than the reviewer."""
    answer = models.CharField(max_length=200, default="", blank=True)
    """Why it was rejected, or how it was paid by hand: the customer reads it."""
    created_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["holder", "key"], name="withdrawal_key_once"),
            models.UniqueConstraint(fields=["number"], name="withdrawal_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=list(WithdrawalState)), name="withdrawal_state_known"
            ),
            models.CheckConstraint(
                condition=Q(net_minor__gt=0, fee_minor__gte=0)
                & Q(amount_minor=F("net_minor") + F("fee_minor")),
                name="withdrawal_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(ENDED), ended_at__isnull=False)
                | (~Q(state__in=sorted(ENDED)) & Q(ended_at__isnull=True)),
                name="withdrawal_end_timed",
            ),
            models.CheckConstraint(
                condition=Q(approver="") | ~Q(reviewer=F("approver")),
                name="withdrawal_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(IN_FLIGHT))
                | (
                    Q(tries_count__gt=0, tried_at__isnull=False)
                    & (~Q(sub_mchid="") | ~Q(direct_mchid=""))
                ),
                name="withdrawal_try_noted",
            ),
        ]
        indexes = [
            models.Index(fields=["holder", "-id"], name="withdrawal_by_holder"),
            models.Index(fields=["state", "-id"], name="withdrawal_by_state"),
            models.Index(
                fields=["id"],
                condition=Q(state__in=sorted(TO_REVIEW)),
                name="withdrawal_to_review",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.amount} {self.state}"

    @property
    def amount(self) -> Money:
        """Return what leaves the wallet."""
        return Money(self.amount_minor, self.currency)

    @property
    def fee(self) -> Money:
        """Return what the shop keeps."""
        return Money(self.fee_minor, self.currency)

    @property
    def net(self) -> Money:
        """Return what arrives."""
        return Money(self.net_minor, self.currency)


class WithdrawalStep(models.Model):
    """One line of a withdrawal's history, in the order of `at`. Append only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    withdrawal = models.ForeignKey(
        Withdrawal, on_delete=models.PROTECT, related_name="steps", db_index=False
    )
    state = models.CharField(max_length=20)
    event = models.CharField(max_length=32)
    by = models.CharField(max_length=254)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["withdrawal", "at"], name="withdrawal_steps")]

    def __str__(self) -> str:
        return f"{self.event} -> {self.state}"
