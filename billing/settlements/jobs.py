"""What the worker does for statements: count days that moved, close days that are over."""

from datetime import date

from billing.ledger.messages import BooksMoved
from billing.settlements import actions
from billing.settlements.messages import CloseDays
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


every(hours=1, each_shop=True, message=CloseDays())
