"""Journals and transfers, written once (grants forbid more), and the guarded balances."""

from django.db import models

from billing.ledger.states import GUARDED, Account, JournalKind
from kernel import clock
from kernel.identifiers import uuid7

_ACCOUNTS = [(a, a) for a in Account]


class Journal(models.Model):
    """One event that moved money, with the derivation of its amounts in `why`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=16, choices=[(k, k) for k in JournalKind])
    reference = models.CharField(max_length=64)
    at = models.DateTimeField(default=clock.now)
    why = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "reference"], name="journal_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=list(JournalKind)), name="journal_kind_known"
            ),
        ]
        indexes = [models.Index(fields=["at"], name="journal_at")]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class Transfer(models.Model):
    """An amount out of `credit` into `debit`: balanced by its shape."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    journal = models.ForeignKey(
        Journal, on_delete=models.PROTECT, related_name="transfers", db_index=False
    )
    debit = models.CharField(max_length=16, choices=_ACCOUNTS)
    credit = models.CharField(max_length=16, choices=_ACCOUNTS)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_minor__gt=0), name="transfer_amount_positive"
            ),
            models.CheckConstraint(
                condition=~models.Q(debit=models.F("credit")), name="transfer_two_accounts"
            ),
            models.CheckConstraint(
                condition=models.Q(debit__in=list(Account), credit__in=list(Account)),
                name="transfer_accounts_known",
            ),
        ]
        indexes = [models.Index(fields=["journal"], name="transfer_journal")]

    def __str__(self) -> str:
        return f"{self.debit} <- {self.credit} {self.amount_minor} {self.currency}"


class Balance(models.Model):
    """What a guarded account holds: moved with its transfers, and never below zero."""

    account = models.CharField(max_length=16)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    pk = models.CompositePrimaryKey("account", "currency")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_minor__gte=0), name="balance_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(account__in=list(GUARDED)), name="balance_account_guarded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount_minor} {self.currency}"


class MovedDay(models.Model):
    """A day of the shop whose books moved since they were last counted. See ledger.actions."""

    day = models.DateField(primary_key=True)

    def __str__(self) -> str:
        return f"{self.day}"
