"""An owner takes the shop along: asked for, written by the worker, fetched by a link of minutes.

Each wish is a row that stays as the history of who took the data, and when; the file goes after
settings.ARCHIVE_DAYS.
"""

import hashlib
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, cast

import structlog
from django.conf import settings
from django.core import signing
from django.core.files import File
from django.core.files.storage import Storage, storages
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from dramatiq.middleware import TimeLimitExceeded

from jobs.messages import publish
from kernel import clock, identifiers
from kernel.errors import Refusal
from tenants.archives.messages import ExportWanted
from tenants.archives.models import Export
from tenants.archives.states import EXPORT_FLOW, ExportState
from tenants.archives.writing import write_here
from tenants.models import Tenant

log = structlog.get_logger(__name__)
MOST_A_DAY = 3
LINK_SECONDS = 600
_SIGNER = signing.TimestampSigner(salt="tenants.archives.exports")
_BATCH = 200


class ExportUnderWay(Refusal):
    """One export at a time is written for a shop."""

    en: ClassVar[str] = "An export of this shop is being made."
    zh: ClassVar[str] = "正在导出本店数据，请稍候。"


class TooManyExports(Refusal):
    """Each reads the whole shop."""

    status: ClassVar[int] = 429
    en: ClassVar[str] = "A shop can be exported {most} times a day."
    zh: ClassVar[str] = "每家小铺每天最多导出 {most} 次。"


class NoSuchExport(Refusal):
    """The link is too old or wrong, or the file is gone."""

    status: ClassVar[int] = 404
    en: ClassVar[str] = "This file is not here any more, or the link is too old."
    zh: ClassVar[str] = "文件已不存在，或链接已过期。"


def want(*, tenant: Tenant, by: str) -> Export:
    """Have the worker write the shop into a file. Raises ExportUnderWay, TooManyExports."""
    since = clock.now() - timedelta(days=1)
    recent = Export.objects.filter(tenant=tenant, created_at__gt=since)
    if recent.exclude(state=ExportState.FAILED).count() >= MOST_A_DAY:
        raise TooManyExports(most=MOST_A_DAY)
    try:
        with transaction.atomic():
            export = Export.objects.create(tenant=tenant, by=by)
            publish(ExportWanted(export.pk), tenant="")
    except IntegrityError as error:
        raise ExportUnderWay from error
    return export


def run(export_id: int) -> None:
    """Write a wanted export; again, where a worker died, from the start.

    What fails, or takes longer than its job may, is noted and not raised.
    """
    export = Export.objects.select_related("tenant").get(pk=export_id)
    if export.state not in {ExportState.WANTED, ExportState.RUNNING}:
        return
    _move(export, ExportState.RUNNING)
    sweep(export.tenant.public_id, f"{export.pk}-")  # what a worker wrote that died then
    try:
        ready = _write(export)
    except (Exception, TimeLimitExceeded) as error:
        log.exception("export_failed", export=export.pk)
        _move(export, ExportState.FAILED, problem=type(error).__name__, ended_at=clock.now())
        return
    now = clock.now()
    expires_at = now + timedelta(days=settings.ARCHIVE_DAYS)
    _move(export, ExportState.READY, ended_at=now, expires_at=expires_at, **ready)


def exports_of(tenant: Tenant) -> QuerySet[Export]:
    """Return all exports of a shop, the latest first."""
    return Export.objects.filter(tenant=tenant).order_by("-pk")


def link_to(export: Export) -> str:
    """Return a token that opens the export's file for ten minutes. Raises NoSuchExport."""
    if export.state != ExportState.READY:
        raise NoSuchExport
    return _SIGNER.sign(str(export.pk))


def opened(token: str) -> tuple[Export, BinaryIO]:
    """Return the export of a token with its file, and count it. Raises NoSuchExport."""
    try:
        pk = int(_SIGNER.unsign(token, max_age=LINK_SECONDS))
        export = Export.objects.select_related("tenant").get(pk=pk, state=ExportState.READY)
        file = archives().open(export.name)
    except (signing.BadSignature, ValueError, Export.DoesNotExist, FileNotFoundError) as error:
        raise NoSuchExport from error
    Export.objects.filter(pk=pk).update(fetched_count=F("fetched_count") + 1)
    return export, cast(BinaryIO, file)


def expire_due() -> int:
    """Delete the files whose time is over; return how many."""
    due = Export.objects.filter(state=ExportState.READY, expires_at__lte=clock.now())
    return sum(forget(export) for export in due.order_by("pk")[:_BATCH])


def forget(export: Export) -> bool:
    """Delete the file of an export; its row stays. Again finds nothing."""
    if export.state != ExportState.READY:
        return False
    archives().delete(export.name)
    _move(export, ExportState.GONE, name="")
    return True


def sweep(public_id: str, beginning: str = "") -> int:
    """Delete a shop's files whose names begin so, also those that no row names; return how many."""
    try:
        _, names = archives().listdir(public_id)
    except FileNotFoundError:
        return 0
    found = [name for name in names if name.startswith(beginning)]
    for name in found:
        archives().delete(f"{public_id}/{name}")
    return len(found)


def archives() -> Storage:
    """Return where exports lie: no address leads there but our own door's."""
    return storages["archives"]


def _write(export: Export) -> dict[str, Any]:
    public_id = export.tenant.public_id
    told = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told >= 1 or done == total:
            told = time.monotonic()
            Export.objects.filter(pk=export.pk).update(parts_done=done, parts_total=total)

    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / "shop.zip"
        made = write_here(public_id, path, tell=tell)
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
            content.seek(0)
            name = f"{public_id}/{export.pk}-{identifiers.opaque(16)}.zip"
            name = archives().save(name, File(content))
        size = path.stat().st_size
    return {"name": name, "bytes_count": size, "sha256": digest, "rows_count": made.rows_count}


def _move(export: Export, target: ExportState, **columns: Any) -> None:
    """Step forward if, and only if, the row stands where the flow allows it."""
    allowed = EXPORT_FLOW.before(target)
    if Export.objects.filter(pk=export.pk, state__in=allowed).update(state=target, **columns):
        for name, value in {"state": target, **columns}.items():
            setattr(export, name, value)
