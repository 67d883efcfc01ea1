"""Questions to the books: balances, journals, sums by day. Days are the shop's own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from billing.ledger.models import HolderBalance, Journal, Transfer
from billing.ledger.states import CREDIT_SIDE, Account, JournalKind
from kernel.money import Money
from tenants import context

_OF_PLATFORM = Q(debit=Account.PLATFORM) | Q(credit=Account.PLATFORM)


@dataclass(frozen=True, slots=True)
class Flow:
    """What went out of `credit` into `debit` in some span, in one currency."""

    debit: str
    credit: str
    minor: int


@dataclass(frozen=True, slots=True)
class Wallet:
    """What a member may withdraw (below zero: owes), and what is on its way to the member."""

    available: Money
    withdrawing: Money


@dataclass(frozen=True, slots=True)
class HolderWallet:
    """A member and what the wallet holds; below zero the member owes."""

    holder: UUID
    available: Money


@dataclass(frozen=True, slots=True)
class WalletLine:
    """A movement of a wallet: `amount` above zero came in. `why` derives it. `id` is the cursor."""

    id: UUID
    kind: str
    reference: str
    at: datetime
    amount: Money
    why: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Posting:
    """A transfer of `amount` out of `credit` into `debit`, with what its journal says of it."""

    kind: str
    reference: str
    why: dict[str, Any]
    debit: str
    credit: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Owed:
    """A journal that moved what the shop owes the platform.

    `changes` names the account on the other side, and by how much more the shop owes, in minor
    units of `currency`; below zero less.
    """

    kind: str
    reference: str
    at: datetime
    why: dict[str, Any]
    currency: str
    changes: tuple[tuple[Account, int], ...]


def get_journal(*, kind: JournalKind, reference: str) -> Journal:
    """Return a journal; raise Journal.DoesNotExist."""
    return Journal.objects.get(kind=kind, reference=reference)


def find_journal(*, kind: JournalKind, reference: str) -> Journal | None:
    """Return a journal, or None if it was never posted."""
    return Journal.objects.filter(kind=kind, reference=reference).first()


def remittances(*, limit: int) -> list[Transfer]:
    """Return up to `limit` transfers of remittances, the latest first, journals loaded.

    The kind stands in the statement: planned for whatever kind may come, as all our statements are
    (plan_cache_mode), a rare one would be looked for among all transfers, the latest first.
    """
    rows = Transfer.objects.select_related("journal")
    found = rows.extra(where=["ledger_journal.kind = 'remittance'"])
    return list(found.order_by("-id")[:limit])


def transfers_of(reference: str) -> list[Transfer]:
    """Return every transfer under a reference, oldest first, journals loaded."""
    rows = Transfer.objects.filter(
        journal__kind__in=list(JournalKind), journal__reference=reference
    )  # the kinds, because the index begins with them
    return list(rows.select_related("journal").order_by("id"))


def postings_under(references: Sequence[str]) -> list[Posting]:
    """Return every transfer under some references, oldest first."""
    rows = Transfer.objects.filter(
        journal__kind__in=list(JournalKind), journal__reference__in=references
    )
    return [
        Posting(
            kind=row.journal.kind,
            reference=row.journal.reference,
            why=row.journal.why,
            debit=row.debit,
            credit=row.credit,
            amount=Money(row.amount_minor, row.currency),
        )
        for row in rows.select_related("journal").order_by("id")
    ]


def owed_by(*, kind: JournalKind, reference: str) -> Owed:
    """Return what a journal did to the account `platform`; raise Journal.DoesNotExist."""
    return _owed(get_journal(kind=kind, reference=reference))


def pages_owed(*, since: datetime, size: int) -> Iterator[list[Owed]]:
    """Yield, in portions, every journal since a moment that moved the account `platform`."""
    moves = Transfer.objects.filter(_OF_PLATFORM, journal=OuterRef("pk"))
    rows = Journal.objects.filter(Exists(moves), at__gte=since).order_by("pk")
    after: list[Journal] = []
    while page := list(rows.filter(pk__gt=after[-1].pk if after else UUID(int=0))
                       .prefetch_related("transfers")[:size]):  # fmt: skip
        yield [_owed(journal) for journal in page]
        after = page


def balance(account: Account, holder: UUID | None = None) -> Money:
    """Return what an account holds: a member's own as it is kept, any other from the transfers.

    Without a holder an account that is kept per member is the sum over all of them.
    """
    if holder is None:
        return balances()[account]
    currency = context.shop().currency
    kept = HolderBalance.objects.filter(account=account, holder=holder, currency=currency)
    return Money(kept.values_list("amount_minor", flat=True).first() or 0, currency)


def wallet(holder: UUID) -> Wallet:
    """Return what a member's wallet holds and what of it is being withdrawn."""
    return Wallet(balance(Account.WALLET, holder), balance(Account.WITHDRAWING, holder))


def wallet_lines(holder: UUID, *, before: UUID | None, limit: int) -> list[WalletLine]:
    """Return up to `limit` movements of a member's wallet, the latest first, before a cursor."""
    amounts: dict[UUID, int] = {}
    for side, sign in (("credit", 1), ("debit", -1)):
        rows = Transfer.objects.filter(**{side: Account.WALLET, f"{side}_holder": holder})
        if before is not None:
            rows = rows.filter(pk__lt=before)
        latest = rows.order_by("-pk").values_list("pk", "amount_minor")[:limit]
        amounts |= {pk: sign * minor for pk, minor in latest}
    page = sorted(amounts, reverse=True)[:limit]
    found = Transfer.objects.filter(pk__in=page).select_related("journal").order_by("-pk")
    return [
        WalletLine(
            id=row.pk,
            kind=row.journal.kind,
            reference=row.journal.reference,
            at=row.journal.at,
            amount=Money(amounts[row.pk], row.currency),
            why=row.journal.why,
        )
        for row in found
    ]


def wallets(*, after: UUID | None, limit: int, only_debts: bool = False) -> list[HolderWallet]:
    """Return up to `limit` wallets in the order of their holders, after a cursor."""
    rows = HolderBalance.objects.filter(
        account=Account.WALLET, currency=context.shop().currency
    )
    if only_debts:  # in the statement as in the index: see `remittances`
        rows = rows.extra(where=["amount_minor < 0"])
    if after is not None:
        rows = rows.filter(holder__gt=after)
    page = rows.order_by("holder").values_list("holder", "amount_minor", "currency")[:limit]
    return [HolderWallet(holder, Money(minor, currency)) for holder, minor, currency in page]


def balances() -> dict[Account, Money]:
    """Return what every account of the shop holds, on its own side, from the transfers."""
    currency = context.shop().currency
    held = dict.fromkeys(Account, 0)
    for flow in all_flows():
        for name, sign in ((flow.debit, 1), (flow.credit, -1)):
            account = Account(name)
            held[account] += (-sign if account in CREDIT_SIDE else sign) * flow.minor
    return {account: Money(minor, currency) for account, minor in held.items()}


def day_of(moment: datetime) -> date:
    """Return the shop's day in which a moment falls."""
    return moment.astimezone(_zone()).date()


def local(moment: datetime) -> datetime:
    """Return a moment in the shop's time zone."""
    return moment.astimezone(_zone())


def span_of(day: date) -> tuple[datetime, datetime]:
    """Return the first moment of the shop's day and the first of the next, in UTC."""
    zone = _zone()
    begins = datetime.combine(day, time.min, zone)
    ends = datetime.combine(day + timedelta(days=1), time.min, zone)
    return begins.astimezone(UTC), ends.astimezone(UTC)


def flows_on(day: date, last: date | None = None) -> list[Flow]:
    """Return the sums of a day, or up to `last`, by pair of accounts, in the shop's currency."""
    begins, ends = span_of(day)[0], span_of(last or day)[1]
    rows = Transfer.objects.filter(
        journal__at__gte=begins, journal__at__lt=ends, currency=context.shop().currency
    )
    return _flows(rows)


def counts_on(day: date, last: date | None = None) -> tuple[int, int]:
    """Return how many orders brought money and how many refunds succeeded, up to `last`."""
    begins, ends = span_of(day)[0], span_of(last or day)[1]
    rows = Journal.objects.filter(at__gte=begins, at__lt=ends)
    found = rows.aggregate(
        orders=Count("why__order_number", filter=Q(kind=JournalKind.PAYMENT), distinct=True),
        refunds=Count("id", filter=Q(kind=JournalKind.REFUND)),
    )
    return found["orders"], found["refunds"]


def transfers_on(
    day: date, pairs: Q, after: UUID | None, limit: int, last: date | None = None
) -> list[Transfer]:
    """Return up to `limit` transfers of a day, or up to `last`, that fit `pairs`, oldest first.

    They come after a cursor.
    """
    begins, ends = span_of(day)[0], span_of(last or day)[1]
    rows = Transfer.objects.filter(
        pairs, journal__at__gte=begins, journal__at__lt=ends, currency=context.shop().currency
    )
    if after is not None:
        rows = rows.filter(id__gt=after)
    return list(rows.select_related("journal").order_by("id")[:limit])


def first_moment_after(moment: datetime | None) -> datetime | None:
    """Return when the first journal at or after `moment` was posted; of all, when None."""
    rows = Journal.objects.all() if moment is None else Journal.objects.filter(at__gte=moment)
    return rows.order_by("at").values_list("at", flat=True).first()


def all_flows(*kinds: JournalKind) -> list[Flow]:
    """Return the sums of the books by pair of accounts, in the shop's currency; of some kinds."""
    rows = Transfer.objects.filter(currency=context.shop().currency)
    return _flows(rows.filter(journal__kind__in=kinds) if kinds else rows)


def _owed(journal: Journal) -> Owed:
    moves = [t for t in journal.transfers.all() if Account.PLATFORM in (t.debit, t.credit)]
    return Owed(
        kind=journal.kind,
        reference=journal.reference,
        at=journal.at,
        why=journal.why,
        currency=moves[0].currency,
        changes=tuple(
            (Account(t.debit), t.amount_minor)
            if t.credit == Account.PLATFORM
            else (Account(t.credit), -t.amount_minor)
            for t in sorted(moves, key=lambda t: t.pk)
        ),
    )


def _flows(rows: QuerySet[Transfer]) -> list[Flow]:
    sums = rows.order_by().values("debit", "credit").annotate(minor=Sum("amount_minor"))
    return [Flow(row["debit"], row["credit"], int(row["minor"])) for row in sums]


def _zone() -> ZoneInfo:
    return ZoneInfo(context.shop().timezone)
