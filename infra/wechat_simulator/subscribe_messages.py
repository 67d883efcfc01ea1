"""Sending subscribe messages: values, permits, one at a time per person (CONTRACT §7)."""

import asyncio
from typing import Any

from .app_pushes import AppPushes
from .messages import Messages
from .own_templates import OwnTemplates, is_long_term, names_of
from .pages import Pages
from .people import People
from .permits import Permits
from .refusals import WeixinRefusal
from .store import Row, Store
from .template_rules import is_allowed

STATES = ("formal", "trial", "developer")
LANGUAGES = ("zh_CN", "en_US", "zh_HK", "zh_TW")
SETTINGS: dict[str, Any] = {
    "subscribe_busy_milliseconds": 20,
    "subscribe_sent_seconds": 1,
    "subscribe_blacklist": ["违禁词"],
}


class SubscribeMessages:
    """Settings: `subscribe_busy_milliseconds` (real time in which a second send to the same
    person is 43108), `subscribe_sent_seconds` (virtual, until the sent event), and
    `subscribe_blacklist` (words answered by 45168)."""

    def __init__(
        self,
        store: Store,
        people: People,
        templates: OwnTemplates,
        permits: Permits,
        pages: Pages,
        messages: Messages,
        pushes: AppPushes,
    ) -> None:
        self._store, self._people, self._templates = store, people, templates
        self._permits, self._pages = permits, pages
        self._messages, self._pushes = messages, pushes
        self._busy: set[tuple[str, str]] = set()
        store.own("", SETTINGS)

    async def send(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/message/subscribe/send: 40003, 40037, 47003, 45168, 41030, 43108, 43101."""
        appid = str(app["appid"])
        openid = str(self._people.known(appid, body.get("touser"))["openid"])
        template = self._templates.find(appid, body.get("template_id"))
        values = _values(body.get("data"), names_of(template))
        self._check_rest(appid, body, values)
        person, settings = (appid, openid), self._store.settings()
        if person in self._busy:
            raise WeixinRefusal(43108, "concurrent send to the same user")
        self._busy.add(person)
        try:
            await asyncio.sleep(settings["subscribe_busy_milliseconds"] / 1000)
            return self._deliver(app, openid, template, body, values)
        finally:
            self._busy.discard(person)

    def _check_rest(self, appid: str, body: dict[str, Any], values: dict[str, str]) -> None:
        if body.get("miniprogram_state", "formal") not in STATES:
            raise WeixinRefusal(40097, "invalid args: miniprogram_state")
        if body.get("lang", "zh_CN") not in LANGUAGES:
            raise WeixinRefusal(40097, "invalid args: lang")
        bad = self._store.settings()["subscribe_blacklist"]
        if any(word in value for word in bad for value in values.values()):
            raise WeixinRefusal(45168, "sensitive words in the message")
        if body.get("page"):
            self._pages.check(appid, str(body["page"]))

    def _deliver(
        self, app: Row, openid: str, template: Row, body: dict[str, Any], values: dict[str, str]
    ) -> dict[str, Any]:
        appid, template_id = str(app["appid"]), str(template["pri_tmpl_id"])
        content = {
            "template_id": template_id,
            "data": values,
            "page": str(body.get("page") or ""),
            "miniprogram_state": body.get("miniprogram_state", "formal"),
        }
        with self._store.transaction():
            if is_long_term(template):
                self._permits.check_not_banned(appid, openid, template_id)
            else:
                self._permits.spend(appid, openid, template_id)
            number = self._messages.add(appid, openid, "subscribe", content)
            message_id = 3_000_000_000_000_000_000 + number
            told = {"TemplateId": template_id, "MsgID": str(message_id)}
            listed = {**told, "ErrorCode": "0", "ErrorStatus": "success"}
            fields = {"FromUserName": openid, "Event": "subscribe_msg_sent_event"}
            self._pushes.send(
                appid,
                {**fields, "SubscribeMsgSentEvent": {"List": listed}},
                after_seconds=float(self._store.settings()["subscribe_sent_seconds"]),
            )
        return {"errcode": 0, "errmsg": "ok", "msgid": message_id}


def _values(data: object, names: dict[str, str]) -> dict[str, str]:
    """Each key's text; 47003 names the first key that is missing or breaks its rule."""
    if not isinstance(data, dict):
        raise WeixinRefusal(47003, "argument invalid! data is not an object")
    values: dict[str, str] = {}
    for name, rule in names.items():
        one = data.get(name)
        value = one.get("value") if isinstance(one, dict) else None
        if value is None or value == "":
            raise WeixinRefusal(47003, f"argument invalid! data.{name}.value is empty")
        if not is_allowed(rule, value):
            raise WeixinRefusal(47003, f"argument invalid! data.{name}.value invalid")
        values[name] = value
    return values
