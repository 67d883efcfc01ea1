"""Tickets to authorise, what is configured, history, and what found no shop. Public schema."""

from django.db import models
from django.db.models import Q

from kernel import clock
from tenants.models import MiniProgram, Tenant
from tenants.programs.states import (
    OPEN_REGISTRATIONS,
    REGISTRATION_FLOW,
    SETTING_FLOW,
    Part,
    RegistrationState,
    SettingState,
    WhyUnplaced,
)
from tenants.states import ProgramKind


class AuthorizationTicket(models.Model):
    """A shop was sent to WeChat to authorise an app; its token stands in the address of return.

    WeChat's redirect carries no state of ours (CONTRACT §3.3, 3). Secrets are kept as SHA-256.
    """

    tenant = models.ForeignKey(
        Tenant, on_delete=models.PROTECT, related_name="authorization_tickets"
    )
    kind = models.CharField(max_length=16, choices=[(k, k) for k in ProgramKind])
    by = models.CharField(max_length=254)
    token_hash = models.CharField(max_length=64, unique=True)
    pre_auth_hash = models.CharField(max_length=64, blank=True, default="")
    """Of the code in WeChat's page: what the `authorized` push names instead of our token."""
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    mini_program = models.ForeignKey(
        MiniProgram, null=True, blank=True, on_delete=models.PROTECT, related_name="tickets"
    )
    """What was authorised by it, by redirect or by push, whichever came first."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pre_auth_hash"],
                condition=~Q(pre_auth_hash=""),
                name="ticket_pre_auth_once",
            )
        ]

    def __str__(self) -> str:
        return f"ticket {self.pk} of {self.tenant_id}"


class Setting(models.Model):
    """One part of an app's configuration, and what WeChat said to it last."""

    mini_program = models.ForeignKey(
        MiniProgram, on_delete=models.CASCADE, related_name="settings", db_index=False
    )
    part = models.CharField(max_length=16, choices=[(p, p) for p in Part])
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in SettingState], default=SETTING_FLOW.start
    )
    facts = models.JSONField(default=dict)
    """What stands at WeChat since `applied_at`."""
    problem_code = models.CharField(max_length=64, blank=True, default="")
    attempted_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mini_program", "part"], name="setting_once"),
            models.CheckConstraint(
                condition=Q(state__in=list(SettingState)), name="setting_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} of {self.mini_program_id}: {self.state}"


class ProgramStep(models.Model):
    """One line of an app's history. Append only."""

    mini_program = models.ForeignKey(MiniProgram, on_delete=models.PROTECT, related_name="steps")
    event = models.CharField(max_length=32)
    state = models.CharField(max_length=16)
    facts = models.JSONField(default=dict)
    by = models.CharField(max_length=254)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.mini_program_id}: {self.event}"


class Unplaced(models.Model):
    """An authorisation that found no shop: staff see it and place it, or leave it."""

    appid = models.CharField(max_length=32)
    why = models.CharField(max_length=16, choices=[(w, w) for w in WhyUnplaced])
    tenant = models.ForeignKey(Tenant, null=True, on_delete=models.CASCADE, related_name="+")
    """The shop that asked for it, if one did."""
    found_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["appid", "tenant"], nulls_distinct=False, name="unplaced_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.appid} ({self.why})"


class ProgramRegistration(models.Model):
    """A shop asked WeChat for a new mini-program of its company (CONTRACT §3.4)."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="registrations")
    name = models.CharField(max_length=100)
    company_code = models.CharField(max_length=18)
    """The unified social credit code."""
    state = models.CharField(
        max_length=16,
        choices=[(s, s) for s in RegistrationState],
        default=REGISTRATION_FLOW.start,
    )
    task_id = models.CharField(max_length=64, blank=True, default="")
    sealed_url = models.TextField(blank=True, default="")
    """Where the legal person proves who they are; whoever has it can only do that."""
    problem_code = models.CharField(max_length=64, blank=True, default="")
    problem = models.CharField(max_length=200, blank=True, default="")
    by = models.CharField(max_length=254)
    created_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    mini_program = models.ForeignKey(
        MiniProgram, null=True, on_delete=models.PROTECT, related_name="registrations"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(RegistrationState)), name="registration_state_known"
            ),
            models.UniqueConstraint(
                fields=["company_code"],
                condition=Q(state__in=sorted(OPEN_REGISTRATIONS)),
                name="registration_one_open",
            ),
        ]
        indexes = [models.Index(fields=["company_code"], name="registration_of_company")]

    def __str__(self) -> str:
        return f"registration of {self.name}: {self.state}"
