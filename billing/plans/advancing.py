"""What time does to a subscription: invoices ahead, reminders, grace, suspension, the end.

`advance` brings a subscription to where it stands by now, however long nobody looked, and notes
when it must be looked at next. Again changes nothing.
"""

from datetime import datetime, timedelta

from django.conf import settings

from billing.plans import issuing
from billing.plans.amounts import months_later
from billing.plans.applying import begin_paid, settle
from billing.plans.messages import AdvanceSubscription, InvoiceReminder
from billing.plans.models import Invoice, PlanVersion, Subscription
from billing.plans.moves import locked, move, note, stand, standing_of
from billing.plans.states import MONTHS, InvoiceState, Purpose, SubscriptionState
from jobs.messages import publish
from kernel import clock
from tenants.states import TenantState
from tenants.transactions import verb

S = SubscriptionState
INVOICE_AHEAD = timedelta(days=7)
REMINDER_DAYS = (-3, 0, 3, 7, 13)
"""Days after an invoice is due on which its owner is written to."""
KEPT_SUSPENDED = timedelta(days=90)
"""So long a suspended shop may simply pay; then its plan has ended."""
LOOK_AGAIN = timedelta(days=1)
_GONE = frozenset({TenantState.CLOSED, TenantState.PURGED})
_BATCH = 1000


def publish_due() -> int:
    """Have every subscription whose time has come looked at; return how many."""
    due = Subscription.objects.filter(due_at__lte=clock.now()).order_by("due_at")
    ids = list(due.values_list("pk", flat=True)[:_BATCH])
    _publish(ids)
    return len(ids)


@verb
def advance(*, subscription_id: int) -> Subscription:
    """Bring a subscription to where it stands by now. See the module."""
    row = locked(subscription_id)
    for _ in range(50):  # a step a time; a server that slept for years ends here all the same
        if not _step(row):
            break
    _remind(row)
    if standing_of(row) != row.told_standing:
        stand(row, reason="as its plan says")
    Subscription.objects.filter(pk=row.pk).update(due_at=_next_look(row))
    return row


def ends_at(row: Subscription) -> datetime:
    """Return the end of what is paid, or of the trial."""
    return row.period_ends_at or row.trial_ends_at


@verb
def _publish(ids: list[int]) -> None:
    for pk in ids:
        publish(AdvanceSubscription(pk), tenant="")


def _step(row: Subscription) -> bool:
    """Take one step that time asks for; False when there is none."""
    now = clock.now()
    if row.tenant.state in _GONE:
        return row.state != S.ENDED and _end(row, "the shop was closed")
    if row.state == S.ENDED:
        return _take_up(row)
    if _void_old_change(row) or begin_paid(row):
        return True
    if row.state == S.CANCELLED:
        return now >= ends_at(row) and _end(row, "its owner had cancelled")
    if row.state == S.SUSPENDED:
        since = row.suspended_at or now
        return now >= since + KEPT_SUSPENDED and _end(row, "it was not paid for too long")
    if row.state == S.PAST_DUE:
        return _suspend_if_due(row)
    return _invoice_next(row) or _overdue(row)


def _take_up(row: Subscription) -> bool:
    """Give back what a shop had paid for when it was closed, now that it has come back."""
    if clock.now() >= ends_at(row):
        return False
    target = S.TRIALING if row.period_ends_at is None else S.ACTIVE
    move(row, target, event="came_back", suspended_at=None)
    return True


def _end(row: Subscription, reason: str) -> bool:
    issuing.void_open(row, reason=reason, by="platform")
    since = row.suspended_at or clock.now()
    move(row, S.ENDED, event="ended", facts={"reason": reason}, suspended_at=since)
    return True


def _suspend_if_due(row: Subscription) -> bool:
    if clock.now() < ends_at(row) + timedelta(days=settings.GRACE_DAYS):
        return False
    move(row, S.SUSPENDED, event="suspended", suspended_at=clock.now())
    return True


def _void_old_change(row: Subscription) -> bool:
    old = row.invoices.filter(
        state=InvoiceState.OPEN, purpose=Purpose.CHANGE, due_at__lte=clock.now()
    ).first()
    reason = "its price held for a day"
    return old is not None and issuing.void(old, subscription=row, reason=reason, by="platform")


def _invoice_next(row: Subscription) -> bool:
    """Write the invoice of the next period, a week ahead; a free period needs none."""
    begins = ends_at(row)
    if row.tenant.state == TenantState.CLOSING or clock.now() < begins - INVOICE_AHEAD:
        return False
    version, interval = _wanted(row)
    known = row.invoices.filter(purpose=Purpose.PERIOD, period_from=begins)
    if known.exclude(state=InvoiceState.VOID).exists():
        return False
    if not version.price(interval).minor and clock.now() < begins:
        return False
    is_first = row.period_ends_at is None
    anchor = begins.day if is_first else row.anchor_day
    ends = months_later(begins, MONTHS[interval], anchor_day=anchor)  # type: ignore[index]
    invoice = issuing.issue_period(
        row,
        version=version,
        interval=interval,
        begins=begins,
        ends=ends,
        due_at=begins,
        by="platform",
    )
    if not invoice.total_minor:
        settle(row, invoice, paid_by="nothing to pay")
    return True


def _wanted(row: Subscription) -> tuple[PlanVersion, str]:
    if row.next_version is not None:
        return row.next_version, row.next_interval
    return row.version, row.interval


def _overdue(row: Subscription) -> bool:
    """Begin the days of grace when a period has begun that nobody paid."""
    if clock.now() < ends_at(row) or row.tenant.state == TenantState.CLOSING:
        return False
    move(row, S.PAST_DUE, event="past_due")
    return True


def _remind(row: Subscription) -> None:
    """Have the owner written to about what is not paid; of several reminders, the latest."""
    open_one = _open_period(row)
    if open_one is None or row.state == S.ENDED:
        return
    late = (clock.now() - open_one.due_at) / timedelta(days=1)
    reached = [day for day in REMINDER_DAYS if day <= late]
    said = open_one.reminded_days
    if not reached or (said is not None and reached[-1] <= said):
        return
    Invoice.objects.filter(pk=open_one.pk).update(reminded_days=reached[-1])
    note(row, "reminded", by="platform", facts={"invoice": open_one.name, "days": reached[-1]})
    publish(InvoiceReminder(open_one.pk, reached[-1]), tenant="")


def _open_period(row: Subscription) -> Invoice | None:
    return row.invoices.filter(state=InvoiceState.OPEN, purpose=Purpose.PERIOD).first()


def _next_look(row: Subscription) -> datetime:
    """Return the next moment at which time does something; a day at most, for locked shops."""
    now, ends = clock.now(), ends_at(row)
    moments = [now + LOOK_AGAIN, ends - INVOICE_AHEAD, ends]
    moments += [ends + timedelta(days=settings.GRACE_DAYS)]
    open_one = _open_period(row)
    if open_one is not None:
        moments += [open_one.due_at + timedelta(days=day) for day in REMINDER_DAYS]
    return min(moment for moment in moments if moment > now)
