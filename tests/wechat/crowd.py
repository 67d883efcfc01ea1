"""Fifty workers who start at the same moment: processes of threads, each with its own connection."""

import json
import os
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection

from tests.faults.points import let_go

PROCESSES, THREADS = 10, 5
"""Five threads fit into a process's connection pool."""


class Gate:
    """Where workers wait until the last one is ready; of no use after a fork has opened it."""

    def __init__(self, wait: Callable[[], None]) -> None:
        self._wait, self._is_passed = wait, False

    def pass_once(self) -> None:
        """Wait at the first passage, walk through at all later ones."""
        if not self._is_passed:
            self._is_passed = True
            self._wait()


def at_once(work: Callable[[Gate], Any], directory: Path) -> list[Any]:
    """Run `work(gate)` in PROCESSES x THREADS workers; return what they returned.

    Each must call `gate.pass_once()`, which lets all go on together. What one raises is raised
    here. The caller must hold no session of `wechat.http`: see `tests.wechat.crowd.hang_up`.
    """
    let_go()
    hang_up()
    ready_read, ready_write = os.pipe()
    start_read, start_write = os.pipe()
    children = []
    for number in range(PROCESSES):
        pid = os.fork()
        if not pid:
            os.close(start_write)
            _be_a_process(work, directory / f"{number}.json", ready_write, start_read)
        children.append(pid)
    os.close(ready_write)
    os.close(start_read)
    waiting = PROCESSES * THREADS
    while waiting and (came := os.read(ready_read, waiting)):
        waiting -= len(came)
    os.close(start_write)
    os.close(ready_read)
    for pid in children:
        os.waitpid(pid, 0)
    told = [json.loads((directory / f"{n}.json").read_text()) for n in range(PROCESSES)]
    results = [result for process in told for result in process]
    assert [r["raised"] for r in results if r["raised"]] == []
    assert waiting == 0
    return [result["returned"] for result in results]


def hang_up() -> None:
    """Drop this thread's connection to WeChat: two processes must never share a socket."""
    from wechat import breaker, http

    breaker.reset()
    session = getattr(http._local, "session", None)
    if session is not None:
        session.close()
        del http._local.session


def _be_a_process(work: Callable[[Gate], Any], report: Path, ready: int, start: int) -> None:
    results: list[dict[str, Any]] = []

    def wait() -> None:
        os.write(ready, b".")
        os.read(start, 1)  # the end of the file comes to all at the same moment

    def one() -> None:
        try:
            results.append({"returned": work(Gate(wait)), "raised": None})
        except BaseException:
            results.append({"returned": None, "raised": traceback.format_exc()})
        finally:
            connection.close()

    try:
        workers = [threading.Thread(target=one) for _ in range(THREADS)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    finally:
        report.write_text(json.dumps(results))
        os._exit(0)
