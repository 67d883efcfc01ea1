"""What the owner answered, when an app was looked at, and what was found. Public schema."""

from django.db import models
from django.db.models import Q

from kernel import clock
from tenants.models import MiniProgram, Tenant
from tenants.readiness.states import FindingState


class Answer(models.Model):
    """The latest answer to a question that WeChat has no API for; of an app, or of the shop."""

    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="readiness_answers", db_index=False
    )
    mini_program = models.ForeignKey(
        MiniProgram, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    key = models.CharField(max_length=32)
    value = models.CharField(max_length=32)
    """`yes`, `no`, or a date as 2027-01-31."""
    by = models.CharField(max_length=254)
    answered_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(null=True)
    """From then on it is asked again."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "mini_program", "key"],
                nulls_distinct=False,
                name="readiness_answer_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.tenant_id}: {self.value}"


class Checkup(models.Model):
    """When an app was looked at last, and whether somebody waits for the next look."""

    mini_program = models.OneToOneField(
        MiniProgram, on_delete=models.CASCADE, related_name="checkup", primary_key=True
    )
    wanted_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    """When the latest look began that came to its end."""

    def __str__(self) -> str:
        return f"{self.mini_program_id} at {self.looked_at}"


class Finding(models.Model):
    """How one precondition of an app stood when it was looked at last."""

    mini_program = models.ForeignKey(
        MiniProgram, on_delete=models.CASCADE, related_name="findings", db_index=False
    )
    key = models.CharField(max_length=32)
    state = models.CharField(max_length=8, choices=[(s, s) for s in FindingState])
    detail = models.JSONField(default=dict)
    """What exactly, in both languages: `{"en": …, "zh": …}`."""
    checked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mini_program", "key"], name="readiness_finding_once"),
            models.CheckConstraint(
                condition=Q(state__in=list(FindingState)), name="readiness_finding_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.mini_program_id}: {self.state}"
