"""What trains want of many releases at once, by a few statements. On the platform."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from jobs.messages import publish_all
from kernel import clock
from tenants.models import MiniProgram
from tenants.programs.queries import Lack, with_settings
from tenants.releases import ladder, preflight, queries
from tenants.releases.describing import ext_of, facts_of, hash_of, problem_of
from tenants.releases.messages import CarryOnInBulk
from tenants.releases.models import Release, ReleaseStep, Template
from tenants.releases.moves import message_kind, move, move_aside, move_to_stop
from tenants.releases.states import IN_AUDIT, Goal, ReleaseState
from tenants.transactions import verb

S = ReleaseState
_BATCH = 500


def start_many(
    *, program_ids: Sequence[int], template: Template, goal: Goal, by: str, quota_kept: int = 0
) -> dict[int, UUID]:
    """Start a template at many apps by few statements; return the releases, by app.

    An app to which something is under way at WeChat is left out. What fails its preflight is
    there as `preflight_failed`.
    """
    with transaction.atomic():
        rows = MiniProgram.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
        chosen = list(with_settings(rows.filter(pk__in=program_ids)))
        busy = queries.busy_programs([p.pk for p in chosen])
        free = [p for p in chosen if p.pk not in busy]
        move_aside([p.pk for p in free])
        lacks = preflight.lacks_by_program(free, goal)
        made = [_new(p, template, goal, by, lacks=lacks[p.pk], quota_kept=quota_kept) for p in free]
        Release.objects.bulk_create(made)
        ReleaseStep.objects.bulk_create(
            [
                ReleaseStep(release=r, event="started", state=r.state, by=by, facts=facts_of(r))
                for r in made
            ]
        )
        publish_all(
            [CarryOnInBulk(r.pk, r.turn) for r in made if r.state == S.COMMITTING], tenant=""
        )
    return {r.mini_program_id: r.pk for r in made}


def stop_many(*, release_ids: Sequence[UUID], reason: str) -> int:
    """Stop releases of an aborted train, save those being audited or released; return how many."""
    states = {S.COMMITTING, S.SUBMITTING, S.RELEASING, S.GRAY, *IN_AUDIT}
    return move_to_stop(Q(pk__in=release_ids) & ~Q(state__in=states), reason=reason)


@verb
def aim_many(*, release_ids: Sequence[UUID], goal: Goal) -> int:
    """Have many go as far as `goal` by themselves from now on; return how many go on at once.

    With Goal.PREVIEW they come to rest: nothing is submitted or released any more, and what is
    in audit is only asked after. A refused one stays where it is: see `resubmit_many`.
    """
    rows = Release.objects.filter(pk__in=release_ids)
    list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    rows.update(goal=goal)
    if goal == Goal.PREVIEW:
        return 0
    waiting = Q(state=S.COMMITTED, detected_at__isnull=False)
    if goal == Goal.RELEASE:
        waiting |= Q(state=S.APPROVED)
    return _nudge(rows.filter(waiting, due_at__isnull=True))


@verb
def resubmit_many(*, release_ids: Sequence[UUID], goal: Goal, by: str) -> int:
    """Submit refused and withdrawn releases again, as they are; return how many."""
    rows = Release.objects.filter(pk__in=release_ids, state__in={S.REJECTED, S.WITHDRAWN})
    done = 0
    for release in rows.select_for_update(no_key=True).order_by("pk"):
        done += move(release, S.COMMITTED, event="resubmitted", by=by, then=0, goal=goal)
    return done


@verb
def find_overdue() -> int:
    """Publish again the steps that are long overdue: their message was lost; return how many.

    They keep their turn: who is at it still, slowly, is not put out of date.
    """
    before = clock.now() - timedelta(seconds=ladder.OVERDUE_SECONDS)
    rows = Release.objects.filter(due_at__lt=before)
    locked = rows.select_for_update(no_key=True, skip_locked=True).order_by("due_at")
    found = list(locked.values_list("pk", "turn", "is_bulk")[:_BATCH])
    Release.objects.filter(pk__in=[pk for pk, _, _ in found]).update(due_at=clock.now())
    _publish_steps(found)
    return len(found)


def _new(
    program: MiniProgram,
    template: Template,
    goal: Goal,
    by: str,
    *,
    lacks: Sequence[Lack],
    quota_kept: int,
) -> Release:
    """Make a release that passed its preflight, and means to commit, or did not pass."""
    ext = ext_of(program, template)
    return Release(
        mini_program=program,
        template=template,
        ext=ext,
        ext_hash=hash_of(ext),
        state=S.PREFLIGHT_FAILED if lacks else S.COMMITTING,
        goal=goal,
        by=by,
        quota_kept=quota_kept,
        is_bulk=True,
        due_at=None if lacks else clock.now(),
        **problem_of(lacks),
    )


def _nudge(rows: QuerySet[Release]) -> int:
    """Give many a fresh turn and a message for it, by a few statements."""
    ids = list(rows.values_list("pk", flat=True))
    Release.objects.filter(pk__in=ids).update(
        turn=F("turn") + 1, due_at=clock.now(), problem_code="", problem=""
    )
    _publish_steps(Release.objects.filter(pk__in=ids).values_list("pk", "turn", "is_bulk"))
    return len(ids)


def _publish_steps(steps: Iterable[tuple[UUID, int, bool]]) -> None:
    for is_bulk, some in groupby(sorted(steps, key=itemgetter(2)), key=itemgetter(2)):
        kind = message_kind(is_bulk=is_bulk)
        publish_all([kind(pk, turn) for pk, turn, _ in some], tenant="")
