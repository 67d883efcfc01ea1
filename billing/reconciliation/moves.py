"""The only writer of a difference's state by hand, and of its history."""

from typing import Any

from billing.reconciliation.models import Difference, DifferenceStep
from billing.reconciliation.states import DIFFERENCE_FLOW, DifferenceState
from kernel import clock


def move(
    difference: Difference, target: DifferenceState, *, event: str, by: str, note: str, **facts: Any
) -> bool:
    """Step forward, with a line of history; say whether the row stood where it may."""
    now = clock.now()
    columns: dict[str, Any] = {
        "state": target,
        "note": note[:200],
        "changed_at": now,
        "is_told": False,
    }
    if target in DIFFERENCE_FLOW.ends() | {DifferenceState.FIXED}:
        columns["ended_by"] = by
    rows = Difference.objects.filter(pk=difference.pk, state__in=DIFFERENCE_FLOW.before(target))
    if not rows.update(**columns):
        return False
    for name, value in columns.items():
        setattr(difference, name, value)
    step(difference, event, by=by, note=note, **facts)
    return True


def step(difference: Difference, event: str, *, by: str, **facts: Any) -> None:
    """Add a line to the history. The difference stays where it stands."""
    DifferenceStep.objects.create(
        difference=difference, state=difference.state, event=event, by=by, facts=facts
    )
