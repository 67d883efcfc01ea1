"""Ends the demo's programs when their supervisor vanishes without a word (kill -9, power of root).

    python -m infra.demo.watchdog [POSTGRES_DIRECTORY]

Standard input tells what runs: `+123` a process group began, `-123` it ended, `bye` all is well.
When the input ends without `bye`, everything that runs is ended, PostgreSQL last.
"""

import os
import signal
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from infra import embedded_postgres

GRACE_SECONDS = 5.0


def main() -> None:
    """Read until the input ends; clean up unless told good-bye."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        word = line.strip()
        if word == "bye":
            return
        (groups.add if word[0] == "+" else groups.discard)(int(word[1:]))
    end(groups)
    for directory in sys.argv[1:]:
        embedded_postgres.stop(Path(directory))


def end(groups: Iterable[int]) -> None:
    """Ask every process group to end, and kill those that do not."""
    left = {group for group in groups if _signal(group, signal.SIGTERM)}
    deadline = time.monotonic() + GRACE_SECONDS
    while left and time.monotonic() < deadline:
        time.sleep(0.1)
        left = {group for group in left if _signal(group, 0)}
    for group in left:
        _signal(group, signal.SIGKILL)


def _signal(group: int, number: int) -> bool:
    """Send the signal; tell whether anybody was there to get it."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
        return True
    return False


if __name__ == "__main__":
    main()
