"""How an invariant is asked of a shop's tables: a statement that yields a sentence per violation.

The database compares, and rows come over in portions: a shop of any size is checked in the same
memory.
"""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

from django.db import connection

PORTION = 2_000
"""So many rows are in memory at a time."""


def sentences(*statements: str, **asked: Any) -> Iterator[str]:
    """Yield the first column of each row of each statement."""
    for statement in statements:
        for row in rows(statement, **asked):
            yield row[0]


def rows(statement: str, **asked: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a statement, read in portions. Exhaust or close it before a switch."""
    with closing(connection.chunked_cursor()) as cursor:
        cursor.execute(statement, asked)
        while portion := cursor.fetchmany(PORTION):
            yield from portion
