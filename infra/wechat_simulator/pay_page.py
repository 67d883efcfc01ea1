"""What the forms of `pay_sections` do: a control action, and one sentence about it."""

from typing import Any

from aiohttp import web

from .pay_control import PayControl
from .simulator import Simulator

Form = dict[str, str]


class PayHand:
    """Each method is one form's action."""

    def __init__(self, simulator: Simulator) -> None:
        self._control = PayControl(simulator)

    def actions(self) -> dict[str, Any]:
        """Path below /_page → method."""
        return {
            "merchants": self.create_merchant,
            "merchants/{mchid}/rotate": self.rotate,
            "transfers/{number}": self.decide_transfer,
            "applyments/{number}": self.move_applyment,
            "complaints": self.complain,
        }

    async def create_merchant(self, request: web.Request, form: Form) -> str:
        made = await self._control.create_merchant(request, dict(form))
        return f"Created {made['kind']} merchant {made['sp_mchid']}, appid {made['sp_appid']}"

    async def rotate(self, request: web.Request, form: Form) -> str:
        made = await self._control.rotate(request, dict(form))
        return f"{form.get('what')} of {made['sp_mchid']} changed; its console shows the new one"

    async def decide_transfer(self, request: web.Request, form: Form) -> str:
        made = await self._control.decide_transfer(request, {"action": form.get("action", "")})
        return f"Transfer {made['out_bill_no']} is {made['state']}"

    async def move_applyment(self, request: web.Request, form: Form) -> str:
        wish: dict[str, Any] = {"state": form.get("state", "")}
        if wish["state"] == "REJECTED":
            reason = form.get("reason") or "资料不清晰"
            detail = {"field": "license_copy", "field_name": "营业执照", "reject_reason": reason}
            wish["audit_detail"] = [detail]
        made = await self._control.move_applyment(request, wish)
        return f"Application {made['business_code']}: {made['applyment_state']}"

    async def complain(self, request: web.Request, form: Form) -> str:
        made = await self._control.complain(request, dict(form))
        return f"Complaint {made['complaint_id']} was made; the merchant is told"
