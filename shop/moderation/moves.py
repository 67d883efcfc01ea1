"""The only writer of states: of a check with its history, and of what the checks come to."""

from collections.abc import Collection

from django.db.models import F

from shop.moderation.models import Check, CheckStep, Content
from shop.moderation.states import (
    CHECK_FLOW,
    STANDING_FLOW,
    CheckState,
    Reason,
    StandingState,
    combined,
)

MACHINE = "machine"


def move_check(
    check: Check,
    target: CheckState,
    *,
    reason: Reason,
    by: str = MACHINE,
    since: Collection[CheckState] | None = None,
    attempt: int | None = None,
    **columns: object,
) -> bool:
    """Step forward and write `columns`; say whether the row stood where the flow allows it.

    `since` narrows the states it may come from. `attempt` is the number of the attempt whose
    outcome this is: it counts, and a second outcome of the same attempt moves nothing. In the
    caller's transaction, under the lock of the check's content.
    """
    allowed = CHECK_FLOW.before(target) & frozenset(since or CheckState)
    rows = Check.objects.filter(pk=check.pk, state__in=allowed)
    if attempt is not None:
        rows = rows.filter(attempts=attempt)
        columns["attempts"] = F("attempts") + 1
    decided = {"last_error": "", "statement": "", "decided_by": by, **columns}
    if not rows.update(state=target, reason=reason, **decided):
        return False
    check.refresh_from_db()
    note(check, by=by)
    return True


def note(check: Check, *, by: str) -> None:
    """Write where a check stands into its history."""
    CheckStep.objects.create(
        checked=check,
        state=check.state,
        reason=check.reason,
        label=check.label,
        statement=check.statement,
        by=by,
    )


def move_content(content: Content) -> bool:
    """Write what the current checks come to; say whether that is news. Under the row's lock."""
    current = Check.objects.filter(content=content, is_current=True)
    target: StandingState = combined(current.values_list("state", flat=True))
    rows = Content.objects.filter(pk=content.pk, state__in=STANDING_FLOW.before(target))
    if not rows.update(state=target):
        return False
    content.state = target
    return True
