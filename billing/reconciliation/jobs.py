"""What the worker does in a shop when a bill is there."""

from datetime import date, datetime

from billing.bills import actions as bills
from billing.bills.messages import BillLoaded
from billing.bills.states import BillKind, day_of
from billing.inbox import actions as inbox
from billing.reconciliation import actions, troubles
from billing.reconciliation.messages import TellTroubles
from jobs.messages import handles
from jobs.schedule import every
from tenants import context
from tenants.archives.messages import ShopRestored


@handles(BillLoaded, queue="settle")
def reconcile_day(message: BillLoaded) -> None:
    """Take the lines over and compare. Again comes to the same differences."""
    actions.reconcile(bill=BillKind(message.kind), day=date.fromisoformat(message.day))


@handles(ShopRestored, queue="settle")
def learn_again(message: ShopRestored) -> None:
    """Hear again what WeChat said since, and compare its bills again. Again does the same."""
    since = datetime.fromisoformat(message.since)
    shop = context.shop()
    with context.public():
        inbox.hear_again(shop=shop, since=since)
        bills.tell_again(shop=shop, since=day_of(since))


@handles(TellTroubles, queue="bulk")
def tell_troubles(message: TellTroubles) -> None:
    """Tell them. Again tells the same."""
    troubles.tell()


every(hours=1, each_shop=True, message=TellTroubles())
