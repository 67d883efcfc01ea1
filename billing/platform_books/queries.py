"""Questions to the platform's books. In the public schema; shops are named by their public id."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Sum

from billing.platform_books.models import HolderBalance, Journal, Transfer
from billing.platform_books.states import (
    CREDIT_SIDE,
    PlatformAccount,
    PlatformJournalKind,
    holder_of,
)
from kernel.money import Money


def get_journal(*, kind: PlatformJournalKind, reference: str) -> Journal:
    """Return a journal; raise Journal.DoesNotExist."""
    return Journal.objects.get(kind=kind, reference=reference)


def find_journal(*, kind: PlatformJournalKind, reference: str) -> Journal | None:
    """Return a journal, or None if it was never posted."""
    return Journal.objects.filter(kind=kind, reference=reference).first()


def known(names: Iterable[tuple[PlatformJournalKind, str]]) -> set[tuple[str, str]]:
    """Return which of these (kind, reference) are in the books."""
    by_kind: dict[str, list[str]] = {}
    for kind, reference in names:
        by_kind.setdefault(kind, []).append(reference)
    return {
        (kind, reference)
        for kind, references in by_kind.items()
        for reference in Journal.objects.filter(
            kind=kind, reference__in=references
        ).values_list("reference", flat=True)
    }


def transfers_of(reference: str) -> list[Transfer]:
    """Return every transfer under a reference, oldest first, journals loaded."""
    rows = Transfer.objects.filter(
        journal__kind__in=list(PlatformJournalKind), journal__reference=reference
    )
    return list(rows.select_related("journal").order_by("id"))


def balance_of_shop(account: PlatformAccount, public_id: str, currency: str = "CNY") -> Money:
    """Return what an account that is kept per shop holds of one shop."""
    kept = HolderBalance.objects.filter(
        account=account, holder=holder_of(public_id), currency=currency
    )
    return Money(kept.values_list("amount_minor", flat=True).first() or 0, currency)


def balances(currency: str = "CNY") -> dict[PlatformAccount, Money]:
    """Return what every account of the platform holds, on its own side, from the transfers."""
    held = dict.fromkeys(PlatformAccount, 0)
    rows = Transfer.objects.filter(currency=currency).order_by().values("debit", "credit")
    for row in rows.annotate(minor=Sum("amount_minor")):
        for name, sign in ((row["debit"], 1), (row["credit"], -1)):
            account = PlatformAccount(name)
            held[account] += (-sign if account in CREDIT_SIDE else sign) * int(row["minor"])
    return {account: Money(minor, currency) for account, minor in held.items()}


def lines_of_shop(public_id: str, *, before: UUID | None, limit: int) -> list[Transfer]:
    """Return up to `limit` transfers that concern a shop, the latest first, journals loaded."""
    holder, found = holder_of(public_id), set[UUID]()
    for side in ("debit", "credit"):
        rows = Transfer.objects.filter(**{f"{side}_holder": holder})
        if before is not None:
            rows = rows.filter(pk__lt=before)
        found |= set(rows.order_by("-pk").values_list("pk", flat=True)[:limit])
    page = sorted(found, reverse=True)[:limit]
    rows = Transfer.objects.filter(pk__in=page).select_related("journal")
    return list(rows.order_by("-pk"))
