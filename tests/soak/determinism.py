"""One seed decides everything: what time it is, what is random, in every corner that asks.

Our code asks `kernel.clock`, the simulator and the libraries ask `time.time`, the queue's
statements ask PostgreSQL's now(). All three are led to one virtual clock. Secrets, ids and jitter
are drawn from the machine's randomness; that is led to a seeded generator. Bytes that only a
cryptographic library draws for itself (OAEP) stay random: nothing here decides by them.
"""

import os
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from billing.reconciliation import funds, matching
from jobs import queue
from kernel import clock

MIDNIGHT = datetime(2026, 11, 2, tzinfo=UTC)
"""When a run begins, unless it says otherwise: a Monday, eight o'clock in China."""
TICK_NANOSECONDS = 1_000
"""Between two looks at the clock inside one event, so that ids made later are later."""

_NOW_IN_SQL = "dramatiq.virtual_now()"
_LED = {
    "clock_timestamp()": _NOW_IN_SQL, " now()": f" {_NOW_IN_SQL}",
    "gen_random_uuid()": "dramatiq.virtual_uuid()",
}  # fmt: skip
SQL_THAT_ASKS = (queue, matching, funds)
INSTALL_CLOCK = """
CREATE TABLE dramatiq.virtual_clock (moment timestamptz NOT NULL);
INSERT INTO dramatiq.virtual_clock VALUES (now());
CREATE FUNCTION dramatiq.virtual_now() RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = dramatiq AS 'SELECT moment FROM dramatiq.virtual_clock';
CREATE SEQUENCE dramatiq.virtual_chance;
CREATE FUNCTION dramatiq.virtual_uuid() RETURNS uuid LANGUAGE sql VOLATILE SECURITY DEFINER
    SET search_path = dramatiq AS $$SELECT md5(nextval('virtual_chance')::text)::uuid$$"""
SET_CLOCK = "UPDATE dramatiq.virtual_clock SET moment = to_timestamp(%s)"


class VirtualTime:
    """The one clock of a run. It moves only when an event moves it."""

    def __init__(self, start: datetime = MIDNIGHT) -> None:
        self._nanoseconds = int(start.timestamp()) * 1_000_000_000
        self.listeners: list[Callable[[float], object]] = []

    @property
    def seconds(self) -> float:
        return self._nanoseconds / 1e9

    @property
    def moment(self) -> datetime:
        return datetime.fromtimestamp(self._nanoseconds // 1_000_000_000, UTC) + timedelta(
            microseconds=self._nanoseconds // 1_000 % 1_000_000
        )

    def install(self) -> None:
        """From here on it is this late, for whoever asks."""
        time.time, time.time_ns = self._time, self._time_ns
        time.sleep = self.move_by
        self._tell()

    def move_by(self, seconds: float) -> None:
        """Let so much time go by, at once."""
        self._nanoseconds += int(seconds * 1e9)
        self._tell()

    def _tell(self) -> None:
        clock._frozen = self.moment
        for listener in self.listeners:
            listener(self.seconds)

    def _time(self) -> float:
        return self._time_ns() / 1e9

    def _time_ns(self) -> int:
        self._nanoseconds += TICK_NANOSECONDS
        return self._nanoseconds


def lead_sql() -> None:
    """Let the statements that ask the database for the time or for chance ask the run's own."""
    for module in SQL_THAT_ASKS:
        for name, statement in vars(module).items():
            if name.startswith("_") and isinstance(statement, str):
                for asked, led in _LED.items():
                    statement = statement.replace(asked, led)
                setattr(module, name, statement)


def seed_all(seed: str) -> None:
    """Let everything that is random follow from `seed`, beginning now."""
    source = random.Random(f"secrets {seed}")  # the point is that it is known
    random.seed(f"jitter {seed}")
    os.urandom = source.randbytes
    random._urandom = source.randbytes  # type: ignore[attr-defined]
