"""The log of calls received, newest first, bounded."""

from .clock import Clock
from .store import Row, Store

MOST_EVENTS = 2000


class Events:
    """Calls from the platform; the control API and the page do not log themselves."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._written_count = 0

    def add(
        self, *, method: str, path: str, status: int, code: str, milliseconds: float, fault: str
    ) -> None:
        """Remember one call: `code` is the failure's code, `fault` the fault that hit it."""
        entry = {
            "at": self._clock.now(),
            "method": method,
            "path": path,
            "status": status,
            "code": code,
            "milliseconds": round(milliseconds, 2),
            "fault": fault,
        }
        event_id = self._store.insert("events", entry)
        self._written_count += 1
        if self._written_count % 100 == 0:
            self._store.run("DELETE FROM events WHERE id <= ?", event_id - MOST_EVENTS)

    def newest(self, count: int = MOST_EVENTS) -> list[Row]:
        bounded = min(count, MOST_EVENTS)
        return self._store.rows("SELECT * FROM events ORDER BY id DESC LIMIT ?", bounded)
