"""Access tokens of every kind: minted, replaced, expired and checked (CONTRACT §2)."""

import re

from . import credentials
from .clock import Clock
from .refusals import WeixinRefusal
from .store import Row, Store

TOKEN_SECONDS = 7200
LAST_MINUTES_SECONDS = 300
SHAPE = re.compile(r"[A-Za-z0-9_-]{1,512}")
EXPIRED = {"component": (42006, "component_access_token expired")}


class Tokens:
    """Kinds: component, authorizer, app (/cgi-bin/token) and stable, each per appid."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def mint(self, kind: str, appid: str, *, replaced_live_seconds: float) -> str:
        """A new token of 7200 s; earlier ones live on for at most `replaced_live_seconds`."""
        now, token = self._clock.now(), "T_" + credentials.text(134)
        with self._store.transaction():
            self._store.run(
                "UPDATE tokens SET is_latest = 0, expires_at = min(expires_at, ?)"
                " WHERE kind = ? AND appid = ?",
                now + replaced_live_seconds,
                kind,
                appid,
            )
            self._store.run("DELETE FROM tokens WHERE expires_at < ?", now - 10 * TOKEN_SECONDS)
            entry = {
                "token": token,
                "kind": kind,
                "appid": appid,
                "is_latest": 1,
                "expires_at": now + TOKEN_SECONDS,
            }
            self._store.insert("tokens", entry)
        return token

    def replacement_seconds(self) -> float:
        return float(self._store.settings()["replaced_token_seconds"])

    def latest(self, kind: str, appid: str) -> tuple[str, int] | None:
        """The current token and its remaining whole seconds, or None when there is none."""
        row = self._store.find(
            "SELECT * FROM tokens WHERE kind = ? AND appid = ? AND is_latest = 1", kind, appid
        )
        left = int(row["expires_at"] - self._clock.now()) if row else 0
        return (str(row["token"]), left) if row and left > 0 else None

    def revoke(self, appid: str, kind: str) -> None:
        self._store.run("DELETE FROM tokens WHERE appid = ? AND kind = ?", appid, kind)

    def check(self, token: str, kinds: tuple[str, ...]) -> Row:
        """The token's row. 41001 missing, 40014 malformed, 40001 unknown, 42001/42006 expired."""
        if not token:
            raise WeixinRefusal(41001, "access_token missing")
        if not SHAPE.fullmatch(token):
            raise WeixinRefusal(40014, "invalid access_token")
        row = self._store.find("SELECT * FROM tokens WHERE token = ?", token)
        if row is None or row["kind"] not in kinds:
            raise WeixinRefusal(40001, "invalid credential, access_token is invalid or not latest")
        if row["expires_at"] <= self._clock.now():
            if not row["is_latest"]:
                raise WeixinRefusal(40001, "invalid credential, access_token is not latest")
            raise WeixinRefusal(*EXPIRED.get(row["kind"], (42001, "access_token expired")))
        return row
