"""What was submitted, what was asked about it, and who said what."""

from django.db import models

from kernel import clock
from kernel.identifiers import uuid7
from shop.moderation.states import CHECK_FLOW, STANDING_FLOW, CheckState, StandingState


class Content(models.Model):
    """A subject of another noun, as it was submitted last. Its row is the lock of its checks."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in StandingState], default=STANDING_FLOW.start
    )
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "moderation_content"
        constraints = [
            models.UniqueConstraint(fields=["subject_id", "kind"], name="moderation_content_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=list(StandingState)), name="moderation_content_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id} ({self.state})"


class Check(models.Model):
    """One text or picture of a subject. A later text has a row of its own; this one remembers."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    content = models.ForeignKey(Content, on_delete=models.PROTECT, related_name="checks")
    part = models.CharField(max_length=40)
    place = models.PositiveSmallIntegerField(default=0)
    """Which piece of a long text."""
    kind = models.CharField(max_length=16)
    body = models.TextField()
    """The text itself, or the picture's key in storage: what a person will look at."""
    digest = models.CharField(max_length=64)
    scene = models.PositiveSmallIntegerField()
    is_current = models.BooleanField(default=True)
    author_id = models.UUIDField(null=True, blank=True)
    """The member; null where the shop itself speaks."""
    appid = models.CharField(max_length=32, blank=True, default="")
    openid = models.CharField(max_length=64, blank=True, default="")
    visited_at = models.DateTimeField(default=clock.now)
    """When the author was last known to be in the mini-program: WeChat asks for two hours."""
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in CheckState], default=CHECK_FLOW.start
    )
    reason = models.CharField(max_length=24)
    label = models.PositiveIntegerField(default=0)
    trace_id = models.CharField(max_length=128, blank=True, default="")
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True, default="")
    decided_by = models.CharField(max_length=254, blank=True, default="")
    statement = models.CharField(max_length=200, blank=True, default="")
    """Why a person decided so, in their words."""
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "moderation_check"
        constraints = [
            models.UniqueConstraint(
                fields=["content", "part", "place", "digest"], name="moderation_check_once"
            ),
            models.UniqueConstraint(
                fields=["content", "part", "place"],
                condition=models.Q(is_current=True),
                name="moderation_check_one_current",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=list(CheckState)), name="moderation_check_known"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="moderation_check_by_state"),
            models.Index(
                fields=["author_id"],
                condition=models.Q(state="held", is_current=True),
                name="moderation_check_held_of",
            ),
            models.Index(
                fields=["trace_id"],
                condition=~models.Q(trace_id=""),
                name="moderation_check_by_trace",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} of {self.content_id} ({self.state})"


class CheckStep(models.Model):
    """One line of a check's history. Append only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    checked = models.ForeignKey(Check, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=16)
    reason = models.CharField(max_length=24)
    label = models.PositiveIntegerField(default=0)
    statement = models.CharField(max_length=200, blank=True, default="")
    by = models.CharField(max_length=254)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "moderation_checkstep"

    def __str__(self) -> str:
        return f"{self.checked_id} -> {self.state}"


class ProhibitedWord(models.Model):
    """A word that this shop does not want to see anywhere, as it is compared (see `words`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    word = models.CharField(max_length=40)
    by = models.CharField(max_length=254)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "moderation_prohibitedword"
        constraints = [models.UniqueConstraint(fields=["word"], name="moderation_word_once")]

    def __str__(self) -> str:
        return self.word


class Allowance(models.Model):
    """How much a member has submitted since the minute began that is counted."""

    member_id = models.UUIDField(primary_key=True)
    since = models.DateTimeField()
    used = models.PositiveIntegerField()

    class Meta:
        db_table = "moderation_allowance"

    def __str__(self) -> str:
        return f"{self.used} since {self.since:%T}"
