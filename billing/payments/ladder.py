"""When to ask WeChat how an attempt stands: callbacks are not promised (CONTRACT §4.5). Pure."""

from datetime import datetime, timedelta

STEPS_SECONDS = (15, 30, 45, *range(60, 1801, 60), *range(2100, 86_401, 300))
"""After the attempt was made; steps past the payment's expiry are left out.

Most pay at once, and nobody waits longer than a minute for the platform to notice, in the half hour
that an order usually has; whoever is given longer is asked after every five minutes then.
"""

LAST = len(STEPS_SECONDS)
"""The step at expiry: whatever is still open is closed then."""

ONCE = -1
"""A question between the steps, which leads to no other."""

GRACE_SECONDS = 5
RETRY_SECONDS = 60
"""When WeChat did not answer: within this time after it is back, we know."""
REFUSED_RETRY_SECONDS = 240
"""When WeChat answers and refuses to tell, or tells what cannot be: a person has been alarmed.
Less than five minutes, for a WeChat that is out of order comes to its senses without a word."""


def next_step(step: int, *, made_at: datetime, expires_at: datetime) -> int | None:
    """Return the step that follows, or None after the last."""
    if step in {ONCE, LAST}:
        return None
    following = step + 1
    is_before_expiry = (
        following < LAST and made_at + timedelta(seconds=STEPS_SECONDS[following]) < expires_at
    )
    return following if is_before_expiry else LAST


def wait_seconds(step: int, *, made_at: datetime, expires_at: datetime, now: datetime) -> float:
    """Return how long from `now` a step has to wait."""
    if step == LAST:
        due_at = expires_at + timedelta(seconds=GRACE_SECONDS)
    else:
        due_at = made_at + timedelta(seconds=STEPS_SECONDS[step])
    return max(0.0, (due_at - now).total_seconds())
