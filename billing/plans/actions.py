"""What owners and staff do with a plan: try it, choose another, leave, come back.

Each verb is one transaction on the platform. What time does is in `plans.advancing`, what money
does in `plans.accepting`. Lock order: subscription, invoices, attempts, the books. Everybody.
"""

from datetime import datetime, timedelta

from django.db import transaction

from billing.plans import issuing, queries
from billing.plans.amounts import Proration, months_later
from billing.plans.applying import paid_ahead, settle
from billing.plans.messages import AdvanceSubscription
from billing.plans.models import Invoice, Plan, PlanVersion, Subscription
from billing.plans.moves import locked, move, note, stand
from billing.plans.states import (
    MONTHS,
    Interval,
    InvoiceState,
    Purpose,
    SubscriptionState,
)
from jobs.messages import publish
from kernel import clock
from kernel.errors import Refusal
from tenants import modules
from tenants.limits import Limit
from tenants.models import Tenant
from tenants.transactions import verb

S = SubscriptionState
CHANGE_HOURS = 24
"""So long the price of a change in the middle of a period holds."""


class PlanNotOffered(Refusal):
    """The plan cannot be chosen by owners, or not any more."""

    status = 422
    en = "This plan is not offered."
    zh = "该套餐暂不提供。"


class AlreadyOnPlan(Refusal):
    """The shop has this very plan and no other is planned."""

    en = "The shop is on this plan already."
    zh = "小铺已在使用该套餐。"


class NextPeriodPaid(Refusal):
    """The next period is paid on another plan, which begins when the present one ends."""

    en = "The next period is paid already. Please choose again when it has begun, on {day}."
    zh = "下一周期的套餐已付款，请在其开始后（{day}）再更换。"


class PlanTooSmall(Refusal):
    """The shop uses more than the plan allows; `what`, `used` and `limit` say of what."""

    en = "The plan allows {limit} {what} and the shop uses {used}. Reduce them first."
    zh = "该套餐的 {what} 上限为 {limit}，小铺已用 {used}，请先减少后再更换。"


class PlanLacksModule(Refusal):
    """A part of the mini-program is open that the plan does not have."""

    en = "The plan does not have “{module}”, which is open. Close it first."
    zh = "该套餐不含已开通的“{module}”，请先关闭后再更换。"


class NothingToCancel(Refusal):
    """The plan has ended or is cancelled already."""

    en = "There is no running plan to cancel."
    zh = "没有可取消的套餐。"


class TrialOver(Refusal):
    """The shop has paid before: there is no trial to extend."""

    en = "This shop has paid a plan before; its trial cannot be extended."
    zh = "该小铺已付费使用过套餐，无法延长试用。"


@verb
def start_trial(*, tenant: Tenant, plan: Plan | None = None, by: str = "platform") -> (
    Subscription | None
):  # fmt: skip
    """Put a new shop on a plan's trial: the default one's. None where the platform has no plans.

    A shop that has a subscription keeps it.
    """
    known = Subscription.objects.filter(tenant=tenant).first()
    plan = plan or Plan.objects.filter(is_default=True).first()
    if known is not None or plan is None:
        return known
    version = queries.current(plan)
    now = clock.now()
    subscription, is_new = Subscription.objects.get_or_create(
        tenant=tenant,
        defaults={
            "version": version,
            "interval": Interval.MONTH,
            "trial_ends_at": now + timedelta(days=version.trial_days),
            "told_standing": "trial",
            "due_at": now,
        },
    )
    if is_new:
        note(subscription, "trial", by=by, facts={"version": str(version)})
        modules.begin_with(tenant=tenant, allowed=version.modules)
        stand(subscription, reason="trial of a plan")
        publish(AdvanceSubscription(subscription.pk), tenant="")
    return subscription


def choose(
    *, subscription: Subscription, version: PlanVersion, interval: Interval, by: str
) -> Invoice | None:
    """Change to a plan: return the invoice that does it when it is paid, or None.

    Without an invoice the change costs nothing now: at once, or from the next period on. Raises
    PlanNotOffered, AlreadyOnPlan, NextPeriodPaid, PlanTooSmall, PlanLacksModule.
    """
    if not version.plan.is_offered or version != queries.current(version.plan):
        raise PlanNotOffered
    used = queries.usage(subscription.tenant)  # asked inside the shop, before our transaction
    with transaction.atomic():
        return _choose(locked(subscription.pk), version, interval, used, by)


@verb
def cancel(*, subscription: Subscription, by: str) -> Subscription:
    """Want no next period: what is paid, or tried, runs to its end. Unpaid ends at once."""
    row = locked(subscription.pk)
    if row.state in {S.CANCELLED, S.ENDED}:
        raise NothingToCancel
    issuing.void_open(row, reason="the plan was cancelled", by=by)
    is_running = row.state in {S.TRIALING, S.ACTIVE}
    move(
        row,
        S.CANCELLED if is_running else S.ENDED,
        event="cancelled",
        by=by,
        next_version=None,
        next_interval="",
        due_at=clock.now(),
        suspended_at=None if is_running else (row.suspended_at or clock.now()),
    )
    return row


@verb
def resume(*, subscription: Subscription, by: str) -> Subscription:
    """Take the cancelling back, while the plan still runs."""
    row = locked(subscription.pk)
    if row.state != S.CANCELLED:
        raise NothingToCancel
    target = S.TRIALING if row.period_ends_at is None else S.ACTIVE
    move(row, target, event="resumed", by=by, due_at=clock.now())
    return row


@verb
def extend_trial(*, subscription: Subscription, days: int, by: str) -> Subscription:
    """Give a shop that never paid so many days more, from now or from its trial's end. Staff."""
    row = locked(subscription.pk)
    if row.period_ends_at is not None:
        raise TrialOver
    issuing.void_open(row, reason="the trial was extended", by=by)
    ends = max(row.trial_ends_at, clock.now()) + timedelta(days=days)
    move(
        row,
        S.TRIALING,
        event="trial_extended",
        by=by,
        facts={"days": days},
        trial_ends_at=ends,
        due_at=clock.now(),
        suspended_at=None,
    )
    return row


def quote(
    subscription: Subscription, version: PlanVersion, interval: Interval
) -> Proration | None:
    """Return what a change would cost now, in the middle of a period; None if none runs."""
    begins, ends = subscription.period_started_at, subscription.period_ends_at
    if subscription.state not in {S.ACTIVE, S.CANCELLED} or begins is None or ends is None:
        return None
    return queries.proration(subscription, version, interval, begins=begins, ends=ends)


def _choose(
    row: Subscription, version: PlanVersion, interval: Interval, used: dict[str, int], by: str
) -> Invoice | None:
    is_same = (row.version_id, row.interval) == (version.pk, interval)
    cost = quote(row, version, interval)
    if cost is None:
        return _begin(row, version, interval, used, by)
    if (paid := paid_ahead(row)) is not None:
        raise NextPeriodPaid(day=paid.period_from.date())
    if is_same:
        if row.next_version_id is None and row.state != S.CANCELLED:
            raise AlreadyOnPlan
        _plan_next(row, None, "", by)
        return None
    _refuse_if_too_small(row, version, used)
    issuing.void_open(row, reason="another plan was chosen", by=by)
    if cost.is_cheaper:
        _plan_next(row, version, interval, by)
        return None
    now, ends = clock.now(), row.period_ends_at
    begins = now
    if interval != row.interval:
        # What was paid ahead is given back whole, so what runs until then is kept.
        begins = max(now, row.period_started_at or now)
        ends = months_later(begins, MONTHS[interval], anchor_day=begins.day)
    assert ends is not None
    if row.state == S.CANCELLED:
        move(row, S.ACTIVE, event="resumed", by=by)
    return issuing.issue_change(
        row,
        version=version,
        interval=interval,
        begins=begins,
        ends=ends,
        cost=cost,
        due_at=now + timedelta(hours=CHANGE_HOURS),
        by=by,
    )


def _begin(
    row: Subscription, version: PlanVersion, interval: Interval, used: dict[str, int], by: str
) -> Invoice | None:
    """Invoice the first period, or the one that is overdue, on the plan that is wanted."""
    _refuse_if_too_small(row, version, used)
    open_one = row.invoices.filter(state=InvoiceState.OPEN, purpose=Purpose.PERIOD).first()
    if open_one is not None and (open_one.version_id, open_one.interval) == (version.pk, interval):
        return open_one
    issuing.void_open(row, reason="another plan was chosen", by=by)
    if row.state == S.CANCELLED:
        move(row, S.TRIALING, event="resumed", by=by)
    begins = first_moment(row)
    ends = months_later(begins, MONTHS[interval], anchor_day=begins.day)
    invoice = issuing.issue_period(
        row,
        version=version,
        interval=interval,
        begins=begins,
        ends=ends,
        due_at=begins,
        by=by,
    )
    if not invoice.total_minor:
        settle(row, invoice, paid_by="nothing to pay")
        return None
    return invoice


def first_moment(row: Subscription) -> datetime:
    """Return when a period that is chosen now begins: when the trial, or what was paid, ends."""
    now = clock.now()
    if row.state == S.TRIALING:
        return max(row.trial_ends_at, now)
    if row.state == S.PAST_DUE:
        return row.period_ends_at or row.trial_ends_at
    return now


def _plan_next(row: Subscription, version: PlanVersion | None, interval: str, by: str) -> None:
    issuing.void_open(row, reason="another plan was chosen", by=by)
    move(
        row,
        S.ACTIVE,
        event="next_plan" if version else "plan_kept",
        by=by,
        facts={"version": str(version or row.version)},
        next_version=version,
        next_interval=interval,
        due_at=clock.now(),
    )


def _refuse_if_too_small(row: Subscription, version: PlanVersion, used: dict[str, int]) -> None:
    for module in row.tenant.modules:
        # What the present plan lacks as well was left open by it, and is left again.
        if modules.has(row.version.modules, module) and not modules.has(version.modules, module):
            raise PlanLacksModule(module=module)
    for limit in Limit:
        most = version.limits.get(limit)
        # What was sold this month is sold: the next plan counts from its first day on.
        if most is None or limit in {Limit.ORDERS_PER_MONTH, Limit.MESSAGES_PER_MONTH}:
            continue
        if used.get(limit, 0) > most:
            raise PlanTooSmall(what=str(limit), limit=most, used=used[limit])
