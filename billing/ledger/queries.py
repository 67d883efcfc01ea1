"""Questions to the books: balances, journals, sums by day. Days are the shop's own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from billing.ledger.models import Balance, Journal, Transfer
from billing.ledger.states import CREDIT_SIDE, GUARDED, Account, JournalKind
from kernel.money import Money
from tenants import context


@dataclass(frozen=True, slots=True)
class Flow:
    """What went out of `credit` into `debit` in some span, in one currency."""

    debit: str
    credit: str
    minor: int


def get_journal(*, kind: JournalKind, reference: str) -> Journal:
    """Return a journal; raise Journal.DoesNotExist."""
    return Journal.objects.get(kind=kind, reference=reference)


def find_journal(*, kind: JournalKind, reference: str) -> Journal | None:
    """Return a journal, or None if it was never posted."""
    return Journal.objects.filter(kind=kind, reference=reference).first()


def transfers_of(reference: str) -> list[Transfer]:
    """Return every transfer under a reference, oldest first, journals loaded."""
    rows = Transfer.objects.filter(journal__reference=reference)
    return list(rows.select_related("journal").order_by("id"))


def balance(account: Account) -> Money:
    """Return what an account of the shop holds, from the transfers themselves."""
    return balances()[account]


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


def span_of(day: date) -> tuple[datetime, datetime]:
    """Return the first moment of the shop's day and the first of the next, in UTC."""
    zone = _zone()
    begins = datetime.combine(day, time.min, zone)
    ends = datetime.combine(day + timedelta(days=1), time.min, zone)
    return begins.astimezone(UTC), ends.astimezone(UTC)


def flows_on(day: date) -> list[Flow]:
    """Return the sums of a day by pair of accounts, in the shop's currency."""
    begins, ends = span_of(day)
    rows = Transfer.objects.filter(
        journal__at__gte=begins, journal__at__lt=ends, currency=context.shop().currency
    )
    return _flows(rows)


def counts_on(day: date) -> tuple[int, int]:
    """Return how many orders were paid on a day and how many refunds succeeded."""
    begins, ends = span_of(day)
    rows = Journal.objects.filter(at__gte=begins, at__lt=ends)
    found = rows.aggregate(
        orders=Count("why__order_number", filter=Q(kind=JournalKind.PAYMENT), distinct=True),
        refunds=Count("id", filter=Q(kind=JournalKind.REFUND)),
    )
    return found["orders"], found["refunds"]


def transfers_on(day: date, pairs: Q, after: UUID | None, limit: int) -> list[Transfer]:
    """Return up to `limit` transfers of a day that fit `pairs`, oldest first, after a cursor."""
    begins, ends = span_of(day)
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


def all_flows() -> list[Flow]:
    """Return the sums of the whole books by pair of accounts, in the shop's currency."""
    return _flows(Transfer.objects.filter(currency=context.shop().currency))


def amounts_of(kind: JournalKind) -> dict[str, int]:
    """Return, by reference, how much each payment brought to, or each refund took from, WeChat."""
    customers = [Account.HELD, Account.REFUNDED]
    pairs = {
        JournalKind.PAYMENT: Q(debit=Account.WECHAT, credit=Account.HELD),
        JournalKind.REFUND: Q(debit__in=customers, credit=Account.WECHAT),
        JournalKind.EARNING: Q(debit=Account.HELD, credit=Account.SALES),
    }
    rows = Transfer.objects.filter(pairs[kind], journal__kind=kind).order_by()
    sums = rows.values("journal__reference").annotate(minor=Sum("amount_minor"))
    return {row["journal__reference"]: int(row["minor"]) for row in sums}


def rates_of(kind: JournalKind, name: str) -> dict[str, int]:
    """Return, by reference, the rate in basis points that each journal names in its `why`."""
    rows = Journal.objects.filter(kind=kind).values_list("reference", f"why__{name}")
    return {reference: int(rate_bp) for reference, rate_bp in rows}


def imbalances() -> Iterator[str]:
    """Yield what is wrong with the books of the current shop; nothing, when they are right."""
    for journal in Journal.objects.filter(~Exists(Transfer.objects.filter(journal=OuterRef("pk")))):
        yield f"I1: journal {journal} has no transfers"
    currency = context.shop().currency
    for transfer in Transfer.objects.exclude(currency=currency).select_related("journal"):
        yield f"I1: {transfer.journal} moved {transfer.currency} in a shop of {currency}"
    flawed = Transfer.objects.filter(Q(amount_minor__lte=0) | Q(debit=F("credit")))
    for transfer in flawed.select_related("journal"):
        yield f"I1: {transfer.journal} holds a transfer that does not balance"
    guarded = {(b.account, b.currency): b.amount_minor for b in Balance.objects.all()}
    for account in GUARDED:
        derived = balance(account)
        kept = guarded.get((account, derived.currency), 0)
        if kept != derived.minor:
            yield f"I1: {account} keeps {kept} but its transfers come to {derived.minor}"


def _flows(rows: QuerySet[Transfer]) -> list[Flow]:
    sums = rows.order_by().values("debit", "credit").annotate(minor=Sum("amount_minor"))
    return [Flow(row["debit"], row["credit"], int(row["minor"])) for row in sums]


def _zone() -> ZoneInfo:
    return ZoneInfo(context.shop().timezone)
