"""A process that dies at a door: at a statement, a commit, or a call to WeChat.

Where `tests.faults.points` kills a child for real, here the death is played: from the chosen door
on every further door of that process is shut, whatever the code tries in its `finally`, until its
connection is gone with all that was not committed.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper


class Died(BaseException):
    """The process is gone. No code may catch it, so it is no Exception."""


class Doors:
    """Counts the doors that one unit of work goes through, and may let it die at one of them."""

    def __init__(self) -> None:
        self._left: int | None = None
        self.is_dead = False
        connection.execute_wrappers.append(self._sql)
        commit = BaseDatabaseWrapper._commit
        doors = self

        def _commit(wrapper: BaseDatabaseWrapper) -> object:
            return doors.through(lambda: commit(wrapper)) if wrapper.alias == "default" else commit(
                wrapper
            )

        BaseDatabaseWrapper._commit = _commit

    @contextmanager
    def die_after(self, doors: int | None) -> Iterator[None]:
        """Let the work inside die at its door number `doors`, if it comes that far."""
        self._left = doors
        try:
            yield
        except BaseException:
            if not self.is_dead:
                raise
        finally:
            died, self._left, self.is_dead = self.is_dead, None, False
        if died:  # whatever the dead say on their way out, an answer even
            bury()
            raise Died

    def through(self, pass_on: Callable[[], Any]) -> Any:
        """Go through a door: one chance to die before, one after."""
        self._step()
        done = pass_on()
        self._step()
        return done

    def _sql(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        self._step()
        return execute(sql, *rest)

    def _step(self) -> None:
        if self.is_dead:
            raise Died
        if self._left is None:
            return
        self._left -= 1
        if self._left <= 0:
            self.is_dead = True
            raise Died


def bury() -> None:
    """Take away what a dead process had: its session at the database, with locks and all."""
    if connection.connection is not None:
        connection.connection.close()
    connection.close()
    connection.in_atomic_block = False
    connection.savepoint_ids, connection.atomic_blocks = [], []
    connection.needs_rollback, connection.run_on_commit = False, []
    connection.set_schema_to_public()
