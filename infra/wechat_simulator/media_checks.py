"""Asynchronous content safety: the file is fetched, judged by hash, and pushed (CONTRACT §6)."""

from typing import Any
from urllib.parse import urlsplit

import aiohttp

from .agenda import Agenda
from .app_pushes import AppPushes
from .clock import Clock
from .content import FINE, Content, trace_id
from .fields import callback_url_problem
from .refusals import WeixinRefusal
from .store import Row, Store

AUDIO, PICTURE = 1, 2
LONGEST_BYTES = 10 * 1024 * 1024
FETCH_SECONDS = 10
CANNOT_FETCH = -1008
SETTINGS: dict[str, Any] = {"media_check_seconds": 60, "media_check_details": 1}
TABLES = """
CREATE TABLE IF NOT EXISTS media_checks (
  trace_id TEXT PRIMARY KEY, appid TEXT NOT NULL, media_url TEXT NOT NULL, openid TEXT NOT NULL,
  created_at REAL NOT NULL, state TEXT NOT NULL, suggest TEXT, label INTEGER, note TEXT);
"""


class MediaChecks:
    """Settings: `media_check_seconds` (virtual), `media_check_details` (elements in the push)."""

    def __init__(
        self, store: Store, clock: Clock, agenda: Agenda, content: Content, pushes: AppPushes
    ) -> None:
        self._store, self._clock, self._agenda = store, clock, agenda
        self._content, self._pushes = content, pushes
        self._session: aiohttp.ClientSession | None = None
        store.own(TABLES, SETTINGS)
        agenda.handle("media_check", self._judge)

    def open(self, session: aiohttp.ClientSession) -> None:
        """Give it the HTTP client; called once when the program starts."""
        self._session = session

    def start(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/media_check_async: a trace_id now, the push `wxa_media_check` later."""
        self._content.check_asker(app, body)
        if body.get("media_type") not in (AUDIO, PICTURE):
            raise WeixinRefusal(40097, "invalid args: media_type")
        url = body.get("media_url")
        if not isinstance(url, str) or urlsplit(url).scheme not in ("http", "https"):
            raise WeixinRefusal(40097, "invalid args: media_url")
        settings, number = self._store.settings(), trace_id()
        entry = {
            "trace_id": number,
            "appid": app["appid"],
            "media_url": url,
            "openid": body["openid"],
            "created_at": self._clock.now(),
            "state": "checking",
        }
        with self._store.transaction():
            self._store.insert("media_checks", entry)
            wait = float(settings["media_check_seconds"])
            self._agenda.add("media_check", number, after_seconds=wait)
        return {"errcode": 0, "errmsg": "ok", "trace_id": number}

    def all(self) -> list[Row]:
        return self._store.rows("SELECT * FROM media_checks ORDER BY created_at DESC LIMIT 200")

    async def _judge(self, entry_id: int, number: str) -> None:
        row = self._store.find("SELECT * FROM media_checks WHERE trace_id = ?", number)
        if row is None:
            return
        body, problem = await self._fetch(str(row["media_url"]))
        suggest, label = FINE if body is None else self._content.verdict(body)
        with self._store.transaction():
            self._agenda.done(entry_id)
            self._store.run(
                "UPDATE media_checks SET state = ?, suggest = ?, label = ?, note = ?"
                " WHERE trace_id = ?",
                "failed" if problem else "done",
                suggest,
                label,
                problem,
                number,
            )
            told = _failed() if problem else self._found(suggest, label)
            fields = {"FromUserName": row["openid"], "Event": "wxa_media_check"}
            common = {"appid": row["appid"], "trace_id": number, "version": 2}
            self._pushes.send(row["appid"], {**fields, **common, **told})

    async def _fetch(self, url: str) -> tuple[bytes | None, str]:
        problem = _unreachable(url, self._store.settings()["plain_http_hosts"])
        if problem or self._session is None:
            return None, problem or "the simulator is not started"
        try:
            async with self._session.get(
                url, timeout=aiohttp.ClientTimeout(total=FETCH_SECONDS), allow_redirects=False
            ) as answer:
                if answer.status != 200:
                    return None, f"HTTP {answer.status}"
                body = await answer.content.read(LONGEST_BYTES + 1)
                while len(body) <= LONGEST_BYTES and (more := await answer.content.read(2**16)):
                    body += more
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return None, type(error).__name__
        return (body, "") if len(body) <= LONGEST_BYTES else (None, "larger than 10 MB")

    def _found(self, suggest: str, label: int) -> dict[str, Any]:
        count = max(1, int(self._store.settings()["media_check_details"]))
        one = {"strategy": "content_model", "errcode": 0, "suggest": suggest, "label": label}
        detail = [{**one, "prob": 90}, *({**one, "prob": 80} for _ in range(count - 1))]
        result = {"suggest": suggest, "label": label}
        return {"result": result, "detail": detail, "errcode": 0, "errmsg": "ok"}


def _failed() -> dict[str, Any]:
    one = {"strategy": "content_model", "errcode": CANNOT_FETCH, "suggest": "", "label": 0}
    return {"detail": [one], "errcode": CANNOT_FETCH, "errmsg": "download media failed"}


def _unreachable(url: str, plain_hosts: list[str]) -> str:
    """Why WeChat could not fetch this address: the rule of callbacks, but a query is fine."""
    return callback_url_problem(url.split("?")[0].split("#")[0], plain_hosts)
