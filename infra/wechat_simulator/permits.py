"""Who allowed how many subscribe messages: one accept is worth one message (CONTRACT §7)."""

from typing import Any

from .app_pushes import AppPushes
from .own_templates import OwnTemplates
from .people import People
from .refusals import ControlRefusal, WeixinRefusal
from .store import Row, Store

ACTIONS = ("accept", "reject", "ban", "unban")
MOST_TEMPLATES = 5
TABLES = """
CREATE TABLE IF NOT EXISTS permits (
  appid TEXT NOT NULL, openid TEXT NOT NULL, template_id TEXT NOT NULL,
  count INTEGER NOT NULL DEFAULT 0, is_banned INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (appid, openid, template_id));
"""


class Permits:
    """The ledger, and the prompt and the settings page that write it."""

    def __init__(
        self, store: Store, people: People, templates: OwnTemplates, pushes: AppPushes
    ) -> None:
        self._store, self._people = store, people
        self._templates, self._pushes = templates, pushes
        store.own(TABLES)

    def prompt(self, appid: str, user: str, template_ids: list[str], action: str) -> dict[str, Any]:
        """What wx.requestSubscribeMessage does, and what it answers.

        accept and reject push subscribe_msg_popup_event. ban and unban are the person's settings
        page: they push subscribe_msg_change_event, and a banned template answers `ban` without a
        prompt and without a push.
        """
        openid = self._people.openid(appid, user)
        if action not in ACTIONS:
            raise ControlRefusal(400, f"action must be one of {', '.join(ACTIONS)}")
        if not 1 <= len(template_ids) <= MOST_TEMPLATES:
            raise ControlRefusal(400, f"1 to {MOST_TEMPLATES} templates at once")
        self._check_known(appid, template_ids)
        with self._store.transaction():
            said = {one: self._decide(appid, openid, one, action) for one in template_ids}
            self._announce(appid, openid, action, said)
        return {"errMsg": "requestSubscribeMessage:ok", **said}

    def _check_known(self, appid: str, template_ids: list[str]) -> None:
        for template_id in template_ids:
            try:
                self._templates.find(appid, template_id)
            except WeixinRefusal as refusal:
                raise ControlRefusal(404, f"{appid} has no template {template_id}") from refusal

    def _decide(self, appid: str, openid: str, template_id: str, action: str) -> str:
        key = (appid, openid, template_id)
        self._store.run("INSERT OR IGNORE INTO permits VALUES (?, ?, ?, 0, 0)", *key)
        where = " WHERE appid = ? AND openid = ? AND template_id = ?"
        if action in ("ban", "unban"):
            self._store.run(
                f"UPDATE permits SET is_banned = ?{where}",
                int(action == "ban"),
                *key,
            )
            return "reject" if action == "ban" else "accept"
        row = self.find(appid, openid, template_id)
        if row is not None and row["is_banned"]:
            return "ban"
        if action == "accept":
            self._store.run(f"UPDATE permits SET count = count + 1{where}", *key)
        return action

    def _announce(self, appid: str, openid: str, action: str, said: dict[str, str]) -> None:
        shown = {one: status for one, status in said.items() if status != "ban"}
        if not shown:
            return
        is_prompt = action in ("accept", "reject")
        more = {"PopupScene": "0"} if is_prompt else {}
        listed = [
            {"TemplateId": one, "SubscribeStatusString": status, **more}
            for one, status in shown.items()
        ]
        event = "subscribe_msg_popup_event" if is_prompt else "subscribe_msg_change_event"
        wrapper = "SubscribeMsgPopupEvent" if is_prompt else "SubscribeMsgChangeEvent"
        fields = {"FromUserName": openid, "Event": event}
        content = listed if len(listed) > 1 else listed[0]
        self._pushes.send(appid, {**fields, wrapper: {"List": content}})

    def spend(self, appid: str, openid: str, template_id: str) -> None:
        """Use one permit up in the caller's transaction; 43101 when there is none."""
        spent = self._store.run(
            "UPDATE permits SET count = count - 1"
            " WHERE appid = ? AND openid = ? AND template_id = ? AND count > 0 AND is_banned = 0",
            appid,
            openid,
            template_id,
        )
        if not spent:
            raise WeixinRefusal(43101, "user refuse to accept the msg")

    def check_not_banned(self, appid: str, openid: str, template_id: str) -> None:
        """What a long-term template needs: once accepted, and not banned."""
        row = self.find(appid, openid, template_id)
        if row is None or row["is_banned"] or not row["count"]:
            raise WeixinRefusal(43101, "user refuse to accept the msg")

    def find(self, appid: str, openid: str, template_id: str) -> Row | None:
        return self._store.find(
            "SELECT * FROM permits WHERE appid = ? AND openid = ? AND template_id = ?",
            appid,
            openid,
            template_id,
        )

    def all(self, appid: str = "") -> list[Row]:
        return self._store.rows(
            "SELECT permits.*, users.name AS user FROM permits"
            " LEFT JOIN users USING (appid, openid) WHERE ? IN ('', appid) LIMIT 500",
            appid,
        )
