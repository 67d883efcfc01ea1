"""Exports that owners asked for, and schemas that belong to no shop just now. On the platform."""

from django.db import models
from django.db.models import Q

from kernel import clock
from tenants.archives.states import (
    ERASURE_FLOW,
    EXPORT_FLOW,
    ErasureState,
    ExportState,
    StraySide,
)
from tenants.cells import HOME
from tenants.models import Tenant


class Export(models.Model):
    """One wish to have the shop as a file: the history of exports, and where the file lies."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="exports")
    state = models.CharField(
        max_length=8, choices=[(s, s) for s in ExportState], default=EXPORT_FLOW.start
    )
    by = models.CharField(max_length=254)
    name = models.CharField(max_length=100, blank=True, default="")
    """In the storage `archives`; none before it is ready and after it is gone."""
    parts_done = models.IntegerField(default=0)
    parts_total = models.IntegerField(default=0)
    bytes_count = models.BigIntegerField(default=0)
    rows_count = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    problem = models.CharField(max_length=300, blank=True, default="")
    fetched_count = models.IntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(ExportState)), name="export_state_known"
            ),
            models.UniqueConstraint(
                fields=["tenant"],
                condition=Q(state__in=[ExportState.WANTED, ExportState.RUNNING]),
                name="export_one_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "-id"], name="export_of_shop")]

    def __str__(self) -> str:
        return f"export {self.pk} of {self.tenant_id}: {self.state}"


class StraySchema(models.Model):
    """A schema with a shop's data in it that is no shop's schema now.

    Either it arrives and was not claimed yet, or it was replaced by a restore and is kept for a
    while, so that the restore can be taken back. Whatever is too old is dropped.
    """

    schema_name = models.CharField(max_length=63, unique=True)
    cell = models.CharField(max_length=32, default=HOME, db_default=HOME)
    """The database that it lies in (tenants.cells)."""
    public_id = models.CharField(max_length=16)
    side = models.CharField(max_length=8, choices=[(s, s) for s in StraySide])
    created_at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(side__in=list(StraySide)), name="stray_side_known"),
        ]
        indexes = [models.Index(fields=["until"], name="stray_until")]

    def __str__(self) -> str:
        return f"{self.schema_name} of {self.public_id}: {self.side}"


class Erasure(models.Model):
    """That a shop's data is to be deleted for good, by whom; and, once it is, the certificate.

    It holds no word of the shop: only its public id, counts, and the staff who did it.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="erasures")
    state = models.CharField(
        max_length=8, choices=[(s, s) for s in ErasureState], default=ERASURE_FLOW.start
    )
    reason = models.CharField(max_length=200)
    asked_by = models.CharField(max_length=254)
    asked_at = models.DateTimeField(default=clock.now)
    decided_by = models.CharField(max_length=254, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    """Rows by table, files by folder."""
    backups_until = models.DateTimeField(null=True, blank=True)
    """When the last backup that holds the data is deleted."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(ErasureState)), name="erasure_state_known"
            ),
            models.UniqueConstraint(
                fields=["tenant"],
                condition=~Q(state=ErasureState.DECLINED),
                name="erasure_once",
            ),
        ]

    def __str__(self) -> str:
        return f"erasure of {self.tenant_id}: {self.state}"
