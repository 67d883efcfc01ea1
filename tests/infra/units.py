"""systemd's unit files, read and run as systemd would, as far as ours use it."""

import re
import shlex
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infra.stage.programs import Guard, Program

SPECIFIER = re.compile(r"%[in]")
VARIABLE = re.compile(r"\$\{(\w+)\}")
NOTHING: Mapping[str, str] = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
"""What systemd gives a service that asks for nothing."""


@dataclass(frozen=True)
class Unit:
    """One unit with its drop-ins; of a template, one instance."""

    name: str
    settings: Mapping[str, list[str]]

    def one(self, key: str, default: str = "") -> str:
        """Return the last value of a setting."""
        return self.settings.get(key, [default])[-1]

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of its programs. A file's values count before the unit's."""
        found = dict(NOTHING)
        for line in self.settings.get("Environment", []):
            found |= dict(word.split("=", 1) for word in shlex.split(line))
        for name in self.settings.get("EnvironmentFile", []):
            found |= environment_file(Path(name))
        for name in self.one("UnsetEnvironment").split():
            found.pop(name, None)
        return found

    def commands(self, key: str = "ExecStart") -> list[list[str]]:
        """Return the commands, word by word, variables put in."""
        known = self.environment
        return [
            [VARIABLE.sub(lambda match: known[match[1]], word) for word in shlex.split(line)]
            for line in self.settings.get(key, [])
        ]

    def run(self, key: str = "ExecStart", **more: str) -> str:
        """Run a service that ends by itself: all of its commands. Return what they said."""
        said = ""
        for command in self.commands(key):
            done = subprocess.run(
                command,
                cwd=self.one("WorkingDirectory", "/"),
                env=self.environment | more,
                umask=int(self.one("UMask", "0022"), 8),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=300,
                check=False,
            )
            said += done.stdout
            assert done.returncode == 0, f"{self.name}: {command}\n{said[-4000:]}"
        return said


def read(folder: Path, name: str) -> Unit:
    """Read a unit by the name that `systemctl start` takes, with the drop-ins of its prefixes."""
    stem, _, kind = name.rpartition(".")
    prefix, is_instance, instance = stem.partition("@")
    file = folder / (f"{prefix}@.{kind}" if is_instance else name)
    parts = prefix.split("-")
    heads = ["-".join(parts[:count]) + "-" for count in range(1, len(parts))]
    dropped = [f for head in heads for f in sorted((folder / f"{head}.{kind}.d").glob("*.conf"))]
    found: dict[str, list[str]] = {}
    for path in [file, *dropped]:
        for line in path.read_text().replace("\\\n", " ").splitlines():
            if line and line[0] not in "#;[":
                key, value = line.split("=", 1)
                put_in = {"%i": instance, "%n": name}
                found.setdefault(key, []).append(SPECIFIER.sub(lambda m: put_in[m[0]], value))  # noqa: B023
    return Unit(name, found)


def environment_file(path: Path) -> dict[str, str]:
    """Read a file of assignments; quotes around a value are not part of it."""
    found = {}
    for line in path.read_text().splitlines():
        if line.strip() and line[0] not in "#;":
            name, value = line.split("=", 1)
            found[name] = value[1:-1] if value[:1] in {'"', "'"} else value
    return found


@dataclass
class Supervisor:
    """Starts services and brings back those that die, after RestartSec."""

    guard: Guard
    logs: Path
    programs: dict[str, Program] = field(default_factory=dict)
    _units: dict[str, Unit] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _is_leaving: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Supervisor":
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_leaving.set()
        self._thread.join()
        for program in self.programs.values():
            program.kill()

    def start(self, *units: Unit) -> None:
        """Start services together and wait for each one's ExecStartPost."""
        for unit in units:
            [command] = unit.commands()
            umask = ["/bin/sh", "-c", f'umask {unit.one("UMask", "0022")}; exec "$@"', "sh"]
            log = self.logs / f"{unit.name}.log"
            program = Program(unit.name, [*umask, *command], unit.environment, log, self.guard)
            with self._lock:
                program.start()
                self.programs[unit.name], self._units[unit.name] = program, unit
        for unit in units:
            unit.run("ExecStartPost")

    def restart(self, name: str) -> None:
        """End a service as `systemctl restart` does, start it again, wait until it answers."""
        with self._lock:
            program, unit = self.programs[name], self._units[name]
            program.stop(float(unit.one("TimeoutStopSec", "90")))
            program.start()
        unit.run("ExecStartPost")

    def kill(self, *names: str) -> None:
        """End services without a word; they come back by themselves."""
        with self._lock:
            for name in names:
                self.programs[name].kill()

    def _watch(self) -> None:
        dead_since: dict[str, float] = {}
        while not self._is_leaving.wait(0.05):
            with self._lock:
                for name, program in self.programs.items():
                    unit = self._units[name]
                    if program.is_running or unit.one("Restart") != "always":
                        dead_since.pop(name, None)
                    elif time.monotonic() - dead_since.setdefault(name, time.monotonic()) >= float(
                        unit.one("RestartSec")
                    ):
                        program.start()
                        dead_since.pop(name)


