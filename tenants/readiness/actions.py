"""Look at an app, and take the owner's answers. On the platform."""

from datetime import date, datetime

from jobs.messages import publish, publish_all
from kernel import clock
from kernel.errors import Refusal
from tenants.models import MiniProgram, Tenant
from tenants.readiness import checks, gathering, queries
from tenants.readiness.checking import NO, YES, Check, Question, verdict_of
from tenants.readiness.facts import Facts
from tenants.readiness.messages import CheckupWanted, RoutineCheckup
from tenants.readiness.models import Answer, Checkup, Finding
from tenants.readiness.states import QuestionKind
from tenants.states import LIVE_STATES, ProgramKind, ProgramState
from tenants.transactions import verb

_BATCH = 500


class QuestionUnknown(Refusal):
    """Nothing of this name is asked."""

    status = 404
    en = "There is no such question."
    zh = "没有这个问题。"


class AnswerUnfit(Refusal):
    """The answer is not one of those that the question has."""

    status = 422
    en = "Please answer with {wanted}."
    zh = "请回答：{wanted}。"


@verb
def want_checkup(*, program: MiniProgram) -> bool:
    """Have an app looked at in a job; say whether nobody waits for a look already."""
    Checkup.objects.bulk_create([Checkup(mini_program=program)], ignore_conflicts=True)
    checkup = Checkup.objects.select_for_update().get(mini_program=program)
    program.checkup = checkup
    if queries.is_running(checkup):
        return False
    checkup.wanted_at = clock.now()
    checkup.save(update_fields=["wanted_at"])
    publish(CheckupWanted(program.pk), tenant="")
    return True


@verb
def want_all_checkups() -> int:
    """Have every authorised app of a living shop looked at; return how many."""
    ids = MiniProgram.objects.filter(
        kind=ProgramKind.MINI_PROGRAM,
        state=ProgramState.AUTHORISED,
        tenant__state__in=LIVE_STATES,
    ).values_list("pk", flat=True)
    chosen = list(ids)
    for start in range(0, len(chosen), _BATCH):
        publish_all([RoutineCheckup(pk) for pk in chosen[start : start + _BATCH]], tenant="")
    return len(chosen)


def check_up(*, program_id: int) -> None:
    """Look at an app and keep what was found. Again is harmless.

    Outside any transaction: it asks WeChat, whose failures come out as unknown.
    """
    program = MiniProgram.objects.select_related("tenant").get(pk=program_id)
    if program.kind != ProgramKind.MINI_PROGRAM:
        return
    began_at = clock.now()
    _keep_all(program, gathering.gather(program), began_at)


def answer(*, tenant: Tenant, program: MiniProgram | None, key: str, value: str, by: str) -> Answer:
    """Take the owner's answer; what hangs on it is judged anew at once.

    `value` is yes, no, or a date as 2027-01-31. Raises QuestionUnknown, AnswerUnfit, NoMiniProgram.
    """
    check = queries.question_of(key)
    if check is None or check.question is None:
        raise QuestionUnknown
    if not queries.is_of_shop(check) and program is None:
        raise queries.NoMiniProgram
    return _answer(tenant, program, check, _fit(check.question, value), by)


@verb
def _answer(
    tenant: Tenant, program: MiniProgram | None, check: Check, value: str, by: str
) -> Answer:
    now, question = clock.now(), check.question
    holds = question.holds if question else None
    kept, _ = Answer.objects.update_or_create(
        tenant=tenant,
        mini_program=None if queries.is_of_shop(check) else program,
        key=check.key,
        defaults={
            "value": value,
            "by": by,
            "answered_at": now,
            "expires_at": now + holds if holds else None,
        },
    )
    if program is not None and not queries.is_of_shop(check):
        _keep(program, [check], gathering.local_facts(tenant, program), now)
    return kept


@verb
def _keep_all(program: MiniProgram, facts: Facts, began_at: datetime) -> None:
    _keep(program, checks.of_programs(), facts, clock.now())
    known = [check.key for check in checks.of_programs()]
    Finding.objects.filter(mini_program=program).exclude(key__in=known).delete()
    Checkup.objects.bulk_create([Checkup(mini_program=program)], ignore_conflicts=True)
    Checkup.objects.filter(mini_program=program).update(looked_at=began_at)


def _keep(program: MiniProgram, chosen: list[Check], facts: Facts, now: datetime) -> None:
    rows = []
    for check in chosen:
        verdict = verdict_of(check, facts)
        detail = {"en": verdict.detail.en, "zh": verdict.detail.zh}
        rows.append(
            Finding(
                mini_program=program,
                key=check.key,
                state=verdict.state,
                detail=detail,
                checked_at=now,
            )
        )
    Finding.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["mini_program", "key"],
        update_fields=["state", "detail", "checked_at"],
    )


def _fit(question: Question, value: str) -> str:
    value = value.strip()
    if question.kind == QuestionKind.YES_NO:
        if value not in {YES, NO}:
            raise AnswerUnfit(wanted=f"{YES} / {NO}")
        return value
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise AnswerUnfit(wanted="2027-01-31") from None
