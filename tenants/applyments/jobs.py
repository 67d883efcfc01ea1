"""What the worker does for applyments: hand them in, ask WeChat, forget."""

from jobs.messages import handles
from jobs.schedule import every
from tenants import context
from tenants.applyments import actions
from tenants.applyments.messages import ApplymentsDue, FollowApplyment


@handles(FollowApplyment, queue="settle")
def follow_applyment(message: FollowApplyment) -> None:
    """Hand it in or ask. Again is harmless: its number applies once."""
    with context.public():
        actions.follow(applyment_id=message.applyment_id)


@handles(ApplymentsDue, queue="settle")
def follow_due(message: ApplymentsDue) -> None:
    """Ask about those that wait for WeChat. Again asks again."""
    with context.public():
        actions.follow_due()


every(minutes=5, message=ApplymentsDue())
