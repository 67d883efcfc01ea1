"""When to hand a withdrawal to WeChat again, or ask how it stands (CONTRACT §4.12). Pure."""

from datetime import timedelta

_HOUR = 3600
WAITS_SECONDS = (0, 30, 60, 300, 900, _HOUR, 3 * _HOUR, 6 * _HOUR)
"""Waits before each step; the last one repeats for as long as the transfer is not known to end."""

RETRY_SECONDS = 60
"""When WeChat did not answer."""

QUIET = timedelta(minutes=15)
"""How long after our last try no request of ours can be on its way: calls end within a minute."""


def wait_seconds(step: int) -> int:
    """Return how long to wait before a step."""
    return WAITS_SECONDS[min(step, len(WAITS_SECONDS) - 1)]
