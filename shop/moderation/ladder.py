"""When to ask WeChat again, and until when it makes sense. Pure.

Note [two hours]. WeChat checks only what comes from somebody who was in the mini-program within
two hours (CONTRACT §6), so that after this time another question cannot be answered well.
"""

from datetime import datetime, timedelta

WAITS_SECONDS = (5, 30, 60, 120, 240)
"""Before each further attempt; the last one repeats. Below five minutes: so soon after WeChat is
back, everything is decided."""
MINUTE = timedelta(minutes=1)
VISIT_LASTS = timedelta(hours=2)
PICTURE_SECONDS = 30 * 60
"""WeChat answers about a picture within about so long (CONTRACT §6); then a person has to look."""
EARLY_SECONDS = (5, 60)
"""An answer may overtake our own note of the question: look again so much later."""


def wait_seconds(attempts: int) -> int:
    """Return how long to wait after so many attempts."""
    return WAITS_SECONDS[min(attempts, len(WAITS_SECONDS)) - 1]


def is_over(*, visited_at: datetime, now: datetime, wait: int) -> bool:
    """Say whether the next attempt would come too late for the author's last visit."""
    return now + timedelta(seconds=wait) >= visited_at + VISIT_LASTS
