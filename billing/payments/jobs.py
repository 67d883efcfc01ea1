"""What the worker does for payments: hear WeChat, and ask when it keeps silent."""

from billing.inbox import actions as inbox_actions
from billing.inbox import queries as inbox
from billing.inbox.messages import PaymentNotified
from billing.ledger.alarms import alarm
from billing.payments import actions
from billing.payments.accepting import apply_success
from billing.payments.messages import QueryPayment
from jobs.messages import handles
from tenants import context
from wechat import notify


@handles(PaymentNotified, queue="pay")
def take_notified_payment(message: PaymentNotified) -> None:
    """Take what a callback says. Again is harmless: the payment is paid already."""
    with context.public():
        resource = inbox.get_resource(message.notification_id)
    try:
        told = notify.any_transaction_from(resource)
    except notify.BadCallback as bad:
        alarm("callback_unreadable", reason=bad.reason)
        outcome = "unreadable"
    else:
        outcome = apply_success(out_trade_no=told.out_trade_no, transaction=told)
    with context.public():
        inbox_actions.note_handled(notification_id=message.notification_id, outcome=outcome)


@handles(QueryPayment, queue="pay")
def ask_after_payment(message: QueryPayment) -> None:
    """Climb the ladder by one step. Again is harmless: asking changes nothing at WeChat."""
    actions.follow(attempt_id=message.attempt_id, step=message.step)
