"""What WeChat Pay told us, raw: proved before it is kept, kept once. Public schema."""

from django.db import models
from django.db.models import Q

from kernel import clock
from kernel.identifiers import uuid7


class Notification(models.Model):
    """One callback. The body stays encrypted as it came; repeats find the first."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.CharField(max_length=16)
    external_id = models.CharField(max_length=64)
    tenant_public_id = models.CharField(max_length=16)
    direct_mchid = models.CharField(max_length=32, default="", db_default="", blank=True)
    """The shop's own merchant whose keys open it; empty: the platform's open it."""
    event_type = models.CharField(max_length=64)
    headers = models.JSONField()
    body = models.BinaryField()
    received_at = models.DateTimeField(default=clock.now)
    handled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=32, default="", blank=True)
    """Empty until handled: then applied, repeated, mismatched, unknown, late, … or ignored."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="notification_once"),
        ]
        indexes = [
            models.Index(fields=["-received_at"], name="notification_received"),
            models.Index(fields=["tenant_public_id", "-received_at"], name="notification_tenant"),
            models.Index(
                fields=["received_at"],
                condition=Q(handled_at__isnull=True),
                name="notification_unhandled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.event_type} {self.external_id}"
