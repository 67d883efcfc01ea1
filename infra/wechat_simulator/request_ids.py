"""What a failed call looked like, asked for by its request id (CONTRACT §0.2)."""

from typing import Any

from aiohttp import web

from .clock import Clock
from .refusals import WeixinRefusal
from .store import Row, Store

LIFE_SECONDS = 7 * 86400
LONGEST = 4096
MOST = 5000
SECRETS = ("access_token", "component_access_token", "secret")
TABLES = """
CREATE TABLE IF NOT EXISTS request_ids (
  rid TEXT PRIMARY KEY, appid TEXT NOT NULL, at REAL NOT NULL, milliseconds REAL NOT NULL,
  url TEXT NOT NULL, body TEXT NOT NULL, answer TEXT NOT NULL, client_ip TEXT NOT NULL);
"""


class RequestIds:
    """Kept for seven days."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        store.own(TABLES)

    def remember(
        self, request: web.Request, raw: bytes, answer: web.Response, milliseconds: float
    ) -> None:
        """Write one failed call down; secrets of the query are left out."""
        shown = {k: v for k, v in request.query.items() if k not in SECRETS}
        token = request.query.get("access_token", "")
        owner = self._store.find("SELECT appid FROM tokens WHERE token = ?", token)
        entry = {
            "rid": request["rid"],
            "appid": owner["appid"] if owner else "",
            "at": self._clock.now(),
            "milliseconds": milliseconds,
            "url": str(request.rel_url.with_query(shown)),
            "body": raw[:LONGEST].decode(errors="replace"),
            "answer": (answer.text or "")[:LONGEST],
            "client_ip": request.remote or "",
        }
        number = self._store.insert("request_ids", entry)
        if number % 100 == 0:
            self._store.run("DELETE FROM request_ids WHERE rowid <= ?", number - MOST)

    def get(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/openapi/rid/get: 76001 unknown, 76003 another app's, 76004 too old."""
        rid = str(body.get("rid", ""))
        row = self._store.find("SELECT * FROM request_ids WHERE rid = ?", rid)
        if row is None:
            raise WeixinRefusal(76001, "rid not found")
        if row["appid"] != app["appid"]:
            raise WeixinRefusal(76003, "rid does not belong to this app")
        if row["at"] + LIFE_SECONDS < self._clock.now():
            raise WeixinRefusal(76004, "rid is expired")
        return {
            "errcode": 0,
            "errmsg": "ok",
            "request": {
                "invoke_time": int(row["at"]),
                "cost_in_ms": int(row["milliseconds"]),
                "request_url": row["url"],
                "request_body": row["body"],
                "response_body": row["answer"],
                "client_ip": row["client_ip"],
            },
        }
