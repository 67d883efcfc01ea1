"""The only writer of the states of apps, settings and registrations, and of their history."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from kernel import clock
from tenants import directory
from tenants.models import MiniProgram
from tenants.programs.models import ProgramRegistration, ProgramStep, Setting
from tenants.programs.states import (
    REGISTRATION_FLOW,
    SETTING_FLOW,
    Part,
    RegistrationState,
    SettingState,
)
from tenants.states import PROGRAM_FLOW, ProgramState
from tenants.transactions import verb


@verb
def move_program(
    program: MiniProgram,
    target: ProgramState,
    *,
    event: str,
    by: str,
    facts: dict[str, Any],
    at: datetime | None = None,
) -> bool:
    """Step forward; say whether the row stood where it may. The same state again is no step.

    `at` is when it happened, if WeChat told it.
    """
    name = "authorised_at" if target == ProgramState.AUTHORISED else "unauthorised_at"
    stamp: dict[str, Any] = {name: at or clock.now()}
    rows = MiniProgram.objects.filter(pk=program.pk, state__in=PROGRAM_FLOW.before(target))
    if not rows.update(state=target, **stamp):
        return False
    program.state = target
    note(program, event, by=by, **facts)
    directory.forget()
    return True


@verb
def move_setting(
    setting: Setting,
    target: SettingState,
    *,
    facts: dict[str, Any] | None = None,
    problem_code: str = "",
    by: str = "platform",
) -> bool:
    """Step forward; say whether the row stood where it may. Outcomes leave a line of history."""
    values: dict[str, Any] = {"problem_code": problem_code}
    if target == SettingState.APPLYING:
        values["attempted_at"] = clock.now()
    if target == SettingState.APPLIED:
        values |= {"applied_at": clock.now(), "facts": facts or {}}
    rows = Setting.objects.filter(pk=setting.pk, state__in=SETTING_FLOW.before(target))
    if not rows.update(state=target, **values):
        return False
    setting.state = target
    if target in {SettingState.APPLIED, SettingState.FAILED}:
        told = facts if target == SettingState.APPLIED else {"code": problem_code}
        note(setting.mini_program, f"{setting.part}_{target}", by=by, **(told or {}))
    return True


@verb
def move_registration(
    registration: ProgramRegistration, target: RegistrationState, **values: Any
) -> bool:
    """Step forward; say whether the row stood where it may."""
    if target in {RegistrationState.REGISTERED, RegistrationState.FAILED}:
        values["ended_at"] = clock.now()
    rows = ProgramRegistration.objects.filter(
        pk=registration.pk, state__in=REGISTRATION_FLOW.before(target)
    )
    if not rows.update(state=target, **values):
        return False
    registration.refresh_from_db()
    return True


@verb
def move_all_to_wanted(program: MiniProgram, parts: Sequence[Part]) -> None:
    """Want these parts of an app applied again, whatever was applied before."""
    rows = [Setting(mini_program=program, part=part) for part in parts]
    Setting.objects.bulk_create(rows, ignore_conflicts=True)
    Setting.objects.filter(
        mini_program=program, part__in=parts, state__in=SETTING_FLOW.before(SettingState.WANTED)
    ).update(state=SettingState.WANTED, problem_code="")


def note(program: MiniProgram, event: str, *, by: str, **facts: Any) -> None:
    """Add a line to the history. The app stays where it stands."""
    ProgramStep.objects.create(
        mini_program=program, event=event, state=program.state, by=by, facts=facts
    )


def is_stale(since: datetime | None, told_at: datetime | None) -> bool:
    """Say whether what WeChat told is older than what we know since `since`.

    WeChat tells whole seconds, so what is of the same second counts.
    """
    return bool(since and told_at and told_at < since.replace(microsecond=0))
