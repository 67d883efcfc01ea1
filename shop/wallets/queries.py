"""Questions about members' wallets and withdrawals, as the doors show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from billing.explanations import queries as billing
from billing.ledger import queries as books
from billing.withdrawals import queries as withdrawals
from billing.withdrawals.amounts import Rules
from billing.withdrawals.models import Withdrawal
from kernel import clock
from kernel.explanations import Step
from kernel.money import Money
from shop.catalog import cursors
from shop.members.models import Member
from shop.wallets import words


@dataclass(frozen=True, slots=True)
class WalletView:
    """What a member's wallet comes to, and what may be asked of it today by the shop's rules."""

    available: Money
    withdrawing: Money
    debt: Money
    rules: Rules
    left_today: Money
    count_left_today: int

    @property
    def most(self) -> Money:
        """Return the largest amount that a request would be let through with now."""
        may = self.rules.is_open and self.count_left_today > 0
        most = min(self.available, self.left_today) if may else None
        is_enough = most is not None and most.minor >= self.rules.minimum_minor
        return most if most is not None and is_enough else Money(0, self.available.currency)


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement of a wallet: what came in (above zero) or went out, and why."""

    id: UUID
    kind: str
    reference: str
    amount_minor: int
    reason: dict[str, str]
    steps: tuple[Step, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class MemberWallet:
    """A member's wallet in the list of the shop."""

    member_id: UUID
    nickname: str
    available_minor: int


def wallet_of(member_id: UUID) -> WalletView:
    """Return a member's wallet; an empty one for a member who never had anything."""
    kept, rules = books.wallet(member_id), withdrawals.rules()
    used = withdrawals.usage(member_id, books.day_of(clock.now()))
    currency = kept.available.currency
    return WalletView(
        available=kept.available,
        withdrawing=kept.withdrawing,
        debt=Money(max(0, -kept.available.minor), currency),
        rules=rules,
        left_today=Money(max(0, rules.daily_minor - used.minor), currency),
        count_left_today=max(0, rules.daily_count - used.count),
    )


def entries(member_id: UUID, cursor: str | None, limit: int) -> tuple[list[Entry], str | None]:
    """Return a page of a wallet's movements, the latest first, and the cursor of the next one."""
    before = cursors.decode(cursor, "wallet", UUID)[0] if cursor else None
    lines = books.wallet_lines(member_id, before=before, limit=limit + 1)
    page = [
        Entry(
            id=line.id,
            kind=line.kind,
            reference=line.reference,
            amount_minor=line.amount.minor,
            reason=words.reason(line.kind, line.why),
            steps=(billing.wallet_step(line, **words.reason(line.kind, line.why)),),
            at=line.at,
        )
        for line in lines[:limit]
    ]
    more = len(lines) > limit
    return page, cursors.encode("wallet", page[-1].id) if more else None


def wallets(
    cursor: str | None, limit: int, *, only_debts: bool
) -> tuple[list[MemberWallet], str | None]:
    """Return a page of the shop's wallets, and the cursor of the next one."""
    after = cursors.decode(cursor, "wallets", UUID)[0] if cursor else None
    found = books.wallets(after=after, limit=limit + 1, only_debts=only_debts)
    names = nicknames(one.holder for one in found)
    page = [
        MemberWallet(one.holder, names.get(one.holder, ""), one.available.minor)
        for one in found[:limit]
    ]
    more = len(found) > limit
    return page, cursors.encode("wallets", page[-1].member_id) if more else None


def page(
    rows: QuerySet[Withdrawal], cursor: str | None, limit: int
) -> tuple[list[Withdrawal], str | None]:
    """Return a page of withdrawals with who asked, the newest first, and the next cursor."""
    if cursor:
        (last,) = cursors.decode(cursor, "withdrawals", UUID)
        rows = rows.filter(pk__lt=last)
    found = list(withdrawals.whole(rows)[: limit + 1])
    names = nicknames(row.holder for row in found)
    for row in found:
        row.nickname = names.get(row.holder, "")  # type: ignore[attr-defined]  # for the schemas
    more = len(found) > limit
    return found[:limit], cursors.encode("withdrawals", found[limit - 1].pk) if more else None


def nicknames(member_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return what members are called, by id."""
    rows = Member.objects.filter(pk__in=set(member_ids))
    return dict(rows.values_list("pk", "nickname"))


def exists(member_id: UUID) -> bool:
    """Say whether the shop has such a member."""
    return Member.objects.filter(pk=member_id).exists()
