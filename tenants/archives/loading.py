"""Making a schema from an archive: one transaction, at whose end the copy is proven equal.

Tables are read again as they were written, and must give the same digests; the books must come to
the same sums. An archive of older code gets a schema of its own version, and is migrated then.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

import psycopg
from django.db import DataError, IntegrityError, connections, transaction
from django.db.migrations.loader import MigrationLoader

from kernel.errors import Refusal
from tenants import cells, provisioning, versions
from tenants.archives import strays
from tenants.archives.manifest import Manifest
from tenants.archives.reading import Archive, ArchiveDamaged
from tenants.archives.states import StraySide
from tenants.archives.sums import sums_of
from tenants.archives.tables import (
    Table,
    Tell,
    digest_of,
    set_counters,
    settle_forms,
    tables_of,
    tell_nobody,
)
from tenants.backend.base import PUBLIC
from tenants.cells import HOME, OWNER
from tenants.template import quote

Change = Callable[[Any, str], None]
"""What is done to the loaded tables, by the owner's cursor, before they are migrated."""


class ArchiveTooNew(Refusal):
    """The archive was made by newer code: ours does not know its tables."""

    status: ClassVar[int] = 422
    en: ClassVar[str] = "This archive was made by a newer version ({first}). Update this one first."
    zh: ClassVar[str] = "该存档由更新的版本（{first}）生成，请先升级本系统。"


def leave_as_is(_cursor: Any, _schema: str) -> None:
    """Change nothing."""


def load(
    archive: Archive,
    *,
    until: datetime,
    change: Change = leave_as_is,
    tell: Tell = tell_nobody,
    cell: str = HOME,
) -> str:
    """Make a schema with everything of the archive, noted as one that arrives; return its name.

    Raises ArchiveTooNew, ArchiveDamaged; then there is no schema.
    """
    said = archive.manifest
    applied = _applied(said)
    try:
        with cells.entered(cell), transaction.atomic(using=OWNER):
            schema, is_older = _empty_schema(applied)
            with connections[OWNER].cursor() as cursor:
                settle_forms(cursor)
                _fill(cursor, schema, archive, tell)
                change(cursor, schema)
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute(f"SET LOCAL search_path = {PUBLIC}")
            if is_older:
                provisioning.migrate(schema)
            strays.note(schema, said.shop.public_id, StraySide.ARRIVING, until, cell)
    except (psycopg.DataError, psycopg.IntegrityError) as error:  # COPY's own
        raise _damaged(error) from error
    except (DataError, IntegrityError) as error:  # what Django translated
        raise _damaged(error.__cause__) from error
    return schema


def _damaged(error: BaseException | None) -> ArchiveDamaged:
    """Say what PostgreSQL refused without the values that it refused."""
    what = error.diag.message_primary if isinstance(error, psycopg.Error) else None
    return ArchiveDamaged(what=what or "a table is refused")


def _applied(said: Manifest) -> versions.Applied:
    """Return the migrations of the shops' apps that the archive has had."""
    ours = versions.labels()
    applied = frozenset(key for key in said.migrations if key[0] in ours)
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    if unknown := sorted(applied - set(known)):
        raise ArchiveTooNew(first=".".join(unknown[0]))
    return applied


def _empty_schema(applied: versions.Applied) -> tuple[str, bool]:
    """Return a new schema of that version, and whether newer ones are known."""
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    if versions.version_of(applied) == versions.version_of(known):
        return provisioning.build_schema(), False
    return provisioning.build_schema_of(applied), True


def _fill(cursor: Any, schema: str, archive: Archive, tell: Tell) -> None:
    said = archive.manifest
    tables = tables_of(cursor, schema)
    _require_same(tables, said)
    names = ", ".join(f"{quote(schema)}.{quote(table.name)}" for table in tables)
    cursor.execute(f"TRUNCATE {names} RESTART IDENTITY")  # rows that migrations left
    for done, table in enumerate(tables, 1):
        into = f"COPY {quote(schema)}.{quote(table.name)} ({table.listed}) FROM STDIN"
        with cursor.copy(into) as copying:
            for piece in archive.pieces(f"tables/{table.name}.tsv"):
                copying.write(piece)
        tell(done, len(tables))
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # every foreign key, now
    set_counters(cursor, schema, tables, said.sequences)
    for table in tables:
        member = said.members[f"tables/{table.name}.tsv"]
        if digest_of(cursor, schema, table) != (member.sha256, member.rows):
            raise ArchiveDamaged(what=f"{table.name} came out differently")
    sums = sums_of(cursor, schema)
    if wrong := [name for name, rows in sums.items() if rows != said.sums.get(name, rows)]:
        raise ArchiveDamaged(what=f"the sums of {wrong[0]} came out differently")
    for table in tables:
        cursor.execute(f"ANALYZE {quote(schema)}.{quote(table.name)}")
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _require_same(tables: list[Table], said: Manifest) -> None:
    there = {name: tuple(member.columns or ()) for name, member in said.tables().items()}
    here = {table.name: table.columns for table in tables}
    if odd := sorted(name for name in {*there, *here} if there.get(name) != here.get(name)):
        raise ArchiveDamaged(what=f"{odd[0]} is not the table of its version")
