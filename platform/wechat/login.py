"""Who a buyer is to one shop: the mini-program's login code, traded for an openid (§1.2)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from kernel.errors import Refusal
from wechat import api, component
from wechat.configured import credentials
from wechat.errors import LoginCodeNotAccepted, WeChatRefused

_HIGH_RISK = "40226"


class LoginCodeRefused(Refusal):
    """The code is wrong, older than 5 minutes, used before, or of another app (40029, 40163)."""

    status: ClassVar[int] = 401
    en: ClassVar[str] = "WeChat did not accept this sign-in. Please open the mini-program again."
    zh: ClassVar[str] = "微信登录已失效，请重新打开小程序。"


class MemberBlockedByWeChat(Refusal):
    """WeChat counts this user as high risk and lets no mini-program know them (40226)."""

    status: ClassVar[int] = 403
    en: ClassVar[str] = "WeChat has restricted this account from signing in."
    zh: ClassVar[str] = "该微信账号存在风险，已被微信限制登录。"


@dataclass(frozen=True)
class Session:
    """The buyer, as this app knows them. The openid means nothing to any other app (§1.6)."""

    openid: str
    unionid: str | None


def code_to_session(*, appid: str, code: str) -> Session:
    """Trade the code of `wx.login` for the buyer's openid at the shop's app `appid`.

    WeChat's session_key is dropped here: nothing we do needs it, and it must never leave.
    Raises LoginCodeRefused, MemberBlockedByWeChat, AuthorizationLost, or another WeChatFailure.
    Needs the public schema current and no open transaction (see `wechat.component`).
    """
    return session_of(
        lambda: component.as_component(lambda token: _asked(token, appid=appid, code=code))
    )


def session_of(ask: Callable[[], dict[str, Any]]) -> Session:
    """Run a login call and read its answer; the refusals are those of `code_to_session`."""
    try:
        answer = ask()
    except LoginCodeNotAccepted:
        raise LoginCodeRefused from None
    except WeChatRefused as failure:
        if failure.code == _HIGH_RISK:
            raise MemberBlockedByWeChat from None
        raise
    return Session(api.text_in(answer, "openid"), answer.get("unionid") or None)


def _asked(token: str, *, appid: str, code: str) -> dict[str, Any]:
    query = {
        "appid": appid,
        "js_code": code,
        "grant_type": "authorization_code",
        "component_appid": credentials().component.appid,
        "component_access_token": token,
    }
    return api.get("/sns/component/jscode2session", call="login.code_to_session", query=query)
