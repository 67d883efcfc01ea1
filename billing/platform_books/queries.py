"""Questions to the platform's books. In the public schema; shops are named by their public id."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from billing.platform_books.models import HolderBalance, Journal, Transfer
from billing.platform_books.states import (
    CREDIT_SIDE,
    PlatformAccount,
    PlatformJournalKind,
    holder_of,
)
from kernel.money import Money

# The accounts and kinds stand in the statement: an index of these rows alone is used only then.
_OWING = """
WITH invoiced AS (
    SELECT t.debit_holder AS holder, t.currency, sum(t.amount_minor) AS minor
    FROM platform_books_journal j JOIN platform_books_transfer t ON t.journal_id = j.id
    WHERE j.kind = 'invoice' AND j.reference = ANY(%(invoices)s::text[]) AND t.debit = 'receivable'
    GROUP BY t.debit_holder, t.currency
), owing AS (
    SELECT kept.holder, kept.currency,
        (kept.amount_minor - coalesce(invoiced.minor, 0))::bigint AS minor
    FROM platform_books_holderbalance kept LEFT JOIN invoiced
        ON invoiced.holder = kept.holder AND invoiced.currency = kept.currency
    WHERE kept.account = 'receivable' AND kept.amount_minor > coalesce(invoiced.minor, 0)
)"""

_TOTALS = f"""{_OWING}
SELECT currency, count(*), sum(minor)::bigint FROM owing GROUP BY currency ORDER BY currency"""

_PAGE = f"""{_OWING}, page AS (
    SELECT * FROM owing WHERE %(currency)s::text IN ('', currency)
    ORDER BY currency, minor DESC, holder OFFSET %(offset)s::bigint LIMIT %(limit)s::bigint
)
SELECT coalesce(shop.public_id, ''), page.currency, page.minor, paid.minor, paid.at
FROM page LEFT JOIN LATERAL (
    SELECT j.why ->> 'shop' AS public_id
    FROM platform_books_transfer t JOIN platform_books_journal j ON j.id = t.journal_id
    WHERE t.debit_holder = page.holder AND t.debit = 'receivable' ORDER BY t.id LIMIT 1
) shop ON true LEFT JOIN LATERAL (
    SELECT moved.minor, j.at FROM (
        SELECT id, journal_id, amount_minor AS minor FROM platform_books_transfer
        WHERE credit_holder = page.holder AND debit = 'bank' AND currency = page.currency
        UNION ALL
        SELECT id, journal_id, -amount_minor FROM platform_books_transfer
        WHERE debit_holder = page.holder AND credit = 'bank' AND currency = page.currency
    ) moved JOIN platform_books_journal j ON j.id = moved.journal_id
    WHERE j.kind = 'remittance' ORDER BY moved.id DESC LIMIT 1
) paid ON true
ORDER BY page.currency, page.minor DESC, page.holder"""


@dataclass(frozen=True, slots=True)
class OwedTotal:
    """What shops owe together in one currency."""

    owed: Money
    shops_count: int


@dataclass(frozen=True, slots=True)
class Owing:
    """A shop that owes, and the last remittance in these books: negative when one was taken back.

    `paid_at` is when it came into these books: seconds after it was noted.
    """

    public_id: str
    owed: Money
    paid: Money | None
    paid_at: datetime | None


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


def owing_totals(*, invoices: Sequence[str]) -> list[OwedTotal]:
    """Return, by currency, how much shops owe besides `invoices`, and how many do."""
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, {"invoices": list(invoices)})
        return [OwedTotal(Money(minor, code), count) for code, count, minor in cursor.fetchall()]


def owing(*, invoices: Sequence[str], currency: str, offset: int, limit: int) -> list[Owing]:
    """Return the shops that owe more than `invoices`, by currency, the largest first.

    `invoices` are the names of all that are open. An empty `currency` is every one. A shop that
    owes nothing, or paid in advance, is not among them.
    """
    asked: dict[str, Any] = {
        "invoices": list(invoices), "currency": currency, "offset": offset, "limit": limit,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_PAGE, asked)
        return [
            Owing(
                public_id=public_id,
                owed=Money(minor, code),
                paid=None if paid is None else Money(paid, code),
                paid_at=paid_at,
            )
            for public_id, code, minor, paid, paid_at in cursor.fetchall()
        ]
