"""What members hear: whether a nickname may be seen."""

from jobs.messages import handles
from shop.members import actions, queries
from shop.moderation.messages import ContentDecided


@handles(ContentDecided, queue="notify")
def settle_nickname(message: ContentDecided) -> None:
    """Show the nickname or keep it hidden. What is not a nickname is for somebody else."""
    if message.subject_kind == queries.NICKNAME:
        actions.settle_nickname(member_id=message.subject_id)
