"""One shop as it was at some moment, put in the place of what it is. Its neighbours see nothing.

The shop of then is taken out of a recovered server, loaded beside the shop of now and proven equal.
Then one transaction changes over: new schema, the open jobs and the published figures of then. The
schema of now is kept for settings.REGRET_DAYS, so that the restore can be taken back.

Note [stale processes]. Other processes know the old schema for some seconds more
(`tenants.directory`). While all its tables are locked, its role loses its way in: what they would
still write is refused, loudly, and WeChat and the queue try again; nothing is written where nobody
will look.

Note [what WeChat knows]. Payments, refunds and transfers after that moment happened. Callbacks that
came since are heard again, open attempts are asked for again by the jobs of then, and bills that
were compared since are compared again; what only the bills know comes out as a difference.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import psycopg
from django.conf import settings
from django.db import connection, connections, transaction

from jobs.messages import publish
from kernel import clock
from kernel.errors import Refusal
from tenants import directory
from tenants.archives import reading, strays
from tenants.archives.loading import load
from tenants.archives.messages import ShopRestored
from tenants.archives.models import StraySchema
from tenants.archives.moving_in import bring_rows, forget_rows
from tenants.archives.reading import Archive
from tenants.archives.states import StraySide
from tenants.archives.tables import Tell, tell_nobody
from tenants.archives.writing import write
from tenants.cells import HOME, OWNER
from tenants.models import Tenant

_UNCLAIMED = timedelta(days=1)


class ShopMovedMeanwhile(Refusal):
    """The shop changed its schema, or began to, while a restore or a move was under way."""

    en: ClassVar[str] = "The shop was restored or moved by somebody else meanwhile."
    zh: ClassVar[str] = "该小铺已被他人恢复或迁移。"


class ShopInAnotherCell(Refusal):
    """Backups of a cell hold no row of the platform: the shop is moved home first."""

    en: ClassVar[str] = "The shop lies in cell {cell}. Move it home first."
    zh: ClassVar[str] = "该小铺位于分区 {cell}，请先迁回主库。"


class NothingToTakeBack(Refusal):
    """There was no restore, or its time is over."""

    en: ClassVar[str] = "There is no restore of this shop that could be taken back."
    zh: ClassVar[str] = "该小铺没有可撤销的恢复。"


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of it: the moment, the rows, and until when it can be taken back."""

    as_of: datetime
    rows_count: int
    kept_schema: str
    until: datetime


def restore_shop(
    *, tenant: Tenant, then: psycopg.Connection[Any], to: datetime, tell: Tell = tell_nobody
) -> Restored:
    """Put the shop of the server `then`, which stands at `to`, in the place of the shop.

    Raises ShopInAnotherCell, NoShopToWrite, ShopMovedMeanwhile, StrayIsGone, and what `loading`
    raises; then nothing changed.
    """
    if tenant.cell != HOME:
        raise ShopInAnotherCell(cell=tenant.cell)
    public_id, before = tenant.public_id, str(tenant.schema_name)
    with TemporaryDirectory(prefix="restore-") as folder:
        path = Path(folder) / "shop.zip"
        write(then, public_id, path, with_files=False, tell=tell)
        strays.drop_of(public_id, StraySide.ARRIVING)
        with reading.opened(path) as archive:
            try:
                after = load(archive, until=clock.now() + _UNCLAIMED)
                kept = _change_over(tenant, before, after, archive, to)
            except BaseException:
                strays.drop_of(public_id, StraySide.ARRIVING)
                raise
            rows_count = archive.manifest.rows_count
    return Restored(to, rows_count, before, kept.until)


def take_back(*, tenant: Tenant) -> str:
    """Put the schema back that the last restore replaced; return its name.

    What happened since the restore stays in the schema that is kept now.
    """
    public_id, before = tenant.public_id, str(tenant.schema_name)
    if tenant.cell != HOME:
        raise ShopInAnotherCell(cell=tenant.cell)
    kept = StraySchema.objects.using(OWNER).filter(public_id=public_id, side=StraySide.REPLACED)
    kept = kept.filter(cell=HOME).exclude(schema_name=before)  # noted by one that was killed
    last = kept.order_by("pk").last()
    if last is None:
        raise NothingToTakeBack
    after = last.schema_name
    with connections[OWNER].cursor() as cursor:
        strays.reopen(cursor, after)
    _change_over(tenant, before, after, None, last.created_at)
    return after


def _change_over(
    tenant: Tenant, before: str, after: str, archive: Archive | None, to: datetime
) -> StraySchema:
    """Have the shop live in `after`. See Note [stale processes]."""
    until = clock.now() + timedelta(days=settings.REGRET_DAYS)
    kept = strays.note(before, tenant.public_id, StraySide.REPLACED, until)
    try:
        with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
            strays.shut(cursor, before)
            with transaction.atomic():
                _settle_in(tenant, before, after, archive, to)
    except BaseException:
        kept.delete()
        raise
    directory.forget()
    return kept


def _settle_in(
    tenant: Tenant, before: str, after: str, archive: Archive | None, to: datetime
) -> None:
    rows = Tenant.objects.filter(pk=tenant.pk, schema_name=before, moving_to="")
    if not rows.update(schema_name=after):
        raise ShopMovedMeanwhile
    strays.claim(after)
    tenant.schema_name = after
    with connection.cursor() as cursor:
        if archive is not None:
            forget_rows(cursor, tenant.public_id)
            bring_rows(cursor, archive, tenant.public_id)
    publish(ShopRestored(to.isoformat()), tenant=tenant.public_id)
