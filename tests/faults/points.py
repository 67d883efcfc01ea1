"""The points at which a process touches the outside, and children that die at one of them."""

import json
import os
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from wechat import http


class Points:
    """Counts the doors a process goes through: SQL, COPY, COMMIT, HTTP; dies at `kill_at`.

    `effects` has the first point at which each thing is true that no death takes back.
    """

    def __init__(self, kill_at: int = 0) -> None:
        self.kill_at = kill_at
        self.names: list[str] = []
        self.effects: list[int] = []

    def install(self) -> None:
        """Stand in the doors of this process. Only ever in a child."""
        connection.execute_wrappers.append(self._sql)
        commit, exchange = BaseDatabaseWrapper._commit, http._exchange

        def _commit(wrapper: BaseDatabaseWrapper) -> object:
            return self._through("COMMIT", lambda: commit(wrapper))

        def _exchange(question: http.Question, *, deadline: float) -> http.Answer:
            return self._through(
                f"HTTP {question.call}", lambda: exchange(question, deadline=deadline)
            )

        BaseDatabaseWrapper._commit = _commit
        http._exchange = _exchange
        psycopg.Cursor.copy = self._watched(psycopg.Cursor.copy)

    def _watched(self, copy: Callable[..., Any]) -> Callable[..., Any]:
        @contextmanager
        def copying(cursor: Any, *what: Any, **how: Any) -> Iterator[Any]:
            word = "COPY" if connection.in_atomic_block else "COPY COMMIT"
            self._point(f"before {word}")
            with copy(cursor, *what, **how) as rows:
                yield rows
            self._point(f"after {word}")

        return copying

    def _sql(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        words = " ".join(sql.split())[:40]
        if not connection.in_atomic_block and not words.startswith("SELECT"):
            words += " COMMIT"  # by itself
        return self._through(words, lambda: execute(sql, *rest))

    def _through(self, name: str, pass_on: Callable[[], Any]) -> Any:
        self._point(f"before {name}")
        done = pass_on()
        self._point(f"after {name}")
        return done

    def _point(self, name: str) -> None:
        self.names.append(name)
        if name.startswith("after") and (name.endswith("COMMIT") or " HTTP " in name):
            self.note_effect(len(self.names))
        if len(self.names) == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def note_effect(self, point: int) -> None:
        """Note that something is true from this point on, whoever dies."""
        self.effects.append(point)


def in_child(work: Callable[[], Any], report: Path) -> Any:
    """Run `work` in a forked child; return what it returned, or None when it was killed.

    What it raises is raised here as an AssertionError. The parent must have let go of the
    database: see `let_go`.
    """
    report.unlink(missing_ok=True)
    pid = os.fork()
    if not pid:
        _be_the_child(work, report)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return None
    told = json.loads(report.read_text())
    assert told["raised"] is None, told["raised"]
    return told["returned"]


def let_go() -> None:
    """Close every connection of this process, and the pools, whose threads no fork survives."""
    for alias in connections:
        connections[alias].close()
        connections[alias].close_pool()


def _be_the_child(work: Callable[[], Any], report: Path) -> None:
    code = 1
    try:
        told = {"returned": work(), "raised": None}
        code = 0
    except BaseException:
        told = {"returned": None, "raised": traceback.format_exc()}
    finally:
        report.write_text(json.dumps(told))
        os._exit(code)
