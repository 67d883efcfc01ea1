"""Addresses that open a page of a mini-program from outside WeChat, or inside it (CONTRACT §8).

WeChat limits how many are made a day and how long they live (30 days); both numbers, and that only
released apps of organisations may make them, are not confirmed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from wechat import api, callers
from wechat.errors import BadAnswer
from wechat.qr_codes import Version

MAX_DAYS = 30
_AFTER_DAYS = 1


@dataclass(frozen=True)
class Link:
    """What WeChat knows of a link that was made; what it does not say is None.

    `visits_left` is how often the links of the app can still be opened today.
    """

    appid: str
    path: str
    query: str
    made_at: datetime | None
    expires_at: datetime | None
    version: str
    visits_left: int | None = None


def url_link(
    appid: str,
    *,
    path: str,
    query: str = "",
    days: int = MAX_DAYS,
    version: Version = Version.RELEASED,
) -> str:
    """Return an https address that opens `path` for `days` days, as from a text message.

    Raises ValueError, PageNotReleased, WeChatBusy, or another WeChatFailure.
    """
    content: dict[str, object] = {
        "path": path,
        "query": query,
        "env_version": version.value,
        **_expiry(days),
    }
    answer = callers.app_post(
        appid, "/wxa/generate_urllink", call="links.url_link", content=content
    )
    return api.text_in(answer, "url_link")


def scheme(
    appid: str,
    *,
    path: str,
    query: str = "",
    days: int = MAX_DAYS,
    version: Version = Version.RELEASED,
) -> str:
    """Return a `weixin://` address that opens `path` for `days` days. Raises as `url_link` does."""
    jump = {"path": path, "query": query, "env_version": version.value}
    content: dict[str, object] = {"jump_wxa": jump, **_expiry(days)}
    answer = callers.app_post(appid, "/wxa/generatescheme", call="links.scheme", content=content)
    return api.text_in(answer, "openlink")


def short_link(appid: str, *, page: str, title: str = "", is_permanent: bool = False) -> str:
    """Return a short text that opens `page`, with its query, when it is tapped inside WeChat.

    Raises PageNotReleased, WeChatBusy, or another WeChatFailure.
    """
    content = {"page_url": page, "page_title": title, "is_permanent": is_permanent}
    path = "/wxa/genwxashortlink"
    answer = callers.app_post(appid, path, call="links.short_link", content=content)
    return api.text_in(answer, "link")


def query_url_link(appid: str, *, url_link: str) -> Link:
    """Ask what an address opens, and until when. Raises a WeChatFailure."""
    return _queried(appid, "query_urllink", "url_link_info", {"url_link": url_link})


def query_scheme(appid: str, *, scheme: str) -> Link:
    """Ask what a `weixin://` address opens, and until when. Raises a WeChatFailure."""
    return _queried(appid, "queryscheme", "scheme_info", {"scheme": scheme})


def _queried(appid: str, name: str, part: str, content: Mapping[str, object]) -> Link:
    call = f"links.{name}"
    answer = callers.app_post(appid, f"/wxa/{name}", call=call, content=content, is_read=True)
    found = api.object_in(answer, part)
    if not found:
        raise BadAnswer(f"the answer lacks {part}")
    return Link(
        appid=api.text_or_empty(found, "appid"),
        path=api.text_or_empty(found, "path"),
        query=api.text_or_empty(found, "query"),
        made_at=_moment(found, "create_time"),
        expires_at=_moment(found, "expire_time"),
        version=api.text_or_empty(found, "env_version"),
        visits_left=_visits_left(answer),
    )


def _visits_left(answer: Mapping[str, Any]) -> int | None:
    quota = api.object_in(answer, "quota_info")
    left = api.whole_or(quota, "remain_visit_quota", -1)
    return left if left >= 0 else None


def _moment(found: Mapping[str, Any], name: str) -> datetime | None:
    seconds = api.whole_or(found, name, 0)
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _expiry(days: int) -> dict[str, object]:
    if not 1 <= days <= MAX_DAYS:
        raise ValueError(f"a link lives 1 to {MAX_DAYS} days")
    return {"is_expire": True, "expire_type": _AFTER_DAYS, "expire_interval": days}
