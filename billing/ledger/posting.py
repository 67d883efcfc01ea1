"""How a journal is written, once for all books: those of the shops and those of the platform.

Books differ in their tables and their chart (`Books`); the statement is the same. It writes all
that a journal is, or nothing when the journal is there already.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from billing.ledger.shapes import JournalShape
from kernel.identifiers import uuid7
from kernel.money import Money

# The day is locked before the balances, by everybody: two posts never wait for each other.
_POST = """
WITH posted AS (
    INSERT INTO {prefix}_journal (id, kind, reference, at, why)
    VALUES (%(id)s, %(kind)s, %(reference)s, %(at)s, %(why)s)
    ON CONFLICT (kind, reference) DO NOTHING RETURNING id
), moved AS ({moved}), transferred AS (
    INSERT INTO {prefix}_transfer
        (id, journal_id, debit, credit, debit_holder, credit_holder, amount_minor, currency)
    SELECT line.id, posted.id, line.debit, line.credit, line.debit_holder, line.credit_holder,
        line.minor, line.currency
    FROM posted, unnest(%(ids)s::uuid[], %(debits)s::text[], %(credits)s::text[],
        %(debit_holders)s::uuid[], %(credit_holders)s::uuid[], %(minors)s::bigint[],
        %(currencies)s::text[])
        AS line (id, debit, credit, debit_holder, credit_holder, minor, currency)
){balances}
SELECT moved.is_first, {held_enough} FROM posted, moved"""

_MOVED = """
    INSERT INTO {prefix}_movedday (day) SELECT %(day)s FROM posted
    ON CONFLICT (day) DO UPDATE SET day = EXCLUDED.day RETURNING xmax = 0 AS is_first"""

# A balance is lowered only where enough is held, unless the line is free to overdraw it.
_BALANCES = """, {name}_change AS (
    SELECT change.* FROM moved, unnest({arrays}%({name}_changes)s::bigint[],
        %({name}_free)s::boolean[]) AS change ({key}, minor, is_free)
), {name}_lowered AS (
    UPDATE {prefix}_{name} balance SET amount_minor = balance.amount_minor + change.minor
    FROM {name}_change change WHERE change.minor < 0 AND NOT change.is_free
        AND balance.amount_minor >= -change.minor AND {same}
    RETURNING balance.account
), {name}_raised AS (
    INSERT INTO {prefix}_{name} AS balance ({key}, amount_minor)
    SELECT {key}, minor FROM {name}_change WHERE minor > 0 OR is_free ORDER BY {key}
    ON CONFLICT ({key}) DO UPDATE SET amount_minor = balance.amount_minor + EXCLUDED.amount_minor
)"""
_HELD_ENOUGH = """(SELECT count(*) FROM {name}_lowered)
    = (SELECT count(*) FROM {name}_change WHERE minor < 0 AND NOT is_free)"""
_TYPES = {"account": "text", "holder": "uuid", "currency": "text"}
_KEYS = {"balance": ("account", "currency"), "holderbalance": ("account", "holder", "currency")}

Move = tuple[StrEnum, UUID | None, str]
"""What a balance is kept by: account, holder, currency."""


@dataclass(frozen=True, slots=True)
class Line:
    """`amount` flows out of `credit` into `debit`. A line of zero is left out of the books.

    An account per holder names its holder. `may_overdraw`: the holder's balance may fall below
    zero by this line.
    """

    debit: StrEnum
    credit: StrEnum
    amount: Money
    debit_holder: UUID | None = None
    credit_holder: UUID | None = None
    may_overdraw: bool = False


class BalanceTooSmall(RuntimeError):
    """A guarded account would fall below zero: our own arithmetic is wrong, nothing is posted."""


class JournalDiffers(RuntimeError):
    """The same (kind, reference) was posted before with other lines: nothing is posted."""

    def __init__(self, posted: JournalShape) -> None:
        self.posted = posted
        super().__init__(str(posted))


@dataclass(frozen=True)
class Books:
    """Which tables hold the books, and what their chart says.

    `guarded` accounts never fall below zero, nor do those per holder, except `unguarded` ones.
    """

    prefix: str
    credit_side: frozenset[StrEnum]
    guarded: frozenset[StrEnum]
    per_holder: frozenset[StrEnum]
    counts_days: bool
    unguarded: frozenset[StrEnum] = frozenset()

    def check(self, lines: Sequence[Line]) -> list[Line]:
        """Return the lines that are above zero. Raises ValueError for lines that are none."""
        wanted = [line for line in lines if line.amount.minor]
        if not wanted or any(line.amount.minor < 0 for line in wanted):
            raise ValueError("a journal has lines, and amounts above zero")
        for line in wanted:
            for account, holder in _ends(line):
                if (account in self.per_holder) != (holder is not None):
                    raise ValueError(f"{account} of holder {holder}")
        return wanted

    def write(
        self,
        *,
        key: UUID,
        kind: str,
        reference: str,
        at: datetime,
        why: dict[str, Any],
        lines: Sequence[Line],
        day: date | None = None,
    ) -> tuple[bool, bool] | None:
        """Run the statement; return whether the day is new and whether enough was held.

        None: the journal is there already. In the caller's transaction, which must not commit
        when too little was held.
        """
        moves, free = self._moves(lines)
        by_holder = {m: n for m, n in moves.items() if m[0] in self.per_holder}
        of_shop = {m: n for m, n in moves.items() if m[0] in self.guarded - self.per_holder}
        asked: dict[str, Any] = {
            "id": key,
            "kind": kind,
            "reference": reference,
            "at": at,
            "why": Jsonb(why),
            "day": day,
            "ids": [uuid7() for _ in lines],
            "debits": [str(line.debit) for line in lines],
            "credits": [str(line.credit) for line in lines],
            "debit_holders": [line.debit_holder for line in lines],
            "credit_holders": [line.credit_holder for line in lines],
            "minors": [line.amount.minor for line in lines],
            "currencies": [line.amount.currency for line in lines],
        }
        names = []
        for name, changes in (("balance", of_shop), ("holderbalance", by_holder)):
            if changes:
                names.append(name)
                asked |= _columns(name, changes, free)
        with connection.cursor() as cursor:
            cursor.execute(self._statements[tuple(names)], asked)
            row: tuple[bool, bool] | None = cursor.fetchone()
        return row

    @cached_property
    def _statements(self) -> dict[tuple[str, ...], str]:
        """Return the statement for each set of balance tables that a journal may touch."""
        sets = ((), ("balance",), ("holderbalance",), ("balance", "holderbalance"))
        return {names: self._statement(names) for names in sets}

    def _statement(self, names: tuple[str, ...]) -> str:
        moved = _MOVED if self.counts_days else "SELECT false AS is_first FROM posted"
        return _POST.format(
            prefix=self.prefix,
            moved=moved.format(prefix=self.prefix),
            balances="".join(_balances_of(self.prefix, name) for name in names),
            held_enough=" AND ".join(_HELD_ENOUGH.format(name=n) for n in names) or "true",
        )

    def _moves(self, lines: Iterable[Line]) -> tuple[dict[Move, int], set[Move]]:
        """Return by how much each kept balance changes, on its own side; which may overdraw."""
        moves: Counter[Move] = Counter()
        free: set[Move] = set()
        for line in lines:
            for (account, holder), sign in zip(_ends(line), (-1, 1), strict=True):
                if account in self.guarded or account in self.per_holder:
                    move = (account, holder, line.amount.currency)
                    own = 1 if account in self.credit_side else -1
                    moves[move] += sign * own * line.amount.minor
                    may_overdraw = line.may_overdraw and account not in self.guarded
                    if may_overdraw or account in self.unguarded:
                        free.add(move)
        return {move: minor for move, minor in moves.items() if minor}, free


def check_same(posted: JournalShape, transfers: Iterable[Any], wanted: Sequence[Line]) -> None:
    """Compare the transfers of a journal with lines. Raises JournalDiffers."""
    there = Counter(
        (t.debit, t.credit, t.debit_holder, t.credit_holder, t.amount_minor, t.currency)
        for t in transfers
    )
    here = Counter(
        (
            str(w.debit),
            str(w.credit),
            w.debit_holder,
            w.credit_holder,
            w.amount.minor,
            w.amount.currency,
        )
        for w in wanted
    )
    if there != here:
        raise JournalDiffers(posted)


def _ends(line: Line) -> tuple[tuple[StrEnum, UUID | None], tuple[StrEnum, UUID | None]]:
    return (line.debit, line.debit_holder), (line.credit, line.credit_holder)


def _columns(name: str, changes: dict[Move, int], free: set[Move]) -> dict[str, Any]:
    columns = {
        f"{name}_account": [str(account) for account, _, _ in changes],
        f"{name}_currency": [currency for _, _, currency in changes],
        f"{name}_changes": list(changes.values()),
        f"{name}_free": [move in free for move in changes],
    }
    if "holder" in _KEYS[name]:
        columns[f"{name}_holder"] = [holder for _, holder, _ in changes]
    return columns


def _balances_of(prefix: str, name: str) -> str:
    columns = _KEYS[name]
    return _BALANCES.format(
        prefix=prefix,
        name=name,
        key=", ".join(columns),
        same=" AND ".join(f"balance.{c} = change.{c}" for c in columns),
        arrays="".join(f"%({name}_{c})s::{_TYPES[c]}[], " for c in columns),
    )
