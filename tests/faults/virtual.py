"""Half an hour in seconds: the queue and our clock run ahead together, WeChat's stay with us."""

from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta

import dramatiq
from django.db import connection

from jobs.broker import broker
from kernel import clock
from tenants import context
from tenants.context import Shop

STEP_SECONDS = 10
_DUE = """
SELECT message::text FROM dramatiq.queue
WHERE tenant = %s AND state = 'queued' AND available_at <= now() + make_interval(secs => %s)
ORDER BY available_at, position LIMIT 1"""
_NEXT_DUE = """
SELECT extract(epoch FROM min(available_at) - now())::float FROM dramatiq.queue
WHERE tenant = %s AND state = 'queued'"""
_LATER = """
UPDATE dramatiq.queue SET available_at = available_at + make_interval(secs => %s)
WHERE tenant = %s AND NOT message_id = ANY(%s)"""


class VirtualTime:
    """Runs the messages of one shop when they are due, on a clock of its own."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.seconds = 0
        self.ran: list[str] = []
        self._dated: set[str] = set()

    def monotonic(self) -> float:
        """The clock for whatever counts seconds, such as a breaker."""
        return float(self.seconds)

    @contextmanager
    def now(self):
        """Let the platform believe that it is this late."""
        with clock.ahead(timedelta(seconds=self.seconds)), context.activate(self.shop):
            yield
        self._date()

    def pass_by(self, seconds: int) -> None:
        """Let time go by, and the worker do what comes due."""
        until = self.seconds + seconds
        while self.seconds < until:
            self._work()
            self.seconds += STEP_SECONDS
        self._work()

    def leap_by(self, seconds: int, also: Callable[[float], object] = lambda _: None) -> None:
        """Let time go by in leaps, from one due message to the next; `also` makes the same leaps.

        What was queued since the last leap is dated from then.
        """
        until = self.seconds + seconds
        self._date()
        while (due := self._next_due()) is not None and due <= until:
            self._leap_to(max(due, self.seconds), also)
            self._work()
        self._leap_to(until, also)

    def _leap_to(self, moment: float, also: Callable[[float], object]) -> None:
        also(moment - self.seconds)
        self.seconds = moment

    def _next_due(self) -> float | None:
        with context.public(), connection.cursor() as cursor:
            cursor.execute(_NEXT_DUE, [self.shop.public_id])
            return cursor.fetchone()[0]

    def waiting(self) -> list[str]:
        """Name what is still queued, in its order."""
        with context.public(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT message->>'actor_name' FROM dramatiq.queue"
                " WHERE tenant = %s AND state = 'queued' ORDER BY available_at",
                [self.shop.public_id],
            )
            return [row[0].rpartition(".")[2] for row in cursor.fetchall()]

    def _work(self) -> None:
        for _ in range(200):
            with context.public(), connection.cursor() as cursor:
                cursor.execute(_DUE, [self.shop.public_id, float(self.seconds)])
                row = cursor.fetchone()
            if row is None:
                return
            self._handle(dramatiq.Message.decode(row[0].encode()))
        raise AssertionError("the queue has no end")

    def _handle(self, message) -> None:
        self.ran.append(message.actor_name.rpartition(".")[2])
        proxy = dramatiq.MessageProxy(message)
        with self.now():
            broker.emit_before("process_message", proxy)
            try:
                broker.get_actor(message.actor_name)(*message.args, **message.kwargs)
            finally:
                for middleware in reversed(broker.middleware):
                    if type(middleware).__module__.startswith(("tenants", "config")):
                        middleware.after_process_message(broker, proxy)
        with context.public(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM dramatiq.queue WHERE message_id = %s", [message.message_id])

    def _date(self) -> None:
        """Date what was queued just now: the database's own clock does not run ahead."""
        with context.public(), connection.cursor() as cursor:
            cursor.execute(_LATER, [float(self.seconds), self.shop.public_id, list(self._dated)])
            cursor.execute(
                "SELECT message_id::text FROM dramatiq.queue WHERE tenant = %s",
                [self.shop.public_id],
            )
            self._dated = {row[0] for row in cursor.fetchall()}
