"""Which template tells what, what customers allow, and what they were told."""

from django.db import models
from django.db.models import Q

from kernel import clock
from kernel.identifiers import uuid7
from shop.notices.states import NOTICE_FLOW, SETUP_FLOW, NoticeState, SetUpState


class SetUp(models.Model):
    """An app whose templates are to be chosen, and how that went."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    appid = models.CharField(max_length=32)
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in SetUpState], default=SETUP_FLOW.start
    )
    attempts = models.PositiveIntegerField(default=0)
    begun_at_attempt = models.PositiveIntegerField(default=0)
    """How many attempts earlier requests took: each request has its own patience."""
    missing = models.JSONField(default=list)
    """The news for which WeChat's library has no template in the app's categories."""
    last_error = models.CharField(max_length=300, blank=True, default="")
    by = models.CharField(max_length=254)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "notices_setup"
        constraints = [
            models.UniqueConstraint(fields=["appid"], name="notice_setup_once"),
            models.CheckConstraint(
                condition=Q(state__in=list(SetUpState)), name="notice_setup_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appid} ({self.state})"


class Template(models.Model):
    """The template by which one app tells one news; `facts` says what each value is."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    appid = models.CharField(max_length=32)
    news = models.CharField(max_length=32)
    template_id = models.CharField(max_length=128)
    title = models.CharField(max_length=100)
    facts = models.JSONField()

    class Meta:
        db_table = "notices_template"
        constraints = [
            models.UniqueConstraint(fields=["appid", "news"], name="notice_template_once")
        ]

    def __str__(self) -> str:
        return f"{self.news} by {self.title}"


class Permit(models.Model):
    """How many messages of one template a customer still allows; the sum of its entries."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    appid = models.CharField(max_length=32)
    openid = models.CharField(max_length=64)
    template_id = models.CharField(max_length=128)
    left = models.IntegerField(default=0)

    class Meta:
        db_table = "notices_permit"
        constraints = [
            models.UniqueConstraint(
                fields=["openid", "template_id", "appid"], name="notice_permit_once"
            ),
            models.CheckConstraint(condition=Q(left__gte=0), name="notice_permit_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.left} of {self.template_id}"


class PermitEntry(models.Model):
    """One change of a permit. Append only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    permit = models.ForeignKey(Permit, on_delete=models.PROTECT, related_name="entries")
    change = models.IntegerField()
    cause = models.CharField(max_length=16)
    reference = models.CharField(max_length=80)
    """The push or the attempt that it comes from: once each."""
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "notices_permitentry"
        constraints = [
            models.UniqueConstraint(
                fields=["permit", "reference", "cause"], name="notice_permit_entry_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.change:+d} {self.cause}"


class Notice(models.Model):
    """One message to one customer about one thing: sent at most once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    news = models.CharField(max_length=32)
    reference = models.UUIDField()
    """What it is about: the order, or the refund."""
    order_id = models.UUIDField()
    order_number = models.CharField(max_length=16)
    appid = models.CharField(max_length=32)
    openid = models.CharField(max_length=64)
    template_id = models.CharField(max_length=128)
    data = models.JSONField()
    page = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in NoticeState], default=NOTICE_FLOW.start
    )
    attempts = models.PositiveIntegerField(default=0)
    sending_since = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "notices_notice"
        constraints = [
            models.UniqueConstraint(fields=["reference", "news"], name="notice_once"),
            models.UniqueConstraint(
                fields=["openid", "appid"],
                condition=Q(state="sending"),
                name="notice_one_at_a_time",
            ),
            models.CheckConstraint(condition=Q(state__in=list(NoticeState)), name="notice_known"),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="notice_by_state")]

    def __str__(self) -> str:
        return f"{self.news} of {self.order_number} ({self.state})"
