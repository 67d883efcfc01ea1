"""The only writer of the states of a sharing, its parts and its returns, and of the history.

Everybody holds the lock of the payment's row: see Note [lock order] in payments.actions.
"""

from typing import Any

from billing.sharing.models import Part, ShareReturn, Sharing, SharingStep
from billing.sharing.states import SHARING_FLOW, PartState, ReturnState, SharingState
from kernel import clock


def move_sharing(sharing: Sharing, target: SharingState, *, event: str, **columns: Any) -> bool:
    """Step forward and write `columns`; say whether the row stood where the flow allows it."""
    rows = Sharing.objects.filter(pk=sharing.pk, state__in=SHARING_FLOW.before(target))
    if not rows.update(state=target, **columns):
        return False
    sharing.state = target
    for name, value in columns.items():
        setattr(sharing, name, value)
    note(sharing, event)
    return True


def move_part(part: Part, target: PartState, *, reason: str = "") -> bool:
    """End a part; say whether it had not ended before."""
    now = clock.now()
    rows = Part.objects.filter(pk=part.pk, state=PartState.PLANNED)
    if not rows.update(state=target, reason=reason[:64], ended_at=now):
        return False
    part.state, part.reason, part.ended_at = target, reason[:64], now
    return True


def move_return(back: ShareReturn, target: ReturnState, *, reason: str = "") -> bool:
    """End a return; say whether it had not ended before."""
    now = clock.now()
    rows = ShareReturn.objects.filter(pk=back.pk, state=ReturnState.REQUESTED)
    if not rows.update(state=target, reason=reason[:64], ended_at=now):
        return False
    back.state, back.reason, back.ended_at = target, reason[:64], now
    return True


def note(sharing: Sharing, event: str, **facts: Any) -> None:
    """Add a line to the history. The sharing stays where it stands."""
    SharingStep.objects.create(sharing=sharing, state=sharing.state, event=event, facts=facts)
