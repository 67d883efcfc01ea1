"""The control page: one server-rendered view of this WeChat, and forms that act on it."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from . import limits
from .control import Control
from .message_page import MessageHand
from .pay_page import PayHand
from .platform_page import PlatformHand
from .refusals import ControlRefusal
from .sections import Markup, document
from .simulator import Simulator

CSS = Path(__file__).with_name("page.css").read_text()
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self';"
        " frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}

Form = dict[str, str]
Action = Callable[[web.Request, Form], Awaitable[str]]


def routes(simulator: Simulator) -> list[web.RouteDef]:
    """The page and the addresses its forms post to."""
    hand = Hand(Control(simulator))

    async def show(request: web.Request) -> web.Response:
        notice = request.query.get("notice", ""), request.query.get("problem", "")
        text = document(simulator, Markup(CSS), notice=notice[0], problem=notice[1])
        return web.Response(text=text, content_type="text/html", headers=HEADERS)

    actions: dict[str, Action] = {
        "mini_programs": hand.create_mini_program,
        "login": hand.login,
        "orders/{number}/pay": hand.pay,
        "orders/{number}/callback": hand.send_callback,
        "orders/{number}/confirm_receipt": hand.confirm_receipt,
        "refunds/{number}": hand.decide_refund,
        "clock": hand.advance_clock,
        "faults": hand.add_fault,
        "faults/remove": hand.remove_fault,
        "component/push_ticket": hand.push_ticket,
        "component": hand.register_component,
        "settings": hand.change_settings,
        "reset": hand.reset,
        **PayHand(simulator).actions(),
        **PlatformHand(simulator).actions(),
        **MessageHand(simulator).actions(),
    }
    posts = [web.post(f"/_page/{path}", _redirecting(verb)) for path, verb in actions.items()]
    return [web.get("/", show), *limits.routes(), *posts]


def _redirecting(verb: Action) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def door(request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        try:
            told = {"notice": await verb(request, form)}
        except ControlRefusal as refusal:
            told = {"problem": refusal.message}
        place = form.get("section", "top")
        raise web.HTTPSeeOther(f"/?{urlencode(told)}#{place}")

    return door


class Hand:
    """Turns a form into a control action and its answer into one sentence."""

    def __init__(self, control: Control) -> None:
        self._control = control

    async def create_mini_program(self, request: web.Request, form: Form) -> str:
        made = await self._control.create_mini_program(request, {"name": form.get("name", "")})
        return f"Created {made['name']}: appid {made['appid']}, sub_mchid {made['sub_mchid']}"

    async def login(self, request: web.Request, form: Form) -> str:
        wish: dict[str, Any] = {"appid": form.get("appid", ""), "user": form.get("user", "")}
        made = await self._control.login(request, wish)
        return f"{wish['user']} is {made['openid']}; login code (5 minutes, once): {made['code']}"

    async def pay(self, request: web.Request, form: Form) -> str:
        number = request.match_info["number"]
        if form.get("action") == "refuse":
            return f"The customer closed the payment sheet of {number}; the order stays unpaid"
        wish: dict[str, Any] = {
            "callback": form.get("callback", "normal"),
            "forge": form.get("forge", ""),
            "delay_seconds": _number(form.get("delay_seconds", "60")),
            "wait": True,
        }
        paid = await self._control.pay_order(request, wish)
        statuses = paid.get("callback_statuses")
        heard = f"callback answered {statuses}" if statuses else "callback not sent yet"
        return f"Paid {number}; {heard}"

    async def send_callback(self, request: web.Request, form: Form) -> str:
        wish: dict[str, Any] = {
            "times": int(_number(form.get("times", "1"))),
            "forge": form.get("forge", ""),
            "parallel": True,
        }
        sent = await self._control.send_callback(request, wish)
        kind = form.get("forge") or "genuine"
        return f"Sent {wish['times']} × {kind}: answers {sent['statuses']}"

    async def confirm_receipt(self, request: web.Request, _: Form) -> str:
        await self._control.confirm_receipt(request, {})
        return f"Receipt of {request.match_info['number']} confirmed; the money is settled"

    async def decide_refund(self, request: web.Request, form: Form) -> str:
        made = await self._control.decide_refund(request, {"status": form.get("status", "")})
        return f"Refund {made['out_refund_no']} ended {made['status']}"

    async def advance_clock(self, request: web.Request, form: Form) -> str:
        seconds = _number(form.get("advance_seconds", "0"))
        made = await self._control.advance_clock(request, {"advance_seconds": seconds})
        return f"WeChat's clock shows {made['now']}; {made['fired_count']} things happened"

    async def add_fault(self, request: web.Request, form: Form) -> str:
        wish: dict[str, Any] = {
            "path_prefix": form.get("path_prefix", "/"),
            "kind": form.get("kind", ""),
            "times": int(_number(form.get("times", "1"))),
            "seconds": _number(form.get("seconds", "30")),
        }
        wish |= {name: form[name] for name in ("code", "status") if form.get(name)}
        await self._control.add_fault(request, wish)
        return f"Fault {wish['kind']} waits for {wish['path_prefix']}"

    async def remove_fault(self, _: web.Request, form: Form) -> str:
        number = form.get("id", "")
        removed = self._control.remove_faults_now(int(number) if number.isdecimal() else None)
        return f"Removed {removed} fault(s)"

    async def push_ticket(self, request: web.Request, _: Form) -> str:
        made = await self._control.push_ticket(request, {})
        return f"Ticket pushed: answer {made['status']} {made['note']}"

    async def register_component(self, request: web.Request, form: Form) -> str:
        await self._control.register_component(request, {"ticket_url": form.get("ticket_url", "")})
        return "Push address registered; tickets start now"

    async def change_settings(self, request: web.Request, form: Form) -> str:
        wish: dict[str, Any] = {"trust": form.get("trust", "adaptive")}
        for name in ("refund_delay_seconds", "shipping_known_after_seconds"):
            wish[name] = _number(form.get(name, "0"))
        await self._control.change_settings(request, wish)
        return "Settings saved"

    async def reset(self, request: web.Request, _: Form) -> str:
        await self._control.reset(request, {})
        return "Everything but the credentials is forgotten"


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ControlRefusal(400, f"{text} is not a number") from error
