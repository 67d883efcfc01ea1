"""When to hand a sharing over, and when to ask after it (CONTRACT §4.11). Pure."""

from datetime import timedelta

START_SECONDS = 90
"""After the receipt: WeChat refuses to share within a minute of it. Until then parts are added."""
LIFE = timedelta(days=30)
"""After the payment WeChat releases what is frozen, and nothing can be shared any more."""
WARN_BEFORE = timedelta(days=5)
RETRY_SECONDS = 60
"""When WeChat did not answer."""
REFUSED_RETRY_SECONDS = 6 * 3600
"""When WeChat refuses to tell how something stands: a person has been alarmed."""

_HOUR, _DAY = 3600, 86_400
_ASK = ((60, 15), (600, 60), (_HOUR, 300), (_DAY, _HOUR))
_REFUSED = ((1800, 300), (_DAY, 2 * _HOUR))


def ask_seconds(elapsed: timedelta) -> int:
    """Return how long to wait before the next question, so long after it was handed over."""
    return _wait(_ASK, elapsed, 6 * _HOUR)


def refused_seconds(elapsed: timedelta) -> int:
    """Return how long to wait after a refusal, so long after the sharing was planned.

    The usual cause is that WeChat does not count the receipt as confirmed yet: days, not minutes.
    """
    return _wait(_REFUSED, elapsed, 12 * _HOUR)


def _wait(steps: tuple[tuple[int, int], ...], elapsed: timedelta, longest: int) -> int:
    return next((wait for until, wait in steps if elapsed.total_seconds() < until), longest)
