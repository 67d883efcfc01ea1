"""dramatiq's broker over PostgreSQL: written in the caller's transaction, fair, quarantined.

A subclass of dramatiq-postgres 1.4.0 (ADR 0006). What differs, and why:

Note [outbox]. `enqueue` inside a transaction writes through Django's own connection, so a message
exists exactly when the change that caused it does. The queue table is the outbox.

Note [fair]. A claim takes one message of each tenant in turn, so 10,000 jobs of one shop do not
stand before another shop's one.

Note [quarantine]. A message whose worker died twice is a suspect: it runs alone in its process,
so that it can harm no neighbour, and after its third death it is set aside as a dead letter.

Note [delay]. A delayed message waits in the table until `available_at`; there are no delay queues,
which halves the connections. Until a consumer calls it due it stands outside the index that claims
walk through: thousands of shops have something to do later.

Note [shares]. One process holds few messages of the queues whose jobs may be slow, so that a thread
is always free, or soon free, for money: pictures that take seconds, or a WeChat that does not
answer, keep no payment waiting. What is held is started in the order of the queues.

Note [drained]. Where a claim found nothing there is nothing until a message is announced or a
second has passed: the end of a job alone is no reason to look again, unless there was no room when
something was announced. The announcement is taken before the room is looked at, and a job leaves
the room before it looks whether one was: neither waits for the other in vain.

Note [dropped]. A claimed message whose connection broke before it was handed out or answered
belongs to a worker that lives, so no reaper takes it; each worker looks for its own.
"""

import threading
from collections.abc import Iterable
from typing import Any

from django.db import connection
from dramatiq import Message, MessageProxy
from dramatiq.common import current_millis
from dramatiq_postgres.broker import CLAIM_BATCH_MAX, PostgresBroker, PostgresConsumer
from dramatiq_postgres.utils import raise_connection_error, tidy4json, transaction
from psycopg import Connection
from psycopg.types.json import Json

QUEUES = ("pay", "settle", "notify", "bulk")
"""Four, and no more: eight stall the default pool silently (reliability §3.1). The first is the
most urgent one."""

_SHARES = {"settle": 3, "notify": 3, "bulk": 6}
"""So many threads for each message that is held at once. See Note [shares]."""

DEAD_AFTER = 3
"""So many deliveries without an answer make a dead letter; after two it runs alone."""

_INSERT = """
WITH added AS (
    INSERT INTO dramatiq.queue
        (queue_name, message_id, state, message, available_at, is_due, tenant)
    VALUES (%s, %s, 'queued', %s, now() + make_interval(secs => %s), %s, %s)
) SELECT pg_notify(%s, '') WHERE %s"""

_INSERT_ALL = """
WITH added AS (
    INSERT INTO dramatiq.queue (queue_name, message_id, state, message, available_at, tenant)
    SELECT queue, id, 'queued', body, now(), tenant
    FROM unnest(%s::text[], %s::uuid[], %s::jsonb[], %s::text[]) AS m (queue, id, body, tenant)
) SELECT pg_notify(channel, '') FROM unnest(%s::text[]) AS c (channel)"""

_REPLACE = """
INSERT INTO dramatiq.queue
    (queue_name, message_id, state, message, available_at, is_due, tenant)
VALUES (%s, %s, 'queued', %s, now() + make_interval(secs => %s), %s, %s)
ON CONFLICT (message_id) DO UPDATE SET
    state = 'queued', message = EXCLUDED.message, available_at = EXCLUDED.available_at,
    is_due = EXCLUDED.is_due, worker_id = NULL, consumed_at = NULL, deliveries = 0, mtime = now()"""

_CALL_DUE = """
UPDATE dramatiq.queue SET is_due = true WHERE message_id IN (
    SELECT message_id FROM dramatiq.queue
    WHERE queue_name = %(queue)s AND state = 'queued' AND NOT is_due AND available_at <= now()
    ORDER BY available_at LIMIT 1000 FOR UPDATE SKIP LOCKED)"""

_CLAIM = """
WITH RECURSIVE turn (tenant, n) AS (
    (SELECT q.tenant, 1 FROM dramatiq.queue q
     WHERE q.queue_name = %(queue)s AND q.state = 'queued' AND q.deliveries < 2 AND q.is_due
       AND q.tenant >= %(first)s ORDER BY q.tenant LIMIT 1)
    UNION ALL
    SELECT (SELECT q.tenant FROM dramatiq.queue q
            WHERE q.queue_name = %(queue)s AND q.state = 'queued' AND q.deliveries < 2 AND q.is_due
              AND q.tenant > turn.tenant ORDER BY q.tenant LIMIT 1), n + 1
    FROM turn WHERE turn.tenant IS NOT NULL AND n < %(most)s
), next AS (
    SELECT due.message_id FROM turn, LATERAL (
        SELECT q.message_id FROM dramatiq.queue q
        WHERE q.queue_name = %(queue)s AND q.state = 'queued' AND q.deliveries < 2 AND q.is_due
          AND q.tenant = turn.tenant AND q.available_at <= now()
        ORDER BY q.available_at, q.position LIMIT 1 FOR UPDATE SKIP LOCKED) due
    WHERE turn.tenant IS NOT NULL
)
UPDATE dramatiq.queue AS q
SET state = 'consumed', worker_id = %(worker)s, consumed_at = now(), mtime = now(),
    deliveries = q.deliveries + 1
FROM next WHERE q.message_id = next.message_id
RETURNING q.message::text, q.tenant"""

_CLAIM_SUSPECT = """
UPDATE dramatiq.queue AS q
SET state = 'consumed', worker_id = %(worker)s, consumed_at = now(), mtime = now(),
    deliveries = q.deliveries + 1
WHERE q.message_id = (
    SELECT message_id FROM dramatiq.queue
    WHERE queue_name = %(queue)s AND state = 'queued' AND deliveries >= 2
      AND deliveries < %(dead)s AND available_at <= now()
    ORDER BY available_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING q.message::text"""

_BURY = """
UPDATE dramatiq.queue SET state = 'rejected', mtime = now(), worker_id = NULL,
    reason = 'its worker died ' || deliveries || ' times'
WHERE queue_name = %(queue)s AND state = 'queued' AND deliveries >= %(dead)s"""

_SUSPECTS = """
SELECT 1 FROM dramatiq.queue WHERE queue_name = %(queue)s AND state = 'queued'
    AND deliveries >= 2 AND deliveries < %(dead)s AND available_at <= now() LIMIT 1"""

_FIND_DROPPED = """
UPDATE dramatiq.queue SET state = 'queued', worker_id = NULL, consumed_at = NULL, mtime = now()
WHERE queue_name = %(queue)s AND state = 'consumed' AND worker_id = %(worker)s
    AND consumed_at < now() - interval '30 seconds' AND NOT message_id = ANY(%(held)s::uuid[])"""

_ACK = """
DELETE FROM dramatiq.queue WHERE message_id = %s AND state = 'consumed'"""

_NACK = """
UPDATE dramatiq.queue SET state = 'rejected', message = %s, worker_id = NULL, mtime = now(),
    reason = %s WHERE message_id = %s AND state <> 'rejected'"""

_GIVE_BACK = """
UPDATE dramatiq.queue SET state = 'queued', worker_id = NULL, consumed_at = NULL, mtime = now(),
    deliveries = greatest(deliveries - 1, 0)
WHERE message_id = ANY(%s::uuid[]) AND state = 'consumed'"""


class Broker(PostgresBroker):
    """The one broker. See the notes of this module."""

    def __init__(self, *, threads: int, **options: Any) -> None:
        super().__init__(results=False, **options)
        self.room = Room()
        self._most = {queue: max(1, threads // each) for queue, each in _SHARES.items()}

    def declare_queue(self, queue_name: str) -> None:
        """Declare a queue without a delay queue. See Note [delay]."""
        if queue_name not in self.queues:
            self.emit_before("declare_queue", queue_name)
            self.queues[queue_name] = True
            self.emit_after("declare_queue", queue_name)

    def enqueue(  # type: ignore[override]  # the library retries here; we must not
        self, message: Message[Any], *, delay: int | None = None
    ) -> Message[Any]:
        """Write the message: in Django's transaction if there is one. See Note [outbox]."""
        self.emit_before("enqueue", message, delay)
        row: tuple[Any, ...] = (
            message.queue_name,
            message.message_id,
            Json(tidy4json(message)),
            (delay or 0) / 1000,
            not delay,
            message.options.get("tenant") or "",
        )
        if connection.in_atomic_block:
            wake = f"dramatiq.{message.queue_name}.enqueue"
            with connection.cursor() as cursor:
                cursor.execute(_INSERT, (*row, wake, not delay))
        else:  # dramatiq's own retries, on the worker
            with transaction(self.pool) as cursor:
                cursor.execute(_REPLACE, row)
        self.emit_after("enqueue", message, delay)
        return message

    def enqueue_all(self, messages: list[Message[Any]]) -> None:
        """Write messages that are due now by one statement, in Django's transaction."""
        for message in messages:
            self.emit_before("enqueue", message, None)
        bodies = [Json(tidy4json(message)) for message in messages]
        ids = [message.message_id for message in messages]
        tenants = [message.options.get("tenant") or "" for message in messages]
        queues = [message.queue_name for message in messages]
        wakes = [f"dramatiq.{queue}.enqueue" for queue in sorted(set(queues))]
        with connection.cursor() as cursor:
            cursor.execute(_INSERT_ALL, (queues, ids, bodies, tenants, wakes))
        for message in messages:
            self.emit_after("enqueue", message, None)

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 30000) -> "FairConsumer":
        """Return a consumer that claims fairly, and no more than the queue's share."""
        most = min(prefetch, self._most.get(queue_name, prefetch))
        return FairConsumer(broker=self, queue_name=queue_name, prefetch=most, timeout=timeout)


def _each_alone(conn: Connection) -> Connection:
    """Have each statement be its own transaction: no BEGIN and no COMMIT around a single one."""
    conn.autocommit = True
    return conn


class Room:
    """Who works in this process: many ordinary messages, or one suspect alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside: set[str] = set()
        self._suspect: str | None = None
        self._wanted_at = 0

    def open_for(self, limit: int) -> int:
        """Return how many ordinary messages may come in: `limit`, or none."""
        with self._lock:
            waited = current_millis() - self._wanted_at
            return 0 if self._suspect or waited < 30_000 else limit

    def enter(self, ids: Iterable[str]) -> None:
        """Note messages that came in."""
        with self._lock:
            self._inside.update(ids)

    def ask_alone(self) -> bool:
        """Ask for the room: from now on nobody else comes in; True once it is empty."""
        with self._lock:
            self._wanted_at = self._wanted_at or current_millis()
            return not self._inside

    def enter_alone(self, message_id: str | None) -> None:
        """Give the room to a suspect, or back if there was none."""
        with self._lock:
            self._wanted_at, self._suspect = 0, message_id
            if message_id:
                self._inside.add(message_id)

    def leave(self, ids: Iterable[str]) -> None:
        """Note messages that are done; a suspect leaves the room open."""
        with self._lock:
            self._inside.difference_update(ids)
            if self._suspect not in self._inside:
                self._suspect = None

    def inside(self) -> list[str]:
        """Return the messages that this process holds."""
        with self._lock:
            return list(self._inside)


class FairConsumer(PostgresConsumer):
    """Claims one message of each tenant in turn. See Notes [fair], [quarantine] and [drained]."""

    _first = ""
    _called_at = 0
    _looked_at = 0
    _may_be_more = True

    @raise_connection_error  # type: ignore[untyped-decorator]
    def __next__(self) -> MessageProxy | None:
        """Return a message, or None after a second without one, or sooner to be asked again."""
        conn = self.get_consume_conn()
        self.broker.maybe_heartbeat(conn)
        self.broker.maybe_maintenance(conn)
        if not self.buffer:
            if self.wakeup.is_set():
                self.wakeup.clear()
                self._may_be_more = True
            room = self.prefetch - len(self.in_processing)
            if room > 0:
                self.claim(min(room, CLAIM_BATCH_MAX))
        if self.buffer:
            message = self.buffer.pop(0)
            self.in_processing.add(message.message_id)
            return MessageProxy(message)
        if not self.wakeup.wait(min(self.timeout_s, self.broker.poll_interval)):
            self._may_be_more = True
        return None

    @raise_connection_error  # type: ignore[untyped-decorator]
    def claim(self, limit: int) -> None:
        """Fill the buffer with up to `limit` messages, if there may be some."""
        self._look_around()
        most = self.broker.room.open_for(limit)
        if self.buffer or not most or not self._may_be_more:
            return
        asked = {"queue": self.queue_name, "worker": self.broker.worker_id, "most": most}
        run = _each_alone(self.get_consume_conn()).execute
        if current_millis() - self._called_at >= 200:
            run(_CALL_DUE, asked)
            self._called_at = current_millis()
        rows = run(_CLAIM, {**asked, "first": self._first}).fetchall()
        if not rows and self._first:  # round the table once: start again at the first tenant
            rows = run(_CLAIM, {**asked, "first": ""}).fetchall()
        self._may_be_more = bool(rows)
        # The next tenant in the column's order (COLLATE "C"); "" is the platform itself, and where
        # a round begins: it is over when fewer tenants than asked for had something.
        self._first = max(tenant for _, tenant in rows) + "\x01" if len(rows) == most else ""
        self._take(text for text, _ in rows)

    def _take(self, texts: Iterable[str]) -> None:
        messages = [Message.decode(text.encode()) for text in texts]
        self.broker.room.enter(m.message_id for m in messages)
        self.buffer += messages

    def _look_around(self) -> None:
        """Every two seconds: bury the dead, find what was dropped, run a suspect alone."""
        if current_millis() - self._looked_at < 2_000:
            return
        self._looked_at = current_millis()
        room: Room = self.broker.room
        asked = {"queue": self.queue_name, "worker": self.broker.worker_id, "dead": DEAD_AFTER}
        with transaction(self.get_consume_conn()) as cursor:
            cursor.execute(_BURY, asked)
            cursor.execute(_FIND_DROPPED, {**asked, "held": room.inside()})
            cursor.execute(_SUSPECTS, asked)
            if not cursor.fetchone() or not room.ask_alone():
                return
            cursor.execute(_CLAIM_SUSPECT, asked)
            row = cursor.fetchone()
        message = Message.decode(row[0].encode()) if row else None
        room.enter_alone(message.message_id if message else None)
        if message:
            self.buffer.append(message)

    @raise_connection_error  # type: ignore[untyped-decorator]
    def ack(self, message: MessageProxy) -> None:
        """Take a message that is done out of the queue."""
        self._answer(message, _ACK, (message.message_id,))

    @raise_connection_error  # type: ignore[untyped-decorator]
    def nack(self, message: MessageProxy) -> None:
        """Set a message aside that failed for good: a dead letter, with its last error."""
        reason = str(message.options.get("traceback") or "")[-2000:]
        self._answer(message, _NACK, (Json(tidy4json(message)), reason, message.message_id))

    @raise_connection_error  # type: ignore[untyped-decorator]
    def requeue(self, messages: Iterable[MessageProxy]) -> None:
        """Give back what was claimed and never started: a clean stop is no delivery."""
        ids = [m.message_id for m in messages]
        if ids:
            with transaction(self.get_consume_conn()) as cursor:
                cursor.execute(_GIVE_BACK, (ids,))

    def close(self) -> None:
        """Let go of what was claimed and not handed out; it is found as dropped."""
        self.broker.room.leave(m.message_id for m in self.buffer)
        super().close()

    def _answer(self, message: MessageProxy, statement: str, values: tuple[Any, ...]) -> None:
        """Write the outcome. If that fails the message is no longer held, and so runs again."""
        try:
            with self.pool.connection() as conn:
                _each_alone(conn).execute(statement, values)
        finally:
            self.in_processing.discard(message.message_id)
            self.broker.room.leave([message.message_id])
            if self._may_be_more:
                self.wakeup.set()
