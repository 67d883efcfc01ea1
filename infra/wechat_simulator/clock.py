"""WeChat's clock: the machine's time plus an offset that tests may move forward."""

import datetime
import time

from .store import Store

CHINA_SECONDS = 8 * 3600
CHINA = datetime.timezone(datetime.timedelta(seconds=CHINA_SECONDS))


class Clock:
    """Virtual seconds since 1970. Signatures and nonces use real time; see the README."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.offset_seconds = float(store.meta("clock_offset_seconds", "0"))

    def now(self) -> float:
        return time.time() + self.offset_seconds

    def from_caller(self, moment: float) -> float:
        """Translate a time named by a caller, who lives in real time, into virtual time."""
        return moment + self.offset_seconds

    def move(self, seconds: float) -> None:
        """Move forward; the new offset is committed. Negative moves are ignored."""
        if seconds > 0:
            self.offset_seconds += seconds
            self._store.set_meta("clock_offset_seconds", repr(self.offset_seconds))

    def reset(self) -> None:
        self.offset_seconds = 0.0


def rfc3339(moment: float) -> str:
    """Render as WeChat does: whole seconds, +08:00."""
    whole = datetime.datetime.fromtimestamp(int(moment), CHINA)
    return whole.isoformat()


def parse_rfc3339(text: str) -> float:
    """Seconds since 1970; raises ValueError without a full date, time and zone."""
    moment = datetime.datetime.fromisoformat(text)
    if moment.tzinfo is None or "T" not in text:
        raise ValueError("date, time and zone are required")
    return moment.timestamp()
