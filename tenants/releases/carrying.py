"""Do the next thing of a release at WeChat, whatever it is, as often as it takes.

Note [asked before told]. A step's intent is committed before WeChat is called and its outcome
after. Whoever begins a step for the second time was killed, or never heard the answer, and so asks
WeChat how things stand before it tells anything: nothing is committed, submitted or released twice
blindly. Commit and submission are two steps with two intents (CONTRACT §3.6).

Everything here runs in jobs, on the platform, outside any transaction.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog
from django.db.models import Q

from jobs.messages import publish
from kernel import clock
from tenants.programs import actions as programs
from tenants.releases import advice, ladder, queries, quota
from tenants.releases.messages import ScreenshotsWanted
from tenants.releases.models import Rejection, Release
from tenants.releases.moves import (
    begin,
    keep,
    move,
    move_back,
    move_live,
    move_releasing,
    move_to_stop,
)
from tenants.releases.states import IN_AUDIT, LIVE, Goal, ReleaseState, Wish
from tenants.releases.user_content import declaration_for
from tenants.transactions import verb
from wechat import program_code
from wechat.errors import (
    AlreadyInAudit,
    AlreadyReleased,
    AuditQuotaSpent,
    AuditUnknown,
    AuthorizationLost,
    CannotRollBack,
    DetectionNotFinished,
    NothingToRelease,
    OperatorMustAct,
    WeChatFailure,
)
from wechat.program_code import (
    AuditState,
    AuditStatus,
    Detection,
    ExtJson,
    GreyStatus,
    Submission,
)

log = structlog.get_logger(__name__)
S = ReleaseState
_GREY_GOES_ON = frozenset({GreyStatus.RUNNING, GreyStatus.PAUSED})
QUOTA_SPENT = "audit_quota_spent"
DETECTION_SLOW = "detection_slow"
_LOOK_BACK = 20


def carry_on(*, release_id: UUID, turn: int) -> None:
    """Take the release's next step; a message of an older turn does nothing.

    WeChat's failures do not come out: the step is tried again, or its `problem` tells a person.
    """
    rows = Release.objects.select_related("mini_program__tenant", "template", "supersedes")
    release = rows.filter(pk=release_id, turn=turn).first()
    step = _step_of(release) if release is not None else None
    if release is None or step is None or not begin(release):
        return
    try:
        step(release)
    except AuthorizationLost as lost:
        _stop(release)
        programs.lose(program=release.mini_program, reason=lost.code)
    except OperatorMustAct as failure:
        log.warning("release_needs_operator", release=str(release.pk), code=failure.code)
        _try_later(release, failure, ladder.OPERATOR_SECONDS)
    except WeChatFailure as failure:
        if failure.retryable:
            _try_later(release, failure, ladder.wait(ladder.RETRY_SECONDS, release.tries - 1))
        else:
            _give_up(release, failure)


def _step_of(release: Release) -> Callable[[Release], None] | None:
    state = S(release.state)
    if state in IN_AUDIT:
        return {Wish.WITHDRAW: _withdraw, Wish.SPEED_UP: _speed_up}.get(Wish(release.wish), _ask)
    if state in {S.APPROVED, S.GRAY}:
        return {Wish.GREY: _grey, Wish.END_GREY: _end_grey}.get(Wish(release.wish), _after_approval)
    return {
        S.COMMITTING: _commit,
        S.COMMITTED: _detect,
        S.SUBMITTING: _submit,
        S.RELEASING: _release,
        S.REVERTING: _revert,
    }.get(state)


def _commit(release: Release) -> None:
    """Put the code into the app; the second time, look first whether it is there."""
    if release.tries == 1 or not _is_trial(release):
        program_code.commit(
            release.mini_program.appid,
            template_id=release.template.wx_template_id,
            ext=ExtJson(release.mini_program.appid, release.ext),
            user_version=release.template.version,
            user_desc=f"{release.template.version} {release.mark}",
        )
    move(release, S.COMMITTED, event="committed", then=ladder.DETECTION_SECONDS[0])


def _detect(release: Release) -> None:
    """Wait for WeChat's look at the code; then rest, or mean to submit if that is the goal."""
    appid, found = release.mini_program.appid, None
    if release.detected_at is None:
        found = program_code.detection(appid)
        if not found.is_finished:
            _detect_later(release)
            return
    month = "" if release.goal == Goal.PREVIEW else quota.known(appid).month
    _after_detection(release, found, month)


def _detect_later(release: Release) -> None:
    if release.asked < ladder.MOST_DETECTIONS:
        _ask_later(release, ladder.DETECTION_SECONDS)
    else:
        slow = "WeChat's detection does not end"
        keep(release, event="detection_slow", problem_code=DETECTION_SLOW, problem=slow, tries=0)


@verb
def _after_detection(release: Release, found: Detection | None, month: str) -> None:
    """Note what was found, and go on or rest: one transaction."""
    done = _note_detected(release, found) if found is not None else keep(release, aimed=True)
    if done and release.goal != Goal.PREVIEW:
        done = _intend_submission(release, month)
    if not done:
        _look_again(release)


def _note_detected(release: Release, found: Detection) -> bool:
    facts = {
        "without_permission": list(found.interfaces_without_permission),
        "without_declaration": list(found.interfaces_without_declaration),
    }
    return keep(
        release,
        event="detected",
        facts=facts,
        aimed=True,
        detected_at=clock.now(),
        problem_code="",
        problem="",
        tries=0,
    )


def _intend_submission(release: Release, month: str) -> bool:
    """Reserve an audit and commit the intent, or rest where none is left."""
    if not quota.reserve(month, kept=release.quota_kept):
        return keep(release, event="quota_spent", problem_code=QUOTA_SPENT, problem=month, tries=0)
    values: dict[str, Any] = {"quota_month": month, "asked": release.asked}
    if move(release, S.SUBMITTING, event="submitting", then=0, aimed=True, **values):
        return True
    quota.give_back(month)
    return False


def _submit(release: Release) -> None:
    """Submit; the second time, look first whether WeChat has it already."""
    appid = release.mini_program.appid
    audit_id = _found_audit(release) if release.tries > 1 else ""
    if not audit_id and release.quota_month != quota.month_now():
        _back_from_submission(release, then=0)  # what was reserved is of a month that is over
        return
    if not audit_id:
        try:
            audit_id = program_code.submit_audit(appid, submission=submission_of(release))
        except DetectionNotFinished:
            later, asked = ladder.DETECTION_SECONDS[-1], release.asked + 1
            _back_from_submission(release, then=later, detected_at=None, asked=asked)
            return
        except AuditQuotaSpent:
            month = release.quota_month
            _back_from_submission(release, is_spent=True, problem_code=QUOTA_SPENT, problem=month)
            return
        except AlreadyInAudit:
            audit_id = _found_audit(release)
            if not audit_id:
                raise
    _note_submitted(release, audit_id)


def submission_of(release: Release) -> Submission:
    """Return what WeChat's reviewers are told.

    Without `item_list`: it is optional, WeChat then goes by the categories that the app has. A list
    of ours would name pages and tags for each shop, and every entry can get a submission refused
    (85006 to 85011, 85023) without making any one likelier to pass.
    """
    has_refusal = release.rejections.exists()
    return Submission(
        version_desc=release.version_desc or release.template.changelog[:200],
        order_path=release.template.order_path,
        ugc=declaration_for(release),
        feedback=release.feedback if has_refusal else "",
    )


def _found_audit(release: Release) -> str:
    """Return the audit of this release that we have not heard of: the answer that was lost.

    One of another code, submitted before or by somebody else, is none of ours.
    """
    latest = program_code.latest_audit(release.mini_program.appid)
    if latest is None or queries.knows_audit(release, latest.audit_id):
        return ""
    is_ours = latest.user_desc.endswith(release.mark)
    return latest.audit_id if is_ours else ""


@verb
def _note_submitted(release: Release, audit_id: str) -> None:
    values: dict[str, Any] = {"audit_id": audit_id, "submitted_at": clock.now(), "decided_at": None}
    facts = {"audit_id": audit_id, "month": release.quota_month}
    month = release.quota_month
    wait = ladder.AUDIT_SECONDS[0]
    if move(release, S.AUDITING, event="submitted", facts=facts, then=wait, **values):
        quota.count_used(month)


@verb
def _back_from_submission(
    release: Release, *, then: float | None = None, is_spent: bool = False, **values: Any
) -> None:
    """Give the reservation back: WeChat did not take the submission."""
    month = release.quota_month
    facts = {name: value for name, value in values.items() if name.startswith("problem")}
    if not move(release, S.COMMITTED, event="not_submitted", facts=facts, then=then, **values):
        return
    if is_spent:
        quota.give_back_as_spent(month)
    else:
        quota.give_back(month)


def _ask(release: Release) -> None:
    """Ask how the audit stands, and take what WeChat says."""
    told = program_code.audit_status(release.mini_program.appid, release.audit_id)
    if told.state == AuditState.IN_REVIEW:
        _ask_later(release, ladder.AUDIT_SECONDS)
    elif told.state == AuditState.DELAYED:
        _note_delay(release, told)
    else:
        _take_decision(release, told)


def _note_delay(release: Release, told: AuditStatus) -> None:
    if release.state == S.DELAYED:
        _ask_later(release, ladder.AUDIT_SECONDS)
        return
    reason = advice.plain(told.reason)[:300]
    wait = ladder.AUDIT_SECONDS[-1]
    move(release, S.DELAYED, event="delayed", facts={"reason": reason}, then=wait, problem=reason)


@verb
def _take_decision(release: Release, told: AuditStatus) -> None:
    moment = clock.now()
    if told.state == AuditState.PASSED:
        if move(release, S.APPROVED, event="approved", decided_at=moment):
            _after_approval(release)
    elif told.state == AuditState.WITHDRAWN:
        move(release, S.WITHDRAWN, event="withdrawn", goal=Goal.PREVIEW, decided_at=moment)
    else:
        _reject(release, told)


def _reject(release: Release, told: AuditStatus) -> None:
    reason = advice.plain(told.reason)
    advised = advice.advice_for(reason)
    facts = {"audit_id": told.audit_id, "advice": advised.code}
    values: dict[str, Any] = {
        "decided_at": clock.now(),
        "problem_code": "refused",
        "problem": reason[:300],
    }
    if not move(release, S.REJECTED, event="rejected", facts=facts, **values):
        return
    rejection, _ = Rejection.objects.get_or_create(
        release=release,
        audit_id=told.audit_id,
        defaults={
            "reason": reason,
            "advice_code": advised.code,
            "media_ids": list(told.screenshots),
        },
    )
    if told.screenshots:
        publish(ScreenshotsWanted(rejection.pk), tenant="")


def _withdraw(release: Release) -> None:
    """Take the submission back; if it was decided meanwhile, take that."""
    told = program_code.audit_status(release.mini_program.appid, release.audit_id)
    if told.state in {AuditState.IN_REVIEW, AuditState.DELAYED}:
        program_code.withdraw_audit(release.mini_program.appid)
        move(release, S.WITHDRAWN, event="withdrawn", goal=Goal.PREVIEW, decided_at=clock.now())
    else:
        _take_decision(release, told)


def _speed_up(release: Release) -> None:
    """Ask WeChat to hurry, once: a second try after a lost answer would cost a second one."""
    if release.tries == 1:
        program_code.speed_up(release.mini_program.appid, release.audit_id)
    wait = ladder.AUDIT_SECONDS[0]
    keep(release, event="sped_up", then=wait, wish=Wish.NONE, tries=0, asked=0)


@verb
def _after_approval(release: Release) -> None:
    """Mean to release it if that is the goal, or let it rest."""
    is_going = release.goal == Goal.RELEASE
    if not (move_releasing(release, aimed=True) if is_going else keep(release, aimed=True)):
        _look_again(release)


def _look_again(release: Release) -> None:
    """Take the step again soon: its goal was changed meanwhile, or another release is moving."""
    keep(release, then=ladder.RETRY_SECONDS[0])


def _release(release: Release) -> None:
    """Give it to everybody; the second time, look first whether they have it."""
    if release.tries == 1 or not _is_released(release):
        try:
            program_code.release(release.mini_program.appid)
        except (AlreadyReleased, NothingToRelease):
            if not _is_released(release):
                raise
    move_live(release)


def _grey(release: Release) -> None:
    """Give it to a share of the customers; a share that WeChat has reached already is done."""
    appid, wanted = release.mini_program.appid, release.wished_percentage
    if release.tries == 1 or not _is_grey(appid, wanted):
        program_code.grey(appid, percentage=wanted)
    facts = {"percentage": wanted}
    move(release, S.GRAY, event="grey", facts=facts, grey_percentage=wanted, wished_percentage=0)


def _is_grey(appid: str, wanted: int) -> bool:
    plan = program_code.grey_plan(appid)
    return plan.status in _GREY_GOES_ON and plan.percentage >= wanted


def _end_grey(release: Release) -> None:
    """Give everybody the version before; it is approved still."""
    appid = release.mini_program.appid
    if release.tries == 1 or program_code.grey_plan(appid).status in _GREY_GOES_ON:
        program_code.cancel_grey(appid)
    move(release, S.APPROVED, event="grey_ended", grey_percentage=0, goal=Goal.AUDIT)


def _revert(release: Release) -> None:
    """Go back to the version before; the second time, look first whether that is done."""
    if release.tries == 1 or _is_released(release):
        try:
            program_code.rollback(release.mini_program.appid)
        except CannotRollBack:
            if _is_released(release):
                raise
    move_back(release)


def _is_trial(release: Release) -> bool:
    trial = program_code.versions(release.mini_program.appid).trial
    return trial is not None and trial.user_desc.endswith(release.mark)


def _is_released(release: Release) -> bool:
    released = program_code.versions(release.mini_program.appid).released
    return released is not None and released.user_desc.endswith(release.mark)


def _ask_later(release: Release, seconds: tuple[int, ...]) -> None:
    wait = ladder.wait(seconds, release.asked + 1)
    keep(release, then=wait, asked=release.asked + 1, tries=0, problem_code="", problem="")


def _try_later(release: Release, failure: WeChatFailure, wait: float) -> None:
    """Leave the step as it is, its tries counted, and begin it again after a while."""
    code = failure.code or type(failure).__name__
    keep(release, then=wait, problem_code=code[:64], problem="WeChat did not answer clearly")


def _stop(release: Release) -> None:
    """The owner took the authorisation back: end the step. Whether WeChat had done it is found out
    when they give it again (`reconcile`)."""
    why = "not_authorised"
    if release.state == S.SUBMITTING and release.tries == 1:
        _back_from_submission(release)  # WeChat was never asked before: it took nothing
    if release.state == S.REVERTING:
        move(release, S.RELEASED, event="not_reverted", problem_code=why)
    else:
        move_to_stop(Q(pk=release.pk, turn=release.turn), reason=why)


def reconcile(*, program_id: int) -> None:
    """Make our word on what customers have WeChat's: for an app that was lost and came back.

    What was being released, or rolled back, when it was lost may have been. Again is harmless.
    Raises a WeChatFailure.
    """
    rows = Release.objects.filter(mini_program_id=program_id).select_related("mini_program")
    doubtful = rows.filter(Q(state__in=LIVE) | Q(state=S.STOPPED)).order_by("-created_at")
    known = list(doubtful.select_related("supersedes")[:_LOOK_BACK])
    if not known:
        return
    released = program_code.versions(known[0].mini_program.appid).released
    desc = released.user_desc if released is not None else ""
    live = next((r for r in known if r.state == S.RELEASED), None)
    if live is not None and desc.endswith(live.mark):
        return
    found = next((r for r in known if r.state == S.STOPPED and desc.endswith(r.mark)), None)
    if found is not None:
        move_live(found)
    elif live is not None and live.supersedes is not None and desc.endswith(live.supersedes.mark):
        _note_reverted(live)


@verb
def _note_reverted(live: Release) -> None:
    if move(live, S.REVERTING, event="found_reverted"):
        move_back(live)


def _give_up(release: Release, failure: WeChatFailure) -> None:
    """WeChat said no: go back to where a person can do something about it."""
    code = (failure.code or type(failure).__name__)[:64]
    problem: dict[str, Any] = {"problem_code": code, "problem": advice.plain(failure.message)[:300]}
    log.info("release_refused", release=str(release.pk), state=release.state, code=code)
    facts = {"code": code}
    match S(release.state):
        case S.COMMITTING:
            move(release, S.PREFLIGHT_FAILED, event="not_committed", facts=facts, **problem)
        case S.SUBMITTING:
            _back_from_submission(release, **problem)
        case S.AUDITING | S.DELAYED:
            _keep_auditing(release, failure, problem)
        case S.RELEASING:
            values = {"goal": Goal.AUDIT, **problem}
            move(release, S.APPROVED, event="not_released", facts=facts, **values)
        case S.REVERTING:
            move(release, S.RELEASED, event="not_reverted", facts=facts, **problem)
        case _:
            keep(release, event="refused", facts=facts, wish=Wish.NONE, tries=0, **problem)


def _keep_auditing(release: Release, failure: WeChatFailure, problem: dict[str, Any]) -> None:
    """Ask again later, less and less often; an audit that WeChat does not know has ended."""
    if isinstance(failure, AuditUnknown) and release.asked >= ladder.MOST_UNKNOWN:
        values = {"goal": Goal.PREVIEW, "decided_at": clock.now(), **problem}
        move(release, S.WITHDRAWN, event="audit_unknown", **values)
        return
    is_news = problem["problem_code"] != release.problem_code
    keep(
        release,
        event="refused" if is_news else "",
        facts={"code": problem["problem_code"]},
        then=ladder.wait(ladder.AUDIT_SECONDS, release.asked),
        wish=Wish.NONE,
        tries=0,
        asked=release.asked + 1,
        **problem,
    )
