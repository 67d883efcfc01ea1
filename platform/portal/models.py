"""What the portal itself keeps."""

from django.db import models


class CacheEntry(models.Model):
    """A row of Django's database cache (settings.CACHES), in the shape that it asks for."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.cache_key
