"""Questions about apps at WeChat. All of them run on the platform (`context.public`)."""

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Prefetch, QuerySet

from kernel import clock
from kernel.errors import Refusal
from tenants.models import MiniProgram
from tenants.programs.models import (
    AuthorizationTicket,
    ProgramRegistration,
    ProgramStep,
    Setting,
    Unplaced,
)
from tenants.programs.states import Part, SettingState
from tenants.states import OPEN_STATES, ProgramKind, ProgramState


class ProgramNotFound(Refusal):
    """The shop has no such app."""

    status = 404
    en = "There is no such mini-program in this shop."
    zh = "该小铺没有这个小程序。"


@dataclass(frozen=True)
class Lack:
    """Something that must be mended before an app's code can be committed."""

    code: str
    en: str
    zh: str


NOT_AUTHORISED = Lack(
    "not_authorised",
    "Authorise the platform for this mini-program first.",
    "请先授权平台管理该小程序。",
)
NOT_A_PROGRAM = Lack(
    "not_a_mini_program",
    "An official account has no code to release.",
    "公众号没有可发布的代码。",
)
SHOP_NOT_OPEN = Lack("shop_not_open", "The shop is not open at the moment.", "该小铺当前未营业。")
DOMAINS_NOT_SET = Lack(
    "domains_not_set",
    "The mini-program's server domains are not set yet: configure it again.",
    "小程序服务器域名尚未设置，请重新配置。",
)
PRIVACY_NOT_SET = Lack(
    "privacy_not_set",
    "The mini-program's privacy guide is not set yet: configure it again.",
    "小程序用户隐私保护指引尚未设置，请重新配置。",
)
LACKS = {
    lack.code: lack
    for lack in (NOT_AUTHORISED, NOT_A_PROGRAM, SHOP_NOT_OPEN, DOMAINS_NOT_SET, PRIVACY_NOT_SET)
}


def hashed(secret: str) -> str:
    """Return what is kept of a secret that only needs to be recognised."""
    return hashlib.sha256(secret.encode()).hexdigest()


def with_settings(rows: QuerySet[MiniProgram]) -> QuerySet[MiniProgram]:
    """Return the same apps with shop and configuration at hand: two statements for all."""
    parts = Prefetch("settings", Setting.objects.order_by("pk"))
    return rows.select_related("tenant").prefetch_related(parts)


def programs_of(tenant_id: int) -> list[MiniProgram]:
    """Return a shop's apps with their configuration, the oldest first. Two statements."""
    return list(with_settings(MiniProgram.objects.filter(tenant_id=tenant_id)).order_by("pk"))


def get_program(tenant_id: int, program_id: int) -> MiniProgram:
    """Return one app of a shop with its configuration. Raises ProgramNotFound."""
    rows = MiniProgram.objects.filter(tenant_id=tenant_id, pk=program_id)
    found = with_settings(rows).first()
    if found is None:
        raise ProgramNotFound
    return found


def settings_of(program: MiniProgram) -> dict[Part, Setting]:
    """Return the parts of an app's configuration in their order; without a row they are missing.

    Costs nothing when the app came from `with_settings`.
    """
    found = {Part(row.part): row for row in program.settings.all()}
    return {part: found[part] for part in Part if part in found}


def lacks_of(program: MiniProgram) -> list[Lack]:
    """Return what stands in the way of committing code, the first thing to mend first."""
    lacks = []
    if program.kind != ProgramKind.MINI_PROGRAM:
        lacks.append(NOT_A_PROGRAM)
    if program.state != ProgramState.AUTHORISED:
        lacks.append(NOT_AUTHORISED)
    if program.tenant.state not in OPEN_STATES:
        lacks.append(SHOP_NOT_OPEN)
    applied = {
        part for part, row in settings_of(program).items() if row.state == SettingState.APPLIED
    }
    if Part.DOMAINS not in applied:
        lacks.append(DOMAINS_NOT_SET)
    if Part.PRIVACY not in applied:
        lacks.append(PRIVACY_NOT_SET)
    return lacks


def steps_of(program: MiniProgram, limit: int = 50) -> list[ProgramStep]:
    """Return an app's history, the latest line first."""
    return list(program.steps.order_by("-pk")[:limit])


def categories_of(program: MiniProgram) -> list[dict[str, object]]:
    """Return the categories that WeChat told last: names and ids, as `wechat.categories` has."""
    row = settings_of(program).get(Part.CATEGORIES)
    found: list[dict[str, object]] = row.facts.get("categories", []) if row else []
    return found


def open_ticket(token: str) -> AuthorizationTicket | None:
    """Return the ticket of a redirect's token, used or not, unless it has expired unused."""
    ticket = AuthorizationTicket.objects.filter(token_hash=hashed(token)).first()
    if ticket is None or (ticket.mini_program_id is None and ticket.expires_at < clock.now()):
        return None
    return ticket


def ticket_of_pre_auth(pre_auth_code: str) -> AuthorizationTicket | None:
    """Return the ticket whose page WeChat's push names; expired or not, for the owner did agree."""
    if not pre_auth_code:
        return None
    return AuthorizationTicket.objects.filter(pre_auth_hash=hashed(pre_auth_code)).first()


def registrations_of(tenant_id: int, limit: int = 20) -> list[ProgramRegistration]:
    """Return the new apps that a shop asked for, the latest first."""
    return list(ProgramRegistration.objects.filter(tenant_id=tenant_id).order_by("-pk")[:limit])


def unplaced() -> list[Unplaced]:
    """Return authorisations that found no shop, the latest first. For staff."""
    return list(Unplaced.objects.select_related("tenant").order_by("-pk")[:200])


def api_base() -> str:
    """Return where a mini-program finds our API: `apiBase` of ext.json, and its request domain."""
    return str(settings.MINI_PROGRAM_API_BASE)
