"""Templates, releases, their history and refusals, and the month's audits. Public schema."""

from django.db import models
from django.db.models import F, Q

from kernel import clock
from kernel.identifiers import uuid7
from tenants.models import MiniProgram
from tenants.releases.states import LIVE, OPEN, RELEASE_FLOW, Goal, ReleaseState, Wish


class Template(models.Model):
    """A version of our mini-program in WeChat's template library."""

    version = models.CharField(max_length=32, unique=True)
    wx_template_id = models.IntegerField(unique=True)
    git_sha = models.CharField(max_length=40, blank=True, default="")
    min_api = models.CharField(max_length=16, blank=True, default="")
    """The oldest version of our API that this code works with."""
    changelog = models.TextField(blank=True, default="")
    order_path = models.CharField(max_length=128, blank=True, default="")
    """The page of a customer's orders: trading apps must name it (CONTRACT §3.6)."""
    has_ugc = models.BooleanField(default=False)
    """Customers publish in it, so that a submission says how that is checked."""
    is_offered = models.BooleanField(default=True)
    """New releases may use it."""
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.version


class Release(models.Model):
    """One template version on its way to one mini-program, with what exactly was committed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    mini_program = models.ForeignKey(
        MiniProgram, on_delete=models.PROTECT, related_name="releases", db_index=False
    )
    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="releases")
    ext = models.JSONField()
    """`{tenant, apiBase, v}` as committed: it says what was audited."""
    ext_hash = models.CharField(max_length=64)
    state = models.CharField(
        max_length=20, choices=[(s, s) for s in ReleaseState], default=RELEASE_FLOW.start
    )
    goal = models.CharField(max_length=8, choices=[(g, g) for g in Goal], default=Goal.PREVIEW)
    wish = models.CharField(
        max_length=16, choices=[(w, w) for w in Wish], default=Wish.NONE, blank=True
    )
    wished_percentage = models.PositiveSmallIntegerField(default=0)
    version_desc = models.CharField(max_length=200, blank=True, default="")
    feedback = models.CharField(max_length=200, blank=True, default="")
    audit_id = models.CharField(max_length=32, blank=True, default="")
    quota_month = models.CharField(max_length=7, blank=True, default="")
    """Whose audit is reserved while it is being submitted."""
    quota_kept = models.PositiveIntegerField(default=0)
    """So many audits of the month must be left over when it is submitted: for new shops."""
    grey_percentage = models.PositiveSmallIntegerField(default=0)
    problem_code = models.CharField(max_length=64, blank=True, default="")
    """Why it stands still, or what WeChat answered last: a word of ours or WeChat's number."""
    problem = models.CharField(max_length=300, blank=True, default="")
    preview_key = models.CharField(max_length=300, blank=True, default="")
    is_bulk = models.BooleanField(default=False)
    turn = models.PositiveIntegerField(default=0)
    """Counts every step: two hands at one release never take the same one."""
    tries = models.PositiveSmallIntegerField(default=0)
    """How often the present step was begun: after the first, WeChat is asked before it is told."""
    asked = models.PositiveSmallIntegerField(default=0)
    """How often WeChat was asked for what is still open: the rung of the ladder."""
    due_at = models.DateTimeField(null=True)
    """When the next step is due; none while a person has the next click."""
    supersedes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=254)
    created_at = models.DateTimeField(default=clock.now)
    detected_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(ReleaseState)), name="release_state_known"
            ),
            models.UniqueConstraint(
                fields=["mini_program"],
                condition=Q(state__in=sorted(OPEN)),
                name="release_one_open",
            ),
            models.UniqueConstraint(
                fields=["mini_program"],
                condition=Q(state__in=sorted(LIVE)),
                name="release_one_live",
            ),
        ]
        indexes = [
            models.Index(fields=["mini_program", "-created_at"], name="release_of_program"),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="release_due"),
        ]

    def __str__(self) -> str:
        return f"{self.mini_program_id} {self.ext.get('v')} {self.state}"

    @property
    def mark(self) -> str:
        """Return what the commit's description ends with, by which WeChat's versions are known."""
        return f"#{self.pk.hex}"


class ReleaseStep(models.Model):
    """One line of a release's history. Append only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    release = models.ForeignKey(
        Release, on_delete=models.PROTECT, related_name="steps", db_index=False
    )
    event = models.CharField(max_length=32)
    state = models.CharField(max_length=20)
    facts = models.JSONField(default=dict)
    by = models.CharField(max_length=254, blank=True, default="")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["release", "id"], name="release_steps")]

    def __str__(self) -> str:
        return f"{self.event} -> {self.state}"


class Rejection(models.Model):
    """WeChat's no to one audit: its reason as plain text, its pictures as files of ours."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="rejections")
    audit_id = models.CharField(max_length=32)
    reason = models.CharField(max_length=2000)
    advice_code = models.CharField(max_length=32)
    """What to do about it: `releases.advice`."""
    media_ids = models.JSONField(default=list)
    files = models.JSONField(default=list)
    """Keys in storage, one for each picture that was fetched."""
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "audit_id"], name="rejection_once")
        ]

    def __str__(self) -> str:
        return f"{self.audit_id}: {self.advice_code}"


class Quota(models.Model):
    """A month's audits: one pool for all shops (CONTRACT §3.6). Months are Beijing's.

    `used + reserved + elsewhere <= granted` holds at every moment, by the row's lock.
    """

    month = models.CharField(max_length=7, unique=True)
    granted = models.PositiveIntegerField()
    used = models.PositiveIntegerField(default=0)
    """Submitted by us."""
    reserved = models.PositiveIntegerField(default=0)
    """Being submitted: the intent is committed, the answer is not in yet."""
    elsewhere = models.PositiveIntegerField(default=0)
    """Used by others than us: by hand in the console, or before our rows began."""
    speedup_left = models.PositiveIntegerField(default=0)
    checked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.month}: {self.used}+{self.reserved}+{self.elsewhere} of {self.granted}"

    @property
    def left(self) -> int:
        """Return how many more may be submitted this month."""
        return max(0, self.granted - self.used - self.reserved - self.elsewhere)


QUOTA_LEFT = F("granted") - F("used") - F("reserved") - F("elsewhere")
