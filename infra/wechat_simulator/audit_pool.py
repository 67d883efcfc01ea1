"""The one monthly pool of audits that all apps of the platform share (CONTRACT §3.6)."""

import datetime

from .clock import CHINA, Clock
from .store import Store

SETTINGS = {"audit_quota": 100, "audit_used": 0, "speedup_quota": 3, "speedup_used": 0}


class AuditPool:
    """`audit_used` and `speedup_used` are settings, so that a test may set them; they return to
    zero with the first question of a new month of the virtual clock (+08:00).
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        store.own(settings=SETTINGS)

    def left(self, name: str) -> int:
        """What is left this month of `audit` or `speedup`."""
        self._renew()
        settings = self._store.settings()
        return max(0, int(settings[f"{name}_quota"]) - int(settings[f"{name}_used"]))

    def limit(self, name: str) -> int:
        return int(self._store.settings()[f"{name}_quota"])

    def use(self, name: str) -> None:
        """Take one, in the caller's transaction and after `left`."""
        used = int(self._store.settings()[f"{name}_used"])
        self._store.set_settings({f"{name}_used": used + 1})

    def _renew(self) -> None:
        month = month_of(self._clock.now())
        if self._store.meta("audit_month", month) != month:
            self._store.set_settings({"audit_used": 0, "speedup_used": 0})
        self._store.set_meta("audit_month", month)


def month_of(moment: float) -> str:
    """2026-11, in China."""
    return datetime.datetime.fromtimestamp(moment, CHINA).strftime("%Y-%m")


def day_of(moment: float) -> str:
    """2026-11-21, in China."""
    return datetime.datetime.fromtimestamp(moment, CHINA).strftime("%Y-%m-%d")
