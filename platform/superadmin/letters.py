"""Dead letters: jobs that failed for good. Run again from the start, or taken out of the queue."""

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from jobs.models import QueuedMessage
from kernel import clock
from kernel.errors import Refusal

DEAD, WAITING = "rejected", "queued"
MONEY = "billing"
"""Where the handlers live that move money."""
_MARKS = ("retries", "traceback", "requeue_timestamp", "_began")
"""What dramatiq noted about the failed runs; with it a letter would die at its first failure."""


class NotADeadLetter(Refusal):
    """Only a dead letter can be run again or set aside."""

    en = "This job is {state}, not dead."
    zh = "该任务状态为 {state}，不是死信。"


def dead_letters() -> QuerySet[QueuedMessage]:
    """Return the dead letters, the latest first."""
    return QueuedMessage.objects.filter(state=DEAD).order_by("-mtime")


def about(part: str) -> Q:
    """Return what narrows to the jobs of a part of the code, as `billing.refunds`."""
    return Q(message__actor_name__startswith=f"{part}.")


@transaction.atomic
def run_again(*, letter: QueuedMessage) -> None:
    """Put the letter back into its queue as if it had never been tried."""
    now = clock.now()
    options = dict(letter.message.get("options") or {})
    message = {**letter.message, "options": {k: v for k, v in options.items() if k not in _MARKS}}
    _move(letter, state=WAITING, message=message, deliveries=0, available_at=now, mtime=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [f"dramatiq.{letter.queue_name}.enqueue"])


@transaction.atomic
def discard(*, letter: QueuedMessage) -> None:
    """Take the letter out of the queue for ever; the caller's audit line keeps what it said."""
    gone, _ = QueuedMessage.objects.filter(pk=letter.pk, state=DEAD).delete()
    if not gone:
        _refuse(letter)


def _move(letter: QueuedMessage, **values: object) -> None:
    moved = QueuedMessage.objects.filter(pk=letter.pk, state=DEAD).update(**values)
    if not moved:
        _refuse(letter)


def _refuse(letter: QueuedMessage) -> None:
    state = QueuedMessage.objects.filter(pk=letter.pk).values_list("state", flat=True).first()
    raise NotADeadLetter(state=state or "gone")
