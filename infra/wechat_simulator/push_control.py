"""The tester's hand on pushes to apps: /_control/pushes and each app's own address."""

import json
from typing import Any

from aiohttp import web

from .app_envelopes import Address
from .clock import rfc3339
from .control import Answer, Verb, control_routes
from .refusals import ControlRefusal
from .simulator import Simulator
from .store import Row


def routes(simulator: Simulator) -> list[web.RouteDef]:
    """Every control route about pushes."""
    hand = PushControl(simulator)
    table: list[tuple[str, str, Verb]] = [
        ("GET", "pushes", hand.pushes),
        ("POST", "pushes", hand.send),
        ("GET", "pushes/{number}", hand.push),
        ("POST", "pushes/{number}/resend", hand.send_again),
        ("GET", "pushes/{number}/request", hand.request),
        ("GET", "mini_programs/{appid}/message_url", hand.address),
        ("PUT", "mini_programs/{appid}/message_url", hand.set_address),
        ("DELETE", "mini_programs/{appid}/message_url", hand.forget_address),
    ]
    return control_routes(table)


class PushControl:
    """One method per action; the control page calls the same methods."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._pushes, self._addresses = simulator.app_pushes, simulator.app_addresses

    async def pushes(self, request: web.Request, _: Answer) -> Answer:
        rows = self._pushes.newest(
            appid=request.query.get("appid", ""), event=request.query.get("event", "")
        )
        return {"pushes": [self._told(row) for row in rows]}

    async def push(self, request: web.Request, _: Answer) -> Answer:
        return self._told(self._pushes.find(_number(request)))

    async def send(self, _: web.Request, wish: Answer) -> Answer:
        """Any fields, by hand: `{appid, fields, after_seconds?, wait?}`."""
        appid, fields = str(wish.get("appid", "")), wish.get("fields")
        after = wish.get("after_seconds", 0)
        if self._simulator.apps.find(appid) is None:
            raise ControlRefusal(404, f"no app {appid}")
        if not isinstance(fields, dict) or not isinstance(after, int | float) or after < 0:
            raise ControlRefusal(400, "fields must be an object, after_seconds a number")
        push_id = self._pushes.send(appid, fields, after_seconds=after)
        if wish.get("wait") is not False and not after:
            await self._pushes.finished(push_id)
        return self._told(self._pushes.find(push_id))

    async def send_again(self, request: web.Request, wish: Answer) -> Answer:
        times = wish.get("times", 1)
        if not isinstance(times, int):
            raise ControlRefusal(400, "times must be a whole number")
        heard = await self._pushes.send_again(
            _number(request),
            times=times,
            forge=str(wish.get("forge") or ""),
            is_parallel=wish.get("parallel") is True,
        )
        return {"statuses": [one.status for one in heard], "notes": [one.note for one in heard]}

    async def request(self, request: web.Request, _: Answer) -> Answer:
        """The request itself, for a test that sends it in its own way."""
        forge = request.query.get("forge", "")
        return self._pushes.request(_number(request), forge=forge).as_json()

    async def address(self, request: web.Request, _: Answer) -> Answer:
        return _address(self._addresses.of(request.match_info["appid"]))

    async def set_address(self, request: web.Request, wish: Answer) -> Answer:
        return _address(await self._addresses.set_own(request.match_info["appid"], wish))

    async def forget_address(self, request: web.Request, _: Answer) -> Answer:
        self._addresses.forget_own(request.match_info["appid"])
        return {"ok": True}

    def _told(self, row: Row) -> Answer:
        attempts = [
            {"kind": one["kind"], "at": rfc3339(one["sent_at"])}
            | {"status": one["status"], "note": one["note"]}
            for one in self._pushes.attempts_of(row["id"])
        ]
        return {
            "id": row["id"],
            "appid": row["appid"],
            "event": row["event"],
            "state": row["state"],
            "sent_count": row["sent_count"],
            "created_at": rfc3339(row["created_at"]),
            "fields": json.loads(row["fields"]),
            "reply": json.loads(row["reply"]) if row["reply"] else None,
            "attempts": attempts,
        }


def _address(address: Address | None) -> dict[str, Any]:
    if address is None:
        return {"url": ""}
    return {
        "url": address.url,
        "token": address.token,
        "encoding_aes_key": address.encoding_aes_key,
        "owner": address.owner,
        "mode": address.mode,
        "format": address.format,
    }


def _number(request: web.Request) -> int:
    text = request.match_info["number"]
    if not text.isdecimal():
        raise ControlRefusal(404, "no such push")
    return int(text)
