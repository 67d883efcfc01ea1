"""The only writer of the states of subscriptions and invoices, and of their history."""

from typing import Any

from billing.plans.models import (
    Invoice,
    InvoiceAttempt,
    InvoiceRefund,
    Subscription,
    SubscriptionStep,
)
from billing.plans.states import (
    ATTEMPT_FLOW,
    INVOICE_FLOW,
    REFUND_FLOW,
    STANDING,
    SUBSCRIPTION_FLOW,
    AttemptState,
    InvoiceState,
    RefundState,
    SubscriptionState,
)
from kernel import clock
from kernel.errors import Refusal
from tenants import limits, modules, standing
from tenants.states import TenantState


class SubscriptionCannotMove(Refusal):
    """The subscription is not in a state from which this step is allowed."""

    en = "The plan is {state} and cannot become {target}."
    zh = "套餐当前状态为 {state}，不能变为 {target}。"


def locked(subscription_id: int) -> Subscription:
    """Return the row, locked: first of all locks, before invoices, attempts and the books."""
    rows = Subscription.objects.select_for_update(of=("self",))
    return rows.select_related("tenant", "version__plan", "next_version__plan").get(
        pk=subscription_id
    )


def move(
    subscription: Subscription,
    target: SubscriptionState,
    *,
    event: str,
    by: str = "platform",
    facts: dict[str, Any] | None = None,
    **columns: Any,
) -> None:
    """Step forward, write `columns` and a line of history, and put the shop where it now stands.

    Under the row's lock. Raises SubscriptionCannotMove.
    """
    since = SUBSCRIPTION_FLOW.before(target) | {target}
    rows = Subscription.objects.filter(pk=subscription.pk, state__in=since)
    if not rows.update(state=target, **columns):
        raise SubscriptionCannotMove(state=subscription.state, target=target)
    for name, value in {"state": target, **columns}.items():
        setattr(subscription, name, value)
    note(subscription, event, by=by, facts=facts)
    stand(subscription, reason=_REASONS.get(target, event))


def note(
    subscription: Subscription, event: str, *, by: str, facts: dict[str, Any] | None = None
) -> None:
    """Add a line to the history."""
    SubscriptionStep.objects.create(
        subscription=subscription, state=subscription.state, event=event, by=by, facts=facts or {}
    )


def stand(subscription: Subscription, *, reason: str) -> None:
    """Tell the shop what its plan allows and where it stands, unless it was told."""
    limits.allow(tenant=subscription.tenant, allowed=subscription.version.limits)
    modules.allow(tenant=subscription.tenant, allowed=subscription.version.modules)
    wished = standing_of(subscription)
    if wished == subscription.told_standing:
        return
    if standing.stand(
        tenant=subscription.tenant, standing=wished, reason=reason, by="platform"
    ):
        Subscription.objects.filter(pk=subscription.pk).update(told_standing=wished)
        subscription.told_standing = wished


def standing_of(subscription: Subscription) -> TenantState:
    """Return where the shop stands by its plan."""
    is_trial = subscription.trial_ends_at > clock.now() and subscription.period_ends_at is None
    if subscription.state == SubscriptionState.CANCELLED and is_trial:
        return TenantState.TRIAL
    return STANDING[SubscriptionState(subscription.state)]


def move_invoice(invoice: Invoice, target: InvoiceState, **columns: Any) -> bool:
    """Step forward; say whether the row stood where the flow allows it."""
    rows = Invoice.objects.filter(pk=invoice.pk, state__in=INVOICE_FLOW.before(target))
    if not rows.update(state=target, **columns):
        return False
    for name, value in {"state": target, **columns}.items():
        setattr(invoice, name, value)
    return True


def move_attempt(attempt: InvoiceAttempt, target: AttemptState, **columns: Any) -> bool:
    """Step forward; say whether the row stood where the flow allows it."""
    rows = InvoiceAttempt.objects.filter(
        pk=attempt.pk, state__in=ATTEMPT_FLOW.before(target)
    )
    moved = rows.update(state=target, **columns)
    attempt.refresh_from_db()
    return bool(moved)


def move_refund(refund: InvoiceRefund, target: RefundState, **columns: Any) -> bool:
    """Step forward; say whether the row stood where the flow allows it."""
    rows = InvoiceRefund.objects.filter(pk=refund.pk, state__in=REFUND_FLOW.before(target))
    return bool(rows.update(state=target, **columns))


_REASONS = {
    SubscriptionState.PAST_DUE: "the plan's invoice is overdue",
    SubscriptionState.SUSPENDED: "the plan was not paid within its days of grace",
    SubscriptionState.ENDED: "the plan has ended",
    SubscriptionState.ACTIVE: "the plan is paid",
}
