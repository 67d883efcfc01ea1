"""What the worker does for withdrawals: hand them over, hear WeChat, ask when it keeps silent."""

from billing.inbox import actions as inbox_actions
from billing.inbox import queries as inbox
from billing.inbox.messages import TransferNotified
from billing.ledger.alarms import alarm
from billing.withdrawals import transferring
from billing.withdrawals.accepting import Word, apply_word
from billing.withdrawals.messages import FollowWithdrawal
from jobs.messages import handles
from tenants import context
from wechat import notify


@handles(FollowWithdrawal, queue="pay")
def follow_withdrawal(message: FollowWithdrawal) -> None:
    """Climb the ladder by one step. Again is harmless: the number pays once."""
    transferring.follow(withdrawal_id=message.withdrawal_id, step=message.step)


@handles(TransferNotified, queue="pay")
def take_notified_transfer(message: TransferNotified) -> None:
    """Take what a callback says. Again is harmless: the withdrawal has ended already."""
    with context.public():
        resource = inbox.get_resource(message.notification_id)
    try:
        notice = notify.transfer_from(resource)
    except notify.BadCallback as bad:
        alarm("callback_unreadable", reason=bad.reason)
        outcome = "unreadable"
    else:
        outcome = apply_word(Word.of_told(notice))
    with context.public():
        inbox_actions.note_handled(notification_id=message.notification_id, outcome=outcome)
