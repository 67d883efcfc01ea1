"""What every call to api.weixin.qq.com passes: addresses, permissions, quotas (CONTRACT §0)."""

import json
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from .clock import Clock
from .doors import refused
from .profiles import Profiles
from .refusals import WeixinRefusal
from .request_ids import RequestIds
from .store import Row, Store

DAY_SECONDS, MINUTE_SECONDS = 86400, 60
CHINA_SECONDS = 8 * 3600
CLEARS_PER_MONTH = 10
ESCAPE = re.compile(rb"\\u[0-9a-fA-F]{4}")
TOKEN_PATHS = ("/cgi-bin/token", "/cgi-bin/stable_token", "/sns/jscode2session")
DEVELOPMENT, CODES, SERVICE, SHIPPING = 18, 17, 19, 142
PERMISSIONS: dict[str, int] = {
    "/wxa/business/getuserphonenumber": DEVELOPMENT,
    "/wxa/msg_sec_check": DEVELOPMENT,
    "/wxa/media_check_async": DEVELOPMENT,
    "/wxa/img_sec_check": DEVELOPMENT,
    "/wxa/commit": DEVELOPMENT,
    "/wxa/submit_audit": DEVELOPMENT,
    "/wxa/release": DEVELOPMENT,
    "/wxa/getwxacode": CODES,
    "/cgi-bin/wxaapp/createwxaqrcode": CODES,
    "/cgi-bin/message/custom/": SERVICE,
    "/wxa/sec/order/": SHIPPING,
}
SETTINGS: dict[str, Any] = {
    "allowed_ips": [],
    "ungranted_apis": {},
    "refuse_escapes": 0,
    "errcode_as_text": False,
    "quotas": {
        "/wxa/msg_sec_check": [4000, 2_000_000],
        "/wxa/media_check_async": [2000, 200_000],
        "/wxa/getwxacodeunlimit": [5000, 0],
        "/cgi-bin/stable_token": [10_000, 500_000],
    },
}
MINUTE_CODES = {"/wxa/getwxacodeunlimit": 45009}
TABLES = """
CREATE TABLE IF NOT EXISTS call_counts (
  appid TEXT NOT NULL, path TEXT NOT NULL, minute INTEGER NOT NULL, minute_count INTEGER NOT NULL,
  day INTEGER NOT NULL, day_count INTEGER NOT NULL, PRIMARY KEY (appid, path)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS quota_clears (
  appid TEXT NOT NULL, at REAL NOT NULL);
"""
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Turnstile:
    """Settings: `allowed_ips` (empty: everyone), `ungranted_apis` {appid: [path prefixes]} →
    48001, `refuse_escapes` (0, 40033, 47001 or 47002: the answer to JSON with backslash-u),
    `errcode_as_text`, `quotas` {path: [per minute, per day]} with 0 for no limit."""

    def __init__(
        self, store: Store, clock: Clock, profiles: Profiles, request_ids: RequestIds
    ) -> None:
        self._store, self._clock = store, clock
        self._profiles, self._request_ids = profiles, request_ids
        store.own(TABLES, SETTINGS)

    async def pass_through(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Check, do the work, and remember a failure by its request id."""
        started, settings = time.perf_counter(), self._store.settings()
        raw = await request.read() if request.content_type != "multipart/form-data" else b""
        try:
            self._check(request, raw, settings)
            answer = await handler(request)
        except WeixinRefusal as refusal:
            answer = refused(request, refusal)
        if settings["errcode_as_text"]:
            answer = _with_text_errcode(answer)
        if "rid" in request and isinstance(answer, web.Response):
            took = (time.perf_counter() - started) * 1000
            self._request_ids.remember(request, raw, answer, took)
        return answer

    def _check(self, request: web.Request, raw: bytes, settings: dict[str, Any]) -> None:
        token = self._token(request)
        self._check_address(request, token, settings["allowed_ips"])
        if settings["refuse_escapes"] and ESCAPE.search(raw):
            raise WeixinRefusal(int(settings["refuse_escapes"]), "invalid charset: escapes in JSON")
        appid = str(token["appid"]) if token else request.query.get("appid", "")
        if token is not None:
            self._check_permission(request.path, token, settings["ungranted_apis"])
        if appid:
            self._count(appid, request.path, settings["quotas"].get(request.path))

    def _token(self, request: web.Request) -> Row | None:
        query = request.query
        text = query.get("access_token") or query.get("component_access_token")
        return self._store.find("SELECT * FROM tokens WHERE token = ?", text) if text else None

    def _check_address(self, request: web.Request, token: Row | None, allowed: list[str]) -> None:
        """40164 for an app's own calls, 61004 for a third-party platform's (§0.3)."""
        if not allowed or request.remote in allowed:
            return
        is_own = request.path in TOKEN_PATHS or (token and token["kind"] in ("app", "stable"))
        words = f"invalid ip {request.remote}, not in whitelist"
        raise WeixinRefusal(40164 if is_own else 61004, words)

    def _check_permission(self, path: str, token: Row, ungranted: dict[str, list[str]]) -> None:
        if path.startswith(tuple(ungranted.get(token["appid"], ()))):
            raise WeixinRefusal(48001, "api unauthorized")
        if token["kind"] != "authorizer":
            return
        wanted = next(
            (number for start, number in PERMISSIONS.items() if path.startswith(start)), 0
        )
        if wanted and wanted not in self._profiles.granted(token["appid"]):
            raise WeixinRefusal(61007, "api is unauthorized to component")

    # --- quotas -------------------------------------------------------------------------------

    def _count(self, appid: str, path: str, limits: list[int] | None) -> None:
        """45011 over the minute's limit (45009 for codes), 45009 over the day's."""
        if not limits:
            return
        now = self._clock.now()
        minute, day = int(now // MINUTE_SECONDS), int((now + CHINA_SECONDS) // DAY_SECONDS)
        row = self._store.find(
            "SELECT * FROM call_counts WHERE appid = ? AND path = ?", appid, path
        )
        in_minute = row["minute_count"] + 1 if row and row["minute"] == minute else 1
        in_day = row["day_count"] + 1 if row and row["day"] == day else 1
        if limits[1] and in_day > limits[1]:
            raise WeixinRefusal(45009, "reach max api daily quota limit")
        if limits[0] and in_minute > limits[0]:
            code = MINUTE_CODES.get(path, 45011)
            raise WeixinRefusal(code, "api minute-quota reach limit, must slower, retry later")
        entry = (appid, path, minute, in_minute, day, in_day)
        self._store.run("INSERT OR REPLACE INTO call_counts VALUES (?, ?, ?, ?, ?, ?)", *entry)

    def clear(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/clear_quota {appid}: ten times a month, then 48006."""
        if body.get("appid") != app["appid"]:
            raise WeixinRefusal(40013, "invalid appid")
        appid, month_ago = app["appid"], self._clock.now() - 30 * DAY_SECONDS
        with self._store.transaction():
            done = self._store.number(
                "SELECT count(*) FROM quota_clears WHERE appid = ? AND at > ?", appid, month_ago
            )
            if done >= CLEARS_PER_MONTH:
                raise WeixinRefusal(48006, "forbid to clear quota because of reaching the limit")
            self._store.insert("quota_clears", {"appid": appid, "at": self._clock.now()})
            self._store.run("DELETE FROM call_counts WHERE appid = ?", appid)
        return {"errcode": 0, "errmsg": "ok"}


def _with_text_errcode(answer: web.StreamResponse) -> web.StreamResponse:
    """The same JSON with errcode as a text, as some third-party answers have it (§0.2)."""
    if not isinstance(answer, web.Response) or answer.content_type != "application/json":
        return answer
    told = json.loads(answer.text or "{}")
    if "errcode" in told:
        told["errcode"] = str(told["errcode"])
        answer.text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return answer
