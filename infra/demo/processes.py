"""Starts programs, starts again those that die, ends them in order and leaves none behind."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from infra.demo import logs
from infra.demo.place import ROOT, DemoCannotRun, python

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
"""Who ran so long has recovered: the next pause is short again."""
STOP_SECONDS = 5.0
TICK_SECONDS = 0.1


class Stopped(Exception):
    """Somebody asked the demo to stop while it was starting."""


@dataclass
class Program:
    """One program under supervision, and how it has fared."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    stop_seconds: float = STOP_SECONDS
    is_once: bool = False
    process: subprocess.Popen[bytes] | None = None
    pause_seconds: float = FIRST_PAUSE_SECONDS
    began_at: float = 0.0
    again_at: float = 0.0
    deaths: int = 0


@dataclass
class Supervisor:
    """Looks after programs from one thread. `tell` gets a sentence when one died."""

    logs_directory: Path
    tell: Callable[[str], None]
    postgres: Path | None = None
    is_stopping: bool = False
    programs: dict[str, Program] = field(default_factory=dict)
    _watchdog: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Supervisor":
        """Take over the signals that stop a program, and set the watchdog."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        directory = [] if self.postgres is None else [str(self.postgres)]
        self._watchdog = subprocess.Popen(
            python("-m", "infra.demo.watchdog", *directory),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        """End whatever still runs, the last begun first, and send the watchdog home."""
        for name in reversed(list(self.programs)):
            self.stop(name)
        assert self._watchdog is not None
        self._note("bye")
        self._watchdog.wait()

    def start(self, program: Program) -> None:
        """Start a program and look after it from now on. Its last run's output is kept aside."""
        logs.rotate(self.logs_directory / f"{program.name}.log")
        self.programs[program.name] = program
        self._launch(program)

    def run(self, program: Program) -> None:
        """Run a program to its end; raise DemoCannotRun, with its last words, if it fails."""
        self.begin(program)
        if not self.finish(program.name):
            raise self._failure(program.name)

    def begin(self, program: Program) -> None:
        """Start a program that ends by itself, and go on beside it. See `finish`."""
        program.is_once = True
        self.start(program)

    def finish(self, name: str, seconds: float = float("inf")) -> bool:
        """Look after everything until the program has ended; tell whether it did so, and well.

        After `seconds` it is stopped.
        """
        process = self.programs[name].process
        assert process is not None
        deadline = time.monotonic() + seconds
        try:
            while process.poll() is None and time.monotonic() < deadline:
                self._pass()
            return process.poll() == 0
        finally:
            self.stop(name)

    def wait_for(self, name: str, check: Callable[[], bool], seconds: float) -> None:
        """Look after everything until `check` is true; a program that cannot start is an error."""
        deadline = time.monotonic() + seconds
        while not check():
            self._pass()
            if self.programs[name].deaths > 1 or time.monotonic() > deadline:
                raise self._failure(name)

    def watch(self) -> None:
        """Look after everything until somebody asks to stop."""
        with suppress(Stopped):
            while True:
                self._pass()

    def stop(self, *names: str) -> None:
        """Ask programs to end together, kill those that take too long, forget them."""
        leaving = [p for n in names if (p := self.programs.pop(n, None)) and p.process]
        for program in leaving:
            _signal(program, signal.SIGTERM)
        for program in leaving:
            assert program.process is not None
            with suppress(subprocess.TimeoutExpired):
                program.process.wait(program.stop_seconds)
            self._buried(program)

    def _ask_to_stop(self, _: int, __: FrameType | None) -> None:
        self.is_stopping = True

    def _pass(self) -> None:
        """Start again what died and has waited long enough; then rest a moment."""
        if self.is_stopping:
            raise Stopped
        for program in list(self.programs.values()):
            if program.process is None:
                if time.monotonic() >= program.again_at:
                    self._launch(program)
            elif program.process.poll() is not None and not program.is_once:
                self._died(program)
        time.sleep(TICK_SECONDS)

    def _launch(self, program: Program) -> None:
        output = logs.opened(self.logs_directory / f"{program.name}.log")
        try:
            program.process = subprocess.Popen(
                program.command,
                cwd=ROOT,
                env=dict(program.environment),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        finally:
            os.close(output)
        program.began_at = time.monotonic()
        self._note(f"+{program.process.pid}")

    def _died(self, program: Program) -> None:
        assert program.process is not None
        code = program.process.returncode
        self._buried(program)
        program.process = None
        program.deaths += 1
        if time.monotonic() - program.began_at > STEADY_SECONDS:
            program.pause_seconds = FIRST_PAUSE_SECONDS
        program.again_at = time.monotonic() + program.pause_seconds
        self.tell(
            f"{program.name} 意外退出（{code}），{program.pause_seconds:g} 秒后重启 · "
            f"{program.name} died ({code}); starting it again in {program.pause_seconds:g} s"
        )
        program.pause_seconds = min(program.pause_seconds * 2, LONGEST_PAUSE_SECONDS)

    def _buried(self, program: Program) -> None:
        """Kill what is left of the program's process group: workers outlive a killed parent."""
        assert program.process is not None
        _signal(program, signal.SIGKILL)
        program.process.wait()
        if program.process.stdin is not None:
            program.process.stdin.close()
        self._note(f"-{program.process.pid}")

    def _note(self, word: str) -> None:
        """Tell the watchdog. A dead watchdog must not keep the demo from ending."""
        assert self._watchdog is not None
        assert self._watchdog.stdin is not None
        with suppress(BrokenPipeError):
            self._watchdog.stdin.write(f"{word}\n".encode())
            self._watchdog.stdin.flush()

    def _failure(self, name: str) -> DemoCannotRun:
        file = self.logs_directory / f"{name}.log"
        return DemoCannotRun(
            f"{name} 无法启动，日志见 {file}\n{name} does not start; its log is {file}\n\n"
            f"{logs.tail(file)}"
        )


def _signal(program: Program, number: int) -> None:
    assert program.process is not None
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(program.process.pid, number)
