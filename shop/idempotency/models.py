"""Keys of requests that must not take effect twice, each with the answer that was given."""

from django.db import models

from kernel import clock
from kernel.identifiers import uuid7


class Key(models.Model):
    """One request of one caller. Written in the transaction of the verb it stands for."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    caller = models.CharField(max_length=80)
    """Who asked, as `member:<id>` or `staff:<id>`: two callers may use the same key."""
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    """SHA-256 of method, path and body, in hex."""
    status = models.SmallIntegerField(null=True)
    """HTTP status of the answer; NULL only inside the transaction that is still working."""
    body = models.BinaryField(default=b"")
    """The answer's bytes: a replay gives back exactly these."""
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["caller", "key"], name="idempotency_key_once"),
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_key_by_age")]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"
