"""Schemas with a shop's data that are no shop's just now: unclaimed, or replaced by a restore."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import QuerySet

from kernel import clock
from kernel.errors import Refusal
from tenants import cells, provisioning
from tenants.archives.models import StraySchema
from tenants.archives.states import StraySide
from tenants.archives.tables import tables_of
from tenants.backend.base import role_of
from tenants.cells import HOME, OWNER
from tenants.models import Tenant
from tenants.template import quote


class StrayIsGone(Refusal):
    """Whoever brings the same shop in, copies or moves it dropped what had arrived before."""

    en: ClassVar[str] = "The copy was dropped: somebody else copies or moves this shop just now."
    zh: ClassVar[str] = "副本已被删除：他人正在复制或迁移该小铺，请稍后再试。"


def note(
    schema: str, public_id: str, side: StraySide, until: datetime, cell: str = HOME
) -> StraySchema:
    """Write down, by the owner's hand, that a schema stands beside its shop.

    What a restore wrote that was killed before it changed over gives way.
    """
    with cells.entered(HOME), transaction.atomic(using=OWNER):
        rows = StraySchema.objects.using(OWNER)
        rows.filter(schema_name=schema).delete()
        return rows.create(
            schema_name=schema, cell=cell, public_id=public_id, side=side, until=until
        )


def claim(schema: str, using: str = DEFAULT_DB_ALIAS) -> None:
    """Note that a shop lives in a stray schema from now on. Raises StrayIsGone.

    In the caller's transaction: until its end nobody drops the schema.
    """
    if not StraySchema.objects.using(using).filter(schema_name=schema).delete()[0]:
        raise StrayIsGone


def shut(cursor: Any, schema: str, lock_timeout: str = "10s") -> None:
    """Wait for who writes in a schema now, and let its shop's role in no more."""
    cursor.execute(f"SET LOCAL lock_timeout = '{lock_timeout}'")
    names = (f"{quote(schema)}.{quote(table.name)}" for table in tables_of(cursor, schema))
    cursor.execute(f"LOCK TABLE {', '.join(names)} IN ACCESS EXCLUSIVE MODE")
    cursor.execute(f"REVOKE USAGE ON SCHEMA {quote(schema)} FROM {quote(role_of(schema))}")


def reopen(cursor: Any, schema: str) -> None:
    """Let the shop's role into its schema again."""
    cursor.execute(f"GRANT USAGE ON SCHEMA {quote(schema)} TO {quote(role_of(schema))}")


def drop_of(public_id: str, side: StraySide | None = None) -> int:
    """Drop a shop's stray schemas; return how many."""
    strays = StraySchema.objects.using(OWNER).filter(public_id=public_id)
    return _drop(strays.filter(side=side) if side else strays)


def drop_due() -> int:
    """Drop what is too old; return how many."""
    return _drop(StraySchema.objects.using(OWNER).filter(until__lte=clock.now()))


def _drop(strays: QuerySet[StraySchema]) -> int:
    """One that cannot be dropped keeps no other; what it raised is raised at the end."""
    dropped, broken = 0, list[Exception]()
    for stray in strays.order_by("pk"):
        try:
            dropped += _drop_one(stray)
        except Exception as error:  # in a cell that is away, or somebody reads it
            broken.append(error)
    if broken:
        raise broken[0]
    return dropped


def _drop_one(stray: StraySchema) -> bool:
    with transaction.atomic(using=OWNER):
        if not StraySchema.objects.using(OWNER).filter(pk=stray.pk).delete()[0]:
            return False  # its shop has claimed it, or somebody else drops it
        if Tenant.objects.using(OWNER).filter(schema_name=stray.schema_name).exists():
            return False  # a restore that did not come to its end: the shop still lives there
        provisioning.drop_schema(stray.schema_name, stray.cell)
    return True
