"""The owner hands an account to the component, and takes it back (CONTRACT §3.3)."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from . import scopes
from .apps import AUTH_CODE_SECONDS, Apps, new_refresh_token
from .clock import Clock
from .component import Component
from .credentials import Credentials
from .profiles import Profiles
from .scopes import MINI_PROGRAM, OFFICIAL_ACCOUNT
from .store import Row, Store
from .tokens import Tokens

PRE_AUTH_SECONDS = 600
SHOWN = 30
KINDS_OF_TYPE = {
    "1": (OFFICIAL_ACCOUNT,),
    "2": (MINI_PROGRAM,),
    "3": (MINI_PROGRAM, OFFICIAL_ACCOUNT),
}
SETTINGS = {"authorised_push_after_seconds": 0}


class PageRefused(Exception):
    """The page cannot be shown: one sentence in Chinese, one in English."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(english)
        self.chinese, self.english = chinese, english


@dataclass(frozen=True)
class Visit:
    """A checked visit to one of the two pages."""

    pre_auth_code: str
    redirect_uri: str
    kinds: tuple[str, ...]
    appid: str

    def back(self, auth_code: str) -> str:
        """redirect_uri with auth_code and expires_in behind its own query."""
        parts = urlsplit(self.redirect_uri)
        told = urlencode({"auth_code": auth_code, "expires_in": AUTH_CODE_SECONDS})
        return urlunsplit(parts._replace(query=f"{parts.query}&{told}".lstrip("&")))


class Authorisation:
    """The pages, and the console's buttons that do the same without a page."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        keys: Credentials,
        apps: Apps,
        profiles: Profiles,
        tokens: Tokens,
        component: Component,
    ) -> None:
        self._store, self._clock, self._keys = store, clock, keys
        self._apps, self._profiles = apps, profiles
        self._tokens, self._component = tokens, component
        store.own(settings=SETTINGS)

    def pre_auth_code(self, body: dict[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/component/api_create_preauthcode: 600 seconds, one use."""
        self._component.check_appid(body.get("component_appid"))
        return {"pre_auth_code": self._new_pre_auth_code(), "expires_in": PRE_AUTH_SECONDS}

    def _new_pre_auth_code(self) -> str:
        component = self._keys.component["appid"]
        return self._apps.new_code("pre_auth", component, {}, "preauthcode@@@", PRE_AUTH_SECONDS)

    # --- the pages ----------------------------------------------------------------------------

    def visit(self, query: dict[str, str], *, is_mobile: bool) -> Visit:
        """Check the address the platform sent the owner to; raises PageRefused."""
        if is_mobile and (query.get("action"), query.get("no_scan")) != ("bindcomponent", "1"):
            raise PageRefused(
                "参数错误：action 须为 bindcomponent，no_scan 须为 1",
                "action must be bindcomponent and no_scan must be 1",
            )
        if query.get("component_appid") != self._keys.component["appid"]:
            raise PageRefused("第三方平台不存在", "no such third-party platform")
        redirect_uri = query.get("redirect_uri", "")
        parts = urlsplit(redirect_uri)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise PageRefused("回调地址无效", "redirect_uri must be an http or https address")
        kinds = KINDS_OF_TYPE.get(query.get("auth_type", "3"))
        if kinds is None:
            raise PageRefused("auth_type 只能为 1、2、3", "auth_type must be 1, 2 or 3")
        appid = query.get("biz_appid", "")
        if appid:
            app = self._apps.find(appid)
            if app is None or app["kind"] not in kinds:
                raise PageRefused("指定的帐号不存在", "no such account as biz_appid")
        code = query.get("pre_auth_code", "")
        self._check_pre_auth_code(code)
        return Visit(code, redirect_uri, kinds, appid)

    def _check_pre_auth_code(self, code: str) -> None:
        row = self._store.find("SELECT * FROM codes WHERE code = ? AND kind = 'pre_auth'", code)
        if row is None or row["expires_at"] < self._clock.now():
            raise PageRefused("预授权码无效或已过期", "the pre_auth_code is invalid or expired")
        if row["is_used"]:
            raise PageRefused("预授权码已被使用", "the pre_auth_code has been used")

    def candidates(self, visit: Visit) -> list[Row]:
        """The accounts the owner may choose from, newest first, at most SHOWN of each kind."""
        if visit.appid:
            return [self._apps.known(visit.appid)]
        return [app for kind in visit.kinds for app in self._apps.of_kind(kind, SHOWN)]

    def consent(self, visit: Visit, choice: dict[str, str], granted: list[int]) -> str:
        """The owner agrees: the address to go back to. Raises PageRefused.

        `choice`: `account` is an appid, or `new:mini_program` or `new:official_account` with
        `name`; `granted` are the ids ticked, of which those of the account's kind count.
        """
        with self._store.transaction():
            app = self._chosen(visit, choice)
            known = scopes.offered(app["kind"])
            ticked = tuple(number for number in known if number in granted)
            if not ticked:
                raise PageRefused("请至少选择一个权限集", "choose at least one permission set")
            self._apps.spend_code("pre_auth", visit.pre_auth_code, None)
            return visit.back(self._grant(app, ticked, visit.pre_auth_code))

    def _chosen(self, visit: Visit, choice: dict[str, str]) -> Row:
        account = choice.get("account", "")
        new, _, kind = account.partition(":")
        if new == "new" and kind in visit.kinds and not visit.appid:
            return self._apps.known(
                str(self._apps.add(choice.get("name", "").strip()[:40], kind=kind)["appid"])
            )
        app = self._apps.find(account)
        if app is None or app["kind"] not in visit.kinds or visit.appid not in ("", account):
            raise PageRefused("请选择一个帐号", "choose an account")
        return app

    # --- the console --------------------------------------------------------------------------

    def authorise(self, appid: str, *, is_pushed: bool) -> str:
        """The owner scans again: a new auth code, pushed as `authorized` when asked."""
        app = self._apps.known(appid)
        with self._store.transaction():
            pre_auth_code = ""
            if is_pushed:
                pre_auth_code = self._new_pre_auth_code()
                self._apps.spend_code("pre_auth", pre_auth_code, None)
            return self._grant(app, self._profiles.of(app).scopes, pre_auth_code)

    def unauthorise(self, appid: str) -> None:
        """The owner withdraws: its tokens die and `unauthorized` is pushed."""
        self._apps.known(appid)
        with self._store.transaction():
            self._store.run("UPDATE apps SET is_authorised = 0 WHERE appid = ?", appid)
            self._tokens.revoke(appid, "authorizer")
            self._component.tell({"InfoType": "unauthorized", "AuthorizerAppid": appid})

    def _grant(self, app: Row, granted: tuple[int, ...], pre_auth_code: str) -> str:
        """Authorise in the caller's transaction; pushed when there is a pre-auth code."""
        appid, was_authorised = str(app["appid"]), bool(app["is_authorised"])
        if not was_authorised:
            self._store.run(
                "UPDATE apps SET is_authorised = 1, refresh_token = ? WHERE appid = ?",
                new_refresh_token(),
                appid,
            )
        now = self._clock.now()
        self._profiles.change(app, scopes=granted, authorised_at=now)
        code = self.new_auth_code(appid)
        if pre_auth_code:
            fields = {
                "InfoType": "updateauthorized" if was_authorised else "authorized",
                "AuthorizerAppid": appid,
                "AuthorizationCode": code,
                "AuthorizationCodeExpiredTime": int(now) + AUTH_CODE_SECONDS,
                "PreAuthCode": pre_auth_code,
            }
            delay = float(self._store.settings()["authorised_push_after_seconds"])
            self._component.tell(fields, after_seconds=delay)
        return code

    def grant_new(self, app: Row) -> str:
        """WeChat itself authorises an account it has just registered (§3.4); not pushed."""
        return self._grant(app, tuple(scopes.offered(app["kind"])), "")

    def new_auth_code(self, appid: str) -> str:
        """One use, one hour."""
        return self._apps.new_code("auth", appid, {}, "queryauthcode@@@", AUTH_CODE_SECONDS)
