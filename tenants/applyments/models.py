"""Applyments of shops for a merchant number, and their history. Public schema.

Everything about persons is one sealed text, which is emptied when the applyment ends.
"""

from django.db import models
from django.db.models import Q

from kernel import clock
from tenants.applyments.states import APPLYMENT_FLOW, ENDED, ApplymentState
from tenants.models import Tenant


class Applyment(models.Model):
    """A shop applies for a merchant number of its own, through the platform (CONTRACT §4.13)."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="applyments")
    business_code = models.CharField(max_length=124, unique=True)
    """Our number of it, for ever: handing in again after a refusal keeps it."""
    applyment_id = models.CharField(max_length=32, default="", blank=True)
    """WeChat's number of it."""
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in ApplymentState], default=APPLYMENT_FLOW.start
    )
    sealed_answers = models.TextField(default="", blank=True)
    """What the owner filled in, as JSON, with the media_ids of the pictures; sealed."""
    sealed_rejections = models.TextField(default="", blank=True)
    """What WeChat refused and why, as JSON: its reasons may quote a person. Sealed."""
    rejected_fields = models.JSONField(default=list, blank=True)
    """The names alone, for staff."""
    sealed_sign_url = models.TextField(default="", blank=True)
    """Where the owner confirms and signs; whoever has it could. Sealed."""
    sub_mchid = models.CharField(max_length=32, default="", blank=True)
    problem_code = models.CharField(max_length=64, default="", blank=True)
    """WeChat's code of the latest refusal, or why the number could not be bound."""
    revision = models.IntegerField(default=0)
    """How often it was handed in."""
    tries_count = models.IntegerField(default=0)
    """How often WeChat was about to hear or be asked: nobody does so twice at once."""
    due_at = models.DateTimeField(default=clock.now)
    by = models.CharField(max_length=254)
    created_at = models.DateTimeField(default=clock.now)
    edited_at = models.DateTimeField(default=clock.now)
    moved_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(ApplymentState)), name="applyment_state_known"
            ),
            models.UniqueConstraint(
                fields=["tenant"], condition=~Q(state__in=sorted(ENDED)), name="applyment_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(ENDED))
                | Q(sealed_answers="", sealed_rejections="", sealed_sign_url=""),
                name="applyment_forgotten_at_end",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=~Q(state__in=sorted(ENDED)), name="applyment_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.business_code} {self.state}"


class ApplymentStep(models.Model):
    """One line of an applyment's history. Append only; nothing about persons."""

    applyment = models.ForeignKey(Applyment, on_delete=models.PROTECT, related_name="steps")
    event = models.CharField(max_length=32)
    state = models.CharField(max_length=16)
    facts = models.JSONField(default=dict)
    by = models.CharField(max_length=254)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.event} -> {self.state}"
