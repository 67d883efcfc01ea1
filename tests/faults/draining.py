"""The queue, drained as the real broker does it: a message leaves only when it was handled."""

from typing import Any

import dramatiq
from django.db import connection

from jobs.broker import broker
from tenants import context

SOON_SECONDS, EVER_SECONDS = 60, 10**9
PLATFORM = ""
"""The tenant of messages that are heard on the platform."""
is_acknowledged_first = False
"""A planted bug sets it: messages leave the queue before they are handled."""

_NEXT = """
SELECT message::text FROM dramatiq.queue
WHERE tenant = %s AND state = 'queued' AND available_at <= now() + make_interval(secs => %s)
    AND message ->> 'actor_name' LIKE %s
ORDER BY available_at, position LIMIT 1"""


def drain(tenant: str, ahead: float, *, of: str = "%") -> None:
    """Handle every message of a tenant that is due within `ahead` seconds; `of` picks handlers."""
    for _ in range(100):
        with context.public(), connection.cursor() as cursor:
            cursor.execute(_NEXT, [tenant, ahead, of])
            row = cursor.fetchone()
        if row is None:
            return
        message = dramatiq.Message.decode(row[0].encode())
        steps = [_handle, _acknowledge]
        for step in reversed(steps) if is_acknowledged_first else steps:
            step(message)
    raise AssertionError("the queue has no end")


def _handle(message: dramatiq.Message[Any]) -> None:
    proxy = dramatiq.MessageProxy(message)
    broker.emit_before("process_message", proxy)
    try:
        broker.get_actor(message.actor_name)(*message.args, **message.kwargs)
    finally:
        for middleware in reversed(broker.middleware):
            if type(middleware).__module__.startswith(("tenants", "config")):
                middleware.after_process_message(broker, proxy)


def _acknowledge(message: dramatiq.Message[Any]) -> None:
    with context.public(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM dramatiq.queue WHERE message_id = %s", [message.message_id])
