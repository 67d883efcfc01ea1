"""One token row per app, renewed by one worker at a time and read by all.

Note [Who may lose a refresh token]

Renewing an authorizer's token may rotate its refresh token: from the moment WeChat answers, the
only copy of the new one is in our memory. So:

- The lock is a *session* advisory lock (`wechat.turns`), not `pg_advisory_xact_lock`: no
  transaction is open while we wait for WeChat (DESIGN §5), and no later failure of the caller can
  roll the new token back. A killed worker drops its connection and so its lock.
- The answer is saved in a transaction of its own, the very next thing after the answer. It is
  durable: a caller who holds a transaction gets a RuntimeError before WeChat is asked.
- A kill in the milliseconds between answer and commit remains possible. Then the row keeps the
  old refresh token; `component.authorizer_token` meets 61023 and recovers the present one from
  api_get_authorizer_list (CONTRACT §3.3, 6).

All of this reads and writes the public schema; the caller sees to that (`context.public()`).
"""

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from kernel import clock
from wechat import turns, vault
from wechat.errors import WeChatUnreachable
from wechat.models import AccessToken

RENEW_AHEAD = timedelta(minutes=10)
"""A token with less left is renewed while it still works, so that nobody has to wait."""

WAIT_SECONDS = 5.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Minted:
    """A token fresh from WeChat. An empty `refresh_token` leaves the stored one as it is."""

    token: str = field(repr=False)
    expires_in_seconds: int
    refresh_token: str = field(default="", repr=False)


@dataclass(frozen=True)
class _Held:
    token: str = field(repr=False)
    expires_at: datetime

    def is_fresh(self, ahead: timedelta) -> bool:
        return self.expires_at - clock.now() > ahead


def token_of(
    appid: str,
    *,
    kind: AccessToken.Kind,
    renew: Callable[[], Minted],
    stale: str = "",
    ahead: timedelta = RENEW_AHEAD,
) -> str:
    """Return a working token, renewing it by `renew` when less than `ahead` is left of it.

    `stale` is a token WeChat has just refused: it is not given again, however long its row says
    it lives. Raises WeChatUnreachable when another worker is renewing and takes too long, and
    whatever `renew` raises. Needs the public schema and no open transaction.
    """
    give_up_at = time.monotonic() + WAIT_SECONDS
    while True:
        held = _held(appid, stale)
        if held and held.is_fresh(ahead):
            return held.token
        with _lock(appid) as is_mine:
            if is_mine:
                return _renewed(appid, kind=kind, renew=renew, stale=stale, ahead=ahead)
        if held:
            return held.token  # another worker is renewing it; until then it works
        if time.monotonic() > give_up_at:
            raise WeChatUnreachable("another worker is still renewing this token")
        time.sleep(turns.POLL_SECONDS)


def save(appid: str, *, kind: AccessToken.Kind, minted: Minted) -> None:
    """Keep a token, at once and for good: in a transaction of its own."""
    with transaction.atomic(durable=True):
        write(appid, kind=kind, minted=minted)


def write(appid: str, *, kind: AccessToken.Kind, minted: Minted) -> None:
    """Keep a token in the caller's transaction, which must commit next."""
    now = clock.now()
    values = {
        "kind": kind,
        "sealed_token": vault.seal(minted.token),
        "expires_at": now + timedelta(seconds=minted.expires_in_seconds),
        "renewed_at": now,
    }
    if minted.refresh_token:
        values["sealed_refresh_token"] = vault.seal(minted.refresh_token)
    AccessToken.objects.update_or_create(appid=appid, defaults=values)


def _renewed(
    appid: str,
    *,
    kind: AccessToken.Kind,
    renew: Callable[[], Minted],
    stale: str,
    ahead: timedelta,
) -> str:
    """Renew under the lock, unless the one who held it before us already did."""
    held = _held(appid, stale)
    if held and held.is_fresh(ahead):
        return held.token
    try:
        minted = renew()
    except WeChatUnreachable:
        if held is None:
            raise
        logger.warning("wechat token: WeChat is unreachable, the old one still works")
        return held.token
    save(appid, kind=kind, minted=minted)
    return minted.token


def _held(appid: str, stale: str) -> _Held | None:
    """Read the row; None when there is none, it is over, WeChat refused it, or its seal is broken.

    Durable, to refuse a caller who holds a transaction on every call, not only on the rare one
    that renews.
    """
    with transaction.atomic(durable=True):
        row = AccessToken.objects.filter(appid=appid, expires_at__gt=clock.now()).first()
    if row is None:
        return None
    try:
        token = vault.unseal(row.sealed_token)
    except vault.SealBroken:
        return None
    return _Held(token, row.expires_at) if token and token != stale else None


def _lock(appid: str) -> AbstractContextManager[bool]:
    """Try to be the one who renews this app's token; see Note [Who may lose a refresh token]."""
    return turns.turn(f"wechat.token:{appid}")
