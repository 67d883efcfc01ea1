"""What the worker does for refunds: hand them over, hear WeChat, ask when it keeps silent."""

from billing.inbox import actions as inbox_actions
from billing.inbox import queries as inbox
from billing.inbox.messages import RefundNotified
from billing.ledger.alarms import alarm
from billing.payments.messages import PaidTwice
from billing.refunds import actions
from billing.refunds.accepting import Word, apply_result
from billing.refunds.messages import FollowRefund
from jobs.messages import handles
from tenants import context
from wechat import notify


@handles(FollowRefund, queue="pay")
def follow_refund(message: FollowRefund) -> None:
    """Climb the ladder by one step. Again is harmless: the number refunds once."""
    actions.follow(refund_id=message.refund_id, step=message.step)


@handles(PaidTwice, queue="pay")
def return_second_payment(message: PaidTwice) -> None:
    """Send the money of the second payment back. Again finds the refund made."""
    actions.return_extra(attempt_id=message.attempt_id)


@handles(RefundNotified, queue="pay")
def take_notified_refund(message: RefundNotified) -> None:
    """Take what a callback says. Again is harmless: the refund has ended already."""
    with context.public():
        resource = inbox.get_resource(message.notification_id)
    try:
        notice = notify.any_refund_from(resource)
    except notify.BadCallback as bad:
        alarm("callback_unreadable", reason=bad.reason)
        outcome = "unreadable"
    else:
        outcome = apply_result(Word.of_notice(notice))
    with context.public():
        inbox_actions.note_handled(notification_id=message.notification_id, outcome=outcome)
