"""Where backups lie, which of PostgreSQL's programs read them, and as whom they run.

    BACKUPS/base/20261129T001530Z/   a base backup; everything from that moment on can be had
    BACKUPS/wal/                     the write-ahead log, segment by segment
    BACKUPS/shops/PUBLIC_ID/…zip     archives of single shops
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra import embedded_postgres

STAMP = "%Y%m%dT%H%M%SZ"


class NoPrograms(Exception):
    """PostgreSQL's programs of the wanted version are not on this machine."""


class ProgramFailed(Exception):
    """One of PostgreSQL's programs ended badly; the message ends with what it said."""


def bases(backups: Path) -> list[tuple[datetime, Path]]:
    """Return the base backups with the moment from which each can be used, the oldest first."""
    paths = (backups / "base").glob("*Z")
    return sorted((datetime.strptime(p.name, STAMP).replace(tzinfo=UTC), p) for p in paths)


def dumps(backups: Path) -> dict[str, list[tuple[datetime, Path]]]:
    """Return the dumps of each shop by its public id, the oldest first."""
    found: dict[str, list[tuple[datetime, Path]]] = {}
    for path in sorted((backups / "shops").glob("*/*Z.zip")):
        at = datetime.strptime(path.stem, STAMP).replace(tzinfo=UTC)
        found.setdefault(path.parent.name, []).append((at, path))
    return found


def programs(version: int) -> Path:
    """Return the folder of PostgreSQL's programs. Raises NoPrograms."""
    if named := os.environ.get("PG_BIN"):
        return Path(named)
    usual = Path(f"/usr/lib/postgresql/{version}/bin")
    if (usual / "postgres").exists():
        return usual
    if version == embedded_postgres.version():
        return embedded_postgres.programs()
    raise NoPrograms(f"PostgreSQL {version} is not installed; PG_BIN may name its folder")


def run(command: Sequence[object], *, cwd: Path, as_server: bool = False) -> str:
    """Run a program and return what it said. Raises ProgramFailed.

    `as_server`: as the account that PostgreSQL runs as, which refuses to be root.
    """
    user = embedded_postgres.system_user() if as_server else None
    who: dict[str, Any] = {}
    if user is not None:
        who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    done: subprocess.CompletedProcess[str] = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, "LC_ALL": "C"},
        **who,
    )
    if done.returncode:
        raise ProgramFailed(f"{Path(str(command[0])).name}: {done.stdout.strip()[-3000:]}")
    return done.stdout


def give_to_server(path: Path) -> None:
    """Let the account that PostgreSQL runs as own a tree, where that is another one."""
    user: pwd.struct_passwd | None = embedded_postgres.system_user()
    if user is None:
        return
    embedded_postgres.let_through(path)
    for each in [path, *path.rglob("*")]:
        os.chown(each, user.pw_uid, user.pw_gid, follow_symlinks=False)


def remove(path: Path) -> None:
    """Delete a tree; nothing where there is none."""
    shutil.rmtree(path, ignore_errors=True)
