"""Logging a person in, an app's own tokens, and the phone number (CONTRACT §1, §2)."""

import json
from collections.abc import Callable
from typing import Any

from . import crypto
from .apps import Apps
from .clock import Clock
from .component import Component
from .refusals import WeixinRefusal
from .store import Row, Store
from .tokens import LAST_MINUTES_SECONDS, TOKEN_SECONDS, Tokens

Identify = Callable[[str, str], dict[str, str]]
ANY_APP_TOKEN = ("app", "stable", "authorizer")


def _nothing_more(_: str, __: str) -> dict[str, str]:
    return {}


class Login:
    """Both routes to openid and session_key: through the component, and with the app's secret."""

    def __init__(
        self, store: Store, clock: Clock, apps: Apps, tokens: Tokens, component: Component
    ) -> None:
        self._store, self._clock = store, clock
        self._apps, self._tokens, self._component = apps, tokens, component
        self._identify: Identify = _nothing_more

    def identify_by(self, identify: Identify) -> None:
        """Who says what a session has beside openid and key, and who may not log in."""
        self._identify = identify

    def component_session(self, query: dict[str, str]) -> dict[str, Any]:
        """GET /sns/component/jscode2session (§1.2): 40029, 40163, 40013, 61003, token errors."""
        self._component.check_appid(query.get("component_appid"))
        self._component.check_token(query.get("component_access_token", ""))
        app = self._app(query.get("appid", ""))
        if not app["is_authorised"]:
            raise WeixinRefusal(61003, "component is not authorized by this account")
        return self._session(query, app["appid"])

    def own_session(self, query: dict[str, str]) -> dict[str, Any]:
        """GET /sns/jscode2session with the app's own secret (§1.1)."""
        app = self._with_secret(query.get("appid", ""), query.get("secret", ""))
        return self._session(query, app["appid"])

    def token(self, query: dict[str, str]) -> dict[str, Any]:
        """GET /cgi-bin/token: the previous token dies at once (§2)."""
        if query.get("grant_type") != "client_credential":
            raise WeixinRefusal(40002, "invalid grant_type")
        app = self._with_secret(query.get("appid", ""), query.get("secret", ""))
        token = self._tokens.mint("app", app["appid"], replaced_live_seconds=-1)
        return {"access_token": token, "expires_in": TOKEN_SECONDS}

    def stable_token(self, body: dict[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/stable_token: the same token until its last five minutes (§2)."""
        if body.get("grant_type") != "client_credential":
            raise WeixinRefusal(40002, "invalid grant_type")
        app = self._with_secret(str(body.get("appid", "")), str(body.get("secret", "")))
        is_forced = body.get("force_refresh") is True
        current = self._tokens.latest("stable", app["appid"])
        if current and not is_forced and current[1] >= LAST_MINUTES_SECONDS:
            return {"access_token": current[0], "expires_in": current[1]}
        token = self._tokens.mint(
            "stable",
            app["appid"],
            replaced_live_seconds=-1 if is_forced else LAST_MINUTES_SECONDS,
        )
        return {"access_token": token, "expires_in": TOKEN_SECONDS}

    def phone_number(self, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/business/getuserphonenumber (§1.4); countryCode is a text here."""
        appid = str(self.caller(query)["appid"])
        with self._store.transaction():
            code = self._apps.spend_code("phone", str(body.get("code", "")), appid)
        phone = json.loads(code["payload"])["phone"]
        return {
            "errcode": 0,
            "errmsg": "ok",
            "phone_info": {
                "phoneNumber": phone,
                "purePhoneNumber": phone,
                "countryCode": "86",
                "watermark": {"timestamp": int(self._clock.now()), "appid": appid},
            },
        }

    def caller(self, query: dict[str, str]) -> Row:
        """The app on whose behalf a call is made, by its access_token (§0.2)."""
        token = self._tokens.check(query.get("access_token", ""), ANY_APP_TOKEN)
        return self._app(str(token["appid"]))

    def _session(self, query: dict[str, str], appid: str) -> dict[str, Any]:
        if query.get("grant_type") != "authorization_code":
            raise WeixinRefusal(40002, "invalid grant_type")
        code = query.get("js_code", "")
        if not code:
            raise WeixinRefusal(41008, "missing code")
        with self._store.transaction():
            openid = json.loads(self._apps.spend_code("login", code, appid)["payload"])["openid"]
            more = self._identify(appid, openid)
            session_key = self._apps.new_session_key(appid, openid)
        return {"session_key": session_key, "openid": openid, **more}

    def _with_secret(self, appid: str, secret: str) -> Row:
        app = self._app(appid)
        if not crypto.is_same(secret, app["appsecret"]):
            raise WeixinRefusal(40125, "invalid appsecret")
        return app

    def _app(self, appid: str) -> Row:
        app = self._apps.find(appid)
        if app is None:
            raise WeixinRefusal(40013, "invalid appid")
        return app
