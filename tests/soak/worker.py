"""A worker of which the run decides what it does next: any message that is due, again, or dies."""

import json
from typing import Any

import dramatiq
from django.db import connection
from dramatiq.middleware import SkipMessage

from jobs import queue
from jobs.broker import broker
from tests.soak import determinism
from tests.soak.crashes import Died, Doors
from tests.soak.place import Place

_DUE = f"""
SELECT message_id::text FROM dramatiq.queue
WHERE state = 'queued' AND available_at <= {determinism._NOW_IN_SQL}
ORDER BY available_at, position LIMIT %s"""
_CLAIM = """
UPDATE dramatiq.queue SET state = 'consumed', deliveries = deliveries + 1
WHERE message_id = %s AND state = 'queued' RETURNING message::text, deliveries"""
_BACK = "UPDATE dramatiq.queue SET state = 'queued' WHERE message_id = %s AND state = 'consumed'"
_NEXT = "SELECT extract(epoch FROM min(available_at))::float FROM dramatiq.queue WHERE state = 'queued'"
_DEAD = """
SELECT message->>'actor_name', tenant, reason FROM dramatiq.queue WHERE state = 'rejected'
ORDER BY position"""


class _Pool:
    """What dramatiq writes to outside a transaction: the owner's connection, at once."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def getconn(self) -> Any:
        self._place.run("SELECT 1")
        return self._place._desk

    def putconn(self, conn: Any) -> None: ...
    def close(self) -> None: ...


class Worker:
    """Claims, runs and answers messages as dramatiq's worker does, one at a time."""

    def __init__(self, place: Place, doors: Doors) -> None:
        self._place, self._doors = place, doors
        self.failures: dict[str, int] = {}
        broker._pool = _Pool(place)  # type: ignore[attr-defined]

    def due(self, most: int = 50) -> list[str]:
        """Return the ids of messages that may run now, the oldest first."""
        return [row[0] for row in self._place.run(_DUE, (most,))]

    def next_due(self) -> float | None:
        """Return when the next message may run, in seconds since 1970; None: there is none."""
        return self._place.run(_NEXT)[0][0]

    def dead_letters(self) -> list[str]:
        """Say what was set aside for good."""
        return [f"{actor} of {tenant or 'the platform'}: {reason}"
                for actor, tenant, reason in self._place.run(_DEAD)]  # fmt: skip

    def run(self, message_id: str, *, die_after: int | None = None, forgets: bool = False) -> str:
        """Run a message; return who and how it ended.

        With `die_after` the process dies at that door; with `forgets` it dies when all was done
        and nothing was acknowledged. Either way the message is found and delivered again. One
        that died twice is left alone: after three deaths it would rightly be set aside.
        """
        (text, deliveries), *_ = self._place.run(_CLAIM, (message_id,))
        message = dramatiq.MessageProxy(dramatiq.Message.decode(text.encode()))
        actor = ".".join(message.actor_name.split(".")[-3:])
        is_worn = deliveries >= queue.DEAD_AFTER - 1
        try:
            with self._doors.die_after(None if is_worn else die_after):
                failure = self._process(message)
        except Died:
            self._place.run(_BACK, (message_id,))
            return f"{actor} died"
        if failure is not None:
            name = f"{actor}: {type(failure).__name__} {str(failure)[:200]}"
            self.failures[name] = self.failures.get(name, 0) + 1
        if forgets and failure is None and not message.failed and not is_worn:
            self._place.run(_BACK, (message_id,))
            return f"{actor} forgotten"
        if message.failed:
            reason = str(message.options.get("traceback") or failure)[-2000:]
            body = json.dumps(message.asdict(), default=str)
            self._place.run(queue._NACK, (body, reason, message_id))
            return f"{actor} dead"
        self._place.run(queue._ACK, (message_id,))
        return f"{actor} {type(failure).__name__ if failure else 'done'}"

    def _process(self, message: dramatiq.MessageProxy) -> BaseException | None:
        """As dramatiq.worker does it: middleware around the actor, whatever comes."""
        try:
            broker.emit_before("process_message", message)
            if not message.failed:
                broker.get_actor(message.actor_name)(*message.args, **message.kwargs)
            broker.emit_after("process_message", message, result=None)
        except SkipMessage:
            broker.emit_after("skip_message", message)
        except BaseException as failure:
            if self._doors.is_dead or not isinstance(failure, Exception):
                self._forget_scope(message)
                raise
            broker.emit_after("process_message", message, exception=failure)
            return failure
        finally:
            if not connection.in_atomic_block:
                connection.set_schema_to_public()
        return None

    @staticmethod
    def _forget_scope(message: dramatiq.MessageProxy) -> None:
        """A dead process has no memory of the shop it was in."""
        for middleware in broker.middleware:
            getattr(middleware, "_scopes", {}).pop(message.message_id, None)
