"""How a call to WeChat can fail, and what each of WeChat's codes means for the caller."""

import re
from typing import ClassVar

_RID = re.compile(r"\brid: ?([0-9a-f]+(?:-[0-9a-f]+)*)")


class WeChatFailure(Exception):
    """A call to WeChat did not do what was asked.

    `retryable`: the same call, with the same numbers, may succeed later.
    `outcome_unknown`: WeChat may have done it all the same; ask before doing anything else, and
    never repeat under a new number (CONTRACT §4.8).
    `code` is WeChat's own word or number as text, `rid` the request id to quote to WeChat.
    """

    retryable: ClassVar[bool] = False
    outcome_unknown: ClassVar[bool] = False

    def __init__(self, message: str, *, code: str = "", rid: str = "", status: int = 0) -> None:
        self.message, self.code, self.status = message, code, status
        self.rid = rid or rid_in(message)
        super().__init__(f"{code}: {message}" if code else message)


class WeChatNotConfigured(WeChatFailure):
    """No credentials were given: settings.WECHAT is None."""


class WeChatUnreachable(WeChatFailure):
    """The request never reached WeChat: refused, no route, name unknown, or the breaker is open."""

    retryable = True


class WeChatTimedOut(WeChatUnreachable):
    """The request went out, but no whole answer came back in time."""

    outcome_unknown = True


class BadAnswer(WeChatFailure):
    """The answer is not what the contract promises: HTML, half a body, a missing field."""

    retryable = True
    outcome_unknown = True


class BadResponseSignature(BadAnswer):
    """The answer of WeChat Pay is not signed by a key we know, or not now (CONTRACT §4.2)."""


class AnswerUnclear(BadAnswer):
    """An error of WeChat's own making, or a code nobody told us about (CONTRACT §4.8)."""


class WeChatBusy(WeChatFailure):
    """WeChat is busy or our quota for now is spent; nothing was done. Back off."""

    retryable = True


class TokenNotAccepted(WeChatFailure):
    """The access token is malformed, expired or replaced: refresh it once, then try once more."""

    retryable = True


class TicketNotAccepted(WeChatFailure):
    """The component's ticket is missing or expired: the next push brings one, within 10 minutes."""

    retryable = True


class PaymentNotYetKnown(WeChatFailure):
    """Shipping was told before WeChat's order side heard of the payment (CONTRACT §5.2)."""

    retryable = True


class WeChatRefused(WeChatFailure):
    """A business no that repeating does not change; `code` says which."""


class OrderNotExist(WeChatRefused):
    """WeChat Pay knows no order or refund under this number."""


class OrderPaid(WeChatRefused):
    """The order cannot be closed: the buyer has paid. Query it and follow the paid path."""


class LoginCodeNotAccepted(WeChatRefused):
    """The one-time code is wrong, expired, of another app, or used before."""


class AuthorizationLost(WeChatRefused):
    """The shop's owner took the authorisation back: mark the shop unauthorised."""


class PermissionNotGranted(WeChatRefused):
    """The owner did not grant the permission set of this API: ask to authorise again."""


class OperatorMustAct(WeChatRefused):
    """Our configuration is refused (appid, secret, IP list, request signature): page someone."""


ERRCODES: dict[int, type[WeChatFailure]] = {
    -1: WeChatBusy,
    40001: TokenNotAccepted,
    40014: TokenNotAccepted,
    42001: TokenNotAccepted,
    42006: TokenNotAccepted,
    40013: OperatorMustAct,
    40125: OperatorMustAct,
    40003: WeChatRefused,
    40029: LoginCodeNotAccepted,
    40163: LoginCodeNotAccepted,
    40091: TicketNotAccepted,
    61005: TicketNotAccepted,
    61006: TicketNotAccepted,
    40097: WeChatRefused,
    47001: WeChatRefused,
    44002: WeChatRefused,
    43002: WeChatRefused,
    40164: OperatorMustAct,
    45035: OperatorMustAct,
    61004: OperatorMustAct,
    41030: WeChatRefused,
    45009: WeChatBusy,
    45011: WeChatBusy,
    48006: WeChatRefused,
    48001: PermissionNotGranted,
    61007: PermissionNotGranted,
    50001: PermissionNotGranted,
    61003: AuthorizationLost,
    61023: AuthorizationLost,
    87009: WeChatRefused,
    10060001: PaymentNotYetKnown,
}
"""The global codes of api.weixin.qq.com (CONTRACT §0.3), and 10060001 of shipping (§5.2)."""

PAY_CODES: dict[str, type[WeChatFailure]] = {
    "PARAM_ERROR": WeChatRefused,
    "INVALID_REQUEST": WeChatRefused,
    "APPID_MCHID_NOT_MATCH": WeChatRefused,
    "MCH_NOT_EXISTS": WeChatRefused,
    "ORDER_CLOSED": WeChatRefused,
    "NO_AUTH": WeChatRefused,
    "NOT_ENOUGH": WeChatRefused,
    "RULE_LIMIT": WeChatRefused,
    "OUT_TRADE_NO_USED": WeChatRefused,
    "USER_ACCOUNT_ABNORMAL": WeChatRefused,
    "SIGN_ERROR": OperatorMustAct,
    "ORDERPAID": OrderPaid,
    "ORDER_PAID": OrderPaid,
    "ORDER_NOT_EXIST": OrderNotExist,
    "ORDERNOTEXIST": OrderNotExist,
    "RESOURCE_NOT_EXISTS": OrderNotExist,
    "FREQUENCY_LIMITED": WeChatBusy,
    "RATELIMIT_EXCEED": WeChatBusy,
    "RATELIMIT_EXCEEDED": WeChatBusy,
    "SYSTEM_ERROR": AnswerUnclear,
}
"""The words of WeChat Pay v3 (CONTRACT §4.8), and the spellings without underscore that its older
pages still show for the two we branch on. A word not listed leaves the outcome unknown."""


def failure_for(errcode: int, errmsg: str) -> WeChatFailure:
    """Name the failure behind an `errcode` of api.weixin.qq.com; unlisted ones are a plain no."""
    return ERRCODES.get(errcode, WeChatRefused)(errmsg, code=str(errcode))


def pay_failure_for(*, status: int, code: str, message: str, rid: str) -> WeChatFailure:
    """Name the failure behind an HTTP status and code of WeChat Pay; the message never decides.

    A 5xx is unclear whatever its word says; a 429 without a known word is busy.
    """
    kind = PAY_CODES.get(code, WeChatBusy if status == 429 else AnswerUnclear)
    if status >= 500:
        kind = AnswerUnclear
    return kind(message, code=code or str(status), rid=rid, status=status)


def rid_in(errmsg: str) -> str:
    """Find the request id WeChat appends to its `errmsg`, or return an empty string (§0.2)."""
    found = _RID.search(errmsg)
    return found.group(1) if found else ""
