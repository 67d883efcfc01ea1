"""When to hand a refund to WeChat again, or ask how it stands (CONTRACT §4.9). Pure."""

from datetime import datetime, timedelta

_HOUR = 3600
WAITS_SECONDS = (0, 60, 300, 900, _HOUR, 6 * _HOUR, 24 * _HOUR)
"""Waits before each step; the last one repeats for as long as the refund is not known to end."""

GIVE_UP = 9
"""The step at which a refund that WeChat still refuses is left to a person: three days."""

RETRY_SECONDS = 60
"""When WeChat did not answer."""

ANEW_SECONDS = 24 * _HOUR
"""When WeChat gave up a refund that we began by ourselves: a person is alarmed and has a day."""

QUIET = timedelta(minutes=15)
"""How long after our last try no request of ours can be on its way: calls end within a minute."""


def wait_seconds(step: int) -> int:
    """Return how long to wait before a step."""
    return WAITS_SECONDS[min(step, len(WAITS_SECONDS) - 1)]


APART_SECONDS = 60
"""WeChat takes refunds of one payment a minute apart (CONTRACT §4.9)."""


def due_at(now: datetime, latest: datetime | None) -> datetime:
    """Return when a refund may be handed over, after the `latest` one of the same payment."""
    if latest is None:
        return now
    return max(now, latest + timedelta(seconds=APART_SECONDS))
