"""What the worker does about pushes: throw the old ones away, ask for tickets that stay away."""

import structlog
from django.conf import settings

from jobs.messages import handles, publish
from jobs.schedule import every
from tenants import context
from tenants.pushes import actions
from tenants.pushes.messages import OldPushesDue, TicketDue
from tenants.transactions import verb
from wechat import component
from wechat.errors import WeChatFailure

_BATCHES = 20

log = structlog.get_logger(__name__)


@handles(OldPushesDue, queue="bulk")
def delete_old_pushes(message: OldPushesDue) -> None:
    """Delete them in small bites; what is left after twenty is for the next message."""
    if all(actions.forget_old() for _ in range(_BATCHES)):
        _go_on()


@handles(TicketDue, queue="notify", max_retries=3)
def revive_ticket(message: TicketDue) -> None:
    """Ask WeChat for tickets when they stopped (§3.2), and say so when that does not help.

    Again is harmless. A WeChat that is away is asked again when the next message is due.
    """
    if settings.WECHAT is None:
        return
    with context.public():
        try:
            is_asked = component.revive_ticket()
        except WeChatFailure as failure:
            log.warning("ticket_not_asked_for", failure=type(failure).__name__)
            is_asked = True
        age = component.ticket_age()
    if is_asked and (age is None or age > component.TICKET_AWAY):
        log.error("ticket_away", seconds=int(age.total_seconds()) if age else None)


@verb
def _go_on() -> None:
    publish(OldPushesDue(), tenant="")


every(hours=24, message=OldPushesDue())
every(minutes=10, message=TicketDue())
