"""Dumps of single shops on a schedule: each shop as an archive that can be brought in elsewhere.

Whose dump is the oldest comes first, so that a run which ends with its time does no shop wrong: the
next one goes on there. Pictures are left out: they are written once and backed up by copying.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from infra.backups.places import STAMP, dumps
from kernel.errors import Refusal
from tenants import context
from tenants.archives import reading
from tenants.archives.writing import NoShopToWrite, write_here
from tenants.cells import OWNER
from tenants.models import Tenant
from tenants.states import LIVE_STATES

Tell = Callable[[str], None]


class AlreadyRunning(Exception):
    """Another run writes dumps to this folder."""


@dataclass
class Run:
    """What one run came to: dumps written, shops that failed with the reason, shops not reached."""

    written: list[Path] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    left_count: int = 0


def dump_all(backups: Path, *, days: int, seconds: float, tell: Tell) -> Run:
    """Write a dump of every live shop, then delete those older than `days`.

    After `seconds` no further dump is begun. A shop that fails keeps nobody else from its dump.
    Raises AlreadyRunning.
    """
    folder = backups / "shops"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(folder):
        for half in folder.glob("*/coming*"):  # of a run that was killed
            half.unlink()
        deadline = time.monotonic() + seconds
        run = Run()
        waiting = _oldest_first(backups)
        for number, public_id in enumerate(waiting):
            if time.monotonic() >= deadline:
                run.left_count = len(waiting) - number
                break
            try:
                run.written.append(_dump(folder / public_id, public_id))
            except NoShopToWrite:  # erased since we looked
                continue
            except (psycopg.Error, Refusal, OSError) as error:
                run.failed[public_id] = f"{type(error).__name__}: {error}".strip()
                tell(f"{public_id}: {run.failed[public_id]}")
        for path in forget(backups, days=days):
            tell(f"{path} is gone")
    return run


def forget(backups: Path, *, days: int) -> list[Path]:
    """Delete dumps older than `days`; return them.

    The last dump of a shop that lives stays, however old; of an erased shop nothing does.
    """
    limit = datetime.now(UTC) - timedelta(days=days)
    live = set(_live())
    gone = []
    for public_id, its in dumps(backups).items():
        kept = its[-1:] if public_id in live else []
        old = [path for at, path in its if at < limit and (at, path) not in kept]
        for path in old:
            path.unlink()
        if len(old) == len(its):
            (backups / "shops" / public_id).rmdir()
        gone += old
    return gone


def _oldest_first(backups: Path) -> list[str]:
    never = datetime.min.replace(tzinfo=UTC)
    last = {public_id: its[-1][0] for public_id, its in dumps(backups).items()}
    return sorted(_live(), key=lambda public_id: (last.get(public_id, never), public_id))


def _live() -> list[str]:
    with context.public():
        tenants = Tenant.objects.using(OWNER).filter(state__in=LIVE_STATES)
        return list(tenants.values_list("public_id", flat=True))


def _dump(folder: Path, public_id: str) -> Path:
    """Write one dump and read it again; only one that is whole gets its name."""
    folder.mkdir(mode=0o700, exist_ok=True)
    coming = folder / "coming"
    try:
        write_here(public_id, coming, with_files=False)
        with reading.opened(coming) as archive:
            archive.verify()
        target = folder / f"{datetime.now(UTC):{STAMP}}.zip"
        coming.replace(target)
    finally:
        coming.unlink(missing_ok=True)
    return target


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder / ".lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(f"another run writes to {folder}") from error
        yield
    finally:
        os.close(descriptor)
