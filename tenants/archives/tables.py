"""The tables of a shop as an archive sees them: columns by name, rows by primary key.

So the text of a table is the same wherever and however its schema was made, and its SHA-256 can be
asked of the copy as of the original.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tenants.template import quote

_TABLES = """
SELECT c.relname,
    array_agg(a.attname::text ORDER BY a.attname COLLATE "C") FILTER (WHERE a.attgenerated = ''),
    (SELECT array_agg(quote_ident(k.attname) || CASE WHEN t.typcategory = 'S'
            THEN ' COLLATE "C"' ELSE '' END ORDER BY array_position(i.indkey::int2[], k.attnum))
     FROM pg_index i JOIN pg_attribute k ON k.attrelid = c.oid AND k.attnum = ANY(i.indkey)
     JOIN pg_type t ON t.oid = k.atttypid WHERE i.indrelid = c.oid AND i.indisprimary),
    array_agg(a.attname::text) FILTER (WHERE a.attidentity <> '')
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r' AND c.relname <> 'django_migrations'
    AND a.attnum > 0 AND NOT a.attisdropped
GROUP BY c.oid ORDER BY c.relname COLLATE "C" """

# What COPY writes depends on these; they are the archive's, not the server's.
_FORMS = (
    "SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL timezone = 'UTC'; SET LOCAL intervalstyle ="
    " 'iso_8601'; SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1;"
    " SET LOCAL client_encoding = 'UTF8'; SET LOCAL statement_timeout = 0"
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a shop; `order` are expressions of its primary key, `identity` its counters."""

    name: str
    columns: tuple[str, ...]
    order: tuple[str, ...]
    identity: tuple[str, ...]

    def select(self, schema: str) -> str:
        """Return the statement that reads all of it in the archive's order."""
        order = f" ORDER BY {', '.join(self.order)}" if self.order else ""
        return f"SELECT {self.listed} FROM {quote(schema)}.{quote(self.name)}{order}"

    @property
    def listed(self) -> str:
        """Return its columns for a statement."""
        return ", ".join(quote(column) for column in self.columns)


def settle_forms(cursor: Any) -> None:
    """Have COPY write and read as archives do, for the rest of the transaction."""
    cursor.execute(_FORMS)


def tables_of(cursor: Any, schema: str) -> list[Table]:
    """Return the tables of a schema."""
    cursor.execute(_TABLES, [quote(schema)])
    return [
        Table(name, tuple(columns), tuple(order or ()), tuple(identity or ()))
        for name, columns, order, identity in cursor.fetchall()
    ]


def text_of(cursor: Any, schema: str, table: Table) -> Iterator[bytes]:
    """Yield the table as COPY writes it, in pieces."""
    with cursor.copy(f"COPY ({table.select(schema)}) TO STDOUT") as copied:
        for piece in copied:
            yield bytes(piece)


def digest_of(cursor: Any, schema: str, table: Table) -> tuple[str, int]:
    """Return the SHA-256 of the table's text, and how many rows it has."""
    digest, rows = hashlib.sha256(), 0
    for piece in text_of(cursor, schema, table):
        digest.update(piece)
        rows += piece.count(b"\n")  # COPY writes the line feeds inside of values as \n
    return digest.hexdigest(), rows


def last_numbers(cursor: Any, schema: str, tables: list[Table]) -> dict[str, int]:
    """Return the last number that each counter gave out, of those that gave any."""
    found = {}
    for table, column, sequence in _counters(cursor, schema, tables):
        cursor.execute(f"SELECT last_value FROM {sequence} WHERE is_called")
        if row := cursor.fetchone():
            found[f"{table}.{column}"] = int(row[0])
    return found


def set_counters(cursor: Any, schema: str, tables: list[Table], last: dict[str, int]) -> None:
    """Have each counter go on after its last number."""
    for table, column, sequence in _counters(cursor, schema, tables):
        if number := last.get(f"{table}.{column}"):
            cursor.execute("SELECT setval(%s::regclass, %s)", [sequence, number])


def _counters(
    cursor: Any, schema: str, tables: list[Table]
) -> Iterator[tuple[str, str, str]]:
    for table in tables:
        for column in table.identity:
            name = f"{quote(schema)}.{quote(table.name)}"
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [name, column])
            yield table.name, column, str(cursor.fetchone()[0])


Tell = Callable[[int, int], None]
"""Hears how many of how many parts are done."""


def tell_nobody(_done: int, _total: int) -> None:
    """Let nobody know."""
