"""What the worker does by the hour: count days that moved, close days, prove the books."""

from datetime import date

from billing.ledger.messages import BooksMoved
from billing.settlements import actions, proving
from billing.settlements.messages import CloseDays, ProvePlatform, ProveShop
from jobs.messages import handles
from jobs.schedule import every


@handles(BooksMoved, queue="settle")
def count_moved_day(message: BooksMoved) -> None:
    """Count the day again. Again is harmless: a count replaces an older one."""
    actions.count_day(date.fromisoformat(message.day))


@handles(CloseDays, queue="settle")
def close_days_that_are_over(message: CloseDays) -> None:
    """Close what is over. Again finds the statements written."""
    actions.close_days()


@handles(ProveShop, queue="settle")
def prove_shop(message: ProveShop) -> None:
    """Read everything, and raise an alarm for what is wrong. Again reads again."""
    proving.prove_shop()


@handles(ProvePlatform, queue="settle")
def prove_platform(message: ProvePlatform) -> None:
    """The same of the platform's own books."""
    proving.prove_platform()


every(hours=1, each_shop=True, message=CloseDays())
every(hours=1, each_shop=True, message=ProveShop())
every(hours=1, message=ProvePlatform())
