"""A shop moves to another cell: frozen, copied and proven equal, and then one row says where it is.

    frozen    its row names where it goes: every door answers 503 with Retry-After, its jobs wait.
              What WeChat tells is kept on the platform as ever, so that nothing in flight is lost
    shut      its role loses its way into the schema: who comes too late fails, loudly
    copied    into a new schema of the other cell: digests, counts and sums equal, or nothing there
    switched  schema and cell in one UPDATE; the doors open. The old schema is kept for
              settings.REGRET_DAYS, or until the move is confirmed

A move that was killed is taken up by the same command, or taken back by the worker within minutes.
Only the last step changes where the shop lives. Its messages stay in the queue that they were
written to: every cell's worker enters a shop where it is. Files lie beside all databases and stay.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

from django.conf import settings
from django.db import connections, transaction

from kernel import clock
from kernel.errors import Refusal
from tenants import cells, directory
from tenants.archives import reading, strays
from tenants.archives.loading import load
from tenants.archives.manifest import Manifest
from tenants.archives.restoring import ShopMovedMeanwhile
from tenants.archives.states import StraySide
from tenants.archives.tables import Tell, tell_nobody
from tenants.archives.writing import write_here
from tenants.cells import HOME, OWNER
from tenants.models import Tenant
from tenants.states import HOUSED_STATES

_LOCK = 7_210_415
"""First word of the advisory lock on a shop's move: a number nobody else uses at home."""
_UNCLAIMED = timedelta(days=1)
_GRACE_SECONDS = 1.0
"""What a request may take between asking where the shop is and its first statement there."""


class NoSuchCell(Refusal):
    """settings.CELLS names no such database."""

    status: ClassVar[int] = 404
    en: ClassVar[str] = "There is no cell {cell}; there are {known}."
    zh: ClassVar[str] = "没有名为 {cell} 的分区；现有：{known}。"


class MovesElsewhere(Refusal):
    """A move to another cell was begun and not ended."""

    en: ClassVar[str] = "The shop is on its way to {cell}: finish that, or go back."
    zh: ClassVar[str] = "该小铺正迁往 {cell}，请先完成或撤回。"


class MoveUnderWay(Refusal):
    """Somebody moves this shop at this moment."""

    en: ClassVar[str] = "This shop is being moved by somebody else at this moment."
    zh: ClassVar[str] = "已有人正在迁移该小铺。"


class ShopHasNoSchema(Refusal):
    """A shop that is being set up, or was erased, lies nowhere."""

    en: ClassVar[str] = "The shop is {state}: there is nothing to move."
    zh: ClassVar[str] = "该小铺状态为 {state}，无可迁移的数据。"


def move_shop(*, tenant: Tenant, to: str, tell: Tell = tell_nobody) -> Manifest | None:
    """Have the shop live in another cell; return what was copied, None where it lives there.

    Takes up a move that was killed. Raises NoSuchCell, ShopHasNoSchema, MovesElsewhere,
    MoveUnderWay, StrayIsGone, and what `loading` raises; then the shop is open where it was.
    """
    if to not in cells.names():
        raise NoSuchCell(cell=to, known=", ".join(cells.names()))
    with _alone(tenant):
        if tenant.state not in HOUSED_STATES:
            raise ShopHasNoSchema(state=tenant.state)
        if tenant.moving_to not in {"", to}:
            raise MovesElsewhere(cell=tenant.moving_to)
        if tenant.cell == to:
            return None
        try:
            _freeze(tenant, to)
            return _copy_and_switch(tenant, to, tell)
        except BaseException:
            _thaw(tenant)
            raise


def go_back(*, tenant: Tenant) -> bool:
    """Open a shop whose move was killed where it was; False where none was under way."""
    with _alone(tenant):
        return _thaw(tenant)


def take_back_killed() -> int:
    """Open every shop again whose move nobody carries on; return how many.

    One that cannot be opened keeps no other shut; what it raised is raised at the end.
    """
    opened, broken = 0, list[Exception]()
    for tenant in Tenant.objects.exclude(moving_to="").order_by("pk"):
        try:
            opened += go_back(tenant=tenant)
        except MoveUnderWay:
            continue
        except Exception as error:  # its cell is away
            broken.append(error)
    if broken:
        raise broken[0]
    return opened


def confirm(*, tenant: Tenant) -> int:
    """Drop what moves of this shop left behind; return how many schemas."""
    return strays.drop_of(tenant.public_id, StraySide.MOVED)


def _freeze(tenant: Tenant, to: str) -> None:
    """Shut every door, wait until every process knows, and let nobody write there any more."""
    Tenant.objects.using(OWNER).filter(pk=tenant.pk).update(moving_to=to)
    directory.forget()
    time.sleep(settings.TENANT_CACHE_SECONDS + _GRACE_SECONDS)
    with (
        cells.entered(tenant.cell),
        transaction.atomic(using=OWNER),
        connections[OWNER].cursor() as cursor,
    ):
        strays.shut(cursor, str(tenant.schema_name))


def _copy_and_switch(tenant: Tenant, to: str, tell: Tell) -> Manifest:
    strays.drop_of(tenant.public_id, StraySide.ARRIVING)  # of a move that was killed
    with TemporaryDirectory(prefix="move-") as folder:
        path = Path(folder) / "shop.zip"
        made = write_here(tenant.public_id, path, with_files=False, tell=tell)
        with reading.opened(path) as archive:
            after = load(archive, until=clock.now() + _UNCLAIMED, cell=to)
    _switch(tenant, after, to)
    return made


def _switch(tenant: Tenant, after: str, to: str) -> None:
    """Say where the shop lives now: one transaction, at home."""
    until = clock.now() + timedelta(days=settings.REGRET_DAYS)
    with transaction.atomic(using=OWNER):
        strays.note(
            str(tenant.schema_name), tenant.public_id, StraySide.MOVED, until, tenant.cell
        )
        row = Tenant.objects.using(OWNER).filter(
            pk=tenant.pk, schema_name=tenant.schema_name, moving_to=to
        )
        if not row.update(schema_name=after, cell=to, moving_to=""):
            raise ShopMovedMeanwhile
        strays.claim(after, OWNER)
    tenant.schema_name, tenant.cell, tenant.moving_to = after, to, ""
    directory.forget()


def _thaw(tenant: Tenant) -> bool:
    """Open the doors of a shop that did not get away. Again is harmless."""
    tenant.refresh_from_db(using=OWNER)
    if not tenant.moving_to:
        return False
    with cells.entered(tenant.cell), connections[OWNER].cursor() as cursor:
        strays.reopen(cursor, str(tenant.schema_name))
    strays.drop_of(tenant.public_id, StraySide.ARRIVING)
    Tenant.objects.using(OWNER).filter(pk=tenant.pk).update(moving_to="")
    tenant.moving_to = ""
    directory.forget()
    return True


@contextmanager
def _alone(tenant: Tenant) -> Iterator[None]:
    """Move this shop alone, and know it as it is. Raises MoveUnderWay."""
    with cells.entered(HOME):
        with connections[OWNER].cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK, tenant.pk])
            if cursor.fetchone() != (True,):
                raise MoveUnderWay
        try:
            tenant.refresh_from_db(using=OWNER)
            yield
        finally:
            with connections[OWNER].cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK, tenant.pk])
