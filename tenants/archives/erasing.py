"""Nothing of a shop is left: asked for by one, agreed to by another, done by the worker, proven.

    asked     a closed shop, whose days of regret are over (`tenants.standing`)
    agreed    by a second person; the shop is purged from this moment on
    erased    schema, kept schemas, files, exports, jobs, callbacks, bindings and words are gone,
              and a search through the platform's tables for the shop's own words found none

What stays is named in `platform_rows`, with the reason. What lies in backups goes with them:
the certificate says when.
"""

from collections import Counter
from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import IntegrityError, connections, transaction

from jobs.messages import publish
from kernel import clock
from kernel.errors import Refusal
from storage import files
from tenants import cells, directory, provisioning, standing
from tenants.archives import exports
from tenants.archives.messages import ErasureAgreed, SandboxDiscarded
from tenants.archives.models import Erasure, Export, StraySchema
from tenants.archives.platform_rows import DELETED, EMPTIED, QUEUE, STRAYS
from tenants.archives.states import ERASURE_FLOW, ErasureState
from tenants.cells import HOME, OWNER
from tenants.models import MiniProgram, Tenant
from tenants.moves import move
from tenants.states import TenantState
from tenants.template import quote

LETTER_SECONDS = 300
"""So long the letter to the owners has, before nobody knows who they were."""
_SAMPLE = 50
_SAMPLES = (
    ("members_member", "openid"),
    ("members_address", "phone"),
    ("orders_order", "number"),
)


class ErasureIsAsked(Refusal):
    """Somebody asked for it already."""

    en: ClassVar[str] = "The erasure of this shop was asked for already."
    zh: ClassVar[str] = "已有人申请删除该小铺的数据。"


class NeedsAnotherPerson(Refusal):
    """Whoever asks does not agree."""

    status: ClassVar[int] = 403
    en: ClassVar[str] = "Somebody else than {by} has to agree."
    zh: ClassVar[str] = "须由 {by} 以外的人员同意。"


class ErasureIsDecided(Refusal):
    """It was agreed to, or declined."""

    en: ClassVar[str] = "This erasure is {state}."
    zh: ClassVar[str] = "该删除申请的状态为 {state}。"


class WordsAreLeft(RuntimeError):
    """A search found words of an erased shop: a person has to look."""


def ask(*, tenant: Tenant, reason: str, by: str) -> Erasure:
    """Ask that a closed shop's data be deleted for good.

    Raises TooEarlyToPurge, StillOwing, TenantCannotMove, ErasureIsAsked.
    """
    standing.require_purgeable(tenant)
    try:
        with transaction.atomic():
            return Erasure.objects.create(tenant=tenant, reason=reason[:200], asked_by=by)
    except IntegrityError as error:
        raise ErasureIsAsked from error


def agree(*, erasure: Erasure, by: str) -> None:
    """Have it done. From now on there is no way back. Raises NeedsAnotherPerson and as `ask`."""
    if by.casefold() == erasure.asked_by.casefold():
        raise NeedsAnotherPerson(by=by)
    with transaction.atomic():
        _move(erasure, ErasureState.AGREED, decided_by=by, decided_at=clock.now())
        standing.purge(tenant=erasure.tenant, reason=erasure.reason, by=by)
        publish(ErasureAgreed(erasure.pk), tenant="", delay_seconds=LETTER_SECONDS)


def decline(*, erasure: Erasure, by: str) -> None:
    """Leave the shop as it is. Raises ErasureIsDecided."""
    with transaction.atomic():
        _move(erasure, ErasureState.DECLINED, decided_by=by, decided_at=clock.now())


def carry_out(erasure_id: int) -> None:
    """Delete everything, search for what is left, write the certificate. Again is harmless.

    Raises WordsAreLeft; the job is tried again, and lies before a person then.
    """
    erasure = Erasure.objects.select_related("tenant").get(pk=erasure_id)
    if erasure.state != ErasureState.AGREED:
        return
    tenant = erasure.tenant
    marks = marks_of(tenant)
    counts = erase(tenant, marks)
    now = clock.now()
    with transaction.atomic():
        _move(
            erasure,
            ErasureState.ERASED,
            erased_at=now,
            counts={**counts, "words searched for": len(marks)},
            backups_until=now + timedelta(days=settings.BACKUP_DAYS),
            reason="",
        )


def discard_sandbox(*, tenant: Tenant, by: str) -> None:
    """Throw a copy away. One person may: it holds nobody's data. Raises TenantCannotMove."""
    with transaction.atomic():
        move(tenant, TenantState.PURGED, reason="discarded", by=by, since={TenantState.SANDBOX})
        publish(SandboxDiscarded(tenant.pk), tenant="")


def erase(tenant: Tenant, marks: list[str]) -> dict[str, int]:
    """Delete a purged shop's data wherever it lies; return how much there was, by place.

    The schema goes last, when none of the marks, which were taken from it, is found elsewhere.
    Raises WordsAreLeft; then the platform's rows stand as before, for who tries again takes the
    marks from them.
    """
    counts = {"exports": 0}
    for export in Export.objects.filter(tenant=tenant):
        counts["exports"] += exports.forget(export)
    counts["exports"] += exports.sweep(tenant.public_id)
    counts["files"] = files.delete_prefix(tenant.public_id)
    kept = StraySchema.objects.using(OWNER).filter(public_id=tenant.public_id)
    schemas = dict(kept.values_list("schema_name", "cell"))
    schemas[str(tenant.schema_name)] = tenant.cell
    counts["rows of the shop"] = sum(_rows_in(*schema) for schema in schemas.items())
    counts |= _empty_platform(tenant, list(schemas), marks)
    directory.forget()
    for schema, cell in schemas.items():
        provisioning.drop_schema(schema, cell)
    counts[STRAYS], _ = kept.delete()
    return {place: count for place, count in counts.items() if count}


def _empty_platform(tenant: Tenant, schemas: list[str], marks: list[str]) -> dict[str, int]:
    programs = MiniProgram.objects.using(OWNER).filter(tenant=tenant)
    facts: dict[str, Any] = {
        "id": tenant.pk,
        "public_id": tenant.public_id,
        "marks": marks,
        "schemas": schemas,
        "appids": list(programs.values_list("appid", flat=True)),
    }
    kinds = [("tenants.MiniProgram", str(pk)) for pk in programs.values_list("pk", flat=True)]
    facts |= {"kinds": [kind for kind, _ in kinds], "ids": [pk for _, pk in kinds]}
    counts = {QUEUE: 0}
    for cell in settings.CELLS:
        with cells.entered(cell), connections[OWNER].cursor() as cursor:
            cursor.execute(f"DELETE FROM {QUEUE} WHERE {DELETED[QUEUE]}", facts)
            counts[QUEUE] += cursor.rowcount
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        for table, (change, which) in EMPTIED.items():
            cursor.execute(f"UPDATE {table} SET {change} WHERE {which}", facts)
        for table, which in DELETED.items():
            if table != STRAYS:
                cursor.execute(f"DELETE FROM {table} WHERE {which}", facts)
                counts[table] = counts.get(table, 0) + cursor.rowcount
        if left := _left(marks):
            raise WordsAreLeft(", ".join(f"{table}: {count}" for table, count in left.items()))
    return counts


def marks_of(tenant: Tenant) -> list[str]:
    """Return words that only this shop has: its name, its apps, some of its customers' data."""
    marks = {tenant.name, *tenant.mini_programs.values_list("appid", flat=True)}
    with cells.entered(tenant.cell), connections[OWNER].cursor() as cursor:
        for table, column in _SAMPLES:
            name = f"{quote(str(tenant.schema_name))}.{quote(table)}"
            cursor.execute("SELECT to_regclass(%s)", [name])
            if cursor.fetchone() != (None,):
                cursor.execute(f"SELECT DISTINCT {column} FROM {name} LIMIT {_SAMPLE}")
                marks.update(str(value) for (value,) in cursor.fetchall())
    kept = {f"erased {tenant.public_id}"}
    return sorted(mark for mark in marks - kept if len(mark) >= 6)


def _left(marks: list[str]) -> Counter[str]:
    """Return the tables of the platform in which a mark still stands, with how many rows."""
    found: Counter[str] = Counter()
    if not marks:
        return found
    for cell in cells.names():
        with cells.entered(cell), connections[OWNER].cursor() as cursor:
            for table in [*DELETED, *EMPTIED] if cell == HOME else [QUEUE]:
                cursor.execute(
                    f"SELECT count(*) FROM {table} AS t WHERE EXISTS"
                    " (SELECT 1 FROM unnest(%s::text[]) AS mark WHERE strpos(t::text, mark) > 0)",
                    [marks],
                )
                if count := cursor.fetchone()[0]:
                    found[table] += count
    return found


def _rows_in(schema: str, cell: str) -> int:
    """Return about how many rows a schema holds, as PostgreSQL's statistics say."""
    with cells.entered(cell), connections[OWNER].cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(greatest(reltuples, 0)), 0)::bigint FROM pg_class c"
            " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE nspname = %s AND relkind = 'r'",
            [schema],
        )
        return int(cursor.fetchone()[0])


def _move(erasure: Erasure, target: ErasureState, **columns: Any) -> None:
    """Step forward if, and only if, the row stands where the flow allows it."""
    rows = Erasure.objects.filter(pk=erasure.pk, state__in=ERASURE_FLOW.before(target))
    if not rows.update(state=target, **columns):
        raise ErasureIsDecided(state=Erasure.objects.get(pk=erasure.pk).state)
    for name, value in {"state": target, **columns}.items():
        setattr(erasure, name, value)
