"""Arithmetic of plans: periods, and what a change in the middle of one costs. Pure."""

import calendar
from dataclasses import dataclass
from datetime import datetime

from kernel.money import Money


@dataclass(frozen=True, slots=True)
class Proration:
    """What a change of plan comes to; `due` is charged, or nothing when `is_cheaper`.

    `unused` is what is left of the price of the present plan, `rest` what the new one costs.
    """

    used_seconds: int
    left_seconds: int
    unused: Money
    rest: Money

    @property
    def is_cheaper(self) -> bool:
        """Say whether more would come back than is charged.

        Also where nothing can be set off against the other, because the currencies differ.
        """
        return self.rest.currency != self.unused.currency or self.rest <= self.unused

    @property
    def due(self) -> Money:
        """Return the difference."""
        return self.rest - self.unused


def months_later(moment: datetime, months: int, *, anchor_day: int) -> datetime:
    """Return the same time of day so many months later, on `anchor_day` or the month's last day.

    The anchor is the day of the first period, so that a period that began on the 31st comes back
    to the 31st after a February.
    """
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(anchor_day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def prorate(
    *, present: Money, wanted: Money, begins: datetime, ends: datetime, now: datetime
) -> Proration:
    """Divide a period at `now`: the rest of it on another plan of the same length.

    Each price is split over the seconds used and left without losing a minor unit, so that what
    was used and what is left always come to the price.
    """
    used, left = _seconds(begins, ends, now)
    return Proration(used, left, _rest(present, used, left), _rest(wanted, used, left))


def begin_anew(
    *, present: Money, wanted: Money, begins: datetime, ends: datetime, now: datetime
) -> Proration:
    """Leave a period at `now` for a whole new one of another length."""
    used, left = _seconds(begins, ends, now)
    return Proration(used, left, _rest(present, used, left), wanted)


def _seconds(begins: datetime, ends: datetime, now: datetime) -> tuple[int, int]:
    whole = int((ends - begins).total_seconds())
    used = min(max(int((now - begins).total_seconds()), 0), whole)
    return used, whole - used


def _rest(price: Money, used: int, left: int) -> Money:
    return price.split([used, left])[1]
