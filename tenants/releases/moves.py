"""The only writer of a release's state, and of its history.

Note [turn]. Each step counts the release's `turn` up and writes only where it still is what the
writer read. So of two hands at one release one goes ahead and the other finds nothing to do, and a
message of an older turn is out of date, however late it comes. The same holds for its goal: a train
that is stopped changes it, and who was about to submit then does not.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from jobs.messages import publish
from kernel import clock
from tenants.models import MiniProgram
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


@verb
def move(
    release: Release,
    target: ReleaseState,
    *,
    event: str,
    by: str = "platform",
    facts: Mapping[str, Any] = _NO_FACTS,
    then: float | None = None,
    **values: Any,
) -> bool:
    """Step forward; say whether the row still stood where `release` says. See Note [turn].

    `then` is in how many seconds the next step is due; None leaves it to a person. The problem of
    the step before is forgotten unless `values` bring one.
    """
    if release.state not in RELEASE_FLOW.before(target):
        return False
    row = {"problem_code": "", "problem": "", "tries": 0, "asked": 0, "wish": Wish.NONE, **values}
    if not _write(release, then=then, state=target, **row):
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
    **values: Any,
) -> bool:
    """Change a release that stays where it stands; an `event` leaves a line of history."""
    if not _write(release, then=then, **values):
        return False
    if event:
        _line(release, event, by, facts)
    return True


def begin(release: Release) -> bool:
    """Count a try of the present step, before WeChat is called. See Note [turn]."""
    rows = Release.objects.filter(pk=release.pk, turn=release.turn, state=release.state)
    if not rows.update(tries=F("tries") + 1):
        return False
    release.tries += 1
    return True


@verb
def move_live(release: Release) -> bool:
    """Make it what customers have; what they had is superseded. One transaction."""
    before = Release.objects.filter(mini_program_id=release.mini_program_id, state__in=LIVE).first()
    if before is not None and not move(before, S.SUPERSEDED, event="superseded"):
        return False
    moment = clock.now()
    values: dict[str, Any] = {"supersedes": before, "released_at": moment, "grey_percentage": 100}
    if not move(release, S.RELEASED, event="released", **values):
        raise RuntimeError(f"release {release.pk} moved while its program's row was locked")
    return True


@verb
def move_back(release: Release) -> bool:
    """Note that WeChat went back: the release before this one is what customers have again."""
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
def move_to_stop(releases: "Q", *, reason: str) -> int:
    """Stop every open release that `releases` selects; return how many. Audits are left to end."""
    rows = Release.objects.filter(releases, state__in=RELEASE_FLOW.before(S.STOPPED))
    return _move_all(rows, S.STOPPED, event="stopped", problem_code=reason)


def lock_program(program_id: int) -> None:
    """Let nobody else start a release of this app until the transaction ends."""
    MiniProgram.objects.select_for_update(no_key=True).only("pk").get(pk=program_id)


def go_on(release: Release) -> None:
    """Publish the release's next step for when it is due. In the caller's transaction."""
    kind = CarryOnInBulk if release.is_bulk else CarryOn
    wait = (release.due_at - clock.now()).total_seconds() if release.due_at else 0.0
    publish(kind(release.pk, release.turn), tenant="", delay_seconds=max(0.0, wait))


def _write(release: Release, *, then: float | None, **values: Any) -> bool:
    due_at = None if then is None else clock.now() + timedelta(seconds=then)
    row = {"turn": release.turn + 1, "due_at": due_at, **values}
    rows = Release.objects.filter(
        pk=release.pk, turn=release.turn, state=release.state, goal=release.goal
    )
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
    ids: list[UUID] = list(
        rows.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True)
    )
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
