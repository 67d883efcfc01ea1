"""A program that can be started, stopped and killed at will; it is never started again by itself.

The demo's supervisor brings back what dies; here a test decides when that happens.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from infra.demo import logs
from infra.demo.place import ROOT


@dataclass
class Program:
    """One program of a stage. All its runs write to the same log."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    log: Path
    guard: "Guard"
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _log_began: int = 0

    def start(self) -> None:
        """Start it; nothing when it runs."""
        if self.is_running:
            return
        output = logs.opened(self.log)
        self._log_began = self.log.stat().st_size
        try:
            self._process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        finally:
            os.close(output)
        self.guard.watch(self._process.pid)

    @property
    def is_running(self) -> bool:
        """Say whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def said(self) -> str:
        """Return what this run has written so far."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as content:
            content.seek(self._log_began)
            return content.read().decode(errors="replace")

    def kill(self) -> None:
        """End it and its children as the kernel would: without a word."""
        self._end(signal.SIGKILL, seconds=0)

    def stop(self, seconds: float = 10) -> None:
        """Ask it to end; kill what is left of it after `seconds`."""
        self._end(signal.SIGTERM, seconds=seconds)

    def _end(self, number: int, *, seconds: float) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        _signal(process.pid, number)
        if seconds:
            with suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
        _signal(process.pid, signal.SIGKILL)
        process.wait()
        self.guard.forget(process.pid)


class Guard:
    """Ends every program of a stage whose own process vanished: the demo's watchdog."""

    def __init__(self, postgres: Path | None) -> None:
        directory = [] if postgres is None else [str(postgres)]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "infra.demo.watchdog", *directory],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def watch(self, pid: int) -> None:
        """Remember a process group."""
        self._note(f"+{pid}")

    def forget(self, pid: int) -> None:
        """Forget a process group that ended."""
        self._note(f"-{pid}")

    def leave(self) -> None:
        """Go home: everything was ended in order."""
        self._note("bye")
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()

    def _note(self, word: str) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(f"{word}\n".encode())
            self._process.stdin.flush()


def _signal(group: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
