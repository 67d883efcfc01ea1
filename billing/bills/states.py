"""What bills there are, and the life of a bill's file here."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum

from kernel.states import Flow

BEIJING = timezone(timedelta(hours=8))
"""Bills are of days in Beijing, whatever the shop's own time zone is (CONTRACT §4.10)."""


class BillKind(StrEnum):
    """A day's trades of all shops in one file, or the flow of one shop's funds."""

    TRADE = "trade"
    BASIC = "basic"
    """The account of sales: payments, fees, refunds, sharing, what goes to the bank."""
    OPERATION = "operation"
    """The account of transfers to people."""


class FileState(StrEnum):
    """Where a bill's file stands. Only `bills.actions` writes it."""

    WANTED = "wanted"
    """Asked for, or to be asked for; WeChat may not have made it yet."""
    KEPT = "kept"
    """The raw file lies in storage, proved; its lines are not in the database yet."""
    LOADED = "loaded"
    EMPTY = "empty"
    """WeChat made none: nothing happened on that day."""
    GONE = "gone"
    """WeChat keeps bills for three months, and nobody asked in time."""


F = FileState
FILE_FLOW = Flow(
    start=F.WANTED,
    steps={
        F.WANTED: frozenset({F.KEPT, F.EMPTY, F.GONE}),
        F.KEPT: frozenset({F.LOADED}),
        F.LOADED: frozenset({F.KEPT}),  # its lines were tidied away and are wanted again
        F.EMPTY: frozenset({F.WANTED}),  # somebody asks once more
        F.GONE: frozenset(),
    },
)
FUNDS = (BillKind.BASIC, BillKind.OPERATION)
READY_STATES = frozenset({F.LOADED, F.EMPTY})
"""States in which a day can be compared."""


class Noun(StrEnum):
    """What a line of a bill is about: a payment, a refund, or a movement of funds."""

    PAYMENT = "payment"
    REFUND = "refund"
    FLOW = "flow"


def day_of(moment: datetime) -> date:
    """Return the day in Beijing in which a moment falls."""
    return moment.astimezone(BEIJING).date()


def span_of(day: date) -> tuple[datetime, datetime]:
    """Return the first moment of a day in Beijing and the first of the next, in UTC."""
    begins = datetime.combine(day, time.min, BEIJING).astimezone(UTC)
    return begins, begins + timedelta(days=1)
