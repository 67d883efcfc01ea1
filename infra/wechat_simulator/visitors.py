"""What people do to an app: write, come in, follow, scan, press a menu (CONTRACT §9)."""

import base64
from typing import Any

from .app_pushes import AppPushes
from .apps import Apps
from .conversations import ENTRY, MESSAGE, Conversations
from .media import Media
from .messages import Messages
from .refusals import ControlRefusal, WeixinRefusal
from .scopes import OFFICIAL_ACCOUNT
from .store import Row, Store

EVENTS = ("subscribe", "unsubscribe", "SCAN", "CLICK", "VIEW", "user_enter_tempsession")
REPLIES = ("text", "image", "news")
TABLES = """
CREATE TABLE IF NOT EXISTS followers (
  appid TEXT NOT NULL, openid TEXT NOT NULL, PRIMARY KEY (appid, openid));
"""


class Visitors:
    """Each act is pushed to the app's server; a passive reply reaches the person."""

    def __init__(
        self,
        store: Store,
        apps: Apps,
        conversations: Conversations,
        media: Media,
        messages: Messages,
        pushes: AppPushes,
    ) -> None:
        self._store, self._apps = store, apps
        self._conversations, self._media = conversations, media
        self._messages, self._pushes = messages, pushes
        store.own(TABLES)
        pushes.on_reply(self._deliver_reply)

    def act(self, appid: str, user: str, wish: dict[str, Any]) -> int:
        """One act: `text`, `picture_b64`, or `event` with `event_key`; returns the push's id."""
        app = self._apps.find(appid)
        if app is None:
            raise ControlRefusal(404, f"no app {appid}")
        openid = self._apps.login(appid, user)["openid"]
        fields: dict[str, Any] = {"FromUserName": openid}
        with self._store.transaction():
            if wish.get("event"):
                fields |= self._event(app, openid, wish)
            elif wish.get("picture_b64"):
                fields |= self._picture(appid, wish)
                self._conversations.open(appid, openid, MESSAGE)
            else:
                fields |= {"MsgType": "text", "Content": _text(wish)}
                self._conversations.open(appid, openid, MESSAGE)
            return self._pushes.send(appid, fields)

    def _picture(self, appid: str, wish: dict[str, Any]) -> dict[str, Any]:
        try:
            body = base64.b64decode(str(wish["picture_b64"]), validate=True)
        except ValueError as error:
            raise ControlRefusal(400, "picture_b64 must be base64") from error
        media_id = self._media.add(appid, body)
        return {"MsgType": "image", "PicUrl": str(wish.get("url") or ""), "MediaId": media_id}

    def _event(self, app: Row, openid: str, wish: dict[str, Any]) -> dict[str, Any]:
        event, key = str(wish["event"]), str(wish.get("event_key") or "")
        if event not in EVENTS:
            raise ControlRefusal(400, f"event must be one of {', '.join(EVENTS)}")
        is_account = app["kind"] == OFFICIAL_ACCOUNT
        if is_account is (event == "user_enter_tempsession"):
            raise ControlRefusal(409, f"{event} does not happen in a {app['kind']}")
        if event == "user_enter_tempsession":
            self._conversations.open(app["appid"], openid, ENTRY)
            return {"Event": event, "SessionFrom": key}
        self._follow(app["appid"], openid, event)
        ticket = {"Ticket": "ticket-" + key} if key and event in ("subscribe", "SCAN") else {}
        scene = f"qrscene_{key}" if key and event == "subscribe" else key
        return {"Event": event, "EventKey": scene, **ticket}

    def _follow(self, appid: str, openid: str, event: str) -> None:
        if event == "unsubscribe":
            self._conversations.close(appid, openid)
            self._store.run("DELETE FROM followers WHERE appid = ? AND openid = ?", appid, openid)
            return
        self._conversations.open(appid, openid, MESSAGE)
        if event == "subscribe":
            self._store.run("INSERT OR IGNORE INTO followers VALUES (?, ?)", appid, openid)

    def is_following(self, appid: str, openid: str) -> bool:
        sql = "SELECT 1 FROM followers WHERE appid = ? AND openid = ?"
        return self._store.find(sql, appid, openid) is not None

    def _deliver_reply(self, appid: str, fields: dict[str, Any], reply: dict[str, Any]) -> None:
        """Only official accounts answer people this way, with what WeChat can show."""
        app, kind = self._apps.find(appid), str(reply["MsgType"])
        if app is None or app["kind"] != OFFICIAL_ACCOUNT or kind not in REPLIES:
            return
        shown = {
            "text": lambda: {"Content": reply.get("Content", "")},
            "image": lambda: {"Image": reply.get("Image", {}), **self._is_kept(appid, reply)},
            "news": lambda: {"Articles": reply.get("Articles", {})},
        }[kind]()
        content = {"MsgType": kind, **shown}
        self._messages.add(appid, str(fields["FromUserName"]), "reply", content)

    def _is_kept(self, appid: str, reply: dict[str, Any]) -> dict[str, Any]:
        image = reply.get("Image")
        media_id = str(image.get("MediaId", "")) if isinstance(image, dict) else ""
        try:
            self._media.find(appid, media_id)
        except WeixinRefusal:
            return {"is_shown": False}
        return {"is_shown": True}


def _text(wish: dict[str, Any]) -> str:
    text = wish.get("text")
    if not isinstance(text, str) or not text:
        raise ControlRefusal(400, "text, picture_b64 or event is required")
    return text
