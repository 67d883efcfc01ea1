"""The morning after: when the bills of a day can be had."""

from datetime import date, datetime, timedelta

from kernel import clock
from wechat.bills import ready_at


def until_bills_of(day: date) -> int:
    """How many seconds from now WeChat has the bills of a day, at any hour that this runs."""
    noon: datetime = ready_at(day) + timedelta(hours=2)
    return int((noon - clock.now()).total_seconds())
