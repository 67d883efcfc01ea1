"""Bring an app's configuration to what it should be: one call to WeChat for each part.

Each part is an intent (`applying`, committed), a call, and an outcome (`applied` or `failed`).
All calls set a whole or only read, so a part that was cut off in the middle is simply done again.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from jobs.messages import publish
from tenants.models import Membership, MiniProgram
from tenants.programs import actions, queries
from tenants.programs.collected import COLLECTED, STORED
from tenants.programs.messages import ProgramConfigured
from tenants.programs.models import Setting
from tenants.programs.moves import move_setting
from tenants.programs.states import Part, SettingState
from tenants.states import ProgramKind, ProgramState, Role
from tenants.transactions import verb
from wechat import categories, component, domains, privacy
from wechat.domains import Domains
from wechat.errors import AuthorizationLost, WeChatFailure
from wechat.privacy import PrivacyGuide


def apply(*, program_id: int) -> None:
    """Apply every part that is wanted, in order. Again is harmless.

    Raises a retryable WeChatFailure: what is applied stays, the rest is tried again.
    """
    program = queries.with_settings(MiniProgram.objects.filter(pk=program_id)).get()
    for part, setting in queries.settings_of(program).items():
        if program.state != ProgramState.AUTHORISED:
            return
        if setting.state in {SettingState.WANTED, SettingState.APPLYING}:
            _apply_part(program, part, setting)
    _tell(program)


@verb
def _tell(program: MiniProgram) -> None:
    publish(ProgramConfigured(program.pk), tenant="")


def _apply_part(program: MiniProgram, part: Part, setting: Setting) -> None:
    if not move_setting(setting, SettingState.APPLYING):
        return
    try:
        facts = _PARTS[part](program)
    except AuthorizationLost as lost:
        move_setting(setting, SettingState.FAILED, problem_code=lost.code)
        actions.lose(program=program, reason=lost.code)
    except WeChatFailure as failure:
        if failure.retryable:
            raise
        code = failure.code or type(failure).__name__
        move_setting(setting, SettingState.FAILED, problem_code=code)
    else:
        move_setting(setting, SettingState.APPLIED, facts=facts)


def _read_info(program: MiniProgram) -> dict[str, Any]:
    told = component.app_info(program.appid)
    values = {
        "kind": ProgramKind.MINI_PROGRAM if told.is_mini_program else ProgramKind.OFFICIAL_ACCOUNT,
        "nick_name": told.nick_name[:100],
        "user_name": told.user_name[:64],
        "principal_name": told.principal_name[:200],
        "head_image_url": told.head_img[:500],
        "introduction": told.signature[:500],
        "is_verified": told.is_verified,
        "permission_set_ids": list(told.permission_set_ids) or program.permission_set_ids,
    }
    MiniProgram.objects.filter(pk=program.pk).update(**values)
    for name, value in values.items():
        setattr(program, name, value)
    return {"nick_name": told.nick_name, "visit_status": told.visit_status}


def _set_domains(program: MiniProgram) -> dict[str, Any]:
    base = urlsplit(queries.api_base())
    host = f"https://{base.netloc}"
    wanted = Domains(request=(host,), websocket=(), upload=(host,), download=(host,))
    return {
        name: list(hosts) for name, hosts in asdict(domains.replace(program.appid, wanted)).items()
    }


def _set_privacy(program: MiniProgram) -> dict[str, Any]:
    guide = guide_of(program)
    privacy.set_guide(program.appid, guide)
    return {"keys": [key for key, _ in guide.settings], "contact": guide.contact_email}


def guide_of(program: MiniProgram) -> PrivacyGuide:
    """Return the guide from the data that we really collect; the shop's first owner answers it."""
    owner = (
        Membership.objects.filter(tenant_id=program.tenant_id, role=Role.OWNER)
        .order_by("pk")
        .values_list("account__email", flat=True)
        .first()
    )
    return PrivacyGuide(
        contact_email=owner or "",
        contact_phone="",
        notice_method="小程序内公告",
        store_days_text=STORED,
        settings=tuple((item.privacy_key, item.purpose_zh) for item in COLLECTED),
    )


def _read_categories(program: MiniProgram) -> dict[str, Any]:
    return {"categories": [asdict(item) for item in categories.categories(program.appid)]}


_PARTS: dict[Part, Callable[[MiniProgram], dict[str, Any]]] = {
    Part.INFO: _read_info,
    Part.DOMAINS: _set_domains,
    Part.PRIVACY: _set_privacy,
    Part.CATEGORIES: _read_categories,
}
