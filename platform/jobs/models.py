"""Rows of the queue as staff see them, and the slots of the schedule. Public schema."""

from django.db import models


class Slot(models.Model):
    """One due run of a scheduled message: whoever inserts the row sends it."""

    job = models.CharField(max_length=120)
    due_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "due_at"], name="slot_once")]

    def __str__(self) -> str:
        return f"{self.job} at {self.due_at:%F %T}"


class QueuedMessage(models.Model):
    """A message in dramatiq's table. `rejected` is the dead-letter state."""

    message_id = models.UUIDField(primary_key=True)
    queue_name = models.TextField()
    state = models.TextField()
    mtime = models.DateTimeField()
    message = models.JSONField()
    available_at = models.DateTimeField()
    tenant = models.TextField()
    deliveries = models.IntegerField()
    reason = models.TextField()

    class Meta:
        managed = False
        db_table = '"dramatiq"."queue"'

    def __str__(self) -> str:
        return f"{self.message.get('actor_name')} {self.message_id}"
