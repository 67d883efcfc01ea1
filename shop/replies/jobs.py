"""What replies hear: that a customer wrote, and that a reply has to go on."""

from jobs.messages import handles
from shop.replies import actions
from shop.replies.messages import ReplyDue
from tenants.pushes import actions as pushes
from tenants.pushes import queries as push_queries
from tenants.pushes.messages import CustomerSpoke, FollowerChanged


@handles(CustomerSpoke, queue="notify")
def answer_customer(message: CustomerSpoke) -> None:
    """Say what could not be said at once. Again says nothing twice."""
    _answer(ReplyDue(message.push_id, 0))


@handles(FollowerChanged, queue="notify")
def greet_follower(message: FollowerChanged) -> None:
    """Greet by a text that was too long to be said at once."""
    _answer(ReplyDue(message.push_id, 0))


@handles(ReplyDue, queue="notify")
def go_on(message: ReplyDue) -> None:
    """Send the parts that did not go out."""
    _answer(message)


def _answer(due: ReplyDue) -> None:
    kept = push_queries.push(due.push_id)
    sent = actions.answer_later(
        push_id=due.push_id, appid=kept.appid, fields=kept.fields, attempt=due.attempt
    )
    pushes.note_handled(push_id=due.push_id, outcome=f"sent {sent}")
