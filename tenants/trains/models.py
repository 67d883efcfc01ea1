"""Trains, their cars, and their history. Public schema."""

from django.db import models
from django.db.models import Q

from kernel import clock
from tenants.models import MiniProgram
from tenants.releases.models import Release, Template
from tenants.trains.states import CAR_FLOW, TRAIN_FLOW, CarState, TrainState


class ReleaseTrain(models.Model):
    """One template version on its way to many mini-programs, wave by wave."""

    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="trains")
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in TrainState], default=TRAIN_FLOW.start
    )
    chosen = models.JSONField(default=dict)
    """The filter that chose the mini-programs: the fields of `trains.actions.TrainFilter`."""
    waves = models.JSONField(default=list)
    """How many cars each wave has; the canaries are the first."""
    wave = models.PositiveSmallIntegerField(default=1)
    """The wave that is under way, from 1."""
    most_refusals = models.PositiveSmallIntegerField(default=0)
    """So many refusals in one wave are borne; one more stops the train."""
    forgiven = models.PositiveIntegerField(default=0)
    """So many refusals of the present wave were known when somebody resumed the train."""
    quota_kept = models.PositiveIntegerField(default=0)
    """So many audits of the month are left for new shops."""
    reason = models.CharField(max_length=200, blank=True, default="")
    turn = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=254)
    created_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(TrainState)), name="train_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"train {self.pk} with {self.template_id}: {self.state}"


class TrainCar(models.Model):
    """One mini-program in a train."""

    train = models.ForeignKey(
        ReleaseTrain, on_delete=models.CASCADE, related_name="cars", db_index=False
    )
    mini_program = models.ForeignKey(MiniProgram, on_delete=models.PROTECT, related_name="cars")
    wave = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in CarState], default=CAR_FLOW.start
    )
    release = models.ForeignKey(Release, null=True, on_delete=models.PROTECT, related_name="cars")
    from_version = models.CharField(max_length=32, blank=True, default="")
    """What its customers had when the train was planned; empty if we had released nothing."""
    reason = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["train", "mini_program"], name="car_once"),
            models.CheckConstraint(condition=Q(state__in=list(CarState)), name="car_state_known"),
        ]
        indexes = [models.Index(fields=["train", "wave", "state"], name="car_of_wave")]

    def __str__(self) -> str:
        return f"{self.mini_program_id} in train {self.train_id}: {self.state}"


class TrainStep(models.Model):
    """One line of a train's history. Append only."""

    train = models.ForeignKey(ReleaseTrain, on_delete=models.PROTECT, related_name="steps")
    event = models.CharField(max_length=32)
    state = models.CharField(max_length=16)
    facts = models.JSONField(default=dict)
    by = models.CharField(max_length=254)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.train_id}: {self.event}"
