"""What the worker does for plans: what time asks for, and what WeChat says."""

from billing.inbox import actions as inbox_actions
from billing.inbox import queries as inbox
from billing.inbox.messages import PlatformPaymentNotified, PlatformRefundNotified
from billing.ledger.alarms import alarm
from billing.plans import actions, advancing, giving_back, paying, queries
from billing.plans.accepting import apply_success
from billing.plans.messages import (
    AdvanceSubscription,
    FollowAttempt,
    FollowPlanRefund,
    SubscriptionsDue,
)
from billing.refunds.accepting import Word
from jobs.messages import handles
from jobs.schedule import every
from tenants import context
from tenants.archives.messages import ShopArrived
from tenants.messages import ShopMoved, ShopOpened
from tenants.models import Tenant
from wechat import notify


@handles(ShopOpened, queue="settle")
def begin_trial(message: ShopOpened) -> None:
    """Put a new shop on the default plan's trial. Again finds it there."""
    with context.public():
        actions.start_trial(tenant=Tenant.objects.get(pk=message.tenant_id))


@handles(ShopArrived, queue="settle")
def begin_trial_of_arrived(message: ShopArrived) -> None:
    """Put a shop from another installation on the default plan's trial, as a new one."""
    begin_trial(ShopOpened(message.tenant_id))


@handles(ShopMoved, queue="settle")
def look_at_moved_shop(message: ShopMoved) -> None:
    """A shop that was unlocked or came back is put where its plan says by now."""
    subscription = queries.subscription_of(Tenant.objects.get(pk=message.tenant_id))
    if subscription is not None:
        advancing.advance(subscription_id=subscription.pk)


@handles(SubscriptionsDue, queue="settle")
def look_who_is_due(message: SubscriptionsDue) -> None:
    """Have everybody looked at whose time has come."""
    advancing.publish_due()


@handles(AdvanceSubscription, queue="settle")
def advance_subscription(message: AdvanceSubscription) -> None:
    """Bring a subscription to where it stands by now. Again changes nothing."""
    advancing.advance(subscription_id=message.subscription_id)


@handles(FollowAttempt, queue="pay")
def follow_attempt(message: FollowAttempt) -> None:
    """Climb the ladder by one step. Again is harmless: asking changes nothing at WeChat."""
    paying.follow(attempt_id=message.attempt_id, step=message.step)


@handles(FollowPlanRefund, queue="pay")
def follow_refund(message: FollowPlanRefund) -> None:
    """Climb the ladder by one step. Again is harmless: the number refunds once."""
    giving_back.follow(refund_id=message.refund_id, step=message.step)


@handles(PlatformPaymentNotified, queue="pay")
def take_notified_payment(message: PlatformPaymentNotified) -> None:
    """Take what a callback says. Again is harmless: the invoice is paid already."""
    resource = inbox.get_resource(message.notification_id)
    try:
        told = notify.direct_transaction_from(resource)
    except notify.BadCallback as bad:
        alarm("callback_unreadable", reason=bad.reason)
        outcome = "unreadable"
    else:
        outcome = apply_success(out_trade_no=told.out_trade_no, transaction=told)
    inbox_actions.note_handled(notification_id=message.notification_id, outcome=outcome)


@handles(PlatformRefundNotified, queue="pay")
def take_notified_refund(message: PlatformRefundNotified) -> None:
    """Take what a callback says. Again is harmless: the refund has ended already."""
    resource = inbox.get_resource(message.notification_id)
    try:
        notice = notify.direct_refund_from(resource)
    except notify.BadCallback as bad:
        alarm("callback_unreadable", reason=bad.reason)
        outcome = "unreadable"
    else:
        outcome = giving_back.apply_word(Word.of_notice(notice))
    inbox_actions.note_handled(notification_id=message.notification_id, outcome=outcome)


every(minutes=15, message=SubscriptionsDue())
