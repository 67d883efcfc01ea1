"""Everything that owners, staff and trains can want of a release. On the platform.

Each verb commits what is wanted and a message to do it; `releases.carrying` speaks to WeChat.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet

from jobs.messages import publish_all
from kernel import clock
from kernel.errors import Refusal
from storage import files
from tenants.models import MiniProgram
from tenants.programs import actions as programs
from tenants.programs.actions import WeChatUnavailable
from tenants.programs.queries import Lack, api_base, with_settings
from tenants.releases import ladder, preflight, queries
from tenants.releases.messages import CarryOnInBulk
from tenants.releases.models import Rejection, Release, ReleaseStep, Template
from tenants.releases.moves import (
    keep,
    lock_program,
    message_kind,
    move,
    move_aside,
    move_releasing,
    move_reverting,
    move_to_stop,
)
from tenants.releases.states import (
    IN_AUDIT,
    PREVIEWABLE,
    SUBMITTABLE,
    Goal,
    ReleaseState,
    Wish,
)
from tenants.states import ProgramState
from tenants.transactions import verb
from wechat import program_code, templates
from wechat.errors import AuthorizationLost, WeChatFailure

log = structlog.get_logger(__name__)
S = ReleaseState
_BATCH = 500


class NoTemplate(Refusal):
    """There is no version to release yet."""

    en = "There is no version of the mini-program to release yet."
    zh = "暂无可发布的小程序版本。"


class ReleaseUnderWay(Refusal):
    """Another release of the app is at WeChat: wait for it, or withdraw it."""

    en = "Another release of this mini-program is under way ({state})."
    zh = "该小程序已有一个发布正在进行（{state}）。"


class PreflightFailed(Refusal):
    """Something must be mended before code can be committed; the release says what."""

    en = "{en_lack}"
    zh = "{zh_lack}"


class ReleaseCannot(Refusal):
    """The release does not stand where this can be done."""

    en = "This cannot be done now: the release is {state}."
    zh = "当前状态（{state}）不能进行此操作。"


class DetectionRunning(Refusal):
    """WeChat still looks at the committed code: a few minutes."""

    en = "WeChat is still checking the code. Please try again in a few minutes."
    zh = "微信正在检测代码，请几分钟后再试。"


class AuditQuotaUsedUp(Refusal):
    """The month's pool of audits is used up."""

    en = "This month's audits are used up. Please submit again next month, or write to us."
    zh = "本月审核次数已用完，请下月再提交或联系我们。"


class GreyOnlyGrows(Refusal):
    """The share of a grey release can only grow (CONTRACT §3.6)."""

    status = 422
    en = "{percentage} % of the customers have it already; choose a larger share."
    zh = "已有 {percentage}% 的用户使用该版本，请选择更大的比例。"


def register_template(
    *,
    version: str,
    wx_template_id: int,
    git_sha: str = "",
    min_api: str = "",
    changelog: str = "",
    order_path: str = "",
    has_ugc: bool = False,
) -> Template:
    """Note a version that stands in WeChat's template library; again, it is brought up to date."""
    template, _ = Template.objects.update_or_create(
        version=version,
        defaults={
            "wx_template_id": wx_template_id,
            "git_sha": git_sha,
            "min_api": min_api,
            "changelog": changelog,
            "order_path": order_path,
            "has_ugc": has_ugc,
        },
    )
    return template


def read_templates() -> list[Template]:
    """Note every template of WeChat's library that is new here; return the new ones.

    Of several with the same version the latest counts: it was uploaded anew. Outside any
    transaction. Raises WeChatUnavailable.
    """
    try:
        told = templates.templates()
    except WeChatFailure as failure:
        raise WeChatUnavailable from failure
    known = dict(Template.objects.values_list("version", "wx_template_id"))
    latest = {item.user_version[:32]: item for item in sorted(told, key=lambda t: t.template_id)}
    return [
        register_template(
            version=version, wx_template_id=item.template_id, changelog=item.user_desc
        )
        for version, item in latest.items()
        if item.template_id > known.get(version, -1)
    ]


def offer(*, template: Template, is_offered: bool) -> None:
    """Let new releases use a template, or not."""
    Template.objects.filter(pk=template.pk).update(is_offered=is_offered)


def start(
    *, program: MiniProgram, by: str, goal: Goal = Goal.PREVIEW, template: Template | None = None
) -> Release:
    """Bring a template, the newest unless named, to an app; go as far as `goal` by itself.

    What rests on its way there is superseded. Raises NoTemplate, ReleaseUnderWay; PreflightFailed,
    where the release is kept as `preflight_failed` and `retry` tries again.
    """
    template = template or queries.newest_template()
    if template is None:
        raise NoTemplate
    release = _start_one(program, template, goal, by)
    _raise_lack(release)
    return release


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
                ReleaseStep(release=r, event="started", state=r.state, by=by, facts=_facts(r))
                for r in made
            ]
        )
        publish_all(
            [CarryOnInBulk(r.pk, r.turn) for r in made if r.state == S.COMMITTING], tenant=""
        )
    return {r.mini_program_id: r.pk for r in made}


def retry(*, release: Release, by: str) -> Release:
    """Try again what stands still: the preflight, or the step that WeChat refused.

    Raises PreflightFailed, ReleaseCannot.
    """
    if release.state == S.PREFLIGHT_FAILED:
        _commit_again(release, by)
        _raise_lack(release)
        return release
    if release.state == S.COMMITTED and release.problem_code:
        return _aim(release, Goal(release.goal), by, "retried", then=0)
    raise ReleaseCannot(state=release.state)


def submit(
    *,
    release: Release,
    by: str,
    version_desc: str = "",
    feedback: str = "",
    goal: Goal = Goal.AUDIT,
) -> Release:
    """Submit the trial version for audit, for the first time or after a refusal or withdrawal.

    `feedback` tells the reviewer what was mended; WeChat takes it only after a refusal. Costs one
    of the month's audits. Raises ReleaseCannot, DetectionRunning, PreflightFailed,
    AuditQuotaUsedUp.
    """
    if release.state not in SUBMITTABLE:
        raise ReleaseCannot(state=release.state)
    if release.detected_at is None:
        raise DetectionRunning
    lacks = preflight.submission_lacks(release.mini_program)
    if lacks:
        raise PreflightFailed(en_lack=lacks[0].en, zh_lack=lacks[0].zh)
    month = queries.quota()
    if month is not None and not month.left and release.problem_code == "audit_quota_spent":
        raise AuditQuotaUsedUp
    values: dict[str, Any] = {
        "goal": goal,
        "version_desc": version_desc[:200] or release.version_desc,
        "feedback": feedback[:200],
    }
    if release.state == S.COMMITTED:
        done = keep(
            release,
            event="wanted_audit",
            by=by,
            then=0,
            problem_code="",
            problem="",
            tries=0,
            **values,
        )
    else:
        done = move(release, S.COMMITTED, event="resubmitted", by=by, then=0, **values)
    return _done(release, done)


def withdraw(*, release: Release, by: str) -> Release:
    """Take a submission back from WeChat, which allows it a few times a day and month.

    Raises ReleaseCannot.
    """
    return _wish(release, IN_AUDIT, Wish.WITHDRAW, by)


def speed_up(*, release: Release, by: str) -> Release:
    """Ask WeChat to audit quickly; costs one of the month's speed-ups. Raises ReleaseCannot."""
    return _wish(release, IN_AUDIT, Wish.SPEED_UP, by)


def ask_now(*, release: Release, by: str) -> Release:
    """Ask WeChat at once how the audit stands. Raises ReleaseCannot."""
    if release.state not in IN_AUDIT:
        raise ReleaseCannot(state=release.state)
    return _done(release, keep(release, then=0, event="asked", by=by))


def publish(*, release: Release, by: str) -> Release:
    """Give an approved version, or one in grey release, to all customers.

    Raises ReleaseCannot; also while the version that they have is being rolled back.
    """
    if release.state not in {S.APPROVED, S.GRAY}:
        raise ReleaseCannot(state=release.state)
    return _done(release, move_releasing(release, by=by))


def grey(*, release: Release, percentage: int, by: str) -> Release:
    """Give an approved version to 1 to 99 of 100 customers; the share can only grow.

    Raises ReleaseCannot, GreyOnlyGrows, ValueError for another share.
    """
    if not 1 <= percentage <= 99:
        raise ValueError("a grey release reaches 1 to 99 of 100 customers")
    if release.state == S.GRAY and percentage <= release.grey_percentage:
        raise GreyOnlyGrows(percentage=release.grey_percentage)
    return _wish(release, {S.APPROVED, S.GRAY}, Wish.GREY, by, wished_percentage=percentage)


def end_grey(*, release: Release, by: str) -> Release:
    """Give everybody the version before again. Raises ReleaseCannot."""
    return _wish(release, {S.GRAY}, Wish.END_GREY, by)


def roll_back(*, release: Release, by: str) -> Release:
    """Go back to the version before; WeChat allows one step, once.

    Raises ReleaseCannot, also while a newer one is in grey release or about to be released;
    ProgramNotAuthorised.
    """
    if release.state != S.RELEASED:
        raise ReleaseCannot(state=release.state)
    if release.mini_program.state != ProgramState.AUTHORISED:
        raise programs.ProgramNotAuthorised
    return _done(release, move_reverting(release, by=by))


def preview(*, release: Release) -> bytes:
    """Return the picture of the code that opens the trial version; asked of WeChat once.

    Outside any transaction. Raises ReleaseCannot before the commit and after the release, when
    the trial version is another's; WeChatUnavailable.
    """
    if release.state not in PREVIEWABLE:
        raise ReleaseCannot(state=release.state)
    if release.preview_key:
        return files.read(release.preview_key)
    try:
        picture = program_code.trial_qr(release.mini_program.appid)
    except AuthorizationLost as lost:
        programs.lose(program=release.mini_program, reason=lost.code)
        raise programs.ProgramNotAuthorised from lost
    except WeChatFailure as failure:
        raise WeChatUnavailable from failure
    key = _kept(release, "preview", picture)
    Release.objects.filter(pk=release.pk).update(preview_key=key)
    return picture


def fetch_screenshots(*, rejection_id: int) -> None:
    """Fetch the pictures of a refusal that are not fetched yet.

    Those that WeChat does not give stay away. Raises a WeChatFailure that is worth another try.
    """
    rows = Rejection.objects.select_related("release__mini_program__tenant")
    rejection = rows.get(pk=rejection_id)
    appid = rejection.release.mini_program.appid
    for place in range(len(rejection.files), len(rejection.media_ids)):
        try:
            picture = program_code.screenshot(appid, rejection.media_ids[place])
        except WeChatFailure as failure:
            if failure.retryable:
                raise
            log.info("screenshot_not_given", rejection=rejection.pk, code=failure.code)
            return
        key = _kept(rejection.release, f"refusal-{rejection.pk}-{place}", picture)
        rejection.files = [*rejection.files, key]
        Rejection.objects.filter(pk=rejection.pk).update(files=rejection.files)


@verb
def stop_all_of(*, program: MiniProgram, reason: str) -> int:
    """Stop what is on its way to an app that is no longer ours to act for; return how many.

    What is just being released finds out itself. An app that is ours again is left alone.
    """
    lock_program(program.pk)
    lost = Q(mini_program=program, mini_program__state=ProgramState.UNAUTHORISED)
    return move_to_stop(lost & ~Q(state=S.RELEASING), reason=reason)


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


def ext_of(program: MiniProgram, template: Template) -> dict[str, str]:
    """Return all that ext.json tells the code: whose it is, where our API is, which version."""
    return {"tenant": program.tenant.public_id, "apiBase": api_base(), "v": template.version}


def hash_of(ext: Mapping[str, str]) -> str:
    """Return what tells two ext.json apart."""
    text = json.dumps(ext, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


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
        **_problem(lacks),
    )


@verb
def _start_one(program: MiniProgram, template: Template, goal: Goal, by: str) -> Release:
    lock_program(program.pk)
    program = with_settings(MiniProgram.objects.filter(pk=program.pk)).get()
    present = queries.open_release(program)
    if program.pk in queries.busy_programs([program.pk]):
        raise ReleaseUnderWay(state=present.state if present else "")
    move_aside([program.pk])
    ext = ext_of(program, template)
    release = Release.objects.create(
        mini_program=program, template=template, ext=ext, ext_hash=hash_of(ext), goal=goal, by=by
    )
    ReleaseStep.objects.create(
        release=release, event="started", state=release.state, by=by, facts=_facts(release)
    )
    _preflight(release, program)
    return release


@verb
def _commit_again(release: Release, by: str) -> None:
    program = with_settings(MiniProgram.objects.filter(pk=release.mini_program_id)).get()
    lacks = preflight.lacks(program, Goal(release.goal))
    if lacks:
        keep(release, event="preflight", by=by, **_problem(lacks))
    elif move(release, S.READY, event="ready", by=by):
        move(release, S.COMMITTING, event="committing", by=by, then=0)


def _preflight(release: Release, program: MiniProgram) -> None:
    lacks = preflight.lacks(program, Goal(release.goal))
    if lacks:
        move(release, S.PREFLIGHT_FAILED, event="preflight", **_problem(lacks))
    elif move(release, S.READY, event="ready"):
        move(release, S.COMMITTING, event="committing", then=0)


def _problem(lacks: Sequence[Lack]) -> dict[str, Any]:
    if not lacks:
        return {"problem_code": "", "problem": ""}
    return {"problem_code": lacks[0].code, "problem": lacks[0].zh}


def _raise_lack(release: Release) -> None:
    lack = queries.lack_of(release.problem_code)
    if release.state == S.PREFLIGHT_FAILED and lack is not None:
        raise PreflightFailed(en_lack=lack.en, zh_lack=lack.zh)


def _facts(release: Release) -> dict[str, str]:
    return {"version": release.template.version, "ext_hash": release.ext_hash, "goal": release.goal}


def _wish(
    release: Release, states: Collection[ReleaseState], wish: Wish, by: str, **values: Any
) -> Release:
    if release.state not in states:
        raise ReleaseCannot(state=release.state)
    facts = {"wish": str(wish), **values}
    done = keep(
        release,
        event="wanted",
        by=by,
        facts=facts,
        then=0,
        wish=wish,
        tries=0,
        problem_code="",
        problem="",
        **values,
    )
    return _done(release, done)


def _aim(release: Release, goal: Goal, by: str, event: str, *, then: float) -> Release:
    done = keep(
        release,
        event=event,
        by=by,
        then=then,
        goal=goal,
        problem_code="",
        problem="",
        tries=0,
        asked=0,
    )
    return _done(release, done)


def _done(release: Release, is_done: bool) -> Release:
    """Return the release; refuse where somebody else moved it meanwhile."""
    if not is_done:
        release.refresh_from_db()
        raise ReleaseCannot(state=release.state)
    return release


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


def _kept(release: Release, name: str, picture: bytes) -> str:
    """Keep a picture that WeChat gave us; return its key."""
    ending, mime = next(kind for start, *kind in _PICTURES if picture.startswith(start))
    tenant = release.mini_program.tenant
    return files.put(
        prefix=f"{tenant.public_id}/releases",
        name=f"{release.pk.hex}-{name}{ending}",
        data=picture,
        content_type=mime,
    )


_PICTURES = (
    (b"\xff\xd8\xff", ".jpg", "image/jpeg"),
    (b"\x89PNG", ".png", "image/png"),
    (b"GIF8", ".gif", "image/gif"),
)
