"""Taking backups: settings that keep the log, base backups, and forgetting what is too old."""

import hashlib
import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from infra.backups.places import STAMP, ProgramFailed, bases, programs, remove, run

ARCHIVE_SECONDS = 300
"""No commit is older than this before it is in the archive: what a lost disk may cost."""
_WAIT_SECONDS = 120.0


def settings(backups: Path) -> dict[str, str]:
    """Return PostgreSQL's settings that keep its log under `backups`.

    A segment is copied beside, brought to the disk and renamed: a name never stands for a half.
    One that is there already is right only if it is the same.
    """
    wal = backups / "wal"
    if any(c in str(wal) for c in "\"'\\%$`"):
        raise ValueError(f"{wal}: no quotes, percent signs, dollars or backslashes, please")
    command = (
        f'cmp -s "%p" "{wal}/%f" || {{ test ! -e "{wal}/%f" && cp "%p" "{wal}/%f.part"'
        f' && sync "{wal}/%f.part" && mv "{wal}/%f.part" "{wal}/%f" && sync "{wal}"; }}'
    )
    return {
        "wal_level": "replica",
        "archive_mode": "on",
        "archive_timeout": f"{ARCHIVE_SECONDS}s",
        "archive_command": command,
    }


def take_base(url: str, backups: Path) -> Path:
    """Copy the whole running server; return where the copy lies, checked.

    `url` is of a login that may replicate. Raises ProgramFailed; then there is no copy.
    """
    folder = backups / "base"
    folder.mkdir(parents=True, exist_ok=True)
    half = folder / "coming.part"
    remove(half)
    with psycopg.connect(url, autocommit=True) as connection:
        version = connection.info.server_version // 10_000
    tools = programs(version)
    try:
        how = ["-X", "stream", "-c", "fast", "--no-password", "--manifest-checksums=SHA256"]
        run([tools / "pg_basebackup", "-d", url, "-D", half, *how], cwd=folder)
        verify(half)
        _to_disk(half)
        target = folder / datetime.now(UTC).strftime(STAMP)
        time.sleep(1)  # names are seconds; the copy must be older than its name's next one
        half.rename(target)
        _to_disk(folder)
    except BaseException:
        remove(half)
        raise
    return target


def verify(base: Path) -> int:
    """Read a base backup and compare it with its manifest; return how many files it has.

    By ourselves: pg_verifybackup of the embedded wheel dies of a segmentation fault. Raises
    ProgramFailed.
    """
    said = json.loads((base / "backup_manifest").read_text())
    for file in said["Files"]:
        path = base / file["Path"]
        try:
            with path.open("rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
        except FileNotFoundError as error:
            raise ProgramFailed(f"{path} is missing from the backup") from error
        if digest != file["Checksum"]:
            raise ProgramFailed(f"{path} is not what the backup's manifest says")
    return len(said["Files"])


def settle(url: str) -> datetime:
    """Have everything that was committed up to now be in the archive; return that moment.

    Raises ProgramFailed when the server does not archive within two minutes.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        moment: datetime = connection.execute("SELECT clock_timestamp()").fetchall()[0][0]
        # A recovery stops at the first commit after its target: there has to be one. And a log in
        # which nothing was written since its last switch is not switched, nor archived.
        connection.execute("SELECT pg_logical_emit_message(true, 'xiaopu', 'settle')")
        [(wanted,)] = connection.execute(
            "SELECT pg_walfile_name(pg_switch_wal())"
        ).fetchall()
        deadline = time.monotonic() + _WAIT_SECONDS
        while time.monotonic() < deadline:
            [(last,)] = connection.execute(
                "SELECT last_archived_wal FROM pg_stat_archiver"
            ).fetchall()
            if last and last[8:24] >= wanted[8:24]:
                return moment.astimezone(UTC)
            time.sleep(0.1)
    raise ProgramFailed(f"the server did not archive {wanted}: see its log and archive_command")


def forget(backups: Path, *, days: int) -> list[Path]:
    """Delete bases older than `days`, but never the last one, and the log before the oldest left.

    Returns the bases that are gone.
    """
    found = bases(backups)
    limit = datetime.now(UTC) - timedelta(days=days)
    gone = [path for at, path in found[:-1] if at < limit]
    for path in gone:
        remove(path)
    left = [path for _, path in found if path not in gone]
    if left:
        first = _first_segment(left[0])
        tools = programs(int((left[0] / "PG_VERSION").read_text()))
        run([tools / "pg_archivecleanup", backups / "wal", first], cwd=backups)
    return gone


def _first_segment(base: Path) -> str:
    """Return the name of the log segment with which the recovery of a base begins."""
    for line in (base / "backup_label").read_text().splitlines():
        if line.startswith("START WAL LOCATION:"):
            return line.rsplit("file ", 1)[1].rstrip(")")
    raise ProgramFailed(f"{base} has no start in its label")


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
