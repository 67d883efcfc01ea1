"""Server domains and business domains, of the platform and of its apps (CONTRACT §3.5)."""

import json
from typing import Any
from urllib.parse import urlsplit

from .apps import Apps
from .profiles import Profiles
from .refusals import ControlRefusal, WeixinRefusal
from .store import Row, Store

KINDS = ("requestdomain", "wsrequestdomain", "uploaddomain", "downloaddomain")
SCHEMES = {"wsrequestdomain": "wss"}
MOST_OF_AN_APP = 200
MOST_BUSINESS = 200
MOST_OF_THE_PLATFORM = 1000
ACTIONS = ("add", "delete", "set", "get")
TABLES = """
CREATE TABLE IF NOT EXISTS app_domains (
  appid TEXT PRIMARY KEY, through_platform TEXT NOT NULL, direct TEXT NOT NULL,
  webview TEXT NOT NULL);
"""
Lists = dict[str, list[str]]


class Domains:
    """`through_platform` is what modify_domain sets; `direct` what modify_domain_directly sets."""

    def __init__(self, store: Store, apps: Apps, profiles: Profiles) -> None:
        self._store, self._apps, self._profiles = store, apps, profiles
        store.own(TABLES)

    # --- the platform's own lists -------------------------------------------------------------

    def modify_platform_server(self, body: dict[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/component/modify_wxa_server_domain: hosts joined by `;`, no scheme.

        85016 beyond 1,000. Apps are checked against the published list.
        """
        return self._modify_platform(body, "wxa_server_domain")

    def modify_platform_business(self, body: dict[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/component/modify_wxa_jump_domain, the list for web-views."""
        return self._modify_platform(body, "wxa_jump_h5_domain")

    def _modify_platform(self, body: dict[str, Any], field: str) -> dict[str, Any]:
        action, together = body.get("action"), body.get("is_modify_published_together", False)
        if action not in ACTIONS or not isinstance(together, bool):
            raise WeixinRefusal(40097, "invalid args")
        if action != "get":
            named = _hosts(body.get(field))
            for state in ("testing", "published") if together else ("testing",):
                changed = _changed(self._platform(field, state), named, str(action))
                if len(changed) > MOST_OF_THE_PLATFORM:
                    raise WeixinRefusal(85016, "exceed valid domain limit")
                self._store.set_meta(f"{state}_{field}", json.dumps(changed))
        return _ok(
            {
                f"{state}_{field}": ";".join(self._platform(field, state))
                for state in ("published", "testing")
            }
        )

    def _platform(self, field: str, state: str = "published") -> list[str]:
        return list(json.loads(self._store.meta(f"{state}_{field}", "[]")))

    # --- an app's server domains --------------------------------------------------------------

    def modify(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/modify_domain: 85015, 85016, 85017, 85018 (not in the platform's list)."""
        return self._modify(app, body, "through_platform")

    def modify_directly(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/modify_domain_directly: the same without the platform's list."""
        return self._modify(app, body, "direct")

    def _modify(self, app: Row, body: dict[str, Any], column: str) -> dict[str, Any]:
        check_is_program(app)
        action, now = body.get("action"), self._lists(app["appid"], column)
        if action not in ACTIONS:
            raise WeixinRefusal(40097, "invalid args")
        if action != "get":
            named = {kind: _urls(body.get(kind), SCHEMES.get(kind, "https")) for kind in KINDS}
            if column == "through_platform" and action != "delete":
                self._check_known(named)
            changed = {kind: _changed(now[kind], named[kind], str(action)) for kind in KINDS}
            if any(len(urls) > MOST_OF_AN_APP for urls in changed.values()):
                raise WeixinRefusal(85016, "exceed valid domain limit")
            if changed == now and action != "set":
                raise WeixinRefusal(85017, "no domain to modify after filtered")
            self._write(app["appid"], column, changed)
            now = changed
        return _ok(now)

    def _check_known(self, named: Lists) -> None:
        known = set(self._platform("wxa_server_domain"))
        for urls in named.values():
            for url in urls:
                if urlsplit(url).netloc not in known:
                    raise WeixinRefusal(85018, "domain not in component's server domain list")

    def effective(self, app: Row, _: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/get_effective_domain: by console, by platform, directly, and all together."""
        check_is_program(app)
        appid = app["appid"]
        parts = {
            "mp_domain": _nothing(),
            "third_domain": self._lists(appid, "through_platform"),
            "direct_domain": self._lists(appid, "direct"),
            "effective_domain": self.effective_of(appid),
        }
        socketless: Lists = {"udpdomain": [], "tcpdomain": []}
        return _ok({name: {**lists, **socketless} for name, lists in parts.items()})

    def effective_of(self, appid: str) -> Lists:
        """Every domain that works for this app now, per kind."""
        through, direct = self._lists(appid, "through_platform"), self._lists(appid, "direct")
        return {kind: list(dict.fromkeys(through[kind] + direct[kind])) for kind in KINDS}

    # --- business domains (web-views) ---------------------------------------------------------

    def set_webview(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/setwebviewdomain: 89019 unchanged, 89020 the platform has none, 89021 not
        the platform's or below one of its own, 89029 too many, 89231 a personal account.

        Without `action` the app gets all of the platform's.
        """
        check_is_program(app)
        if self._profiles.of(app).is_personal:
            raise WeixinRefusal(89231, "personal app cannot set webview domain")
        known, now = self._platform("wxa_jump_h5_domain"), self.webview_of(app["appid"])
        action = body.get("action")
        if action == "get":
            return _ok({"webviewdomain": now})
        if action is not None and action not in ACTIONS:
            raise WeixinRefusal(40097, "invalid args")
        if not known:
            raise WeixinRefusal(89020, "component has no webview domain")
        named = _urls(body.get("webviewdomain"), "https") if action else _as_urls(known)
        if action != "delete":
            _check_business(named, known)
        changed = _changed(now, named, str(action or "set"))
        if changed == now:
            raise WeixinRefusal(89019, "webview domain not change")
        if len(changed) > MOST_BUSINESS:
            raise WeixinRefusal(89029, "webview domain count exceed limit")
        self._write(app["appid"], "webview", {"webviewdomain": changed})
        return _ok({"webviewdomain": changed})

    def webview_of(self, appid: str) -> list[str]:
        row = self._store.find("SELECT webview FROM app_domains WHERE appid = ?", appid)
        return list(json.loads(row["webview"]).get("webviewdomain", [])) if row else []

    # --- the console --------------------------------------------------------------------------

    def describe(self, appid: str) -> dict[str, Any]:
        """What the control API shows of one app."""
        return {**self.effective_of(appid), "webviewdomain": self.webview_of(appid)}

    def set_platform(self, server: object, business: object) -> dict[str, Any]:
        """What the operator does in the open platform's console: both lists, published at once."""
        for field, hosts in (("wxa_server_domain", server), ("wxa_jump_h5_domain", business)):
            if hosts is None:
                continue
            if not isinstance(hosts, list) or not all(isinstance(host, str) for host in hosts):
                raise ControlRefusal(400, "server and business must be lists of host names")
            for state in ("testing", "published"):
                self._store.set_meta(f"{state}_{field}", json.dumps(hosts))
        return self.platform()

    def platform(self) -> dict[str, Any]:
        names = {"server": "wxa_server_domain", "business": "wxa_jump_h5_domain"}
        return {
            name: {state: self._platform(field, state) for state in ("published", "testing")}
            for name, field in names.items()
        }

    def _lists(self, appid: str, column: str) -> Lists:
        row = self._store.find("SELECT * FROM app_domains WHERE appid = ?", appid)
        return {**_nothing(), **(json.loads(row[column]) if row else {})}

    def _write(self, appid: str, column: str, lists: Lists) -> None:
        with self._store.transaction():
            self._store.run("INSERT OR IGNORE INTO app_domains VALUES (?, '{}', '{}', '{}')", appid)
            sql = f"UPDATE app_domains SET {column} = ? WHERE appid = ?"
            self._store.run(sql, json.dumps(lists), appid)


def check_is_program(app: Row) -> None:
    """85015 for an account that is not a mini-program."""
    if app["kind"] == "official_account":
        raise WeixinRefusal(85015, "not a mini-program account")


def _ok(answer: dict[str, Any]) -> dict[str, Any]:
    return {"errcode": 0, "errmsg": "ok", **answer}


def _nothing() -> Lists:
    return {kind: [] for kind in KINDS}


def _changed(now: list[str], named: list[str], action: str) -> list[str]:
    if action == "set":
        return named
    if action == "add":
        return list(dict.fromkeys(now + named))
    return [one for one in now if one not in named]


def _hosts(value: object) -> list[str]:
    if not isinstance(value, str):
        raise WeixinRefusal(40097, "invalid args")
    hosts = list(dict.fromkeys(part.strip() for part in value.split(";") if part.strip()))
    if any(not _is_host(host) for host in hosts):
        raise WeixinRefusal(40097, "invalid args: a domain has no scheme and no path")
    return hosts


def _is_host(text: str) -> bool:
    try:
        parts = urlsplit("//" + text)
        return bool(parts.hostname) and parts.netloc == text and "@" not in text
    except ValueError:
        return False


def _urls(value: object, scheme: str) -> list[str]:
    """A list of addresses of one scheme, in lower case and without a last slash."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(url, str) for url in value):
        raise WeixinRefusal(47001, "data format error")
    urls = [url.strip().lower().rstrip("/") for url in value]
    for url in urls:
        start, _, host = url.partition("://")
        if start != scheme or not _is_host(host):
            raise WeixinRefusal(40097, f"invalid args: {scheme}:// and a host are expected")
    return list(dict.fromkeys(urls))


def _as_urls(hosts: list[str]) -> list[str]:
    return [f"https://{host}" for host in hosts]


def _check_business(urls: list[str], known: list[str]) -> None:
    for url in urls:
        host = urlsplit(url).netloc
        if not any(host == one or host.endswith("." + one) for one in known):
            raise WeixinRefusal(89021, "webview domain not in component's webview domain list")
