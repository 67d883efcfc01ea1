"""What the worker does for sharings: hand over, ask when WeChat keeps silent, watch the time."""

from billing.sharing import actions, following, returning
from billing.sharing.messages import FollowReturn, FollowSharing, WatchSharings
from jobs.messages import handles
from jobs.schedule import every


@handles(FollowSharing, queue="settle")
def follow_sharing(message: FollowSharing) -> None:
    """Climb the ladder by one step. Again is harmless: the number shares once."""
    following.follow(sharing_id=message.sharing_id, turn=message.turn)


@handles(FollowReturn, queue="pay")
def follow_return(message: FollowReturn) -> None:
    """Climb the ladder by one step: a refund waits for it."""
    returning.follow(share_return_id=message.share_return_id)


@handles(WatchSharings, queue="settle")
def watch_sharings(message: WatchSharings) -> None:
    """Alarm before WeChat releases what was to be shared."""
    actions.watch()


every(hours=24, each_shop=True, message=WatchSharings())
