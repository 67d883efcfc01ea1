"""The subscribe-message templates that an app picked from the library (CONTRACT §7)."""

import json
from typing import Any

from . import credentials
from .clock import Clock
from .refusals import WeixinRefusal
from .store import Row, Store
from .template_library import CATEGORIES, PublicTemplate, find, of_categories

SETTINGS: dict[str, Any] = {"template_cap": 50, "template_adds_per_day": 0}
LONGEST_SCENE = 15
TABLES = """
CREATE TABLE IF NOT EXISTS own_templates (
  pri_tmpl_id TEXT PRIMARY KEY, appid TEXT NOT NULL, tid INTEGER NOT NULL, keywords TEXT NOT NULL,
  scene_desc TEXT NOT NULL, created_at REAL NOT NULL, deleted_at REAL);
CREATE INDEX IF NOT EXISTS own_templates_of ON own_templates (appid);
"""
OK = {"errcode": 0, "errmsg": "ok"}


class OwnTemplates:
    """Settings: `template_cap`, and `template_adds_per_day` (0: no limit; unverified)."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        store.own(TABLES, SETTINGS)

    # --- the library --------------------------------------------------------------------------

    def categories(self, _: Row, __: dict[str, str]) -> dict[str, Any]:
        """GET /wxaapi/newtmpl/getcategory."""
        return {**OK, "data": [{"id": key, "name": name} for key, name in CATEGORIES.items()]}

    def titles(self, _: Row, query: dict[str, str]) -> dict[str, Any]:
        """GET /wxaapi/newtmpl/getpubtemplatetitles?ids=1,2&start=0&limit=30."""
        try:
            ids = [int(text) for text in query.get("ids", "").split(",")]
            start, limit = int(query.get("start", "0")), int(query.get("limit", "30"))
        except ValueError as error:
            raise WeixinRefusal(40097, "invalid args") from error
        if start < 0 or not 1 <= limit <= 30:
            raise WeixinRefusal(40097, "invalid args")
        found = of_categories(ids)
        data = [
            {
                "tid": template.tid,
                "title": template.title,
                "type": template.type,
                "categoryId": str(template.category_id),
            }
            for template in found[start : start + limit]
        ]
        return {**OK, "count": len(found), "data": data}

    def keywords(self, _: Row, query: dict[str, str]) -> dict[str, Any]:
        """GET /wxaapi/newtmpl/getpubtemplatekeywords?tid=."""
        template = _public(query.get("tid"))
        data = [
            {"kid": line.kid, "name": line.label, "example": line.example, "rule": line.rule}
            for line in template.keywords
        ]
        return {**OK, "count": len(data), "data": data}

    # --- the app's own ------------------------------------------------------------------------

    def add(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxaapi/newtmpl/addtemplate {tid, kidList, sceneDesc} → priTmplId.

        200014 tid, 200020 kidList, 200021 sceneDesc, 45026 at the cap, 43100 too many today.
        """
        template, kids = _public(body.get("tid")), body.get("kidList")
        known = {line.kid for line in template.keywords}
        if not isinstance(kids, list) or not 2 <= len(kids) <= 5 or not known.issuperset(kids):
            raise WeixinRefusal(200020, "invalid kidList")
        if len(set(kids)) != len(kids):
            raise WeixinRefusal(200020, "invalid kidList")
        scene = body.get("sceneDesc") or ""
        if not isinstance(scene, str) or len(scene) > LONGEST_SCENE:
            raise WeixinRefusal(200021, "invalid sceneDesc")
        with self._store.transaction():
            self._check_room(app["appid"])
            entry = {
                "pri_tmpl_id": credentials.text(43),
                "appid": app["appid"],
                "tid": template.tid,
                "keywords": json.dumps(kids),
                "scene_desc": scene,
                "created_at": self._clock.now(),
            }
            self._store.insert("own_templates", entry)
        return {**OK, "priTmplId": entry["pri_tmpl_id"]}

    def _check_room(self, appid: str) -> None:
        settings = self._store.settings()
        if len(self.of(appid)) >= settings["template_cap"]:
            raise WeixinRefusal(45026, "template num exceeds limit")
        most = settings["template_adds_per_day"]
        added = self._store.number(
            "SELECT count(*) FROM own_templates WHERE appid = ? AND created_at > ?",
            appid,
            self._clock.now() - 86400,
        )
        if most and added >= most:
            raise WeixinRefusal(43100, "too many changes today")

    def list_own(self, app: Row, _: dict[str, str]) -> dict[str, Any]:
        """GET /wxaapi/newtmpl/gettemplate."""
        return {**OK, "data": [_described(row) for row in self.of(app["appid"])]}

    def delete(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxaapi/newtmpl/deltemplate {priTmplId}: 40037 when it is not there."""
        row = self.find(app["appid"], body.get("priTmplId"))
        self._store.run(
            "UPDATE own_templates SET deleted_at = ? WHERE pri_tmpl_id = ?",
            self._clock.now(),
            row["pri_tmpl_id"],
        )
        return dict(OK)

    def of(self, appid: str) -> list[Row]:
        return self._store.rows(
            "SELECT * FROM own_templates WHERE appid = ? AND deleted_at IS NULL"
            " ORDER BY created_at, pri_tmpl_id",
            appid,
        )

    def all(self, most: int) -> list[Row]:
        return self._store.rows(
            "SELECT * FROM own_templates WHERE deleted_at IS NULL ORDER BY created_at DESC LIMIT ?",
            most,
        )

    def find(self, appid: str, template_id: object) -> Row:
        """One of this app's templates; 40037 otherwise."""
        row = self._store.find(
            "SELECT * FROM own_templates"
            " WHERE appid = ? AND pri_tmpl_id = ? AND deleted_at IS NULL",
            appid,
            str(template_id or ""),
        )
        if row is None:
            raise WeixinRefusal(40037, "template_id invalid")
        return row


def names_of(row: Row) -> dict[str, str]:
    """The keys that a message of this template carries, and the rule of each."""
    public = _public(row["tid"])
    kids = json.loads(row["keywords"])
    by_kid = {line.kid: line for line in public.keywords}
    return {by_kid[kid].name: by_kid[kid].rule for kid in kids}


def is_long_term(row: Row) -> bool:
    return _public(row["tid"]).type == 3


def _described(row: Row) -> dict[str, Any]:
    public = _public(row["tid"])
    by_kid = {line.kid: line for line in public.keywords}
    lines = [by_kid[kid] for kid in json.loads(row["keywords"])]
    return {
        "priTmplId": row["pri_tmpl_id"],
        "title": public.title,
        "content": "".join(f"{line.label}:{{{{{line.name}.DATA}}}}\n" for line in lines),
        "example": "".join(f"{line.label}:{line.example}\n" for line in lines),
        "type": public.type,
    }


def _public(tid: object) -> PublicTemplate:
    template = find(tid)
    if template is None:
        raise WeixinRefusal(200014, "invalid tid")
    return template
