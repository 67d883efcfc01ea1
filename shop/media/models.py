"""Pictures of the shop: where each came from, and under which keys our own copies lie."""

from django.db import models
from django.db.models.functions import MD5

from kernel import clock
from kernel.identifiers import uuid7
from shop.media.states import IMAGE_FLOW, ImageState


class Image(models.Model):
    """A picture. Three renditions exist once it is stored; none before."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source_url = models.TextField(blank=True, default="")
    """Where an import found it; empty for an upload. One row for each address."""
    state = models.CharField(
        max_length=16, choices=[(s, s) for s in ImageState], default=IMAGE_FLOW.start
    )
    failure_code = models.CharField(max_length=32, blank=True, default="")
    """A `storage.fetch.FetchReason` or `storage.pictures.PictureReason`; the last one seen."""
    attempt_count = models.PositiveSmallIntegerField(default=0)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    small_key = models.TextField(blank=True, default="")
    medium_key = models.TextField(blank=True, default="")
    large_key = models.TextField(blank=True, default="")
    bytes_count = models.BigIntegerField(default=0, db_default=0)
    """How much the three renditions take together."""
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "media_image"
        constraints = [
            models.UniqueConstraint(
                MD5("source_url"),
                condition=~models.Q(source_url=""),
                name="image_source_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=list(ImageState)), name="image_state_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ImageState.STORED) | ~models.Q(medium_key=""),
                name="image_stored_has_keys",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} ({self.state})"
