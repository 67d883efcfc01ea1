"""Everything that can happen to an app's authorisation. On the platform, outside any transaction.

Note [redirect and push]. WeChat tells us of an authorisation twice: it sends the owner back to
our page, and it pushes `authorized`. Both bring the same code, which works once (CONTRACT §3.3, 7).
Whoever comes first trades it; the other finds it done. The redirect says whose shop it is by the
token in its path, the push by the code of the page that the owner was sent to.

Note [whose app]. An app belongs to the shop that had it first. Authorised for another shop, it
changes nothing there, and nothing here; staff see it among the unplaced.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import structlog
from django.conf import settings
from django.db.models import Q

from jobs.messages import publish, publish_all
from kernel import clock, identifiers
from kernel.errors import Refusal
from tenants import directory
from tenants.actions import AppidTaken
from tenants.models import MiniProgram, Tenant
from tenants.programs import queries, registering
from tenants.programs.messages import ConfigurationWanted, ProgramAuthorised, ProgramUnauthorised
from tenants.programs.models import AuthorizationTicket, ProgramRegistration, Setting, Unplaced
from tenants.programs.moves import is_stale, move_all_to_wanted, move_program, note
from tenants.programs.states import Part, SettingState, WhyUnplaced
from tenants.states import ProgramKind, ProgramState
from tenants.transactions import verb
from wechat import authorization, component
from wechat.authorization import AppKind, AuthorizationPages
from wechat.component import Authorization
from wechat.errors import WeChatFailure
from wechat.registration import RegistrationResult

log = structlog.get_logger(__name__)
TICKET_LIVES = timedelta(hours=1)
"""WeChat's page lives ten minutes; an owner who reads slowly still finds the way back."""
OVERDUE_SECONDS = 900
"""A part that is so long on its way was lost, with its message or its worker's patience."""
_BATCH = 200
_WANTED = {
    ProgramKind.MINI_PROGRAM: AppKind.MINI_PROGRAM,
    ProgramKind.OFFICIAL_ACCOUNT: AppKind.OFFICIAL_ACCOUNT,
}


class WeChatUnavailable(Refusal):
    """WeChat did not answer, or not as promised: nothing is lost, try again."""

    status = 503
    en = "WeChat does not answer at the moment. Please try again shortly."
    zh = "微信暂时没有响应，请稍后再试。"


class AuthorizationTicketInvalid(Refusal):
    """The address of return is not ours, or too old."""

    status = 404
    en = "This authorisation has expired. Please start it again."
    zh = "授权链接已失效，请重新发起授权。"


class ProgramNotAuthorised(Refusal):
    """Nothing can be done at WeChat for an app whose owner has not authorised the platform."""

    en = "The platform is not authorised for this mini-program. Please authorise it first."
    zh = "平台尚未获得该小程序的授权，请先完成授权。"


@dataclass(frozen=True)
class Recovery:
    """What `recover` found at WeChat: apps that are ours again, and those without a shop."""

    restored: tuple[str, ...]
    unplaced: tuple[str, ...]


def begin_authorisation(*, tenant: Tenant, by: str, kind: ProgramKind) -> AuthorizationPages:
    """Invite the shop's owner to authorise an app: WeChat's pages for a desk and for a phone.

    WeChat sends the owner back to `PUBLIC_URL/authorised/{token}/?auth_code=…`; give both to
    `finish_authorisation`. Raises WeChatUnavailable.
    """
    token = identifiers.secret()
    ticket = AuthorizationTicket.objects.create(
        tenant=tenant,
        kind=kind,
        by=by,
        token_hash=queries.hashed(token),
        expires_at=clock.now() + TICKET_LIVES,
    )
    uri = f"{settings.PUBLIC_URL}/authorised/{token}/"
    try:
        pages = authorization.pages(redirect_uri=uri, wanted=_WANTED[kind])
    except WeChatFailure as failure:
        raise WeChatUnavailable from failure
    code = parse_qs(urlsplit(pages.desktop).query)["pre_auth_code"][0]
    AuthorizationTicket.objects.filter(pk=ticket.pk).update(pre_auth_hash=queries.hashed(code))
    return pages


def finish_authorisation(*, token: str, auth_code: str) -> MiniProgram:
    """Take the owner who comes back from WeChat; return their app, whoever adopted it first.

    Again, with the same token, is harmless. Raises AuthorizationTicketInvalid, AppidTaken,
    WeChatUnavailable. See Notes [redirect and push] and [whose app].
    """
    ticket = queries.open_ticket(token)
    if ticket is None:
        raise AuthorizationTicketInvalid
    if ticket.mini_program is not None:
        return ticket.mini_program
    try:
        adopted = component.adopt_once(auth_code)
    except WeChatFailure as failure:
        won = queries.open_ticket(token)  # did the push come while we asked?
        if won is not None and won.mini_program is not None:
            return won.mini_program
        raise WeChatUnavailable from failure
    return _bind(adopted, tenant=ticket.tenant, ticket=ticket, by=ticket.by)


def begin_registration(
    *, tenant: Tenant, name: str, code: str, component_phone: str, by: str
) -> ProgramRegistration:
    """Ask WeChat for a new mini-program of the shop's company, the second way to have one.

    `name` and `code` are the company's, the latter its credit code of 18 signs; `component_phone`
    is the platform's. Show `registering.authorize_url` of the answer as a QR code: the legal person
    has 24 hours. The app is the shop's when WeChat tells that it is registered. Outside any
    transaction. Raises RegistrationClosed without a phone, RegistrationUnderWay,
    RegistrationRefused, RegistrationUnclear, ValueError for a malformed code.
    """
    return registering.begin(
        tenant=tenant, name=name, code=code, component_phone=component_phone, by=by
    )


def take_registered(*, result: RegistrationResult, told_at: datetime | None) -> MiniProgram | None:
    """Take WeChat's word that an app was registered, or was not; None without an app of a shop.

    Again is harmless. Raises WeChatFailure: then nothing changed.
    """
    if not result.is_registered:
        registering.note_failed(result)
        return None
    row = registering.registration_for(result)
    if row is None:
        return take_authorised(
            appid=result.appid, auth_code=result.auth_code, pre_auth_code="", told_at=told_at
        )
    adopted = component.adopt_once(result.auth_code, appid=result.appid)
    try:
        program = _bind(adopted, tenant=row.tenant, ticket=None, by=row.by, at=told_at)
    except AppidTaken:
        return None
    registering.note_registered(row, program)
    return program


def read_again(*, program: MiniProgram, parts: Sequence[Part], by: str) -> None:
    """Read or set some parts of an app's configuration again, in a job, if it is ours."""
    if program.state == ProgramState.AUTHORISED:
        _want_configuration(program, by, parts)


@verb
def find_overdue() -> int:
    """Want again what was given up while WeChat was away; return how many apps."""
    before = clock.now() - timedelta(seconds=OVERDUE_SECONDS)
    unheard = Q(state=SettingState.WANTED) | Q(state=SettingState.APPLYING)
    late = Q(attempted_at__lt=before) | Q(attempted_at=None)
    rows = Setting.objects.filter(
        unheard & late, mini_program__state=ProgramState.AUTHORISED
    ).exclude(mini_program__authorised_at__gt=before)
    ids = sorted(set(rows.order_by("pk").values_list("mini_program_id", flat=True)[:_BATCH]))
    publish_all([ConfigurationWanted(pk) for pk in ids], tenant="")
    return len(ids)


def take_authorised(
    *, appid: str, auth_code: str, pre_auth_code: str, told_at: datetime | None
) -> MiniProgram | None:
    """Take an `authorized` or `updateauthorized` push; None where no shop was found for the app,
    or where it was taken back since.

    Raises WeChatFailure: then nothing changed, and the same push may be taken again.
    """
    program = MiniProgram.objects.select_related("tenant").filter(appid=appid).first()
    is_lost = program is not None and program.state == ProgramState.UNAUTHORISED
    if program is not None and is_lost and is_stale(program.unauthorised_at, told_at):
        return None
    ticket = queries.ticket_of_pre_auth(pre_auth_code)
    adopted = component.adopt_once(auth_code, appid=appid)
    if ticket is not None:
        try:
            return _bind(adopted, tenant=ticket.tenant, ticket=ticket, by=ticket.by, at=told_at)
        except AppidTaken:
            return None
    if program is None:
        _leave_unplaced(appid, WhyUnplaced.UNKNOWN, None)
        return None
    return _bind(adopted, tenant=program.tenant, ticket=None, by="wechat", at=told_at)


def take_unauthorised(*, appid: str, told_at: datetime | None) -> MiniProgram | None:
    """Take an `unauthorized` push. One older than the present authorisation changes nothing."""
    program = MiniProgram.objects.filter(appid=appid).first()
    if program is None or is_stale(program.authorised_at, told_at):
        return None
    lose(program=program, reason="unauthorized", at=told_at)
    return program


def lose(*, program: MiniProgram, reason: str, at: datetime | None = None) -> None:
    """Mark an app as no longer ours to act for, and forget its tokens. Again is harmless.

    Told by WeChat's push, or found out when a call answers AuthorizationLost.
    """
    component.forget_authorization(program.appid)
    _lose(program, reason, at)


def configure(*, program: MiniProgram, by: str) -> None:
    """Bring domains, privacy guide, name and categories to what they should be, in a job.

    Raises ProgramNotAuthorised.
    """
    if program.state != ProgramState.AUTHORISED:
        raise ProgramNotAuthorised
    _want_configuration(program, by)


def place(*, unplaced: Unplaced, tenant: Tenant, by: str) -> MiniProgram:
    """Give an app that found no shop to a shop: staff know whose it is. Raises AppidTaken."""
    adopted = Authorization(unplaced.appid, ())
    program = _bind(adopted, tenant=tenant, ticket=None, by=by)
    Unplaced.objects.filter(appid=unplaced.appid).delete()
    return program


def recover(*, by: str) -> Recovery:
    """Ask WeChat which apps authorised us, and make our rows say the same.

    For lost rows or refresh tokens (CONTRACT §3.3, 6). Apps that WeChat does not list are marked
    unauthorised only by its own word on the next call. Raises a WeChatFailure half-way at worst:
    what was restored stays, and the rest is found by the next run.
    """
    restored, strangers = [], []
    known = {row.appid: row for row in MiniProgram.objects.select_related("tenant")}
    for appid, _ in component.listed_refresh_tokens():
        program = known.get(appid)
        if program is None:
            _leave_unplaced(appid, WhyUnplaced.UNKNOWN, None)
            strangers.append(appid)
            continue
        component.authorizer_token(appid)  # renewed with the listed token if ours is lost
        if program.state != ProgramState.AUTHORISED:
            _bind(Authorization(appid, ()), tenant=program.tenant, ticket=None, by=by)
            restored.append(appid)
    return Recovery(tuple(restored), tuple(strangers))


def _bind(
    adopted: Authorization,
    *,
    tenant: Tenant,
    ticket: AuthorizationTicket | None,
    by: str,
    at: datetime | None = None,
) -> MiniProgram:
    """Give the app to the shop, or find it there; want it configured. Raises AppidTaken."""
    bound = _bind_in_one(adopted, tenant, ticket, by, at)
    if bound is None:
        _leave_unplaced(adopted.appid, WhyUnplaced.TAKEN, tenant)
        raise AppidTaken(appid=adopted.appid)
    return bound


@verb
def _bind_in_one(
    adopted: Authorization,
    tenant: Tenant,
    ticket: AuthorizationTicket | None,
    by: str,
    at: datetime | None,
) -> MiniProgram | None:
    kind = ticket.kind if ticket else ProgramKind.MINI_PROGRAM
    MiniProgram.objects.bulk_create(
        [MiniProgram(appid=adopted.appid, tenant=tenant, kind=kind)], ignore_conflicts=True
    )
    program = MiniProgram.objects.select_for_update().get(appid=adopted.appid)
    if program.tenant_id != tenant.pk:
        return None
    if ticket is not None:
        AuthorizationTicket.objects.filter(pk=ticket.pk).update(mini_program=program)
    sets = list(adopted.permission_set_ids)
    is_new = move_program(
        program,
        ProgramState.AUTHORISED,
        event="authorised",
        by=by,
        facts={"permission_sets": sets},
        at=at,
    )
    if sets and sets != program.permission_set_ids:
        MiniProgram.objects.filter(pk=program.pk).update(permission_set_ids=sets)
        program.permission_set_ids = sets
        if not is_new:
            note(program, "permissions_changed", by=by, permission_sets=sets)
            _want_configuration(program, by)  # what was not granted before may go now
    if is_new:
        directory.forget()
        _want_configuration(program, by)
        publish(ProgramAuthorised(program.pk), tenant="")
    return program


@verb
def _want_configuration(program: MiniProgram, by: str, parts: Sequence[Part] = tuple(Part)) -> None:
    is_program = program.kind == ProgramKind.MINI_PROGRAM
    wanted = [part for part in parts if is_program or part == Part.INFO]
    move_all_to_wanted(program, wanted)
    note(program, "configuration_wanted", by=by)
    publish(ConfigurationWanted(program.pk), tenant="")


@verb
def _lose(program: MiniProgram, reason: str, at: datetime | None) -> None:
    lost = move_program(
        program,
        ProgramState.UNAUTHORISED,
        event="unauthorised",
        by="wechat",
        facts={"reason": reason},
        at=at,
    )
    if lost:
        publish(ProgramUnauthorised(program.pk), tenant="")


def _leave_unplaced(appid: str, why: WhyUnplaced, tenant: Tenant | None) -> None:
    _, is_new = Unplaced.objects.get_or_create(appid=appid, tenant=tenant, defaults={"why": why})
    if is_new:
        log.warning("authorisation_unplaced", appid=appid, why=str(why))
