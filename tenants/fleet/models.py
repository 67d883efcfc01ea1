"""Runs that bring the fleet to a version, and what became of each schema in them."""

from django.db import models
from django.db.models import Q

from kernel import clock
from tenants.fleet.states import OutcomeState, RunState


class Run(models.Model):
    """One attempt to bring the fleet to a version; a run that was killed is taken up again."""

    target = models.CharField(max_length=20)
    state = models.CharField(
        max_length=8, choices=[(s, s) for s in RunState], default=RunState.RUNNING
    )
    started_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(RunState)), name="run_state_known"),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state=RunState.RUNNING), name="run_alone"
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.pk} to {self.target}: {self.state}"


class Outcome(models.Model):
    """What became of a schema in a run: the latest word counts."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="outcomes")
    schema_name = models.CharField(max_length=63)
    came_from = models.CharField(max_length=20, default="", db_default="")
    """The version that it had before; empty where an older code wrote this down."""
    state = models.CharField(max_length=8, choices=[(s, s) for s in OutcomeState])
    tries = models.IntegerField()
    milliseconds = models.IntegerField()
    """Of the last try."""
    error = models.TextField(default="", blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "schema_name"], name="outcome_of_schema"),
            models.CheckConstraint(
                condition=Q(state__in=list(OutcomeState)), name="outcome_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.schema_name} {self.state}"
