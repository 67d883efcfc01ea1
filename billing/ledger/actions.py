"""The one verb of the books: post. There is none to change or delete.

Note [moved day]. Whoever posts the first journal of a day, or the first since the day was last
counted, publishes BooksMoved; all others only lock the same row. Counting deletes the row first,
and so waits for every post that is under way: no journal is missed, and a hundred payments a
minute are one job.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from billing.ledger import queries
from billing.ledger.messages import BooksMoved, PlatformOwed
from billing.ledger.models import Journal, MovedDay
from billing.ledger.posting import BalanceTooSmall, Books, JournalDiffers, Line, check_same
from billing.ledger.states import (
    CREDIT_SIDE,
    GUARDED,
    OVERDRAWN_BY,
    PER_HOLDER,
    Account,
    JournalKind,
)
from jobs.messages import publish
from kernel.errors import Refusal
from kernel.money import Money
from tenants.transactions import verb

__all__ = ["BalanceTooSmall", "JournalDiffers", "Line", "WalletTooSmall", "begin_count", "post"]

BOOKS = Books(
    prefix="ledger",
    credit_side=CREDIT_SIDE,
    guarded=GUARDED,
    per_holder=PER_HOLDER,
    counts_days=True,
)
MOVED_DELAY_SECONDS = 5
"""How long movements of a day gather before it is counted again."""


class WalletTooSmall(Refusal):
    """A member's wallet holds less than is asked of it: nothing is posted."""

    en = "The wallet holds {left}, which is less than {asked}."
    zh = "钱包可用余额为 {left}，不足 {asked}。"


@verb
def post(
    *, kind: JournalKind, reference: str, lines: Sequence[Line], why: dict[str, Any]
) -> Journal | None:
    """Write a journal once; return None when this very journal is in the books already.

    `why` holds the derivation of the amounts (rates, inputs, `order_number`). Raises
    WalletTooSmall when a wallet would fall below zero by a line that may not overdraw it;
    JournalDiffers; BalanceTooSmall; ValueError for negative amounts, no lines at all, a holder
    where there is none (or none where there is), or a line that overdraws outside a claw-back.
    """
    wanted = BOOKS.check(lines)
    if kind not in OVERDRAWN_BY and any(line.may_overdraw for line in wanted):
        raise ValueError(f"a journal of {kind} overdraws no wallet")
    journal = Journal(kind=kind, reference=reference, why=why)
    day = queries.day_of(journal.at)
    row = BOOKS.write(
        key=journal.pk,
        kind=kind,
        reference=reference,
        at=journal.at,
        why=why,
        lines=wanted,
        day=day,
    )
    if row is None:
        posted = queries.get_journal(kind=kind, reference=reference)
        check_same(posted, posted.transfers.all(), wanted)
        return None
    is_first_of_day, held_enough = row
    if not held_enough:
        _refuse(journal, wanted)
    if is_first_of_day:  # see Note [moved day]
        publish(BooksMoved(day.isoformat()), delay_seconds=MOVED_DELAY_SECONDS)
    if any(Account.PLATFORM in (line.debit, line.credit) for line in wanted):
        publish(PlatformOwed(kind, reference))
    return journal


def begin_count(day: date) -> None:
    """Say that `day` is about to be counted: later posts publish BooksMoved again.

    Waits for posts under way. Must be committed before the counting begins.
    """
    MovedDay.objects.filter(day=day).delete()


def _refuse(journal: Journal, lines: Sequence[Line]) -> None:
    """Say what was too small: a wallet is a person's answer, any other balance our own fault."""
    for line in lines:
        if line.debit == Account.WALLET and line.debit_holder and not line.may_overdraw:
            of_holder = [w for w in lines if (w.debit, w.debit_holder) == _place(line)]
            asked = Money(sum(w.amount.minor for w in of_holder), line.amount.currency)
            left = queries.balance(Account.WALLET, line.debit_holder)
            if left < asked:
                raise WalletTooSmall(left=left, asked=asked)
    raise BalanceTooSmall(f"{journal} asks for more than is held")


def _place(line: Line) -> tuple[object, object]:
    return line.debit, line.debit_holder
