"""How an invariant is asked of a shop: in one snapshot, by statements that yield what is wrong.

The database compares, and rows come over in portions: a shop of any size is checked in the same
memory, and a shop that sells meanwhile is seen at one moment. Tables are read whole, so they are
hashed or sorted to be joined: a planner that takes them to be empty would compare each with each.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from kernel.states import Flow, S
from tenants.transactions import snapshot

Invariant = Callable[[], Iterable[str]]

PORTION = 2_000
"""So many rows are in memory at a time."""
PATIENCE = "300s"
"""How long one statement of a proof may take; all others have the web's patience."""

_STRAYS = """
SELECT format('I10: %(noun)s %%s went from %%s to %%s', owner, coalesce(before, 'nothing'), state)
FROM (SELECT {owner} AS owner, state, lag(state) OVER w AS before
      FROM {steps} WINDOW w AS (PARTITION BY {owner} ORDER BY at, id)) step
WHERE CASE WHEN before IS NULL THEN state <> %(start)s
    ELSE state <> before AND NOT (before || '>' || state) = ANY(%(steps)s) END
UNION ALL
SELECT format('I10: %(noun)s %%s is %%s but its history ends at %%s', r.id, r.state,
    coalesce(last.state, 'nothing'))
FROM {rows} r LEFT JOIN LATERAL (
    SELECT state FROM {steps} s WHERE s.{owner} = r.id ORDER BY at DESC, id DESC LIMIT 1
) last ON true WHERE last.state IS DISTINCT FROM r.state"""


def proofs_of_shop() -> Iterator[str]:
    """Yield a sentence for everything that is wrong inside the current shop, in one snapshot."""
    return _all(settings.INVARIANTS)


def proofs_of_platform() -> Iterator[str]:
    """Yield a sentence for everything that is wrong with what is the platform's own."""
    return _all(settings.PLATFORM_INVARIANTS)


def sentences(*statements: str, **asked: Any) -> Iterator[str]:
    """Yield what statements of one column say, asked as one: most of them say nothing."""
    for row in rows(" UNION ALL ".join(f"({each})" for each in statements), **asked):
        yield row[0]


def rows(statement: str, **asked: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a statement, read in portions. Exhaust or close it before a switch."""
    with closing(connection.chunked_cursor()) as cursor:
        cursor.execute(statement, asked)
        while portion := cursor.fetchmany(PORTION):
            yield from portion


def histories(noun: str, flow: Flow[S], *, rows: str, steps: str, owner: str) -> Iterator[str]:
    """I10: every history of table `steps` starts and goes on as the flow says, and ends where
    the row of table `rows` stands. `owner` is the column that names the row."""
    statement = _STRAYS.replace("%(noun)s", noun).format(rows=rows, steps=steps, owner=owner)
    allowed = [f"{before}>{after}" for before, nexts in flow.steps.items() for after in nexts]
    yield from sentences(statement, start=flow.start.value, steps=allowed)


def _all(names: Iterable[str]) -> Iterator[str]:
    invariants: list[Invariant] = [import_string(name) for name in names]
    with _snapshot():
        for invariant in invariants:
            yield from invariant()


@contextmanager
def _snapshot() -> Iterator[None]:
    """See one moment, with a proof's patience. Inside a transaction: as is."""
    is_inside = connection.in_atomic_block
    with snapshot():
        with connection.cursor() as cursor:
            if not is_inside:
                cursor.execute(f"SET LOCAL statement_timeout = '{PATIENCE}'")
            cursor.execute("SET LOCAL enable_nestloop = off")
        yield
