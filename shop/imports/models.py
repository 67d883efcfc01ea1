"""What was imported, when, by whom, and what was wrong with the file."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from kernel import clock
from kernel.identifiers import uuid7
from shop.imports.states import Mode, Outcome


class Import(models.Model):
    """One file and what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    file_name = models.CharField(max_length=200)
    by = models.CharField(max_length=254)
    mode = models.CharField(max_length=16, choices=[(m, m) for m in Mode])
    outcome = models.CharField(max_length=16, choices=[(o, o) for o in Outcome])
    created_count = models.PositiveIntegerField(default=0)
    updated_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    sku_count = models.PositiveIntegerField(default=0)
    errors = models.JSONField(default=list)
    """Rows {line, column, code, en, zh}; the first 1,000. `error_count` has them all."""
    error_count = models.PositiveIntegerField(default=0)
    warnings = models.JSONField(default=list)
    warning_count = models.PositiveIntegerField(default=0)
    unknown_columns = ArrayField(models.TextField(), default=list)
    image_ids = ArrayField(models.UUIDField(), default=list)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "imports_import"
        constraints = [
            models.CheckConstraint(condition=Q(mode__in=list(Mode)), name="import_mode_known"),
            models.CheckConstraint(
                condition=Q(outcome__in=list(Outcome)), name="import_outcome_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name}: {self.outcome}"
