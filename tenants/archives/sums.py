"""What a shop's books come to: asked of the original and of the copy, and equal to the fen."""

from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from tenants.template import quote


def sums_of(cursor: Any, schema: str) -> dict[str, list[list[str]]]:
    """Return every sum of settings.ARCHIVE_SUMS, as text; the search path stays in the schema.

    A table that the schema does not have yet comes to nothing.
    """
    cursor.execute(f"SET LOCAL search_path = {quote(schema)}")
    found: dict[str, list[list[str]]] = {}
    for name, (table, statement) in settings.ARCHIVE_SUMS.items():
        cursor.execute("SELECT to_regclass(%s)", [f"{quote(schema)}.{quote(table)}"])
        if cursor.fetchone() == (None,):
            found[name] = []
            continue
        cursor.execute(import_string(statement))
        found[name] = [[str(value) for value in row] for row in cursor.fetchall()]
    return found
