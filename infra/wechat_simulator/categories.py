"""Service categories: the catalogue, and which of them an app has (CONTRACT §3.5)."""

import json
from typing import Any

from .app_pushes import AppPushes
from .apps import Apps
from .domains import check_is_program
from .refusals import ControlRefusal, WeixinRefusal
from .store import Row, Store

IN_REVIEW, REFUSED, PASSED = 1, 2, 3
MOST_CATEGORIES = 20
ADDITIONS_A_MONTH = 5
TOP = 0
CATALOGUE: dict[int, tuple[str, int, bool]] = {
    1: ("商家自营", TOP, False),
    101: ("食品饮料", 1, True),
    102: ("服装/鞋/箱包", 1, False),
    103: ("百货", 1, False),
    2: ("餐饮", TOP, False),
    201: ("点餐平台", 2, True),
    202: ("外卖平台", 2, True),
    3: ("工具", TOP, False),
    301: ("备忘录", 3, False),
    302: ("信息查询", 3, False),
    4: ("社交", TOP, False),
    401: ("社区/论坛", 4, True),
    402: ("笔记", 4, True),
    403: ("问答", 4, True),
    5: ("已下架", TOP, False),
    501: ("网络竞猜", 5, False),
}
USER_CONTENT = {401, 402, 403}
WITHDRAWN = {501}
DEFAULT = (1, 103)
TABLES = """
CREATE TABLE IF NOT EXISTS app_categories (
  appid TEXT NOT NULL, first INTEGER NOT NULL, second INTEGER NOT NULL, status INTEGER NOT NULL,
  reason TEXT NOT NULL, certificates TEXT NOT NULL, PRIMARY KEY (appid, first, second));
CREATE TABLE IF NOT EXISTS chosen_categories (appid TEXT PRIMARY KEY) WITHOUT ROWID;
"""


class Categories:
    """An app whose categories were never touched has DEFAULT."""

    def __init__(self, store: Store, apps: Apps, pushes: AppPushes) -> None:
        self._store, self._apps, self._pushes = store, apps, pushes
        store.own(TABLES)

    # --- reading ------------------------------------------------------------------------------

    def named(self, app: Row) -> dict[str, Any]:
        """GET /wxa/get_category: the names and ids that submit_audit takes."""
        check_is_program(app)
        return {"errcode": 0, "errmsg": "ok", "category_list": self.usable(app["appid"])}

    def usable(self, appid: str) -> list[dict[str, Any]]:
        """Categories that passed, as category_list shows them."""
        return [
            {
                "first_class": CATALOGUE[row["first"]][0],
                "second_class": CATALOGUE[row["second"]][0],
                "first_id": row["first"],
                "second_id": row["second"],
            }
            for row in self._rows(appid)
            if row["status"] == PASSED
        ]

    def owned(self, app: Row) -> dict[str, Any]:
        """GET /cgi-bin/wxopen/getcategory: each with its audit_status."""
        check_is_program(app)
        rows = self._rows(app["appid"])
        return {
            "errcode": 0,
            "errmsg": "ok",
            "categories": [_described(row) for row in rows],
            "limit": ADDITIONS_A_MONTH,
            "quota": ADDITIONS_A_MONTH,
            "category_limit": MOST_CATEGORIES,
        }

    def catalogue(self, app: Row) -> dict[str, Any]:
        """GET /cgi-bin/wxopen/getallcategories: a tree in one flat list."""
        check_is_program(app)
        tops = [number for number, (_, father, _) in CATALOGUE.items() if father == TOP]
        nothing = {"exter_list": [], "remark": ""}
        root: list[dict[str, Any]] = [{"id": 0, "children": tops, "qualify": nothing}]
        nodes = [_node(number) for number in CATALOGUE if number not in WITHDRAWN | {5}]
        return {"errcode": 0, "errmsg": "ok", "categories_list": {"categories": root + nodes}}

    # --- changing -----------------------------------------------------------------------------

    def add(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/wxopen/addcategory {categories[{first, second, certicates[]}]}.

        53301 too many, 53303 unknown or a certificate missing, 53304 already there. A sensitive
        one is reviewed first; the result is pushed as wxa_category_audit.
        """
        check_is_program(app)
        wished = body.get("categories")
        if not isinstance(wished, list) or not wished:
            raise WeixinRefusal(47001, "data format error")
        with self._store.transaction():
            self._materialise(app["appid"])
            for wish in wished:
                self._add_one(app["appid"], wish)
        return {"errcode": 0, "errmsg": "ok"}

    def _add_one(self, appid: str, wish: object) -> None:
        first, second, papers = _read(wish)
        rows = self._rows(appid)
        if any((row["first"], row["second"]) == (first, second) for row in rows):
            raise WeixinRefusal(53304, "category repeated")
        if len(rows) >= MOST_CATEGORIES:
            raise WeixinRefusal(53301, "category count exceed limit")
        is_sensitive = CATALOGUE[second][2]
        if is_sensitive and not papers:
            raise WeixinRefusal(53303, "invalid args: certicates are required")
        status = IN_REVIEW if is_sensitive else PASSED
        papers_text = json.dumps(papers, ensure_ascii=False)
        self._insert(appid, first, second, status, papers_text)

    def remove(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/wxopen/deletecategory {first, second}: 53303 not there, 53308 in review."""
        row = self._changeable(app, body)
        if row["status"] == IN_REVIEW:
            raise WeixinRefusal(53308, "category is being audited")
        self._store.run(
            "DELETE FROM app_categories WHERE appid = ? AND first = ? AND second = ?",
            app["appid"],
            row["first"],
            row["second"],
        )
        return {"errcode": 0, "errmsg": "ok"}

    def modify(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/wxopen/modifycategory: new papers for a refused one (53307 otherwise)."""
        row = self._changeable(app, body)
        papers = body.get("certicates")
        if row["status"] != REFUSED:
            raise WeixinRefusal(53307, "only a refused category can be modified")
        if not isinstance(papers, list) or not papers:
            raise WeixinRefusal(53303, "invalid args: certicates are required")
        self._decide(row, IN_REVIEW, "")
        return {"errcode": 0, "errmsg": "ok"}

    def _changeable(self, app: Row, body: dict[str, Any]) -> Row:
        check_is_program(app)
        self._materialise(app["appid"])
        row = self._find(app["appid"], body.get("first"), body.get("second"))
        if row is None:
            raise WeixinRefusal(53303, "invalid args: no such category")
        return row

    # --- the console --------------------------------------------------------------------------

    def decide(self, appid: str, first: int, second: int, reason: str | None) -> None:
        """Pass a category in review, or refuse it with `reason`; pushed either way."""
        self._apps.known(appid)
        row = self._find(appid, first, second)
        if row is None or row["status"] != IN_REVIEW:
            raise ControlRefusal(409, "no such category is in review")
        status = PASSED if reason is None else REFUSED
        fields = {"Event": "wxa_category_audit", "ret": status, "first": first, "second": second}
        with self._store.transaction():
            self._decide(row, status, reason or "")
            self._pushes.send(appid, {**fields, "reason": reason or ""})

    def replace(self, appid: str, pairs: list[tuple[int, int]]) -> None:
        """Give an app exactly these, passed; raises ControlRefusal 400 for unknown ones."""
        for first, second in pairs:
            if CATALOGUE.get(second, ("", -1, False))[1] != first:
                raise ControlRefusal(400, f"no category {first}/{second}")
        with self._store.transaction():
            self._materialise(appid)
            self._store.run("DELETE FROM app_categories WHERE appid = ?", appid)
            for first, second in pairs:
                self._insert(appid, first, second, PASSED, "[]")

    def describe(self, appid: str) -> list[dict[str, Any]]:
        return [_described(row) for row in self._rows(appid)]

    def in_review(self) -> list[Row]:
        """Those that wait for a decision, for the control page."""
        sql = "SELECT * FROM app_categories WHERE status = ? LIMIT 40"
        return self._store.rows(sql, IN_REVIEW)

    # --- rows ---------------------------------------------------------------------------------

    def _rows(self, appid: str) -> list[Row]:
        self._materialise(appid)
        return self._store.rows("SELECT * FROM app_categories WHERE appid = ?", appid)

    def _find(self, appid: str, first: object, second: object) -> Row | None:
        sql = "SELECT * FROM app_categories WHERE appid = ? AND first = ? AND second = ?"
        is_named = isinstance(first, int) and isinstance(second, int)
        return self._store.find(sql, appid, first, second) if is_named else None

    def _materialise(self, appid: str) -> None:
        """Write DEFAULT down once, so that it can be removed like any other."""
        with self._store.transaction():
            fresh = self._store.run("INSERT OR IGNORE INTO chosen_categories VALUES (?)", appid)
            if fresh:
                self._insert(appid, *DEFAULT, PASSED, "[]")

    def _insert(self, appid: str, first: int, second: int, status: int, papers: str) -> None:
        values = (appid, first, second, status, "", papers)
        self._store.run("INSERT INTO app_categories VALUES (?, ?, ?, ?, ?, ?)", *values)

    def _decide(self, row: Row, status: int, reason: str) -> None:
        self._store.run(
            "UPDATE app_categories SET status = ?, reason = ?"
            " WHERE appid = ? AND first = ? AND second = ?",
            status,
            reason,
            *(row["appid"], row["first"], row["second"]),
        )


def _read(wish: object) -> tuple[int, int, list[Any]]:
    if not isinstance(wish, dict):
        raise WeixinRefusal(47001, "data format error")
    first, second, papers = wish.get("first"), wish.get("second"), wish.get("certicates", [])
    known = CATALOGUE.get(second) if isinstance(second, int) else None
    if known is None or known[1] != first or second in WITHDRAWN or not isinstance(papers, list):
        raise WeixinRefusal(53303, "invalid args: no such category")
    return int(known[1]), int(second or 0), papers


def _described(row: Row) -> dict[str, Any]:
    return {
        "first": row["first"],
        "first_name": CATALOGUE[row["first"]][0],
        "second": row["second"],
        "second_name": CATALOGUE[row["second"]][0],
        "audit_status": row["status"],
        "audit_reason": row["reason"],
    }


def _node(number: int) -> dict[str, Any]:
    name, father, is_sensitive = CATALOGUE[number]
    children = [one for one, (_, its_father, _) in CATALOGUE.items() if its_father == number]
    paper = {"inner_list": [{"name": f"《{name}许可证》", "url": ""}]}
    return {
        "id": number,
        "name": name,
        "level": 1 if father == TOP else 2,
        "father": father,
        "children": children,
        "sensitive_type": int(is_sensitive),
        "qualify": {"exter_list": [paper] if is_sensitive else [], "remark": ""},
    }
