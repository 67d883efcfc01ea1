"""The only writer of the states of applyments, and of their history."""

from typing import Any

from kernel import clock
from tenants.applyments.models import Applyment, ApplymentStep
from tenants.applyments.states import APPLYMENT_FLOW, ENDED, ApplymentState
from tenants.transactions import verb

WECHAT, PLATFORM = "wechat", "platform"
_NOTHING = {"sealed_answers": "", "sealed_rejections": "", "sealed_sign_url": ""}


@verb
def move(
    row: Applyment, target: ApplymentState, *, event: str, by: str, **columns: Any
) -> bool:
    """Step forward; say whether the row stood where it may, in the revision that `row` has.

    At the end everything about persons is forgotten.
    """
    now = clock.now()
    columns |= {"moved_at": now, "due_at": columns.get("due_at", now)}
    if target in ENDED:
        columns |= {"ended_at": now, **_NOTHING}
    rows = Applyment.objects.filter(
        pk=row.pk, revision=row.revision, state__in=APPLYMENT_FLOW.before(target)
    )
    if not rows.update(state=target, **columns):
        return False
    row.refresh_from_db()
    note(row, event, by=by)
    return True


def note(row: Applyment, event: str, *, by: str, **facts: Any) -> None:
    """Add a line to the history. The applyment stays where it stands."""
    ApplymentStep.objects.create(
        applyment=row, event=event, state=row.state, facts=facts, by=by
    )
