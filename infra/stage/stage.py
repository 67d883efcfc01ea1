"""The stage: everything that runs in production, on free ports, in a directory of its own."""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra import embedded_postgres, ports
from infra.demo import logs, wechat
from infra.demo.__main__ import answers, simulator, web, web_environment
from infra.demo.place import ROOT, Place, python
from infra.stage import database
from infra.stage.programs import Guard, Program

START_SECONDS = 90.0
PROGRAMS = ("simulator", "worker", "web")
_INHERITED = (
    "PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "EMBEDDED_POSTGRES_BIN",
)  # fmt: skip


class StageBroke(Exception):
    """Something that belongs to the stage did not start, or ended badly."""


@dataclass
class Stage:
    """A running installation. Made by `opened`; every program is ended when that ends."""

    place: Place
    guard: Guard
    environment: Mapping[str, str]
    programs: dict[str, Program] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Return the platform's address."""
        return self.place.url

    @property
    def simulator_url(self) -> str:
        """Return the address of WeChat's simulator."""
        return self.place.simulator_url

    def start(self, *names: str) -> None:
        """Start programs and wait until each of them does its work."""
        for name in names:
            self.programs[name].start()
        for name in names:
            self.wait_until(name)

    def kill(self, name: str) -> None:
        """End a program with SIGKILL, its children too."""
        self.programs[name].kill()

    def restart(self, *names: str) -> None:
        """Kill programs that run, start them, wait until they work."""
        for name in names:
            self.kill(name)
        self.start(*names)

    def wait_until(self, name: str, seconds: float = START_SECONDS) -> None:
        """Wait until a program does its work. Raises StageBroke with its last words."""
        program, is_ready = self.programs[name], self._readiness(name)
        deadline = time.monotonic() + seconds
        while not is_ready():
            if not program.is_running or time.monotonic() > deadline:
                raise StageBroke(f"{name} does not start:\n{logs.tail(program.log, 40)}")
            time.sleep(0.05)

    def crash_postgres(self) -> None:
        """Kill every process of the embedded PostgreSQL at once, as a power cut would."""
        pid_file = embedded_postgres.cluster(self.place.postgres) / "postmaster.pid"
        postmaster = int(pid_file.read_text().split("\n", 1)[0])
        for pid in (postmaster, *_children(postmaster)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while embedded_postgres.running(self.place.postgres):  # until the kernel took its socket
            time.sleep(0.01)

    def start_postgres(self) -> None:
        """Start the embedded PostgreSQL again, over what a crash left."""
        embedded_postgres.start(self.place.postgres)

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `manage.py`; return its exit code with everything it printed."""
        return subprocess.run(
            python(str(ROOT / "manage.py"), *arguments),
            cwd=ROOT,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def wechat(self, method: str, path: str, wish: dict[str, Any] | None = None) -> Any:
        """Call the simulator's control API."""
        return wechat.control(self.simulator_url, method, path, wish)

    def _readiness(self, name: str) -> Callable[[], bool]:
        if name == "web":
            return lambda: answers(f"{self.url}/readyz")
        if name == "simulator":
            return lambda: wechat.is_up(self.simulator_url)
        return lambda: "worker_ready" in self.programs[name].said()

    def _prepare(self) -> None:
        done = self.manage("prepare_database")
        if done.returncode:
            raise StageBroke(f"prepare_database failed:\n{done.stdout[-4000:]}")


@contextmanager
def opened(
    *,
    server_url: str = "",
    settings: Mapping[str, str] | None = None,
    keep: Callable[[], bool] = lambda: False,
) -> Iterator[Stage]:
    """Yield a stage on which everything runs; end all of it afterwards, whatever happened.

    Without `server_url` the stage brings an embedded PostgreSQL, which may be crashed; with it, a
    fresh database is made on that server and dropped. `settings` are variables of the environment
    that replace the stage's own. The directory stays when `keep()` says so at the end.
    """
    with ExitStack() as ending:
        data = Path(tempfile.mkdtemp(prefix="xiaopu-stage-"))
        ending.callback(lambda: None if keep() else shutil.rmtree(data, ignore_errors=True))
        place = Place(data, ports.free(), ports.free(), _database(server_url, ending))
        guard = Guard(None if server_url else place.postgres)
        ending.callback(guard.leave)
        stage = Stage(place, guard, _environment(place, settings or {}))
        if not server_url:
            ending.callback(embedded_postgres.stop, place.postgres)
        _set_up(stage, ending)
        yield stage


def _set_up(stage: Stage, ending: ExitStack) -> None:
    """Start everything in the order in which one needs the other."""
    place = stage.place
    commands = {
        "simulator": simulator(place),
        "worker": python("-m", "config.worker"),
        "web": web(place),
    }
    for name in PROGRAMS:
        ours = stage.environment
        program = Program(
            name,
            commands[name],
            web_environment(ours) if name == "web" else ours,
            place.logs / f"{name}.log",
            stage.guard,
        )
        stage.programs[name] = program
        ending.callback(program.stop)
    stage.programs["simulator"].start()
    if not place.database_url:
        embedded_postgres.start(place.postgres)
    stage.wait_until("simulator")
    stage._prepare()
    stage.start("worker", "web")
    wechat.push_to(stage.simulator_url, stage.url)


def _environment(place: Place, settings: Mapping[str, str]) -> dict[str, str]:
    """Return the whole environment: nothing of the caller's own configuration leaks in."""
    return {
        **{name: os.environ[name] for name in _INHERITED if name in os.environ},
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'platform'}",
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATA_DIR": str(place.data),
        "DATABASE_URL": place.owner_url,
        "PUBLIC_URL": place.url,
        "PREVIEW_URL": place.preview_url,
        "SECRET_KEY": secrets.token_urlsafe(48),
        "WECHAT_CREDENTIALS_FILE": str(place.wechat / "credentials.json"),
        "SPARE_SCHEMAS": "1",
        "JOBS_HEARTBEAT_SECONDS": "1",
        **settings,
    }


def _database(server_url: str, ending: ExitStack) -> str:
    if not server_url:
        return ""
    name = f"xiaopu_stage_{os.getpid()}_{secrets.token_hex(3)}"
    ending.callback(database.drop, server_url, name)
    return database.create(server_url, name)


def _children(parent: int) -> list[int]:
    """Return the process ids whose parent is `parent`."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rsplit(") ", 1)[1].split()
            if int(fields[1]) == parent:
                found.append(int(stat.parent.name))
    return found
