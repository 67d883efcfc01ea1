"""Questions about applyments. On the platform."""

import json
from dataclasses import dataclass

from tenants.applyments.models import Applyment
from tenants.applyments.states import ENDED
from tenants.models import MiniProgram, Tenant
from tenants.states import ProgramKind
from wechat import vault


@dataclass(frozen=True)
class Rejection:
    """What WeChat refused: our name of the field ("" if we do not ask it), its own, and why."""

    name: str
    field_name: str
    reason: str


def applyment_of(tenant: Tenant) -> Applyment | None:
    """Return the applyment that is under way, or else the latest; None if there was none."""
    rows = Applyment.objects.filter(tenant=tenant)
    return rows.exclude(state__in=ENDED).first() or rows.order_by("-pk").first()


def answers_of(row: Applyment) -> dict[str, str]:
    """Return what the owner filled in; for the owner's eyes only."""
    found: dict[str, str] = json.loads(vault.unseal(row.sealed_answers) or "{}")
    return found


def rejections_of(row: Applyment) -> list[Rejection]:
    """Return what WeChat refused; for the owner's eyes only."""
    told = json.loads(vault.unseal(row.sealed_rejections) or "[]")
    return [Rejection(**one) for one in told]


def sign_url_of(row: Applyment) -> str:
    """Return where the owner confirms the account or signs; for the owner's eyes only."""
    return vault.unseal(row.sealed_sign_url)


def selling_appid(tenant: Tenant) -> str:
    """Return the mini-program that is going to be paid in, "" if the shop has none."""
    rows = MiniProgram.objects.filter(tenant=tenant, kind=ProgramKind.MINI_PROGRAM)
    return rows.order_by("-pk").values_list("appid", flat=True).first() or ""
