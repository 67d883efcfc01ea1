"""What WeChat knows of a person beside the openid: recent visits, and risk (CONTRACT §1, §6)."""

from typing import Any

from .apps import Apps, openid_of
from .clock import Clock
from .refusals import ControlRefusal, WeixinRefusal
from .store import Row, Store

VISIT_SECONDS = 2 * 3600
TRAITS = ("risk_rank", "is_blocked")
TABLES = """
CREATE TABLE IF NOT EXISTS traits (
  name TEXT PRIMARY KEY, risk_rank INTEGER NOT NULL DEFAULT 0,
  is_blocked INTEGER NOT NULL DEFAULT 0);
"""


class People:
    """Traits belong to the person (the `user` of the control API), whatever the app."""

    def __init__(self, store: Store, clock: Clock, apps: Apps) -> None:
        self._store, self._clock, self._apps = store, clock, apps
        store.own(TABLES)

    def known(self, appid: str, openid: object) -> Row:
        """The person behind an openid of this app; 40003 for anything else."""
        row = self._store.find(
            "SELECT * FROM users WHERE appid = ? AND openid = ?", appid, str(openid or "")
        )
        if row is None:
            raise WeixinRefusal(40003, "invalid openid")
        return row

    def recent(self, appid: str, openid: object) -> Row:
        """Somebody who used this app within two hours (§6).

        43104 for another app's openid, 40003 for nobody's, 61010 when the visit is too old.
        """
        text = str(openid or "")
        if not self._apps.knows(appid, text) and self._is_of_any_app(text):
            raise WeixinRefusal(43104, "appid not match with openid")
        row = self.known(appid, text)
        if (row["logged_in_at"] or 0) + VISIT_SECONDS < self._clock.now():
            raise WeixinRefusal(61010, "openid has not visited the mini-program recently")
        return row

    def openid(self, appid: str, user: object) -> str:
        """The openid of a control API user who has been in this app; ControlRefusal 404."""
        openid = openid_of(appid, str(user or ""))
        if not self._apps.knows(appid, openid):
            raise ControlRefusal(404, f"{user} never logged in to {appid}")
        return openid

    def traits(self, name: str) -> dict[str, int]:
        row = self._store.find("SELECT * FROM traits WHERE name = ?", name)
        return {trait: int(row[trait]) if row else 0 for trait in TRAITS}

    def set_traits(self, name: str, wish: dict[str, Any]) -> dict[str, int]:
        """Change `risk_rank` (0 to 4) or `is_blocked` (login answers 40226) of a person."""
        if not name:
            raise ControlRefusal(400, "user must be a non-empty text")
        now = self.traits(name)
        rank = wish.get("risk_rank", now["risk_rank"])
        is_blocked = wish.get("is_blocked", bool(now["is_blocked"]))
        if not isinstance(rank, int) or not 0 <= rank <= 4 or not isinstance(is_blocked, bool):
            raise ControlRefusal(400, "risk_rank must be 0 to 4, is_blocked true or false")
        self._store.run(
            "INSERT OR REPLACE INTO traits VALUES (?, ?, ?)", name, rank, int(is_blocked)
        )
        return self.traits(name)

    def _is_of_any_app(self, openid: str) -> bool:
        return self._store.find("SELECT 1 FROM users WHERE openid = ?", openid) is not None
