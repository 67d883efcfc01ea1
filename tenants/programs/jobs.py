"""What the worker does for apps: hear WeChat about their authorisation, configure them."""

from datetime import UTC, datetime

from jobs.messages import handles
from jobs.schedule import every
from tenants import context
from tenants.models import MiniProgram
from tenants.programs import actions, configuring, registering
from tenants.programs.messages import ConfigurationWanted, ProgramsOverdue
from tenants.programs.moves import note
from tenants.programs.states import Part
from tenants.pushes import actions as pushes
from tenants.pushes import events
from tenants.pushes import queries as told
from tenants.pushes.messages import AppAuthorized, ProgramJudged
from wechat.registration import registration_result

_PASSED = "3"
"""`ret` of a name or a category that WeChat's reviewers let pass."""
_CHANGED = {
    "wxa_nickname_audit": (Part.INFO,),
    "wxa_category_audit": (Part.INFO, Part.CATEGORIES),
}


@handles(AppAuthorized, queue="settle")
def take_authorisation(message: AppAuthorized) -> None:
    """Take what an owner decided about an app. Again is harmless."""
    with context.public():
        fields = told.fields_of(message.push_id)
        pushes.note_handled(push_id=message.push_id, outcome=_taken(fields))


@handles(ConfigurationWanted, queue="settle")
def configure_program(message: ConfigurationWanted) -> None:
    """Apply what is wanted; a WeChat that is away is asked again. Again is harmless."""
    with context.public():
        configuring.apply(program_id=message.program_id)


@handles(ProgramJudged, queue="notify")
def note_judgement(message: ProgramJudged) -> None:
    """Keep WeChat's word about name, category, filing or a penalty in the app's history.

    A category that was passed, or a new name, is read again.
    """
    with context.public():
        push = told.push(message.push_id)
        program = MiniProgram.objects.filter(appid=push.appid).first()
        outcome = "no_program"
        if program is not None and push.handled_at is None:
            outcome = "noted"
            fields = told.fields_of(message.push_id)
            note(program, push.event[:32], by="wechat", **fields)
            parts = _CHANGED.get(push.event, ())
            if parts and fields.get("ret") == _PASSED:
                actions.read_again(program=program, parts=parts, by="wechat")
        pushes.note_handled(push_id=message.push_id, outcome=outcome)


@handles(ProgramsOverdue, queue="settle")
def find_overdue(message: ProgramsOverdue) -> None:
    """Take up configurations that were given up, and give up registrations nobody answered."""
    with context.public():
        actions.find_overdue()
        registering.give_up_expired()


def _taken(fields: dict[str, str]) -> str:
    event, told_at = fields.get("InfoType", ""), _moment(fields.get("CreateTime", ""))
    appid = events.app_in(fields)
    if event in {"authorized", "updateauthorized"}:
        return _authorised(appid, fields.get("AuthorizationCode", ""), fields, told_at)
    if event == "notify_third_fasteregister":
        result = registration_result(fields)
        program = actions.take_registered(result=result, told_at=told_at)
        return "registered" if program else "not_registered"
    if event == "unauthorized":
        return event if actions.take_unauthorised(appid=appid, told_at=told_at) else "stale"
    return "ignored"


def _authorised(
    appid: str, auth_code: str, fields: dict[str, str], told_at: datetime | None
) -> str:
    program = actions.take_authorised(
        appid=appid,
        auth_code=auth_code,
        pre_auth_code=fields.get("PreAuthCode", ""),
        told_at=told_at,
    )
    return "authorised" if program else "not_bound"


def _moment(seconds: str) -> datetime | None:
    return datetime.fromtimestamp(int(seconds), UTC) if seconds.isdigit() else None


every(minutes=15, message=ProgramsOverdue())
