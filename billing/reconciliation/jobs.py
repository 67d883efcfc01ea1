"""What the worker does in a shop when a bill is there."""

from datetime import date

from billing.bills.messages import BillLoaded
from billing.bills.states import BillKind
from billing.reconciliation import actions, troubles
from billing.reconciliation.messages import TellRefunds
from jobs.messages import handles
from jobs.schedule import every


@handles(BillLoaded, queue="settle")
def reconcile_day(message: BillLoaded) -> None:
    """Take the lines over and compare. Again comes to the same differences."""
    actions.reconcile(bill=BillKind(message.kind), day=date.fromisoformat(message.day))


@handles(TellRefunds, queue="bulk")
def tell_refunds(message: TellRefunds) -> None:
    """Tell them. Again tells the same."""
    troubles.tell()


every(hours=1, each_shop=True, message=TellRefunds())
