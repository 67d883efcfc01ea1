"""Mini-programs and the people who use them: appids, sub-merchants, openids, one-use codes."""

import base64
import hashlib
import json
import secrets
from typing import Any

from . import credentials
from .clock import Clock
from .credentials import Credentials
from .refusals import ControlRefusal, WeixinRefusal
from .scopes import MINI_PROGRAM
from .store import Row, Store

CODE_SECONDS = 300
AUTH_CODE_SECONDS = 3600
INDEXES = """
CREATE INDEX IF NOT EXISTS apps_of_kind ON apps (kind, created_at);
CREATE INDEX IF NOT EXISTS apps_authorised ON apps (is_authorised, created_at);
CREATE INDEX IF NOT EXISTS apps_of_merchant ON apps (sub_mchid);
CREATE INDEX IF NOT EXISTS tokens_by_expiry ON tokens (expires_at);
CREATE INDEX IF NOT EXISTS users_newest ON users (logged_in_at);
"""


def new_refresh_token() -> str:
    """A fresh authorizer_refresh_token."""
    return "refreshtoken@@@" + credentials.text(43)


def openid_of(appid: str, user: str) -> str:
    """The openid of one person in one app: 28 characters, always the same (CONTRACT §1.6)."""
    family = _letters(appid)[:5]
    return "o" + family + _letters(f"{appid}\n{user}")[:22]


def _letters(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode()


class Apps:
    """Every app this WeChat knows, and who logged in to it."""

    def __init__(self, store: Store, clock: Clock, keys: Credentials) -> None:
        self._store, self._clock, self._keys = store, clock, keys
        store.own(INDEXES)

    # --- apps ---------------------------------------------------------------------------------

    def create(
        self, name: str, *, is_trade_managed: bool = True, is_direct: bool = False
    ) -> dict[str, Any]:
        """A mini-program authorised to the component, with a sub-merchant bound to it."""
        with self._store.transaction():
            app = self.add(name, is_trade_managed=is_trade_managed, is_direct=is_direct)
            appid, refresh_token = str(app["appid"]), new_refresh_token()
            self._store.run(
                "UPDATE apps SET is_authorised = 1, refresh_token = ? WHERE appid = ?",
                refresh_token,
                appid,
            )
            auth_code = self.new_code("auth", appid, {}, "queryauthcode@@@", AUTH_CODE_SECONDS)
        return {
            "appid": appid,
            "sub_mchid": app["sub_mchid"],
            "principal": app["principal"],
            "name": app["name"],
            "appsecret": app["appsecret"],
            "authorizer_refresh_token": refresh_token,
            "auth_code": auth_code,
        }

    def create_many(self, count: int, name_prefix: str) -> list[dict[str, Any]]:
        """`count` mini-programs in one transaction, as `create` makes them, numbered from 1."""
        with self._store.transaction():
            return [self.create(f"{name_prefix} {number}") for number in range(1, count + 1)]

    def add(
        self,
        name: str,
        *,
        kind: str = MINI_PROGRAM,
        principal: str = "",
        is_trade_managed: bool = True,
        is_direct: bool = False,
    ) -> dict[str, Any]:
        """An account that is not authorised to the component yet; returns its columns."""
        appid, is_program = credentials.appid(), kind == MINI_PROGRAM
        word = "Mini-program" if is_program else "Official account"
        app: dict[str, Any] = {
            "appid": appid,
            "kind": kind,
            "name": name or f"{word} {appid[-4:]}",
            "principal": principal or f"{name or 'Demo'} Trading Co., Ltd. (simulated)",
            "sub_mchid": "16" + credentials.digits(8) if is_program else None,
            "appsecret": secrets.token_hex(16),
            "is_authorised": 0,
            "refresh_token": "",
            "is_trade_managed": int(is_trade_managed and is_program),
            "is_direct": int(is_direct),
            "created_at": self._clock.now(),
        }
        self._store.insert("apps", app)
        return app

    def add_provider(self) -> None:
        """The service provider's own app, which the platform's users may also log in to."""
        if self.find(self._keys.sp_appid) is None:
            provider = {
                "appid": self._keys.sp_appid,
                "kind": "provider",
                "name": "Service provider",
                "principal": "Platform (simulated)",
                "sub_mchid": None,
                "appsecret": secrets.token_hex(16),
                "is_authorised": 0,
                "refresh_token": "",
                "is_trade_managed": 0,
                "is_direct": 1,
                "created_at": self._clock.now(),
            }
            self._store.insert("apps", provider)

    def find(self, appid: str) -> Row | None:
        return self._store.find("SELECT * FROM apps WHERE appid = ?", appid)

    def known(self, appid: str) -> Row:
        """The app; raises ControlRefusal 404."""
        app = self.find(appid)
        if app is None:
            raise ControlRefusal(404, f"no app {appid}")
        return app

    def all(self) -> list[Row]:
        return self._store.rows("SELECT * FROM apps ORDER BY created_at DESC")

    def mini_programs(self, most: int = -1) -> list[Row]:
        """The newest mini-programs; all of them without `most`."""
        return self.of_kind(MINI_PROGRAM, most)

    def of_kind(self, kind: str, most: int = -1) -> list[Row]:
        sql = "SELECT * FROM apps WHERE kind = ? ORDER BY created_at DESC, appid LIMIT ?"
        return self._store.rows(sql, kind, most)

    def count(self, kind: str) -> int:
        return self._store.number("SELECT count(*) FROM apps WHERE kind = ?", kind)

    def of_sub_mchid(self, sub_mchid: str) -> Row | None:
        return self._store.find("SELECT * FROM apps WHERE sub_mchid = ?", sub_mchid)

    # --- people -------------------------------------------------------------------------------

    def login(self, appid: str, user: str) -> dict[str, str]:
        """What wx.login gives inside the app: a code for jscode2session (§1.2)."""
        openid = self._enter(appid, user)
        code = self.new_code("login", appid, {"openid": openid}, "0", CODE_SECONDS)
        return {"code": code, "openid": openid}

    def share_phone(self, appid: str, user: str, phone: str | None) -> dict[str, str]:
        """What the getPhoneNumber button gives: a code for getuserphonenumber (§1.4)."""
        openid = self._enter(appid, user)
        seed = int(hashlib.sha256(user.encode()).hexdigest(), 16)
        number = phone or f"138{seed % 10**8:08d}"
        code = self.new_code("phone", appid, {"phone": number}, "", CODE_SECONDS)
        return {"code": code, "openid": openid, "phone": number}

    def knows(self, appid: str, openid: str) -> bool:
        sql = "SELECT 1 FROM users WHERE appid = ? AND openid = ?"
        return self._store.find(sql, appid, openid) is not None

    def same_person_elsewhere(self, appid: str, openid: str, other_appid: str) -> str:
        """The openid in `other_appid` of the person who is `openid` in `appid`."""
        sql = "SELECT name FROM users WHERE appid = ? AND openid = ?"
        row = self._store.find(sql, appid, openid)
        return openid_of(other_appid, str(row["name"])) if row else ""

    def users(self) -> list[Row]:
        return self._store.rows(
            "SELECT users.*, apps.name AS app_name FROM users JOIN apps USING (appid)"
            " ORDER BY logged_in_at DESC LIMIT 100"
        )

    def new_session_key(self, appid: str, openid: str) -> str:
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        self._store.run(
            "UPDATE users SET session_key = ? WHERE appid = ? AND openid = ?", key, appid, openid
        )
        return key

    def _enter(self, appid: str, user: str) -> str:
        if self.find(appid) is None:
            raise ControlRefusal(404, f"no app {appid}: create it first")
        if not user:
            raise ControlRefusal(400, "user must be a non-empty text")
        openid = openid_of(appid, user)
        self._store.run(
            "INSERT INTO users (appid, openid, name, logged_in_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET logged_in_at = excluded.logged_in_at",
            appid,
            openid,
            user,
            self._clock.now(),
        )
        return openid

    # --- one-use codes ------------------------------------------------------------------------

    def new_code(
        self, kind: str, appid: str, payload: dict[str, str], prefix: str, life_seconds: int
    ) -> str:
        code = prefix + credentials.text(32)
        entry = {
            "code": code,
            "kind": kind,
            "appid": appid,
            "payload": json.dumps(payload),
            "expires_at": self._clock.now() + life_seconds,
        }
        self._store.insert("codes", entry)
        return code

    def spend_code(self, kind: str, code: str, appid: str | None) -> Row:
        """Use a code up. 40029 unknown, expired or of another app; 40163 already used (§1.2)."""
        row = self._store.find("SELECT * FROM codes WHERE code = ? AND kind = ?", code, kind)
        if row is None or (appid is not None and row["appid"] != appid):
            raise WeixinRefusal(40029, "invalid code")
        if row["is_used"]:
            raise WeixinRefusal(40163, "code been used")
        if row["expires_at"] < self._clock.now():
            raise WeixinRefusal(40029, "invalid code")
        self._store.run("UPDATE codes SET is_used = 1 WHERE code = ?", code)
        return row
