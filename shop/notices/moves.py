"""The only writer of the states of notices and set-ups."""

from typing import Any

from django.db.models import F

from shop.notices.models import Notice, SetUp
from shop.notices.states import NOTICE_FLOW, SETUP_FLOW, NoticeState, SetUpState


def move_notice(
    notice: Notice, target: NoticeState, *, attempt: int | None = None, **columns: Any
) -> bool:
    """Step forward and write `columns`; say whether the row stood where the flow allows it.

    `attempt` is the number of the attempt whose outcome this is: it counts, and a second outcome
    of the same attempt moves nothing.
    """
    rows = Notice.objects.filter(pk=notice.pk, state__in=NOTICE_FLOW.before(target))
    if attempt is not None:
        rows = rows.filter(attempts=attempt)
        columns["attempts"] = F("attempts") + 1
    return bool(rows.update(state=target, **columns))


def move_setup(
    setup: SetUp, target: SetUpState, *, attempt: int | None = None, **columns: Any
) -> bool:
    """Do the same for a set-up."""
    rows = SetUp.objects.filter(pk=setup.pk, state__in=SETUP_FLOW.before(target))
    if attempt is not None:
        rows = rows.filter(attempts=attempt)
        columns["attempts"] = F("attempts") + 1
    return bool(rows.update(state=target, **columns))
