"""Everything that owners, staff and trains can want of a release. On the platform.

Each verb commits what is wanted and a message to do it; `releases.carrying` speaks to WeChat.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from kernel.errors import Refusal
from tenants.models import MiniProgram
from tenants.programs import actions as programs
from tenants.programs.queries import with_settings
from tenants.releases import preflight, queries
from tenants.releases.describing import ext_of, facts_of, hash_of, problem_of
from tenants.releases.models import Release, ReleaseStep, Template
from tenants.releases.moves import (
    keep,
    lock_program,
    move,
    move_aside,
    move_releasing,
    move_reverting,
    move_to_stop,
)
from tenants.releases.states import (
    IN_AUDIT,
    SUBMITTABLE,
    Goal,
    ReleaseState,
    Wish,
)
from tenants.states import ProgramState
from tenants.transactions import verb

S = ReleaseState


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


@verb
def stop_all_of(*, program: MiniProgram, reason: str) -> int:
    """Stop what is on its way to an app that is no longer ours to act for; return how many.

    What is just being released finds out itself. An app that is ours again is left alone.
    """
    lock_program(program.pk)
    lost = Q(mini_program=program, mini_program__state=ProgramState.UNAUTHORISED)
    return move_to_stop(lost & ~Q(state=S.RELEASING), reason=reason)


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
        release=release, event="started", state=release.state, by=by, facts=facts_of(release)
    )
    _preflight(release, program)
    return release


@verb
def _commit_again(release: Release, by: str) -> None:
    program = with_settings(MiniProgram.objects.filter(pk=release.mini_program_id)).get()
    lacks = preflight.lacks(program, Goal(release.goal))
    if lacks:
        keep(release, event="preflight", by=by, **problem_of(lacks))
    elif move(release, S.READY, event="ready", by=by):
        move(release, S.COMMITTING, event="committing", by=by, then=0)


def _preflight(release: Release, program: MiniProgram) -> None:
    lacks = preflight.lacks(program, Goal(release.goal))
    if lacks:
        move(release, S.PREFLIGHT_FAILED, event="preflight", **problem_of(lacks))
    elif move(release, S.READY, event="ready"):
        move(release, S.COMMITTING, event="committing", then=0)


def _raise_lack(release: Release) -> None:
    lack = queries.lack_of(release.problem_code)
    if release.state == S.PREFLIGHT_FAILED and lack is not None:
        raise PreflightFailed(en_lack=lack.en, zh_lack=lack.zh)


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


