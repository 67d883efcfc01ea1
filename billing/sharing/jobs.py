"""What the worker does for sharings: hand over, ask when WeChat keeps silent, watch the time."""

from billing.inbox import actions as inbox_actions
from billing.inbox import queries as inbox
from billing.inbox.messages import SharingNotified
from billing.ledger.alarms import alarm
from billing.sharing import actions, following, returning
from billing.sharing.messages import FollowReturn, FollowSharing, WatchSharings
from jobs.messages import handles
from jobs.schedule import every
from tenants import context
from wechat import notify


@handles(FollowSharing, queue="settle")
def follow_sharing(message: FollowSharing) -> None:
    """Climb the ladder by one step. Again is harmless: the number shares once."""
    following.follow(sharing_id=message.sharing_id, turn=message.turn)


@handles(FollowReturn, queue="pay")
def follow_return(message: FollowReturn) -> None:
    """Climb the ladder by one step: a refund waits for it."""
    returning.follow(share_return_id=message.share_return_id)


@handles(SharingNotified, queue="settle")
def take_notified_sharing(message: SharingNotified) -> None:
    """Look at once where WeChat says that something was given. Again is harmless."""
    with context.public():
        resource = inbox.get_resource(message.notification_id)
    try:
        outcome = following.hear(notify.sharing_from(resource))
    except notify.BadCallback as bad:
        alarm("callback_unreadable", reason=bad.reason)
        outcome = "unreadable"
    with context.public():
        inbox_actions.note_handled(notification_id=message.notification_id, outcome=outcome)


@handles(WatchSharings, queue="settle")
def watch_sharings(message: WatchSharings) -> None:
    """Alarm before WeChat releases what was to be shared."""
    actions.watch()


every(hours=24, each_shop=True, message=WatchSharings())
