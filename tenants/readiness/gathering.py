"""Gather what checks look at: WeChat's answers, our rows, and what the layers above know.

A call that fails leaves its part untold, so that its checks come out unknown. Talks to WeChat:
on the platform, outside any transaction.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.utils.module_loading import import_string

from kernel import clock
from tenants import context, directory
from tenants.models import MiniProgram, Tenant
from tenants.programs import actions as programs
from tenants.programs import queries as told_before
from tenants.programs.collected import COLLECTED
from tenants.pushes import queries as pushes
from tenants.readiness.facts import NOT_ASKED, NOT_AUTHORISED, Facts, ShopKnows, Told
from tenants.readiness.models import Answer
from tenants.states import LIVE_STATES, ProgramState
from wechat import categories, component, domains, privacy, shipping
from wechat.errors import AuthorizationLost, WeChatFailure

T = TypeVar("T")
FILING_EVENT = "notify_apply_icpfiling_result"


def gather(program: MiniProgram) -> Facts:
    """Return everything about an app of a shop, asking WeChat where it can be asked."""
    facts = local_facts(program.tenant, program)
    if not facts.is_authorised:
        return replace(facts, **_untold(NOT_AUTHORISED))
    ask = _Asker(program)
    facts = replace(
        facts,
        info=ask(component.app_info),
        domains=ask(domains.get),
        platform_domains=ask(lambda _: domains.platform_domains()),
        categories=ask(categories.categories),
        guide=ask(privacy.guide),
        is_managed=ask(shipping.is_trade_managed),
    )
    return replace(facts, **_shipping(facts, ask))


def local_facts(tenant: Tenant, program: MiniProgram | None) -> Facts:
    """Return what is known without asking WeChat; what WeChat would tell is untold."""
    payee = directory.payee_of(directory.shop_of(tenant))
    base = urlsplit(told_before.api_base())
    facts = Facts(
        now=clock.now(),
        api_host=f"https://{base.netloc}",
        collected={item.privacy_key: item.purpose_zh for item in COLLECTED},
        sub_mchid=(payee.direct_mchid or payee.sub_mchid) if payee else "",
        answers=answers_of(tenant, program),
        **_untold(NOT_ASKED),
    )
    return facts if program is None else replace(facts, **_of_program(tenant, program))


def answers_of(tenant: Tenant, program: MiniProgram | None) -> dict[str, str]:
    """Return the answers that still hold: the shop's, and the app's."""
    held = Q(expires_at=None) | Q(expires_at__gt=clock.now())
    whose = Q(mini_program=None) | Q(mini_program=program)
    rows = Answer.objects.filter(held, whose, tenant=tenant)
    return dict(rows.values_list("key", "value"))


def _untold(code: str) -> dict[str, Any]:
    names = (
        *("info", "domains", "platform_domains", "categories", "guide"),
        *("is_managed", "is_confirmed", "shipping_path"),
    )
    return {name: Told(failure=code) for name in names}


def _of_program(tenant: Tenant, program: MiniProgram) -> dict[str, Any]:
    filing = program.steps.filter(event=FILING_EVENT).order_by("-pk").first()
    return {
        "has_program": True,
        "is_authorised": program.state == ProgramState.AUTHORISED,
        "ticket_at": component.ticket_issued_at() if settings.WECHAT else None,
        "heard_at": pushes.last_heard(program.appid),
        "anybody_heard_at": pushes.last_heard(),
        "filing_status": str(filing.facts.get("beian_status", "")) if filing else "",
        "knows": _known_above(tenant, program.appid),
    }


def _known_above(tenant: Tenant, appid: str) -> ShopKnows:
    if tenant.state not in LIVE_STATES:
        return ShopKnows()
    found: dict[str, Any] = {}
    with context.activate(directory.shop_of(tenant)):
        for name in settings.READINESS_FACTS:
            tell: Callable[[str], Mapping[str, object]] = import_string(name)
            found |= tell(appid)
    return ShopKnows(**found)


def _shipping(facts: Facts, ask: "_Asker") -> dict[str, Any]:
    """Ask who agreed to shipping management, and have its messages open our order page.

    WeChat cannot be asked which page is set, and setting it again is harmless (§5.1).
    """
    if facts.is_managed.failure or not facts.is_managed.answer:
        return {}
    path = facts.knows.order_path
    return {
        "is_confirmed": ask(shipping.is_confirmation_completed),
        **({"shipping_path": ask(lambda appid: _set_path(appid, path))} if path else {}),
    }


def _set_path(appid: str, path: str) -> str:
    shipping.set_jump_path(appid, path)
    return path


class _Asker:
    """Ask WeChat about one app; a failure is an answer that was not told."""

    def __init__(self, program: MiniProgram) -> None:
        self._program = program

    def __call__(self, call: Callable[[str], T]) -> Told[T]:
        if self._program.state != ProgramState.AUTHORISED:
            return Told(failure=NOT_AUTHORISED)
        try:
            return Told(call(self._program.appid))
        except AuthorizationLost as lost:
            programs.lose(program=self._program, reason=lost.code)
            return Told(failure=lost.code)
        except WeChatFailure as failure:
            return Told(failure=failure.code or type(failure).__name__)
