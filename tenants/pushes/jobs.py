"""What the worker does about pushes: throw the old ones away."""

from jobs.messages import handles, publish
from jobs.schedule import every
from tenants.pushes import actions
from tenants.pushes.messages import OldPushesDue
from tenants.transactions import verb

_BATCHES = 20


@handles(OldPushesDue, queue="bulk")
def delete_old_pushes(message: OldPushesDue) -> None:
    """Delete them in small bites; what is left after twenty is for the next message."""
    if all(actions.forget_old() for _ in range(_BATCHES)):
        _go_on()


@verb
def _go_on() -> None:
    publish(OldPushesDue(), tenant="")


every(hours=24, message=OldPushesDue())
