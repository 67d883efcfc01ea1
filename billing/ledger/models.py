"""Journals and transfers, written once (grants forbid more), and the balances kept beside them."""

from django.db import models
from django.db.models import F, Q

from billing.ledger.shapes import JournalShape, TransferShape
from billing.ledger.states import GUARDED, PER_HOLDER, Account, JournalKind

_ACCOUNTS = [(a, a) for a in Account]


class Journal(JournalShape):
    """One event that moved money, with the derivation of its amounts in `why`."""

    kind = models.CharField(max_length=16, choices=[(k, k) for k in JournalKind])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "reference"], name="journal_once"),
            models.CheckConstraint(
                condition=Q(kind__in=list(JournalKind)), name="journal_kind_known"
            ),
        ]
        indexes = [models.Index(fields=["at"], name="journal_at")]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class Transfer(TransferShape):
    """An amount out of `credit` into `debit`: balanced by its shape."""

    journal = models.ForeignKey(
        Journal, on_delete=models.PROTECT, related_name="transfers", db_index=False
    )
    debit = models.CharField(max_length=16, choices=_ACCOUNTS)
    credit = models.CharField(max_length=16, choices=_ACCOUNTS)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0), name="transfer_amount_positive"
            ),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="transfer_two_accounts"),
            models.CheckConstraint(
                condition=Q(debit__in=list(Account), credit__in=list(Account)),
                name="transfer_accounts_known",
            ),
            models.CheckConstraint(
                condition=Q(debit__in=sorted(PER_HOLDER), debit_holder__isnull=False)
                | (~Q(debit__in=sorted(PER_HOLDER)) & Q(debit_holder__isnull=True)),
                name="transfer_debit_holder",
            ),
            models.CheckConstraint(
                condition=Q(credit__in=sorted(PER_HOLDER), credit_holder__isnull=False)
                | (~Q(credit__in=sorted(PER_HOLDER)) & Q(credit_holder__isnull=True)),
                name="transfer_credit_holder",
            ),
        ]
        indexes = [
            models.Index(fields=["journal"], name="transfer_journal"),
            models.Index(
                fields=["debit_holder", "debit", "id"],
                condition=Q(debit_holder__isnull=False),
                name="transfer_of_debit_holder",
            ),
            models.Index(
                fields=["credit_holder", "credit", "id"],
                condition=Q(credit_holder__isnull=False),
                name="transfer_of_credit_holder",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.debit} <- {self.credit} {self.amount_minor} {self.currency}"


class Balance(models.Model):
    """What a guarded account of the shop holds: moved with its transfers, never below zero."""

    account = models.CharField(max_length=16)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    pk = models.CompositePrimaryKey("account", "currency")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="balance_not_negative"),
            models.CheckConstraint(
                condition=Q(account__in=list(GUARDED)), name="balance_account_guarded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount_minor} {self.currency}"


class HolderBalance(models.Model):
    """What a member's own account holds: moved with its transfers. Only a wallet may be in debt."""

    account = models.CharField(max_length=16)
    holder = models.UUIDField()
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    pk = models.CompositePrimaryKey("account", "holder", "currency")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0) | Q(account=Account.WALLET),
                name="holder_balance_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(account__in=sorted(PER_HOLDER)), name="holder_balance_account"
            ),
        ]
        indexes = [
            models.Index(
                fields=["holder"], condition=Q(amount_minor__lt=0), name="holder_balance_debt"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.holder} {self.amount_minor} {self.currency}"


class MovedDay(models.Model):
    """A day of the shop whose books moved since they were last counted. See ledger.actions."""

    day = models.DateField(primary_key=True)

    def __str__(self) -> str:
        return f"{self.day}"
