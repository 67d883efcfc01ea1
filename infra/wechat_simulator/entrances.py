"""Every way into a mini-program that was made: codes, links, schemes (CONTRACT §8)."""

from typing import Any
from urllib.parse import quote

from . import credentials
from .clock import Clock
from .credentials import Credentials
from .refusals import ControlRefusal
from .store import Row, Store

TABLES = """
CREATE TABLE IF NOT EXISTS entrances (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, appid TEXT NOT NULL, page TEXT NOT NULL,
  query TEXT NOT NULL, env_version TEXT NOT NULL, created_at REAL NOT NULL, expires_at REAL,
  text TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS entrances_of ON entrances (appid, kind);
CREATE INDEX IF NOT EXISTS entrances_by_text ON entrances (text);
"""


class Entrances:
    """Kinds: wxacode_unlimited, wxacode, qrcode, url_link, scheme, short_link."""

    def __init__(self, store: Store, clock: Clock, keys: Credentials) -> None:
        self._store, self._clock, self._keys = store, clock, keys
        store.own(TABLES)

    def add(
        self,
        kind: str,
        appid: str,
        *,
        page: str,
        query: str,
        env_version: str = "release",
        life_seconds: float | None = None,
    ) -> str:
        """Make one and return its text: what the code shows, or the link itself."""
        now, number = self._clock.now(), credentials.text(12)
        text = self._text(kind, number, appid)
        entry = {
            "id": number,
            "kind": kind,
            "appid": appid,
            "page": page,
            "query": query,
            "env_version": env_version,
            "created_at": now,
            "expires_at": None if life_seconds is None else now + life_seconds,
            "text": text,
        }
        self._store.insert("entrances", entry)
        return text

    def _text(self, kind: str, number: str, appid: str) -> str:
        if kind == "scheme":
            return f"weixin://dl/business/?t={number}"
        if kind == "short_link":
            app = self._store.find("SELECT name FROM apps WHERE appid = ?", appid)
            return f"#小程序://{app['name'] if app else appid}/{number}"
        return f"{self._keys.handed['api_base']}/a/{number}"

    def of_text(self, kind: str, text: str, appid: str) -> Row | None:
        return self._store.find(
            "SELECT * FROM entrances WHERE kind = ? AND text = ? AND appid = ?", kind, text, appid
        )

    def count(self, appid: str, kinds: tuple[str, ...], *, since: float = 0) -> int:
        marks = ",".join("?" * len(kinds))
        return self._store.number(
            f"SELECT count(*) FROM entrances WHERE appid = ? AND created_at >= ?"
            f" AND kind IN ({marks})",
            appid,
            since,
            *kinds,
        )

    def opened(self, number: str) -> dict[str, Any]:
        """What scanning or following it does: the launch options of the mini-program."""
        row = self._store.find("SELECT * FROM entrances WHERE id = ?", number)
        if row is None:
            raise ControlRefusal(404, "no such code or link")
        if row["expires_at"] is not None and row["expires_at"] <= self._clock.now():
            raise ControlRefusal(410, "this link has expired")
        return told(row)

    def newest(self, appid: str = "", count: int = 200) -> list[Row]:
        return self._store.rows(
            "SELECT * FROM entrances WHERE ? IN ('', appid) ORDER BY rowid DESC LIMIT ?",
            appid,
            count,
        )


def told(row: Row) -> dict[str, Any]:
    """As the control API and the address /a/{id} show it.

    `options` is what onLoad receives: a scene arrives URL-encoded (§8).
    """
    kept = {name: row[name] for name in ("id", "kind", "appid", "page", "query", "env_version")}
    options: dict[str, str] = {}
    if row["kind"] == "wxacode_unlimited":
        options = {"scene": quote(str(row["query"]), safe="")}
    elif row["query"]:
        pairs = (part.partition("=") for part in str(row["query"]).split("&"))
        options = {name: value for name, _, value in pairs}
    return {**kept, "text": row["text"], "options": options}
