"""The hosts that a mini-program may talk to (§3.5). A host must be the platform's own first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wechat import api, callers
from wechat.errors import DomainRefused, DomainsUnchanged

_NAMES = {
    "request": "requestdomain",
    "websocket": "wsrequestdomain",
    "upload": "uploaddomain",
    "download": "downloaddomain",
}


@dataclass(frozen=True)
class Domains:
    """What the program may open: `https://host` each, and `wss://host` for `websocket`."""

    request: tuple[str, ...] = ()
    websocket: tuple[str, ...] = ()
    upload: tuple[str, ...] = ()
    download: tuple[str, ...] = ()

    def is_same_as(self, other: "Domains") -> bool:
        """Say whether both allow the same hosts, in whatever order."""
        return all(set(getattr(self, name)) == set(getattr(other, name)) for name in _NAMES)


def get(appid: str) -> Domains:
    """Return the domains of a shop's app. Raises a WeChatFailure."""
    return _read(_modify(appid, {"action": "get"}, is_read=True))


def replace(appid: str, domains: Domains) -> Domains:
    """Set all four lists and return what WeChat then has. Setting what is set already is fine.

    WeChat takes 50 changes a month for each app. Raises DomainNotOfPlatform,
    DomainRefused, or another WeChatFailure.
    """
    wanted = {theirs: list(getattr(domains, ours)) for ours, theirs in _NAMES.items()}
    try:
        _modify(appid, {"action": "set", **wanted})
    except DomainsUnchanged:
        present = get(appid)
        if not present.is_same_as(domains):
            raise  # 85017 is also said of a domain that is not the platform's
        return present
    return get(appid)


def effective(appid: str) -> Domains:
    """Return the domains the released program really has, from whatever source."""
    answer = callers.app_post(
        appid, "/wxa/get_effective_domain", call="domains.effective", content={}, is_read=True
    )
    return _read(api.object_in(answer, "effective_domain"))


def set_webview(appid: str, domains: tuple[str, ...]) -> None:
    """Set the hosts whose pages the program may show: `https://host` each.

    Raises DomainNotOfPlatform, DomainRefused (also for personal programs), or another failure.
    """
    content = {"action": "set", "webviewdomain": list(domains)}
    try:
        callers.app_post(
            appid, "/wxa/setwebviewdomain", call="domains.set_webview", content=content
        )
    except DomainsUnchanged as failure:
        if failure.code != "89019":
            raise


def set_platform_domains(domains: tuple[str, ...]) -> None:
    """Set the platform's own list, for tests and for the published platform: hosts, no scheme.

    Every shop's domains must be on it. WeChat takes 50 changes a month. Raises ValueError for a
    host with a scheme or a path, DomainRefused when WeChat finds one of them invalid.
    """
    if any("/" in domain or ";" in domain or not domain for domain in domains):
        raise ValueError("the platform's domains are bare hosts")
    content = {
        "action": "set",
        "is_modify_published_together": True,
        "wxa_server_domain": ";".join(domains),
    }
    path = "/cgi-bin/component/modify_wxa_server_domain"
    answer = callers.platform_post(path, call="domains.set_platform_domains", content=content)
    if answer.get("invalid_wxa_server_domain"):
        raise DomainRefused("WeChat found some of the platform's domains invalid")


def platform_domains() -> tuple[str, ...]:
    """Return the platform's own list as shops are checked against it: bare hosts."""
    path = "/cgi-bin/component/modify_wxa_server_domain"
    answer = callers.platform_post(path, call="domains.platform_domains", content={"action": "get"})
    told = api.text_or_empty(answer, "published_wxa_server_domain")
    return tuple(host for host in told.split(";") if host)


def _modify(appid: str, content: Mapping[str, object], *, is_read: bool = False) -> dict[str, Any]:
    call = f"domains.{content['action']}"
    return callers.app_post(
        appid, "/wxa/modify_domain", call=call, content=content, is_read=is_read
    )


def _read(answer: Mapping[str, Any]) -> Domains:
    return Domains(**{ours: api.texts_in(answer, theirs) for ours, theirs in _NAMES.items()})
