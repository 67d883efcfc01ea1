"""What a paid invoice does to a subscription: its period begins, or the larger plan is there."""

from typing import Any

from billing.plans import issuing
from billing.plans.messages import InvoicePaid
from billing.plans.models import Invoice, Subscription
from billing.plans.moves import move, move_invoice
from billing.plans.states import InvoiceState, Purpose, SubscriptionState
from jobs.messages import publish
from kernel import clock

S = SubscriptionState
PAUSED = frozenset({S.SUSPENDED, S.ENDED})
"""States in which the shop did not sell: these days are not charged."""


def settle(subscription: Subscription, invoice: Invoice, *, paid_by: str) -> bool:
    """Mark an invoice as paid and give what it bought; False if it was open no more.

    Under the subscription's lock. The books are the caller's: money comes by more than one way.
    """
    if not move_invoice(invoice, InvoiceState.PAID, paid_at=clock.now(), paid_by=paid_by):
        return False
    if invoice.purpose == Purpose.CHANGE:
        columns = _changed(subscription, invoice)
    elif _is_ahead(subscription, invoice):
        columns = {}
    else:
        columns = _begun(subscription, invoice)
    facts = {"invoice": invoice.name, "version": str(invoice.version)}
    move(subscription, S.ACTIVE, event="paid", facts=facts, due_at=clock.now(), **columns)
    publish(InvoicePaid(invoice.pk), tenant="")
    return True


def begin_paid(subscription: Subscription) -> bool:
    """Begin a period that was paid ahead on another plan, once its time has come."""
    ends, paid = subscription.period_ends_at, paid_ahead(subscription)
    if ends is None or paid is None or clock.now() < ends:
        return False
    state, facts = S(subscription.state), {"invoice": paid.name, "version": str(paid.version)}
    move(subscription, state, event="begun", facts=facts, **_begun(subscription, paid))
    return True


def paid_ahead(subscription: Subscription) -> Invoice | None:
    """Return the invoice of the next period, if it is paid and waits for the present one's end."""
    ends = subscription.period_ends_at
    if ends is None:
        return None
    paid = subscription.invoices.filter(purpose=Purpose.PERIOD, state=InvoiceState.PAID)
    return paid.filter(period_from=ends).first()


def _is_ahead(subscription: Subscription, invoice: Invoice) -> bool:
    """Say whether the period must wait: until then the shop has the plan that it paid for."""
    is_other = invoice.version_id != subscription.version_id
    is_next = invoice.period_from == subscription.period_ends_at
    return is_other and is_next and clock.now() < invoice.period_from


def _begun(subscription: Subscription, invoice: Invoice) -> dict[str, Any]:
    """Return the columns of a period that was paid.

    Days of suspension come back at its end, and move its beginning with it: a change of plan
    divides the price by the days that it is for.
    """
    begins, ends = invoice.period_from, invoice.period_to
    since = subscription.suspended_at
    if subscription.state in PAUSED and since is not None:
        paused = clock.now() - max(since, begins)
        begins, ends = begins + paused, ends + paused
    is_first = subscription.period_ends_at is None or subscription.state == S.ENDED
    anchor = invoice.period_from.day if is_first else subscription.anchor_day
    return {
        "version": invoice.version,
        "interval": invoice.interval,
        "period_started_at": begins,
        "period_ends_at": ends,
        "anchor_day": anchor if ends == invoice.period_to else ends.day,
        "next_version": None,
        "next_interval": "",
        "suspended_at": None,
    }


def _changed(subscription: Subscription, invoice: Invoice) -> dict[str, Any]:
    """Return the columns of a larger plan. A renewal of the old one is invoiced anew."""
    issuing.void_open(subscription, reason="the plan was changed", by="platform")
    columns: dict[str, Any] = {
        "version": invoice.version,
        "interval": invoice.interval,
        "next_version": None,
        "next_interval": "",
    }
    if invoice.interval != subscription.interval:
        columns |= {
            "period_started_at": invoice.period_from,
            "period_ends_at": invoice.period_to,
            "anchor_day": invoice.period_from.day,
        }
    return columns
