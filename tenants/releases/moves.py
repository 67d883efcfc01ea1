"""The only writer of a release's state, and of its history.

Note [turn]. Each step counts the release's `turn` up and writes only where it still is what the
writer read. So of two hands at one release one goes ahead and the other finds nothing to do, and a
message of an older turn is out of date, however late it comes.

Note [aimed]. What is begun, or left to rest, because of the release's goal is written only where
the goal still is what the writer read: a train that is stopped changes it, and who was about to
submit then does not. What WeChat did is written whatever the goal is now.

Note [locks]. In one transaction rows are locked in this order: the app, its releases by key, the
month's quota.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from jobs.messages import publish
from kernel import clock
from tenants.models import MiniProgram
from tenants.releases import quota
from tenants.releases.messages import CarryOn, CarryOnInBulk
from tenants.releases.models import Release, ReleaseStep
from tenants.releases.states import (
    LIVE,
    RELEASE_FLOW,
    RESTING,
    Goal,
    ReleaseState,
    Wish,
)
from tenants.transactions import verb

S = ReleaseState
_NO_FACTS: Mapping[str, Any] = {}
MOST_TRIES = 1_000


@verb
def move(
    release: Release,
    target: ReleaseState,
    *,
    event: str,
    by: str = "platform",
    facts: Mapping[str, Any] = _NO_FACTS,
    then: float | None = None,
    aimed: bool = False,
    **values: Any,
) -> bool:
    """Step forward; say whether the row still stood where `release` says. See Note [turn].

    `then` is in how many seconds the next step is due; None leaves it to a person. The problem of
    the step before is forgotten unless `values` bring one. See Note [aimed].
    """
    if release.state not in RELEASE_FLOW.before(target):
        return False
    row = {"problem_code": "", "problem": "", "tries": 0, "asked": 0, "wish": Wish.NONE, **values}
    if not _write(release, then=then, aimed=aimed, state=target, **row):
        return False
    _line(release, event, by, facts)
    return True


@verb
def keep(
    release: Release,
    *,
    event: str = "",
    by: str = "platform",
    facts: Mapping[str, Any] = _NO_FACTS,
    then: float | None = None,
    aimed: bool = False,
    **values: Any,
) -> bool:
    """Change a release that stays where it stands; an `event` leaves a line of history."""
    if not _write(release, then=then, aimed=aimed, **values):
        return False
    if event:
        _line(release, event, by, facts)
    return True


def begin(release: Release) -> bool:
    """Count a try of the present step, before WeChat is called; of two hands one is the first.

    Past MOST_TRIES they are not told apart any more: after the first, all of them ask.
    """
    rows = Release.objects.filter(
        pk=release.pk, turn=release.turn, state=release.state, tries=release.tries
    )
    tries = min(release.tries + 1, MOST_TRIES)
    if not rows.update(tries=tries):
        return False
    release.tries = tries
    return True


@verb
def move_releasing(release: Release, *, by: str = "platform", aimed: bool = False) -> bool:
    """Mean to give it to everybody; not while WeChat goes back from what they have."""
    lock_program(release.mini_program_id)
    others = Release.objects.filter(mini_program_id=release.mini_program_id)
    if others.filter(state=S.REVERTING).exists():
        return False
    return move(release, S.RELEASING, event="releasing", by=by, then=0, aimed=aimed)


@verb
def move_reverting(release: Release, *, by: str) -> bool:
    """Mean to go back; not while a newer release is on its way to customers."""
    lock_program(release.mini_program_id)
    others = Release.objects.filter(mini_program_id=release.mini_program_id)
    if others.filter(state__in=(S.GRAY, S.RELEASING)).exists():
        return False
    return move(release, S.REVERTING, event="reverting", by=by, then=0)


@verb
def move_live(release: Release) -> bool:
    """Make it what customers have; what they had is superseded. One transaction."""
    lock_program(release.mini_program_id)
    before = Release.objects.filter(mini_program_id=release.mini_program_id, state__in=LIVE).first()
    if before is not None and not move(before, S.SUPERSEDED, event="superseded"):
        return False
    moment = clock.now()
    values: dict[str, Any] = {"supersedes": before, "released_at": moment, "grey_percentage": 100}
    if not move(release, S.RELEASED, event="released", **values):
        transaction.set_rollback(True)  # somebody was quicker: what was live is live still
        return False
    return True


@verb
def move_back(release: Release) -> bool:
    """Note that WeChat went back: the release before this one is what customers have again."""
    lock_program(release.mini_program_id)
    if not move(release, S.REVERTED, event="reverted"):
        return False
    before = release.supersedes
    if before is not None and before.state == S.SUPERSEDED:
        move(before, S.RELEASED, event="restored", facts={"reverted": str(release.pk)})
    return True


@verb
def move_aside(program_ids: Sequence[int]) -> None:
    """Supersede what rests on its way to these apps: a newer release takes its place."""
    rows = Release.objects.filter(mini_program_id__in=program_ids, state__in=RESTING)
    _move_all(rows, S.SUPERSEDED, event="superseded")


@verb
def move_to_stop(releases: Q, *, reason: str) -> int:
    """Stop every open release that `releases` selects; return how many. Audits are left to end.

    What was being submitted may have been: its audit counts as used.
    """
    rows = Release.objects.filter(releases, state__in=RELEASE_FLOW.before(S.STOPPED))
    submitting = rows.filter(state=S.SUBMITTING).order_by("pk").select_for_update(no_key=True)
    months = Counter(submitting.values_list("quota_month", flat=True))
    stopped = _move_all(rows, S.STOPPED, event="stopped", problem_code=reason)
    for month in sorted(months):
        quota.count_used(month, months[month])
    return stopped


def lock_program(program_id: int) -> None:
    """Let nobody else start a release of this app until the transaction ends."""
    MiniProgram.objects.select_for_update(no_key=True).only("pk").get(pk=program_id)


def go_on(release: Release) -> None:
    """Publish the release's next step for when it is due. In the caller's transaction."""
    kind = message_kind(is_bulk=release.is_bulk)
    wait = (release.due_at - clock.now()).total_seconds() if release.due_at else 0.0
    publish(kind(release.pk, release.turn), tenant="", delay_seconds=max(0.0, wait))


def message_kind(*, is_bulk: bool) -> type[CarryOn] | type[CarryOnInBulk]:
    """Return which message carries on with a release."""
    return CarryOnInBulk if is_bulk else CarryOn


def _write(release: Release, *, then: float | None, aimed: bool, **values: Any) -> bool:
    due_at = None if then is None else clock.now() + timedelta(seconds=then)
    row = {"turn": release.turn + 1, "due_at": due_at, **values}
    rows = Release.objects.filter(pk=release.pk, turn=release.turn, state=release.state)
    if aimed:
        rows = rows.filter(goal=release.goal)
    if not rows.update(**row):
        return False
    for name, value in row.items():
        setattr(release, name, value)
    if then is not None:
        go_on(release)
    return True


def _line(release: Release, event: str, by: str, facts: Mapping[str, Any]) -> None:
    ReleaseStep.objects.create(
        release=release, event=event, state=release.state, by=by, facts=dict(facts)
    )


def _move_all(rows: Any, target: ReleaseState, *, event: str, **values: Any) -> int:
    """Move many by two statements, however many they are."""
    locked = rows.order_by("pk").select_for_update(no_key=True, of=("self",))
    ids: list[UUID] = list(locked.values_list("pk", flat=True))
    if not ids:
        return 0
    Release.objects.filter(pk__in=ids).update(
        state=target, turn=F("turn") + 1, due_at=None, goal=Goal.PREVIEW, **values
    )
    ReleaseStep.objects.bulk_create(
        [
            ReleaseStep(release_id=pk, event=event, state=target, facts=dict(values), by="platform")
            for pk in ids
        ]
    )
    return len(ids)
