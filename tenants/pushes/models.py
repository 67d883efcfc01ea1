"""What WeChat pushed: proved before it is kept, kept once. Public schema."""

from django.db import models

from kernel import clock
from kernel.identifiers import uuid7


class Source(models.TextChoices):
    """Which of the platform's two addresses was called (CONTRACT §3)."""

    COMPONENT = "component"
    APP = "app"


class Push(models.Model):
    """One push, flattened to texts. What opens something for a while is sealed beside it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.CharField(max_length=16, choices=Source.choices)
    appid = models.CharField(max_length=32, blank=True)
    """The app it is about; empty for a registration that made none."""
    tenant_public_id = models.CharField(max_length=16, blank=True)
    """Empty for what the platform itself hears."""
    event = models.CharField(max_length=64)
    """InfoType, Event, or MsgType where a person wrote."""
    digest = models.CharField(max_length=64)
    fields = models.JSONField()
    sealed_fields = models.TextField(blank=True, default="")
    received_at = models.DateTimeField(default=clock.now)
    handled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=32, default="", blank=True)
    """Empty until handled: then the handler's word, or unknown, ignored or closed."""

    class Meta:
        verbose_name_plural = "pushes"
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="push_once"),
            models.CheckConstraint(
                condition=models.Q(source__in=list(Source)), name="push_source_known"
            ),
        ]
        indexes = [
            models.Index(fields=["-received_at"], name="push_received"),
            models.Index(fields=["appid", "-received_at"], name="push_app"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.event} {self.appid}"
