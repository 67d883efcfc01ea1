"""What the forms of `platform_sections` do: a control action, and one sentence about it."""

from typing import Any

from aiohttp import web

from .control import Control
from .platform_control import PlatformControl
from .refusals import ControlRefusal, WeixinRefusal
from .simulator import Simulator

Form = dict[str, str]


class PlatformHand:
    """Each method is one form's action."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._control, self._platform = Control(simulator), PlatformControl(simulator)

    def actions(self) -> dict[str, Any]:
        """Path below /_page → method."""
        app = "mini_programs/{appid}"
        return {
            f"{app}/authorise": self.authorise,
            f"{app}/unauthorise": self.unauthorise,
            f"{app}/audit": self.decide_audit,
            f"{app}/privacy_interfaces": self.decide_interface,
            f"{app}/categories": self.decide_category,
            "certifications/{taskid}": self.decide_certification,
            "official_accounts": self.create_official_account,
            "review_settings": self.change_settings,
            "drafts": self.upload_draft,
            "templates": self.add_template,
            "platform_domains": self.set_domains,
        }

    async def authorise(self, request: web.Request, _: Form) -> str:
        made = await self._control.authorise(request, {"push": True})
        return f"Authorised and pushed; auth code {made['auth_code']}"

    async def unauthorise(self, request: web.Request, _: Form) -> str:
        await self._control.unauthorise(request, {})
        return f"{request.match_info['appid']} withdrew its authorisation; pushed"

    async def decide_audit(self, request: web.Request, form: Form) -> str:
        wish: dict[str, Any] = dict(form)
        wish["screenshots"] = _whole(form.get("screenshots", "0"))
        if wish.get("decision") != "refuse":
            wish["screenshots"] = 0
        told = await self._platform.decide_audit(request, wish)
        return f"Audit {told['auditid']} is {told['state']}; pushed"

    async def decide_interface(self, request: web.Request, form: Form) -> str:
        told = await self._platform.decide_interface(request, dict(form))
        return f"{told['api_name']}: {'granted' if told['is_granted'] else 'refused'}; pushed"

    async def decide_category(self, request: web.Request, form: Form) -> str:
        wish: dict[str, Any] = dict(form)
        wish |= {name: _whole(form.get(name, "")) for name in ("first", "second")}
        await self._platform.decide_category(request, wish)
        return f"Category {wish['first']}/{wish['second']} decided; pushed"

    async def decide_certification(self, request: web.Request, form: Form) -> str:
        await self._platform.decide_certification(request, dict(form))
        return "Certification decided; pushed"

    async def create_official_account(self, request: web.Request, form: Form) -> str:
        made = await self._platform.create_official_account(request, dict(form))
        return f"Created {made['name']}: appid {made['appid']}"

    async def change_settings(self, request: web.Request, form: Form) -> str:
        wish: dict[str, Any] = {"audit_decision": form.get("audit_decision", "manual")}
        for name in ("audit_after_seconds", "detection_seconds", "audit_quota"):
            wish[name] = _whole(form.get(name, "0"))
        await self._control.change_settings(request, wish)
        return "Settings saved"

    async def upload_draft(self, request: web.Request, form: Form) -> str:
        wish = {name: form.get(name, "") for name in ("user_version", "user_desc")}
        made = await self._platform.upload_draft(request, wish)
        return f"Draft {made['draft_id']} uploaded"

    async def add_template(self, _: web.Request, form: Form) -> str:
        try:
            self._simulator.platform.templates.add({"draft_id": form.get("draft_id", "")})
        except WeixinRefusal as refusal:
            raise ControlRefusal(409, refusal.errmsg) from refusal
        return f"Draft {form.get('draft_id')} is a template now"

    async def set_domains(self, request: web.Request, form: Form) -> str:
        wish = {
            name: [host.strip() for host in form.get(name, "").split(";") if host.strip()]
            for name in ("server", "business")
        }
        await self._platform.set_platform_domains(request, wish)
        return "The platform's domains are published"


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ControlRefusal(400, f"{text} is not a whole number")
    return int(text)
