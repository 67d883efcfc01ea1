"""The server as it was at some moment: from a base backup and the log, on a socket of its own.

The copy hears no network, archives nothing, and is gone when the block ends. The backup itself is
only read.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from psycopg.pq import PGconn, Ping

from infra.backups.places import (
    STAMP,
    ProgramFailed,
    bases,
    give_to_server,
    programs,
    remove,
    run,
)

_SECONDS = 3_600
PORT = 5432


class NoBackupOfThen(Exception):
    """There is no base backup that is old enough, or the log does not reach that moment."""


@contextmanager
def recovered(backups: Path, to: datetime) -> Iterator[str]:
    """Yield the folder of the socket of a server that stands at `to`; stop and delete it after.

    Raises NoBackupOfThen, ProgramFailed.
    """
    base = _base_for(backups, to)
    version = int((base / "PG_VERSION").read_text())
    tools = programs(version)
    work = Path(tempfile.mkdtemp(prefix="xiaopu-then-"))
    data = work / "data"
    try:
        run(["cp", "-a", "--reflink=auto", base, data], cwd=work)
        _configure(work, data, backups.absolute() / "wal", to)
        give_to_server(work)
        data.chmod(0o700)
        log = work / "log"
        server = [tools / "pg_ctl", "-D", data, "-l", log, "-w", "-t", str(_SECONDS)]
        options = f"-c config_file={work}/postgresql.conf -c hba_file={work}/hba.conf"
        try:
            run([*server, "-o", options, "start"], cwd=work, as_server=True)
            _wait(work)
        except ProgramFailed as error:
            said = log.read_text(errors="replace") if log.exists() else ""
            if "before configured recovery target was reached" in said:
                raise NoBackupOfThen(f"the archived log ends before {to:%F %T} UTC") from error
            raise ProgramFailed(f"{error}\n{said[-3000:]}") from error
        yield str(work)
    finally:
        with suppress(ProgramFailed):  # it may have died by itself
            run([tools / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"],
                cwd=work, as_server=True)  # fmt: skip
        remove(work)


def _wait(work: Path) -> None:
    """Wait until the server has come to its moment; pg_ctl does not, without hot standby."""
    deadline = time.monotonic() + _SECONDS
    where = f"host='{work}' port={PORT} dbname=postgres user=postgres connect_timeout=5".encode()
    while (found := Ping(PGconn.ping(where))) != Ping.OK:
        if found != Ping.REJECT or time.monotonic() > deadline:
            raise ProgramFailed("the server that plays the log back ended")
        time.sleep(0.1)


def _base_for(backups: Path, to: datetime) -> Path:
    """Return the latest base that was complete at that moment."""
    fitting = [path for at, path in bases(backups) if at <= to.astimezone(UTC)]
    if not fitting:
        first = bases(backups)[:1]
        from_then = f"from {first[0][0]:{STAMP}} on" if first else "at all"
        raise NoBackupOfThen(f"there is no base backup old enough: there are some {from_then}")
    return fitting[-1]


def _configure(work: Path, data: Path, wal: Path, to: datetime) -> None:
    (data / "recovery.signal").touch()
    for name in ("standby.signal", "postmaster.pid", "postgresql.auto.conf"):
        (data / name).unlink(missing_ok=True)
    (work / "hba.conf").write_text("local all all trust\n")
    lines = {
        "data_directory": data,
        "listen_addresses": "",
        "port": PORT,
        "unix_socket_directories": work,
        "unix_socket_permissions": "0700",
        "restore_command": f'cp "{wal}/%f" "%p"',
        "recovery_target_time": f"{to.astimezone(UTC):%F %T.%f}+00",
        "recovery_target_action": "promote",
        "hot_standby": "off",  # nobody looks before it stands where it was to stand
        "archive_mode": "off",
        "fsync": "off",  # if this machine dies, it is made again
        "max_connections": 20,
        "max_locks_per_transaction": 1024,
        "autovacuum": "off",
        "jit": "off",
    }
    text = "".join(f"{name} = '{value}'\n" for name, value in lines.items())
    (work / "postgresql.conf").write_text(text)



def restore_whole(backups: Path, into: Path, to: datetime | None = None) -> Path:
    """Lay a server's directory down in `into`, to be started by the operator: all, or up to `to`.

    Returns the base that it comes from. The server plays the log back when it starts and takes up
    its work then; `into` must be empty or absent. Raises NoBackupOfThen.
    """
    if into.exists() and any(into.iterdir()):
        raise FileExistsError(f"{into} is not empty: move what is there aside first")
    base = _base_for(backups, to or datetime.now(UTC))
    into.parent.mkdir(parents=True, exist_ok=True)
    if into.exists():
        into.rmdir()
    run(["cp", "-a", "--reflink=auto", base, into], cwd=backups)
    wal = backups.absolute() / "wal"
    lines = {"restore_command": f'cp "{wal}/%f" "%p"', "recovery_target_action": "promote"}
    if to is not None:
        lines["recovery_target_time"] = f"{to.astimezone(UTC):%F %T.%f}+00"
    with (into / "postgresql.auto.conf").open("a") as conf:
        conf.writelines(f"{name} = '{value}'\n" for name, value in lines.items())
    (into / "recovery.signal").touch()
    give_to_server(into)
    into.chmod(0o700)
    return base
