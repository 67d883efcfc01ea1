"""The only writer of a refund's state and of its history."""

from typing import Any

from billing.refunds.models import Refund, RefundStep
from billing.refunds.states import REFUND_FLOW, RefundState


def move_refund(refund: Refund, target: RefundState, *, event: str, **columns: Any) -> bool:
    """Step forward and write `columns`; say whether the row stood where the flow allows it.

    In the caller's transaction, under the payment's lock.
    """
    rows = Refund.objects.filter(pk=refund.pk, state__in=REFUND_FLOW.before(target))
    if not rows.update(state=target, **columns):
        return False
    refund.state = target
    for name, value in columns.items():
        setattr(refund, name, value)
    note(refund, event)
    return True


def note(refund: Refund, event: str, **facts: Any) -> None:
    """Add a line to the history. The refund stays where it stands."""
    RefundStep.objects.create(refund=refund, state=refund.state, event=event, facts=facts)
