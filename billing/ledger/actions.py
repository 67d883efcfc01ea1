"""The one verb of the books: post. There is none to change or delete.

Note [moved day]. Whoever posts the first journal of a day, or the first since the day was last
counted, publishes BooksMoved; all others only lock the same row. Counting deletes the row first,
and so waits for every post that is under way: no journal is missed, and a hundred payments a
minute are one job.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import F

from billing.ledger import queries
from billing.ledger.messages import BooksMoved
from billing.ledger.models import Balance, Journal, MovedDay, Transfer
from billing.ledger.states import CREDIT_SIDE, GUARDED, Account, JournalKind
from jobs.messages import publish
from kernel.money import Money
from tenants.transactions import verb

MOVED_DELAY_SECONDS = 5
"""How long movements of a day gather before it is counted again."""


@dataclass(frozen=True, slots=True)
class Line:
    """`amount` flows out of `credit` into `debit`. A line of zero is left out of the books."""

    debit: Account
    credit: Account
    amount: Money


class BalanceTooSmall(RuntimeError):
    """A guarded account would fall below zero: our own arithmetic is wrong, nothing is posted."""


class JournalDiffers(RuntimeError):
    """The same (kind, reference) was posted before with other lines: nothing is posted."""


@verb
def post(
    *, kind: JournalKind, reference: str, lines: Sequence[Line], why: dict[str, Any]
) -> Journal | None:
    """Write a journal once; return None when this very journal is in the books already.

    `why` holds the derivation of the amounts (rates, inputs, `order_number`). Raises
    JournalDiffers, BalanceTooSmall, ValueError for negative amounts or no lines at all.
    """
    wanted = [line for line in lines if line.amount.minor]
    if not wanted or any(line.amount.minor < 0 for line in wanted):
        raise ValueError("a journal has lines, and amounts above zero")
    journal = Journal(kind=kind, reference=reference, why=why)
    Journal.objects.bulk_create([journal], ignore_conflicts=True)
    posted = queries.get_journal(kind=kind, reference=reference)
    if posted.pk != journal.pk:
        _check_same(posted, wanted)
        return None
    Transfer.objects.bulk_create(
        Transfer(
            journal=journal,
            debit=line.debit,
            credit=line.credit,
            amount_minor=line.amount.minor,
            currency=line.amount.currency,
        )
        for line in wanted
    )
    _move_balances(wanted)
    _tell(queries.day_of(journal.at))
    return journal


def begin_count(day: date) -> None:
    """Say that `day` is about to be counted: later posts publish BooksMoved again.

    Waits for posts under way. Must be committed before the counting begins.
    """
    MovedDay.objects.filter(day=day).delete()


def _check_same(posted: Journal, wanted: list[Line]) -> None:
    there = Counter((t.debit, t.credit, t.amount_minor, t.currency) for t in posted.transfers.all())
    here = Counter((str(w.debit), str(w.credit), w.amount.minor, w.amount.currency) for w in wanted)
    if there != here:
        raise JournalDiffers(str(posted))


def _move_balances(lines: list[Line]) -> None:
    """Move the guarded accounts; the database says no when one would fall below zero."""
    moves: Counter[tuple[Account, str]] = Counter()
    for line in lines:
        for account, sign in ((line.debit, -1), (line.credit, 1)):
            if account in GUARDED:
                own = 1 if account in CREDIT_SIDE else -1
                moves[account, line.amount.currency] += sign * own * line.amount.minor
    for (account, currency), minor in sorted(moves.items()):
        if minor:
            _move_balance(account, currency, minor)


def _move_balance(account: Account, currency: str, minor: int) -> None:
    row = Balance.objects.filter(account=account, currency=currency)
    if row.filter(amount_minor__gte=-minor).update(amount_minor=F("amount_minor") + minor):
        return
    if minor < 0:
        raise BalanceTooSmall(f"{account} holds less than {-minor} {currency}")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_balance (account, currency, amount_minor) VALUES (%s, %s, %s)"
            " ON CONFLICT (account, currency) DO UPDATE"
            " SET amount_minor = ledger_balance.amount_minor + EXCLUDED.amount_minor",
            [account, currency, minor],
        )


def _tell(day: date) -> None:
    """Publish BooksMoved unless it is on its way already. See Note [moved day]."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_movedday (day) VALUES (%s)"
            " ON CONFLICT (day) DO UPDATE SET day = EXCLUDED.day RETURNING xmax = 0",
            [day],
        )
        is_first = cursor.fetchone()[0]
    if is_first:
        publish(BooksMoved(day.isoformat()), delay_seconds=MOVED_DELAY_SECONDS)
