"""What the forms of `message_sections` do: a control action, and one sentence about it."""

from typing import Any

from aiohttp import web

from .message_control import MessageControl
from .push_control import PushControl
from .refusals import ControlRefusal
from .simulator import Simulator

Form = dict[str, str]


class MessageHand:
    """Each method is one form's action."""

    def __init__(self, simulator: Simulator) -> None:
        self._messages, self._pushes = MessageControl(simulator), PushControl(simulator)

    def actions(self) -> dict[str, Any]:
        """Path below /_page → method."""
        return {
            "pushes/{number}/resend": self.send_again,
            "messages": self.act,
            "subscribe": self.subscribe,
            "verdicts": self.judge,
        }

    async def send_again(self, request: web.Request, form: Form) -> str:
        wish = {"times": _whole(form.get("times", "1")), "forge": form.get("forge", "")}
        sent = await self._pushes.send_again(request, {**wish, "parallel": True})
        kind = wish["forge"] or "genuine"
        return f"Sent {wish['times']} × {kind}: answers {sent['statuses']}"

    async def act(self, request: web.Request, form: Form) -> str:
        told = await self._messages.act(request, dict(form))
        reply = f"; replied {told['reply'].get('MsgType')}" if told["reply"] else ""
        return f"{form.get('user')} did it; the push is {told['state']}{reply}"

    async def subscribe(self, request: web.Request, form: Form) -> str:
        told = await self._messages.subscribe(request, dict(form))
        return f"{form.get('user')} answered {told[form.get('template_id', '')]}"

    async def judge(self, request: web.Request, form: Form) -> str:
        wish: dict[str, Any] = {**form, "label": _whole(form.get("label", ""))}
        told = await self._messages.judge(request, wish)
        return f"{told['sha256'][:12]}… is {told['suggest']} from now on"


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise ControlRefusal(400, f"{text} is not a whole number")
    return int(text)
