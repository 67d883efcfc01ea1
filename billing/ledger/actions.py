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
from psycopg.types.json import Jsonb

from billing.ledger import queries
from billing.ledger.messages import BooksMoved
from billing.ledger.models import Journal, MovedDay
from billing.ledger.states import CREDIT_SIDE, GUARDED, Account, JournalKind
from jobs.messages import publish
from kernel.identifiers import uuid7
from kernel.money import Money
from tenants.transactions import verb

# One statement for all that a journal is. Nothing happens when the journal is there already. The
# day is locked before the balances, by everybody. A balance is lowered only where enough is held.
_POST = """
WITH posted AS (
    INSERT INTO ledger_journal (id, kind, reference, at, why)
    VALUES (%(id)s, %(kind)s, %(reference)s, %(at)s, %(why)s)
    ON CONFLICT (kind, reference) DO NOTHING RETURNING id
), moved AS (
    INSERT INTO ledger_movedday (day) SELECT %(day)s FROM posted
    ON CONFLICT (day) DO UPDATE SET day = EXCLUDED.day RETURNING xmax = 0 AS is_first
), transferred AS (
    INSERT INTO ledger_transfer (id, journal_id, debit, credit, amount_minor, currency)
    SELECT line.id, posted.id, line.debit, line.credit, line.minor, line.currency
    FROM posted, unnest(%(ids)s::uuid[], %(debits)s::text[], %(credits)s::text[],
        %(minors)s::bigint[], %(currencies)s::text[]) AS line (id, debit, credit, minor, currency)
), change AS (
    SELECT change.* FROM moved, unnest(%(guarded)s::text[], %(guarded_currencies)s::text[],
        %(changes)s::bigint[]) AS change (account, currency, minor)
), lowered AS (
    UPDATE ledger_balance balance SET amount_minor = balance.amount_minor + change.minor
    FROM change WHERE change.minor < 0 AND balance.amount_minor >= -change.minor
        AND balance.account = change.account AND balance.currency = change.currency
    RETURNING balance.account
), raised AS (
    INSERT INTO ledger_balance AS balance (account, currency, amount_minor)
    SELECT account, currency, minor FROM change WHERE minor > 0 ORDER BY account, currency
    ON CONFLICT (account, currency)
    DO UPDATE SET amount_minor = balance.amount_minor + EXCLUDED.amount_minor
)
SELECT moved.is_first,
    (SELECT count(*) FROM lowered) = (SELECT count(*) FROM change WHERE minor < 0)
FROM posted, moved"""

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
    day = queries.day_of(journal.at)
    row = _write(journal, wanted, day)
    if row is None:
        _check_same(queries.get_journal(kind=kind, reference=reference), wanted)
        return None
    is_first_of_day, held_enough = row
    if not held_enough:
        raise BalanceTooSmall(f"{journal} asks for more than is held")
    if is_first_of_day:  # see Note [moved day]
        publish(BooksMoved(day.isoformat()), delay_seconds=MOVED_DELAY_SECONDS)
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


def _write(journal: Journal, lines: list[Line], day: date) -> tuple[bool, bool] | None:
    """Run `_POST`; return whether the day is new and whether enough was held; None if posted."""
    moves = _guarded_moves(lines)
    asked: dict[str, Any] = {
        "id": journal.pk,
        "kind": journal.kind,
        "reference": journal.reference,
        "at": journal.at,
        "why": Jsonb(journal.why),
        "day": day,
        "ids": [uuid7() for _ in lines],
        "debits": [str(line.debit) for line in lines],
        "credits": [str(line.credit) for line in lines],
        "minors": [line.amount.minor for line in lines],
        "currencies": [line.amount.currency for line in lines],
        "guarded": [str(account) for account, _ in moves],
        "guarded_currencies": [currency for _, currency in moves],
        "changes": list(moves.values()),
    }
    with connection.cursor() as cursor:
        cursor.execute(_POST, asked)
        row: tuple[bool, bool] | None = cursor.fetchone()
    return row


def _guarded_moves(lines: list[Line]) -> dict[tuple[Account, str], int]:
    """Return by how much each guarded account changes, on its own side, in minor units."""
    moves: Counter[tuple[Account, str]] = Counter()
    for line in lines:
        for account, sign in ((line.debit, -1), (line.credit, 1)):
            if account in GUARDED:
                own = 1 if account in CREDIT_SIDE else -1
                moves[account, line.amount.currency] += sign * own * line.amount.minor
    return {name: minor for name, minor in sorted(moves.items()) if minor}
