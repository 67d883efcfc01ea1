"""The platform's journals and transfers, written once, and what it keeps per shop. Public."""

from django.db import models
from django.db.models import F, Q

from billing.ledger.shapes import JournalShape, TransferShape
from billing.platform_books.states import (
    MAY_FALL_BELOW_ZERO,
    PER_SHOP,
    PlatformAccount,
    PlatformJournalKind,
)

_ACCOUNTS = [(a, a) for a in PlatformAccount]


class Journal(JournalShape):
    """One event that moved the platform's money, with the derivation of its amounts in `why`."""

    kind = models.CharField(max_length=16, choices=[(k, k) for k in PlatformJournalKind])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "reference"], name="platform_journal_once"),
            models.CheckConstraint(
                condition=Q(kind__in=list(PlatformJournalKind)), name="platform_journal_kind_known"
            ),
        ]
        indexes = [models.Index(fields=["at"], name="platform_journal_at")]

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
                condition=Q(amount_minor__gt=0), name="platform_amount_positive"
            ),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="platform_two_accounts"),
            models.CheckConstraint(
                condition=Q(debit__in=list(PlatformAccount), credit__in=list(PlatformAccount)),
                name="platform_accounts_known",
            ),
            models.CheckConstraint(
                condition=Q(debit__in=sorted(PER_SHOP), debit_holder__isnull=False)
                | (~Q(debit__in=sorted(PER_SHOP)) & Q(debit_holder__isnull=True)),
                name="platform_debit_holder",
            ),
            models.CheckConstraint(
                condition=Q(credit__in=sorted(PER_SHOP), credit_holder__isnull=False)
                | (~Q(credit__in=sorted(PER_SHOP)) & Q(credit_holder__isnull=True)),
                name="platform_credit_holder",
            ),
        ]
        indexes = [
            models.Index(fields=["journal"], name="platform_transfer_journal"),
            models.Index(
                fields=["debit_holder", "debit", "id"],
                condition=Q(debit_holder__isnull=False),
                name="platform_of_debit_holder",
            ),
            models.Index(
                fields=["credit_holder", "credit", "id"],
                condition=Q(credit_holder__isnull=False),
                name="platform_of_credit_holder",
            ),
            models.Index(
                fields=["credit_holder", "id"],
                condition=Q(debit=PlatformAccount.BANK, credit_holder__isnull=False),
                name="platform_into_bank",
            ),
            models.Index(
                fields=["debit_holder", "id"],
                condition=Q(credit=PlatformAccount.BANK, debit_holder__isnull=False),
                name="platform_out_of_bank",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.debit} <- {self.credit} {self.amount_minor} {self.currency}"


class HolderBalance(models.Model):
    """What is kept per shop: moved with its transfers."""

    account = models.CharField(max_length=16)
    holder = models.UUIDField()
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    pk = models.CompositePrimaryKey("account", "holder", "currency")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0) | Q(account__in=sorted(MAY_FALL_BELOW_ZERO)),
                name="platform_balance_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(account__in=sorted(PER_SHOP)), name="platform_balance_account"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.holder} {self.amount_minor} {self.currency}"
