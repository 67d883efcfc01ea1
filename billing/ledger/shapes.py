"""The columns that all books share. Each books' own models add their keys, checks and indexes."""

from django.db import models

from kernel import clock
from kernel.identifiers import uuid7


class JournalShape(models.Model):
    """One event that moved money, with the derivation of its amounts in `why`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reference = models.CharField(max_length=64)
    at = models.DateTimeField(default=clock.now)
    why = models.JSONField()

    class Meta:
        abstract = True


class TransferShape(models.Model):
    """An amount out of `credit` into `debit`: balanced by its shape."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    debit_holder = models.UUIDField(null=True)
    """Whose `debit` it is, where the account is kept per holder; else null."""
    credit_holder = models.UUIDField(null=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        abstract = True
