"""A fuse per host: after five calls in a row that found nobody, fail at once for five seconds."""

import time
from collections.abc import Callable
from threading import Lock

OPENS_AFTER = 5
OPEN_SECONDS = 5.0


class Breaker:
    """Counts unreachable calls in a row; while open, lets one trial through per period."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._open_until = 0.0

    def lets_through(self) -> bool:
        """Say whether a call may go out now. The first one after the pause is the trial."""
        with self._lock:
            if self._failures < OPENS_AFTER:
                return True
            if self._clock() < self._open_until:
                return False
            # Push the pause ahead, so that only this caller tries and not every waiting thread.
            self._open_until = self._clock() + OPEN_SECONDS
            return True

    def answered(self) -> None:
        """Note that the host is there, whatever it said."""
        with self._lock:
            self._failures = 0

    def unreachable(self) -> None:
        """Note that nobody answered."""
        with self._lock:
            self._failures += 1
            self._open_until = self._clock() + OPEN_SECONDS


_breakers: dict[str, Breaker] = {}
_breakers_lock = Lock()


def breaker_of(host: str) -> Breaker:
    """Return the breaker this process keeps for `host`."""
    with _breakers_lock:
        return _breakers.setdefault(host, Breaker())


def reset() -> None:
    """Forget every host's failures. For tests."""
    with _breakers_lock:
        _breakers.clear()
