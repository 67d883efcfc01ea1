"""Apps of our own, whose secret we hold: the platform's own demonstration app (§1.1, §2).

Shops' apps never come here: the platform holds no tenant's secret. The token is a *stable* one,
which repeated calls do not replace; `/cgi-bin/token`, whose every call kills the token before, is
never used.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TypeVar

from wechat import api, login, tokens
from wechat.errors import TokenNotAccepted
from wechat.models import AccessToken

RENEW_AHEAD = timedelta(minutes=4)
"""WeChat gives a new stable token only in the last five minutes of the old one, and then both
work: asking earlier would bring the same token again."""

_T = TypeVar("_T")


def own_session(appid: str, secret: str, code: str) -> login.Session:
    """Trade the code of `wx.login` for the user's openid, as `login.code_to_session` does."""
    query = {
        "appid": appid,
        "secret": secret,
        "js_code": code,
        "grant_type": "authorization_code",
    }
    return login.session_of(
        lambda: api.get("/sns/jscode2session", call="own_app.own_session", query=query)
    )


def own_token(appid: str, secret: str, *, stale: str = "") -> str:
    """Return the app's stable token; `stale` is one that WeChat has just refused.

    Raises OperatorMustAct for a wrong secret, or another WeChatFailure.
    """
    renew = partial(_mint, appid, secret)
    kind = AccessToken.Kind.OWN
    return tokens.token_of(appid, kind=kind, renew=renew, stale=stale, ahead=RENEW_AHEAD)


def as_own(appid: str, secret: str, ask: Callable[[str], _T]) -> _T:
    """Run `ask(token)` with the app's token; refresh once and retry once if it is refused."""
    token = own_token(appid, secret)
    try:
        return ask(token)
    except TokenNotAccepted:
        return ask(own_token(appid, secret, stale=token))


def _mint(appid: str, secret: str) -> tokens.Minted:
    content = {
        "grant_type": "client_credential",
        "appid": appid,
        "secret": secret,
        "force_refresh": False,
    }
    answer = api.post("/cgi-bin/stable_token", call="own_app.token", query={}, content=content)
    return tokens.Minted(api.text_in(answer, "access_token"), api.whole_in(answer, "expires_in"))
