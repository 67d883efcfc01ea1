"""Bringing schemas to a version: some at a time, each in one transaction, whatever else happens.

The workers are threads with plain connections of their own: nothing of Django's, which knows one
current shop only, is touched in them.
"""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import errors

from tenants import provisioning
from tenants.fleet.collecting import Script, message

TRIES = 6
_SCHEMAS_PER_CONNECTION = 100
"""A connection remembers every table that it saw: close it before that hurts (tenancy report)."""
_WORTH_ANOTHER_TRY = (
    errors.LockNotAvailable,
    errors.DeadlockDetected,
    errors.SerializationFailure,
    errors.QueryCanceled,
)


@dataclass(frozen=True, slots=True)
class Applied:
    """How it went with one schema; `error` is empty where it has the version now."""

    schema_name: str
    tries: int
    milliseconds: int
    error: str


def apply_all(
    script: Script,
    schema_names: Sequence[str],
    *,
    workers: int,
    lock_milliseconds: int,
    tell: Callable[[Applied], bool],
) -> None:
    """Bring these schemas to the script's version; `tell` hears of each, in this thread.

    When `tell` answers False, no further schema is begun.
    """
    if script.needs_django:
        _by_django(schema_names, tell)
        return
    waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
    told: queue.SimpleQueue[Applied | None] = queue.SimpleQueue()
    for name in schema_names:
        waiting.put(name)
    stopped = threading.Event()
    url = provisioning.owner_conninfo()

    def work() -> None:
        try:
            _work(url, waiting, told, stopped, script, lock_milliseconds)
        finally:
            told.put(None)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(workers)]
    for thread in threads:
        thread.start()
    left = len(threads)
    try:
        while left:
            applied = told.get()
            if applied is None:
                left -= 1
            elif not tell(applied):
                stopped.set()
    finally:
        stopped.set()
        for thread in threads:
            thread.join()


def _by_django(schema_names: Sequence[str], tell: Callable[[Applied], bool]) -> None:
    for name in schema_names:
        began, error = time.monotonic(), ""
        try:
            provisioning.migrate(name)
        except Exception as failure:  # whatever a migration raises is told, and the next one tried
            error = _sentence(failure)
        milliseconds = round((time.monotonic() - began) * 1_000)
        if not tell(Applied(name, 1, milliseconds, error)):
            return


def _work(
    url: str,
    waiting: "queue.SimpleQueue[str]",
    told: "queue.SimpleQueue[Applied | None]",
    stopped: threading.Event,
    script: Script,
    lock_milliseconds: int,
) -> None:
    connection: psycopg.Connection | None = None
    done = 0
    try:
        while not stopped.is_set():
            try:
                name = waiting.get_nowait()
            except queue.Empty:
                return
            if connection is not None and done % _SCHEMAS_PER_CONNECTION == 0:
                connection.close()
                connection = None
            connection, applied = _try_hard(url, connection, script, name, lock_milliseconds)
            told.put(applied)
            done += 1
    finally:
        if connection is not None:
            connection.close()


def _try_hard(
    url: str,
    connection: psycopg.Connection | None,
    script: Script,
    schema_name: str,
    lock_milliseconds: int,
) -> tuple[psycopg.Connection | None, Applied]:
    """Apply the script; try again where another moment may be better. Never raises."""
    text = message(script, schema_name, lock_milliseconds=lock_milliseconds).encode()
    error, began = "", time.monotonic()
    for one_try in range(1, TRIES + 1):
        began = time.monotonic()
        try:
            if connection is None or connection.closed:
                connection = psycopg.connect(url, autocommit=True)
            connection.execute(text)
        except psycopg.Error as failure:
            error = _sentence(failure)
            is_alive = connection is not None and _roll_back(connection)
            if is_alive and connection and _has(connection, schema_name, script.target):
                return connection, _told(schema_name, one_try, began, "")
            if is_alive and not isinstance(failure, _WORTH_ANOTHER_TRY):
                return connection, _told(schema_name, one_try, began, error)
            time.sleep(0.2 * one_try)
        else:
            return connection, _told(schema_name, one_try, began, "")
    return connection, _told(schema_name, TRIES, began, error)


def _has(connection: psycopg.Connection, schema_name: str, version: str) -> bool:
    """Say whether the schema has the version all the same.

    The server finishes what a killed run had sent it; it may have waited for the same table.
    """
    cursor = connection.execute(
        "SELECT version FROM public.tenants_schemaversion WHERE schema_name = %s", [schema_name]
    )
    return cursor.fetchone() == (version,)


def _told(schema_name: str, tries: int, began: float, error: str) -> Applied:
    return Applied(schema_name, tries, round((time.monotonic() - began) * 1_000), error)


def _roll_back(connection: psycopg.Connection) -> bool:
    """Say whether the connection is still of use."""
    try:
        connection.execute("ROLLBACK")
    except psycopg.Error:
        connection.close()
        return False
    return True


def _sentence(failure: Exception) -> str:
    return f"{type(failure).__name__}: {failure}".splitlines()[0][:500]
