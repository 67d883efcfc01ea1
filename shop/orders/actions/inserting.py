"""Rows of several tables, written by one statement: an order is its lines and its first step.

Built from the models, so that a new column is never forgotten here.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.db import connection
from django.db.models import Model


def insert_together(*rows: Model) -> None:
    """Insert rows whose ids are made by us; those of one table must stand together."""
    clauses: list[str] = []
    values: list[Any] = []
    for kind, group in groupby(rows, type):
        statement, given = _insert(kind, list(group))
        clauses.append(statement)
        values += given
    *first, last = clauses
    named = ", ".join(f"part_{n} AS ({clause})" for n, clause in enumerate(first))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {named} {last}" if first else last, values)
    for row in rows:
        row._state.adding = False


def _insert(kind: type[Model], rows: Sequence[Model]) -> tuple[str, list[Any]]:
    """Return the INSERT of one table with its values, every column named."""
    fields = kind._meta.concrete_fields
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    row = f"({', '.join(['%s'] * len(fields))})"
    table = quote(kind._meta.db_table)
    values = [
        field.get_db_prep_save(field.pre_save(one, add=True), connection)
        for one in rows
        for field in fields
    ]
    return f"INSERT INTO {table} ({columns}) VALUES {', '.join([row] * len(rows))}", values
