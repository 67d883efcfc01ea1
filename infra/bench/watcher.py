"""Looks into the database beside the platform: is it paid, is the queue empty, how large is it.

Its connections are PostgreSQL processes of their own, whose cost the meter leaves out.
"""

import time
from collections.abc import Callable
from typing import Any

import psycopg
from psycopg import sql

from infra.bench.meters import Meter
from infra.bench.visits import WentWrong

PATIENCE_SECONDS = 60.0
_BUSY = """
SELECT EXISTS (SELECT 1 FROM dramatiq.queue WHERE state = 'consumed'
               OR (state = 'queued' AND available_at <= now()))"""
_FORWARD = """
UPDATE dramatiq.queue SET available_at = now()
WHERE state = 'queued' AND available_at > now() AND position > %s"""
_DEAD = "SELECT count(*) FROM dramatiq.queue WHERE state = 'rejected'"
_DISK = """
SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) FROM pg_class c
WHERE c.relnamespace = %s::regnamespace AND c.relkind IN ('r', 'm')"""
_TABLES = """
SELECT oid::regclass::text FROM pg_class
WHERE relkind IN ('r', 'm') AND relpersistence = 'p' ORDER BY oid"""
_TABLES_AT_ONCE = 10_000


class Watcher:
    """One connection of ours. One to a thread."""

    def __init__(self, meter: Meter) -> None:
        self._url = meter.stage.place.owner_url
        self._connection = psycopg.connect(self._url, autocommit=True)
        meter.strangers.add(self._connection.info.backend_pid)

    def wait_until_paid(self, schema: str, order_id: str) -> None:
        """Wait until the worker has heard the callback and the order is paid."""
        table = sql.Identifier(schema, "orders_order")
        asked = sql.SQL("SELECT state = 'paid' FROM {} WHERE id = {}").format(table, order_id)
        _wait(lambda: bool(self.one(asked)), f"order {order_id} is not paid", seconds=0.01)

    def payments_in_books(self, schema: str) -> int:
        """Return how many payments the books of a shop hold."""
        table = sql.Identifier(schema, "ledger_journal")
        asked = sql.SQL("SELECT count(*) FROM {} WHERE kind = 'payment'").format(table)
        return int(self.one(asked))

    def wait_for_payments(self, schema: str, wanted: int) -> None:
        """Wait until the books hold so many payments."""
        _wait(
            lambda: self.payments_in_books(schema) >= wanted,
            "payments are missing in the books",
            seconds=0.01,
        )

    def gather_statistics(self) -> None:
        """Let the planner know the tables, as autovacuum does within a minute.

        By a process of PostgreSQL's for some tables each: it remembers every table that it saw, and
        the four hundred thousand of five thousand shops take eleven gigabytes.
        """
        names = [name for (name,) in self._connection.execute(_TABLES)]
        for first in range(0, len(names), _TABLES_AT_ONCE):
            some = ", ".join(names[first : first + _TABLES_AT_ONCE])
            with psycopg.connect(self._url, autocommit=True) as connection:
                connection.execute(f"VACUUM ANALYZE {some}".encode())

    def last_message(self) -> int:
        """Return the place of the newest message in the queue."""
        return int(self.one("SELECT coalesce(max(position), 0) FROM dramatiq.queue"))

    def last_slot(self) -> int:
        """Return the newest run of the schedule: what it sends is nobody's operation."""
        return int(self.one("SELECT coalesce(max(id), 0) FROM jobs_slot"))

    def bring_forward(self, since: int) -> None:
        """Make due what was written after `since` to be heard later, and wait for its end.

        So that what an order leaves behind (the question at WeChat, the look at its expiry) is
        paid by the operation that left it. Raises WentWrong for a dead letter.
        """
        self._connection.execute(_FORWARD, (since,))
        self.wait_until_quiet()

    def wait_until_quiet(self) -> None:
        """Wait until no message is due or being handled. Raises WentWrong for a dead letter."""
        _wait(lambda: not self.one(_BUSY), "the queue does not become empty", seconds=0.02)
        if self.one(_DEAD):
            raise WentWrong("a message has become a dead letter")

    def spares(self) -> int:
        """Return how many schemas wait for a shop."""
        return int(self.one("SELECT count(*) FROM tenants_spareschema"))

    def wait_for_spares(self, wanted: int) -> None:
        """Wait until the worker has refilled the pool."""
        _wait(lambda: self.spares() >= wanted, "the pool stays empty", seconds=0.02)

    def take_spares(self) -> None:
        """Empty the pool without the worker's noticing: the schemas stay unused."""
        self._connection.execute("DELETE FROM tenants_spareschema")

    def disk_bytes(self, schema: str) -> int:
        """Return what the tables and indexes of a schema take on disk."""
        return int(self.one(_DISK, (schema,)))

    def database_bytes(self) -> int:
        """Return the whole database's size, its catalogues included."""
        return int(self.one("SELECT pg_database_size(current_database())"))

    def schema_of(self, name: str) -> str:
        """Return the schema of the shop of this name."""
        return str(self.one("SELECT schema_name FROM tenants_tenant WHERE name = %s", (name,)))

    def leave(self) -> None:
        """Hang up."""
        self._connection.close()

    def one(self, query: Any, values: tuple[Any, ...] | None = None) -> Any:
        """Return the first value of the first row; None if there is none."""
        row = self._connection.execute(query, values).fetchone()
        return row[0] if row else None


def _wait(is_so: Callable[[], bool], complaint: str, *, seconds: float) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            raise WentWrong(complaint)
        time.sleep(seconds)
