"""Keys are kept for two days, then forgotten."""

from jobs.messages import handles
from jobs.schedule import every
from shop.idempotency import actions
from shop.idempotency.messages import OldKeysDue


@handles(OldKeysDue, queue="bulk")
def forget_old_keys(message: OldKeysDue) -> None:
    """Delete keys older than 48 hours. Again is harmless."""
    actions.forget_old()


every(hours=24, message=OldKeysDue(), each_shop=True)
