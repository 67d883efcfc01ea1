"""Sessions and the identity that apps of one owner share (CONTRACT §1.3, §1.5, §1.6)."""

import base64
import hashlib
import hmac
from typing import Any

from . import crypto
from .apps import Apps
from .clock import Clock
from .payments import Payments
from .people import People
from .refusals import ControlRefusal, WeixinRefusal
from .store import Row, Store

PAID_SECONDS = 300
KEY_FORMS = ("base64_text", "bytes")
SETTINGS: dict[str, Any] = {"session_hmac_key": KEY_FORMS[0]}
TABLES = """
CREATE TABLE IF NOT EXISTS owners (appid TEXT PRIMARY KEY, owner TEXT NOT NULL);
"""


class Identities:
    """Setting `session_hmac_key` (base64_text or bytes): what signs a checksession (unverified)."""

    def __init__(
        self, store: Store, clock: Clock, apps: Apps, people: People, payments: Payments
    ) -> None:
        self._store, self._clock = store, clock
        self._apps, self._people, self._payments = apps, people, payments
        store.own(TABLES, SETTINGS)

    def bind(self, appid: str, owner: str) -> None:
        """Bind an app to an open-platform account (any text); "" unbinds it."""
        if self._apps.find(appid) is None:
            raise ControlRefusal(404, f"no app {appid}")
        self._store.run("DELETE FROM owners WHERE appid = ?", appid)
        if owner:
            self._store.insert("owners", {"appid": appid, "owner": owner})

    def at_login(self, appid: str, openid: str) -> dict[str, str]:
        """What jscode2session adds: unionid when bound; 40226 for a blocked person."""
        person = self._people.known(appid, openid)
        if self._people.traits(person["name"])["is_blocked"]:
            raise WeixinRefusal(40226, "high risk user, login blocked")
        unionid = self._unionid(appid, person)
        return {"unionid": unionid} if unionid else {}

    def check_session(self, app: Row, query: dict[str, str]) -> dict[str, Any]:
        """GET /wxa/checksession: 87009 when the signature is not that of the current key."""
        self._signed(app, query)
        return {"errcode": 0, "errmsg": "ok"}

    def reset_session_key(self, app: Row, query: dict[str, str]) -> dict[str, Any]:
        """GET /wxa/resetusersessionkey: the old session_key dies."""
        openid = str(self._signed(app, query)["openid"])
        fresh = self._apps.new_session_key(app["appid"], openid)
        return {"errcode": 0, "errmsg": "ok", "openid": openid, "session_key": fresh}

    def paid_unionid(self, app: Row, query: dict[str, str]) -> dict[str, Any]:
        """GET /wxa/getpaidunionid: within five minutes of a payment; 89300 otherwise, 89002."""
        person = self._people.known(app["appid"], query.get("openid"))
        if query.get("transaction_id"):
            order = self._payments.by_transaction(query["transaction_id"])
        else:
            order = self._payments.find(query.get("out_trade_no", ""))
            merchants = (order["mchid"], order["sub_mchid"]) if order is not None else ()
            order = order if query.get("mch_id") in merchants else None
        is_recent = (
            order is not None
            and order["openid"] == person["openid"]
            and order["paid_at"] is not None
            and order["paid_at"] + PAID_SECONDS >= self._clock.now()
        )
        if not is_recent:
            raise WeixinRefusal(89300, "order is invalid")
        unionid = self._unionid(app["appid"], person)
        if not unionid:
            raise WeixinRefusal(89002, "open is not bound")
        return {"errcode": 0, "errmsg": "ok", "unionid": unionid}

    def _signed(self, app: Row, query: dict[str, str]) -> Row:
        person = self._people.known(app["appid"], query.get("openid"))
        if query.get("sig_method") != "hmac_sha256":
            raise WeixinRefusal(40097, "invalid args: sig_method")
        text, form = str(person["session_key"] or ""), self._store.settings()["session_hmac_key"]
        key = base64.b64decode(text) if form == "bytes" else text.encode()
        wanted = hmac.new(key, b"", hashlib.sha256).hexdigest()
        if not text or not crypto.is_same(wanted, query.get("signature", "")):
            raise WeixinRefusal(87009, "invalid signature")
        return person

    def _unionid(self, appid: str, person: Row) -> str:
        row = self._store.find("SELECT owner FROM owners WHERE appid = ?", appid)
        if row is None:
            return ""
        digest = hashlib.sha256(f"{row['owner']}\n{person['name']}".encode()).digest()
        return "o" + base64.urlsafe_b64encode(digest).decode()[:27]
