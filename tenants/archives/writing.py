"""Writing a shop into a file: one snapshot, a table at a time, in the memory of a few buffers.

It asks a plain connection of the owner, not Django's: the shop may lie on another server, as when
it is taken out of a backup that was recovered to some moment.
"""

import hashlib
import os
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from storage import files
from tenants import cells, provisioning
from tenants.archives import manifest
from tenants.archives.manifest import Manifest, Member, Program, ShopFacts, Staff
from tenants.archives.platform_rows import JOBS, TRAVELLING
from tenants.archives.sums import sums_of
from tenants.archives.tables import (
    Tell,
    last_numbers,
    settle_forms,
    tables_of,
    tell_nobody,
    text_of,
)
from tenants.cells import HOME
from tenants.models import Tenant
from tenants.versions import read, version_of

_PIECE = 256 * 1024
_LEVEL = 4  # hardly larger than the best, several times as quick

_SHOP = """
SELECT id, schema_name, now(),
    (SELECT sub_mchid FROM public.tenants_merchant m WHERE m.tenant_id = t.id),
    code, name, state, currency, timezone, modules, created_at
FROM public.tenants_tenant t WHERE public_id = %s AND schema_name IS NOT NULL"""
_STAFF = """
SELECT a.email, m.role FROM public.tenants_membership m
JOIN public.tenants_account a ON a.id = m.account_id WHERE m.tenant_id = %s ORDER BY m.id"""
_PROGRAMS = """
SELECT appid, kind, nick_name FROM public.tenants_miniprogram WHERE tenant_id = %s ORDER BY id"""


class NoShopToWrite(LookupError):
    """The database has no shop of this public id, or none with a schema."""


def write_here(
    public_id: str, target: Path, *, with_files: bool = True, tell: Tell = tell_nobody
) -> Manifest:
    """Write a shop of this installation to `target`, as `write` does."""
    with cells.entered(HOME), ExitStack() as opened:
        cell = Tenant.objects.filter(public_id=public_id).values_list("cell", flat=True).first()
        home = opened.enter_context(_owner_of(HOME))
        lies_in = opened.enter_context(_owner_of(cell)) if cell not in {None, HOME} else None
        return write(home, public_id, target, lies_in=lies_in, with_files=with_files, tell=tell)


def _owner_of(cell: str) -> psycopg.Connection[Any]:
    with cells.entered(cell):
        return psycopg.connect(provisioning.owner_conninfo(), autocommit=True)


def write(
    connection: psycopg.Connection[Any],
    public_id: str,
    target: Path,
    *,
    lies_in: psycopg.Connection[Any] | None = None,
    with_files: bool = True,
    tell: Tell = tell_nobody,
) -> Manifest:
    """Write the shop to `target`: whole or not at all. Raises NoShopToWrite.

    `connection` is the owner's, outside a transaction, and `lies_in` that of the shop's cell where
    it is another; the shop goes on selling meanwhile.
    """
    half = target.with_name(target.name + ".part")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
            sources = [connection, lies_in] if lies_in else [connection]
            made = _fill(sources, public_id, archive, with_files=with_files, tell=tell)
        _to_disk(half)
        half.replace(target)
        _to_disk(target.parent)
    finally:
        half.unlink(missing_ok=True)
    return made


def _fill(
    sources: Sequence[psycopg.Connection[Any]],
    public_id: str,
    archive: zipfile.ZipFile,
    *,
    with_files: bool,
    tell: Tell,
) -> Manifest:
    """`sources` are the platform's connection and, where it is another, that of the shop's cell."""
    members: dict[str, Member] = {}
    with ExitStack() as opened:
        snapshots = [opened.enter_context(_snapshot(source)) for source in sources]
        facts, schema, made_at = _facts(snapshots[0], public_id)
        cursor = snapshots[-1]
        tables = tables_of(cursor, schema)
        keys = list(files.keys(public_id)) if with_files else []
        total = len(tables) + len(TRAVELLING) + len(keys)
        for table in tables:
            with _Writer(archive, f"tables/{table.name}.tsv") as writer:
                for piece in text_of(cursor, schema, table):
                    writer.put(piece)
            members[writer.name] = writer.member(columns=list(table.columns))
            tell(len(members), total)
        for name, statement in TRAVELLING.items():
            with _Writer(archive, f"platform/{name}.jsonl") as writer:
                for source in sources if name == JOBS else sources[:1]:
                    for line in _lines(source, statement, public_id):
                        writer.put(line)
            members[writer.name] = writer.member()
            tell(len(members), total)
        numbers = last_numbers(cursor, schema, tables)
        ((_, applied),) = read(cursor, [schema])
        sums = sums_of(cursor, schema)
    for key in keys:
        # A file is written once and named after its digest: it needs no snapshot.
        with suppress(FileNotFoundError), files.opened(key) as content:
            name = f"files/{key.removeprefix(public_id + '/')}"
            with _Writer(archive, name, zipfile.ZIP_STORED) as writer:
                while piece := content.read(_PIECE):
                    writer.put(piece)
            members[name] = writer.member(counts_rows=False)
        tell(len(members), total)
    made = Manifest(
        made_at=made_at,
        shop=facts,
        schema_version=version_of(applied),
        migrations=sorted(applied),
        sequences=numbers,
        sums=sums,
        members=members,
    )
    archive.writestr(manifest.NAME, made.model_dump_json(indent=1, exclude_none=True))
    return made


@contextmanager
def _snapshot(connection: psycopg.Connection[Any]) -> Iterator[Any]:
    """Yield a cursor that sees its database at one moment, and changes nothing."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        settle_forms(cursor)
        yield cursor


def _facts(cursor: Any, public_id: str) -> tuple[ShopFacts, str, datetime]:
    """Return the shop's row, its schema, and the moment of the snapshot."""
    cursor.execute(_SHOP, [public_id])
    row = cursor.fetchone()
    if row is None:
        raise NoShopToWrite(public_id)
    tenant_id, schema, made_at, sub_mchid, *known = row
    names = ("code", "name", "state", "currency", "timezone", "modules", "created_at")
    cursor.execute(_STAFF, [tenant_id])
    staff = [Staff(email=email, role=role) for email, role in cursor.fetchall()]
    cursor.execute(_PROGRAMS, [tenant_id])
    programs = [Program(appid=a, kind=k, name=n) for a, k, n in cursor.fetchall()]
    facts = ShopFacts(
        public_id=public_id,
        staff=staff,
        programs=programs,
        sub_mchid=sub_mchid or "",
        **dict(zip(names, known, strict=True)),
    )
    return facts, schema, made_at


def _lines(
    connection: psycopg.Connection[Any], statement: str, public_id: str
) -> Iterator[bytes]:
    """Yield the rows of a statement, each a JSON object on its line, in portions."""
    with connection.cursor("travelling") as cursor:
        cursor.itersize = 1_000
        for (text,) in cursor.execute(statement, {"public_id": public_id}):
            yield text.encode() + b"\n"


class _Writer:
    """One member under way: what goes in is counted and digested."""

    def __init__(
        self, archive: zipfile.ZipFile, name: str, how: int = zipfile.ZIP_DEFLATED
    ) -> None:
        self.name = name
        info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
        info.compress_type = how
        info.external_attr = 0o600 << 16
        self._archive, self._info = archive, info
        self._digest, self._bytes, self._rows = hashlib.sha256(), 0, 0

    def __enter__(self) -> "_Writer":
        self._file = self._archive.open(self._info, "w", force_zip64=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def put(self, piece: bytes) -> None:
        """Write some bytes."""
        self._file.write(piece)
        self._digest.update(piece)
        self._bytes += len(piece)
        self._rows += piece.count(b"\n")

    def member(self, *, columns: list[str] | None = None, counts_rows: bool = True) -> Member:
        """Return what the manifest says of it."""
        return Member(
            sha256=self._digest.hexdigest(),
            bytes=self._bytes,
            rows=self._rows if counts_rows else None,
            columns=columns,
        )


def _to_disk(path: Path) -> None:
    """Have the disk hold a file, or the names in a folder, before anybody is told of it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
