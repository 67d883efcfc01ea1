"""The platform's drafts and its template library (CONTRACT §3.6)."""

import json
from typing import Any

from .clock import Clock
from .refusals import ControlRefusal, WeixinRefusal
from .store import Row, Store

ORDINARY, STANDARD = 0, 1
LONGEST_VERSION = 64
MOST_DRAFTS = 50
PAGES = ("pages/home/home", "pages/cart/cart", "pages/orders/orders", "pages/me/me")
SETTINGS = {"template_limit": 200}
TABLES = """
CREATE TABLE IF NOT EXISTS drafts (
  draft_id INTEGER PRIMARY KEY AUTOINCREMENT, user_version TEXT NOT NULL, user_desc TEXT NOT NULL,
  package TEXT NOT NULL, created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS templates (
  template_id INTEGER PRIMARY KEY AUTOINCREMENT, template_type INTEGER NOT NULL,
  user_version TEXT NOT NULL, user_desc TEXT NOT NULL, package TEXT NOT NULL,
  created_at REAL NOT NULL);
"""


class Templates:
    """A package is what the simulator knows of uploaded code: see `read_package`."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        store.own(TABLES, SETTINGS)

    def upload_draft(self, wish: dict[str, Any]) -> int:
        """What the developer tool does; returns the draft_id. Raises ControlRefusal 400."""
        version, description = wish.get("user_version"), wish.get("user_desc", "")
        if not isinstance(version, str) or not 0 < len(version) <= LONGEST_VERSION:
            raise ControlRefusal(400, "user_version must be a text of 1 to 64 characters")
        if not isinstance(description, str):
            raise ControlRefusal(400, "user_desc must be a text")
        entry = {
            "user_version": version,
            "user_desc": description,
            "package": json.dumps(read_package(wish)),
            "created_at": self._clock.now(),
        }
        draft_id = self._store.insert("drafts", entry)
        self._store.run("DELETE FROM drafts WHERE draft_id <= ?", draft_id - MOST_DRAFTS)
        return draft_id

    def draft_list(self) -> dict[str, Any]:
        """GET /wxa/gettemplatedraftlist."""
        names = ("create_time", "user_version", "user_desc", "draft_id")
        return _ok("draft_list", [_shown(row, names) for row in self.drafts()])

    def template_list(self, query: dict[str, str]) -> dict[str, Any]:
        """GET /wxa/gettemplatelist?template_type=0|1; all without it."""
        names = ("create_time", "user_version", "user_desc", "template_id", "template_type")
        wanted = query.get("template_type")
        rows = [row for row in self.all() if wanted in (None, str(row["template_type"]))]
        return _ok("template_list", [_shown(row, names) for row in rows])

    def add(self, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/addtotemplate {draft_id, template_type?}: 85064 no such draft, 85065 full."""
        kind = body.get("template_type", ORDINARY)
        if kind not in (ORDINARY, STANDARD):
            raise WeixinRefusal(40097, "invalid args: template_type")
        draft = self._find("drafts", "draft_id", body.get("draft_id"))
        if draft is None:
            raise WeixinRefusal(85064, "template not found")
        if len(self.all()) >= int(self._store.settings()["template_limit"]):
            raise WeixinRefusal(85065, "template list is full")
        entry = {name: draft[name] for name in ("user_version", "user_desc", "package")}
        entry |= {"template_type": kind, "created_at": self._clock.now()}
        self._store.insert("templates", entry)
        return {"errcode": 0, "errmsg": "ok"}

    def delete(self, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/deletetemplate {template_id}: 85064 no such template."""
        row = self.find(body.get("template_id"))
        if row is None:
            raise WeixinRefusal(85064, "template not found")
        self._store.run("DELETE FROM templates WHERE template_id = ?", row["template_id"])
        return {"errcode": 0, "errmsg": "ok"}

    def find(self, template_id: object) -> Row | None:
        """The template; a number, or the same number as text (old samples)."""
        return self._find("templates", "template_id", template_id)

    def all(self) -> list[Row]:
        return self._store.rows("SELECT * FROM templates ORDER BY template_id DESC")

    def drafts(self) -> list[Row]:
        return self._store.rows("SELECT * FROM drafts ORDER BY draft_id DESC")

    def _find(self, table: str, column: str, number: object) -> Row | None:
        if isinstance(number, str) and number.isascii() and number.isdigit():
            number = int(number[:18])
        if isinstance(number, bool) or not isinstance(number, int):
            return None
        sql = f"SELECT * FROM {table} WHERE {column} = ?"
        return self._store.find(sql, number) if abs(number) < 2**63 else None


def read_package(wish: dict[str, Any]) -> dict[str, Any]:
    """What the tester says about the code, with defaults; raises ControlRefusal 400.

    pages: its paths. privacy_keys: what detection will find (`getprivacysetting`). apis: the
    interfaces it calls that need permission. required_private_infos: what its app.json declares.
    is_broken: 85043 at commit. is_too_large: 85044. uses_navigation: 85087 without the list.
    """
    package = {
        name: _texts(wish, name, default)
        for name, default in (
            ("pages", PAGES),
            ("privacy_keys", ("PhoneNumber", "Address")),
            ("apis", ()),
            ("required_private_infos", ()),
        )
    }
    flags = ("is_broken", "is_too_large", "uses_navigation")
    if not package["pages"]:
        raise ControlRefusal(400, "pages must name at least one page")
    return {**package, **{name: wish.get(name) is True for name in flags}}


def _texts(wish: dict[str, Any], name: str, default: tuple[str, ...]) -> list[str]:
    value = wish.get(name, list(default))
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ControlRefusal(400, f"{name} must be a list of texts")
    return value


def _shown(row: Row, names: tuple[str, ...]) -> dict[str, Any]:
    return {n: int(row["created_at"]) if n == "create_time" else row[n] for n in names}


def _ok(name: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"errcode": 0, "errmsg": "ok", name: rows}
