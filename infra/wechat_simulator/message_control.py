"""The tester's hand on people, verdicts and messages: /_control, JSON in and out."""

import base64
import hashlib
import json

from aiohttp import web

from .clock import rfc3339
from .control import Answer, Verb, control_routes, door
from .entrances import told
from .refusals import ControlRefusal
from .simulator import Simulator
from .store import Row


def routes(simulator: Simulator) -> list[web.RouteDef]:
    """Every control route of these parts."""
    hand = MessageControl(simulator)
    table: list[tuple[str, str, Verb]] = [
        ("PUT", "people/{user}", hand.change_person),
        ("GET", "people/{user}", hand.person),
        ("PUT", "mini_programs/{appid}/owner", hand.bind),
        ("GET", "mini_programs/{appid}/jump_path", hand.jump_path),
        ("POST", "mini_programs/{appid}/remind_access", hand.remind_access),
        ("POST", "orders/{number}/remind_shipping", hand.remind_shipping),
        ("GET", "verdicts", hand.verdicts),
        ("PUT", "verdicts", hand.judge),
        ("GET", "media_checks", hand.media_checks),
        ("POST", "subscribe", hand.subscribe),
        ("GET", "permits", hand.permits),
        ("GET", "messages", hand.messages),
        ("POST", "messages", hand.act),
        ("GET", "entrances", hand.entrances),
        ("GET", "entrances/{number}", hand.entrance),
    ]
    followed = web.get("/a/{number}", door(hand.entrance))
    return [*control_routes(table), followed]


class MessageControl:
    """One method per action; the control page calls the same methods."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator, self._parts = simulator, simulator.messages

    # --- people and verdicts ------------------------------------------------------------------

    async def person(self, request: web.Request, _: Answer) -> Answer:
        user = request.match_info["user"]
        return _person(user, self._parts.people.traits(user))

    async def change_person(self, request: web.Request, wish: Answer) -> Answer:
        user = request.match_info["user"]
        return _person(user, self._parts.people.set_traits(user, wish))

    async def bind(self, request: web.Request, wish: Answer) -> Answer:
        """`{owner}`: the open-platform account whose apps share unionids; "" for none."""
        appid, owner = request.match_info["appid"], str(wish.get("owner") or "")
        self._parts.identities.bind(appid, owner)
        return {"appid": appid, "owner": owner}

    # --- shipping -----------------------------------------------------------------------------

    async def jump_path(self, request: web.Request, _: Answer) -> Answer:
        return {"path": self._parts.special_shipping.jump_path(request.match_info["appid"])}

    async def remind_access(self, request: web.Request, _: Answer) -> Answer:
        app = self._simulator.apps.known(request.match_info["appid"])
        return {"push_id": self._parts.shipping_pushes.remind_access(app["appid"])}

    async def remind_shipping(self, request: web.Request, _: Answer) -> Answer:
        return {"push_id": self._parts.shipping_pushes.remind(request.match_info["number"])}

    # --- verdicts -----------------------------------------------------------------------------

    async def verdicts(self, _: web.Request, __: Answer) -> Answer:
        return {"verdicts": [dict(row) for row in self._parts.content.verdicts()]}

    async def judge(self, _: web.Request, wish: Answer) -> Answer:
        """`{sha256 | body_b64, suggest, label?, note?}`."""
        suggest = str(wish.get("suggest", ""))
        label = wish.get("label", 100 if suggest == "pass" else 20002)
        sha256 = str(wish.get("sha256") or _sha256(wish.get("body_b64")))
        self._parts.content.judge(sha256, suggest, label, str(wish.get("note") or ""))
        return {"sha256": sha256, "suggest": suggest, "label": label}

    async def media_checks(self, _: web.Request, __: Answer) -> Answer:
        rows = self._parts.media_checks.all()
        return {
            "media_checks": [
                {**dict(row), "created_at": rfc3339(row["created_at"])} for row in rows
            ]
        }

    # --- subscribe messages -------------------------------------------------------------------

    async def subscribe(self, _: web.Request, wish: Answer) -> Answer:
        """`{appid, user, template_id | template_ids, action}`: what the prompt answers."""
        wanted = wish.get("template_ids") or [wish.get("template_id")]
        if not isinstance(wanted, list):
            raise ControlRefusal(400, "template_ids must be a list")
        appid, user = str(wish.get("appid", "")), str(wish.get("user", ""))
        action = str(wish.get("action") or "accept")
        return self._parts.permits.prompt(appid, user, [str(one) for one in wanted], action)

    async def permits(self, request: web.Request, _: Answer) -> Answer:
        rows = self._parts.permits.all(request.query.get("appid", ""))
        return {"permits": [{**dict(row), "is_banned": bool(row["is_banned"])} for row in rows]}

    async def messages(self, request: web.Request, _: Answer) -> Answer:
        """`?appid=&user=`: what people received, newest first."""
        query = request.query
        rows = self._parts.inbox.newest(appid=query.get("appid", ""), user=query.get("user", ""))
        return {"messages": [_message(row) for row in rows]}

    async def act(self, _: web.Request, wish: Answer) -> Answer:
        """`{appid, user, text | picture_b64 | event, event_key?}`: the push and its reply."""
        appid, user = str(wish.get("appid", "")), str(wish.get("user", ""))
        push_id = self._parts.visitors.act(appid, user, wish)
        row = await self._simulator.app_pushes.finished(push_id)
        reply = json.loads(row["reply"]) if row["reply"] else None
        return {"push_id": push_id, "state": row["state"], "reply": reply}

    # --- codes and links ----------------------------------------------------------------------

    async def entrances(self, request: web.Request, _: Answer) -> Answer:
        """`?appid=`: every code and link that was made, newest first."""
        rows = self._parts.entrances.newest(request.query.get("appid", ""))
        return {"entrances": [told(row) for row in rows]}

    async def entrance(self, request: web.Request, _: Answer) -> Answer:
        """What scanning or following it opens; 410 when it has expired."""
        return self._parts.entrances.opened(request.match_info["number"])


def _message(row: Row) -> Answer:
    kept = {name: row[name] for name in ("id", "appid", "openid", "user", "kind")}
    content = json.loads(row["content"])
    return {**kept, "sent_at": rfc3339(row["sent_at"]), "content": content}


def _person(user: str, traits: dict[str, int]) -> Answer:
    return {**traits, "user": user, "is_blocked": bool(traits["is_blocked"])}


def _sha256(body_b64: object) -> str:
    try:
        body = base64.b64decode(str(body_b64 or ""), validate=True)
    except ValueError as error:
        raise ControlRefusal(400, "body_b64 must be base64") from error
    if not body:
        raise ControlRefusal(400, "sha256 or body_b64 is required")
    return hashlib.sha256(body).hexdigest()
