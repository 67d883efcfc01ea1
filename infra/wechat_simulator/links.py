"""Links into a mini-program from outside: URL links, schemes, short links (CONTRACT §8)."""

from typing import Any

from .clock import Clock
from .entrances import Entrances
from .pages import Pages
from .refusals import WeixinRefusal
from .store import Row, Store

BY_TIME, BY_DAYS = 0, 1
LONGEST_DAYS = 30
DAY_SECONDS = 86400
LONGEST_QUERY = 1024
LONGEST_TITLE = 20
VERSIONS = ("release", "trial", "develop")
OK = {"errcode": 0, "errmsg": "ok"}
SETTINGS: dict[str, Any] = {"link_daily_cap": 500_000, "short_link_permanent_cap": 100_000}
SHORT_LINK_SECONDS = 30 * DAY_SECONDS


class Links:
    """Settings (both unverified): `link_daily_cap` for URL links and schemes together, and
    `short_link_permanent_cap`."""

    def __init__(self, store: Store, clock: Clock, entrances: Entrances, pages: Pages) -> None:
        self._store, self._clock = store, clock
        self._entrances, self._pages = entrances, pages
        store.own("", SETTINGS)

    def url_link(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/generate_urllink → url_link."""
        return {**OK, "url_link": self._make("url_link", app, body, body)}

    def scheme(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/generatescheme {jump_wxa{…}} → openlink."""
        target = body.get("jump_wxa") or {}
        if not isinstance(target, dict):
            raise WeixinRefusal(40097, "invalid args: jump_wxa")
        return {**OK, "openlink": self._make("scheme", app, target, body)}

    def _make(self, kind: str, app: Row, target: dict[str, Any], life: dict[str, Any]) -> str:
        """40165 path, 40212 query, 85401 life, 45009 daily cap, 40097 env_version."""
        appid = str(app["appid"])
        page, query = str(target.get("path") or ""), target.get("query") or ""
        if page:
            try:
                self._pages.check(appid, page)
            except WeixinRefusal as refusal:
                raise WeixinRefusal(40165, "invalid weapp pagepath") from refusal
        if not isinstance(query, str) or len(query) > LONGEST_QUERY or "?" in page:
            raise WeixinRefusal(40212, "invalid query")
        version = target.get("env_version", "release")
        if version not in VERSIONS:
            raise WeixinRefusal(40097, "invalid args: env_version")
        today = self._clock.now() - self._clock.now() % DAY_SECONDS
        made = self._entrances.count(appid, ("url_link", "scheme"), since=today)
        if made >= self._store.settings()["link_daily_cap"]:
            raise WeixinRefusal(45009, "reach max api daily quota limit")
        return self._entrances.add(
            kind,
            appid,
            page=page.lstrip("/"),
            query=query,
            env_version=version,
            life_seconds=self._life(life),
        )

    def _life(self, body: dict[str, Any]) -> float:
        """Seconds until the link dies: at most 30 days, which is also the default."""
        if body.get("expire_type", BY_TIME) == BY_DAYS:
            days = body.get("expire_interval", LONGEST_DAYS)
            if not isinstance(days, int) or not 1 <= days <= LONGEST_DAYS:
                raise WeixinRefusal(85401, "time limit must be 1 to 30 days")
            return days * DAY_SECONDS
        moment = body.get("expire_time")
        if moment is None:
            return LONGEST_DAYS * DAY_SECONDS
        if not isinstance(moment, int):
            raise WeixinRefusal(85401, "invalid expire_time")
        left = self._clock.from_caller(float(moment)) - self._clock.now()
        if not 60 <= left <= LONGEST_DAYS * DAY_SECONDS + 60:
            raise WeixinRefusal(85401, "time limit must be 1 minute to 30 days")
        return left

    def short_link(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/genwxashortlink {page_url, page_title, is_permanent} → link."""
        page_url, title = body.get("page_url"), body.get("page_title") or ""
        if not isinstance(page_url, str) or not page_url:
            raise WeixinRefusal(40165, "invalid weapp pagepath")
        if not isinstance(title, str) or len(title) > LONGEST_TITLE:
            raise WeixinRefusal(40097, "invalid args: page_title")
        page, _, query = page_url.lstrip("/").partition("?")
        try:
            self._pages.check(app["appid"], page)
        except WeixinRefusal as refusal:
            raise WeixinRefusal(40165, "invalid weapp pagepath") from refusal
        is_permanent = body.get("is_permanent") is True
        cap = self._store.settings()["short_link_permanent_cap"]
        if is_permanent and self._permanent_count(app["appid"]) >= cap:
            raise WeixinRefusal(85400, "permanent short link count out of limit")
        life = None if is_permanent else SHORT_LINK_SECONDS
        link = self._entrances.add(
            "short_link", app["appid"], page=page, query=query, life_seconds=life
        )
        return {**OK, "link": link}

    def _permanent_count(self, appid: str) -> int:
        return self._store.number(
            "SELECT count(*) FROM entrances"
            " WHERE appid = ? AND kind = 'short_link' AND expires_at IS NULL",
            appid,
        )

    def query_url_link(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/query_urllink {url_link}: 40097 for a link this app never made."""
        row = self._made(app, "url_link", body.get("url_link"))
        return {**OK, "url_link_info": _info(row), **self._quota()}

    def query_scheme(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/queryscheme {scheme}."""
        row = self._made(app, "scheme", body.get("scheme"))
        return {**OK, "scheme_info": _info(row), **self._quota()}

    def _made(self, app: Row, kind: str, text: object) -> Row:
        row = self._entrances.of_text(kind, str(text or ""), app["appid"])
        if row is None:
            raise WeixinRefusal(40097, f"invalid args: unknown {kind}")
        return row

    def _quota(self) -> dict[str, Any]:
        cap = int(self._store.settings()["link_daily_cap"])
        return {"quota_info": {"remain_visit_quota": cap}}


def _info(row: Row) -> dict[str, Any]:
    return {
        "appid": row["appid"],
        "path": row["page"],
        "query": row["query"],
        "create_time": int(row["created_at"]),
        "expire_time": int(row["expires_at"]),
        "env_version": row["env_version"],
    }
