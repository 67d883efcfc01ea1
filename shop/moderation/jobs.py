"""What the worker does for moderation: ask WeChat, hear its answers, mind its silence."""

from jobs.messages import handles
from shop.moderation import actions
from shop.moderation.messages import AnswerCameEarly, AnswerOverdue, CheckWanted
from tenants.pushes import actions as pushes
from tenants.pushes import queries as push_queries
from tenants.pushes.messages import MediaChecked


@handles(CheckWanted, queue="notify")
def ask_about_content(message: CheckWanted) -> None:
    """Ask about one text or picture. Again is harmless: one more question, no second outcome."""
    actions.ask(check_id=message.check_id, attempt=message.attempt)


@handles(MediaChecked, queue="notify")
def hear_about_picture(message: MediaChecked) -> None:
    """Take WeChat's answer. Again finds it decided."""
    fields = push_queries.fields_of(message.push_id)
    outcome = actions.take_answer(push_id=message.push_id, fields=fields)
    pushes.note_handled(push_id=message.push_id, outcome=outcome)


@handles(AnswerCameEarly, queue="notify")
def hear_about_picture_again(message: AnswerCameEarly) -> None:
    """Look whether the question has been noted since."""
    fields = push_queries.fields_of(message.push_id)
    actions.take_answer(push_id=message.push_id, fields=fields, tries=message.tries)


@handles(AnswerOverdue, queue="notify")
def give_up_waiting(message: AnswerOverdue) -> None:
    """Have a person look. After an answer there is nothing to do."""
    actions.give_up_waiting(check_id=message.check_id, attempt=message.attempt)
