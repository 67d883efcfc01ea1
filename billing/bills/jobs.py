"""What the worker does about bills: want them after ten in Beijing, fetch, load, tidy."""

from django.conf import settings

from billing.bills import actions
from billing.bills.messages import FetchBill, LoadBill, WantBills
from jobs.messages import handles
from jobs.schedule import every

DAYS_BACK = 7
"""A platform that was off for a week catches up by itself; more is `manage.py reconcile`."""


@handles(WantBills, queue="settle")
def want_bills(message: WantBills) -> None:
    """See what is missing. Again finds everything wanted already."""
    if settings.WECHAT is None:
        return
    actions.want_missing(days_back=DAYS_BACK)
    actions.tidy()


@handles(FetchBill, queue="settle")
def fetch_bill(message: FetchBill) -> None:
    """Fetch a bill. Again finds it kept."""
    actions.fetch(file_id=message.file_id)


@handles(LoadBill, queue="settle")
def load_bill(message: LoadBill) -> None:
    """Load a bill. Again finds it loaded."""
    actions.load(file_id=message.file_id)


every(hours=1, message=WantBills())
