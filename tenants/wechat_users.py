"""Who holds the phone: the code of `wx.login`, traded for the user of one of the shop's apps."""

import structlog

from kernel.errors import Refusal
from tenants import context, directory
from wechat import http, login
from wechat.errors import WeChatFailure

log = structlog.get_logger(__name__)


class AppOfAnotherShop(Refusal):
    """The mini-program is not connected to this shop."""

    status = 403
    en = "This mini-program is not connected to this shop."
    zh = "该小程序未绑定到本店。"


class SignInUnavailable(Refusal):
    """WeChat does not answer, or lets nobody in at present; nothing was changed."""

    status = 503
    en = "Signing in with WeChat does not work at the moment. Please try again."
    zh = "暂时无法通过微信登录，请稍后再试。"


def identify(*, appid: str, code: str) -> login.Session:
    """Return who brings a code of the current shop's mini-program. Not inside a transaction.

    Raises AppOfAnotherShop, wechat.login.LoginCodeRefused, MemberBlockedByWeChat,
    SignInUnavailable.
    """
    owner = directory.shop_by_appid(appid)
    if owner is None or owner.id != context.shop().id:
        raise AppOfAnotherShop
    try:
        with context.public(), http.within(http.CUSTOMER_SECONDS):
            return login.code_to_session(appid=appid, code=code)
    except WeChatFailure as failure:
        log.warning("sign_in_unavailable", code=failure.code, kind=type(failure).__name__)
        raise SignInUnavailable from failure
