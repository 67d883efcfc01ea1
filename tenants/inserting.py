"""Rows of one or more tables, written by one statement: a thing and the first line of its history.

Built from the models, so that a new column is never forgotten here.
"""

from collections.abc import Sequence
from functools import cache
from itertools import groupby
from typing import Any

from django.db import connection
from django.db.models import Field, Model


def insert_together(*rows: Model) -> None:
    """Insert rows whose ids are made by us; those of one table must stand together."""
    _insert(rows, "")


def insert_unless_there(row: Model) -> bool:
    """Insert a row unless one of the same unique values is there; say whether it was inserted."""
    return bool(_insert([row], " ON CONFLICT DO NOTHING"))


def _insert(rows: Sequence[Model], conflict: str) -> int:
    """Run one INSERT per table in one statement; return how many rows the last one wrote."""
    clauses: list[str] = []
    values: list[Any] = []
    for kind, group in groupby(rows, type):
        head, one_row, fields = _table(kind)
        many = list(group)
        clauses.append(f"{head} {', '.join([one_row] * len(many))}{conflict}")
        values += [
            field.get_db_prep_save(field.pre_save(row, add=True), connection)
            for row in many
            for field in fields
        ]
    *first, last = clauses
    named = ", ".join(f"part_{n} AS ({clause})" for n, clause in enumerate(first))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {named} {last}" if first else last, values)
        written: int = cursor.rowcount
    for row in rows:
        row._state.adding = False
    return written


@cache
def _table(kind: type[Model]) -> tuple[str, str, Sequence["Field[Any, Any]"]]:
    """Return the head of an INSERT that names every column, the places of a row, the fields."""
    fields = kind._meta.concrete_fields
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    head = f"INSERT INTO {quote(kind._meta.db_table)} ({columns}) VALUES"
    return head, f"({', '.join(['%s'] * len(fields))})", fields
