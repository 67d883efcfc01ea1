"""WeChat Pay v3 in partner mode: order, ask, close, refund (CONTRACT §4.6-§4.9)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from wechat import apiv3, fields, moments, signing
from wechat.api import text_in
from wechat.configured import credentials
from wechat.errors import BadAnswer

_NUMBER = re.compile(r"[0-9A-Za-z_\-|*]{6,32}")
_REFUND_NUMBER = re.compile(r"[0-9A-Za-z_\-|*@]{1,64}")
_JSAPI = "/v3/pay/partner/transactions/jsapi"
_ORDERS = "/v3/pay/partner/transactions/out-trade-no"
_REFUNDS = "/v3/refund/domestic/refunds"
_T = TypeVar("_T")


@dataclass(frozen=True)
class RequestPayment:
    """The arguments of `wx.requestPayment`, named as WeChat names them."""

    timeStamp: str  # noqa: N815
    nonceStr: str  # noqa: N815
    package: str
    signType: str  # noqa: N815
    paySign: str  # noqa: N815

    def as_dict(self) -> dict[str, str]:
        """Return them for a JSON answer."""
        return asdict(self)


@dataclass(frozen=True)
class Transaction:
    """An order as WeChat Pay sees it. Before accepting it, compare sp_mchid, sub_mchid, appid,
    currency and amount_fen with the attempt it claims to pay (CONTRACT §4.7).

    `trade_state` is SUCCESS, REFUND (paid, then refunded at least in part: still paid), NOTPAY,
    CLOSED, REVOKED, USERPAYING or PAYERROR. An unpaid order has no transaction_id and no payer.
    """

    out_trade_no: str
    transaction_id: str | None
    trade_state: str
    sp_mchid: str
    sub_mchid: str
    sub_appid: str | None
    payer_openid: str | None
    amount_fen: int | None
    currency: str | None
    success_at: datetime | None


@dataclass(frozen=True)
class RefundResult:
    """A refund as WeChat Pay sees it; `status` is SUCCESS, CLOSED, PROCESSING or ABNORMAL.

    PROCESSING means accepted and no more: ask again, or wait for the callback.
    """

    refund_id: str
    out_refund_no: str
    out_trade_no: str
    transaction_id: str
    status: str
    amount_fen: int
    total_fen: int
    currency: str
    received_account: str | None
    success_at: datetime | None


def prepay(
    *,
    sub_mchid: str,
    sub_appid: str,
    openid: str,
    out_trade_no: str,
    description: str,
    amount_fen: int,
    notify_url: str,
    expires_at: datetime,
    attach: str = "",
) -> str:
    """Order a payment and return its prepay_id, good for two hours.

    `out_trade_no` is unique per service provider, across all shops. `description` is cut at 127
    characters. Repeating with the very same arguments returns a fresh prepay_id; changed ones
    are refused, a later `expires_at` too: keep it with the attempt.

    Raises a WeChatFailure; ValueError for numbers that cannot be right.
    """
    _number("out_trade_no", _NUMBER, out_trade_no)
    _fen("amount_fen", amount_fen)
    pay = credentials().pay
    content: dict[str, object] = {
        "sp_appid": pay.sp_appid,
        "sp_mchid": pay.sp_mchid,
        "sub_appid": sub_appid,
        "sub_mchid": sub_mchid,
        "description": description[:127],
        "out_trade_no": out_trade_no,
        "time_expire": moments.rfc3339(expires_at),
        "notify_url": notify_url,
        "amount": {"total": amount_fen, "currency": "CNY"},
        "payer": {"sub_openid": openid},
    }
    if attach:
        content["attach"] = attach
    answer = apiv3.asked("pay.prepay", "POST", _JSAPI, content)
    return text_in(answer, "prepay_id")


def request_payment_params(*, appid: str, prepay_id: str) -> RequestPayment:
    """Sign what the mini-program `appid` hands to `wx.requestPayment`. No network.

    `appid` is the sub_appid the prepay was made with, and must be the calling app.
    """
    timestamp, nonce = signing.unix_seconds(), signing.fresh_nonce()
    package = f"prepay_id={prepay_id}"
    text = f"{appid}\n{timestamp}\n{nonce}\n{package}\n"
    signature = signing.sign(text, pay=credentials().pay)
    return RequestPayment(timestamp, nonce, package, "RSA", signature)


def query(*, sub_mchid: str, out_trade_no: str) -> Transaction:
    """Ask how an order stands. Raises OrderNotExist when WeChat has none under this number."""
    _number("out_trade_no", _NUMBER, out_trade_no)
    names = urlencode({"sp_mchid": credentials().pay.sp_mchid, "sub_mchid": sub_mchid})
    answer = apiv3.asked("pay.query", "GET", f"{_ORDERS}/{quote(out_trade_no, safe='')}?{names}")
    return _told(transaction_of, answer, "out_trade_no", out_trade_no)


def close(*, sub_mchid: str, out_trade_no: str) -> None:
    """Close an unpaid order, so that it can be paid no more.

    Do this before its stock is sold again. Raises OrderPaid when the buyer was faster. On any
    other failure `query` and follow what it says.
    """
    _number("out_trade_no", _NUMBER, out_trade_no)
    content = {"sp_mchid": credentials().pay.sp_mchid, "sub_mchid": sub_mchid}
    apiv3.asked("pay.close", "POST", f"{_ORDERS}/{quote(out_trade_no, safe='')}/close", content)


def refund(
    *,
    sub_mchid: str,
    out_trade_no: str,
    out_refund_no: str,
    amount_fen: int,
    total_fen: int,
    reason: str,
    notify_url: str,
) -> RefundResult:
    """Ask for a refund of `amount_fen` out of the `total_fen` paid.

    The number names the refund for ever: after a failure or a time-out repeat with the same
    `out_refund_no`, which refunds once (CONTRACT §4.9). `reason` is shown to the buyer, cut at
    80 characters.
    """
    _number("out_refund_no", _REFUND_NUMBER, out_refund_no)
    _fen("amount_fen", amount_fen)
    _fen("total_fen", total_fen)
    if amount_fen > total_fen:
        raise ValueError("a refund cannot exceed what was paid")
    content = {
        "sub_mchid": sub_mchid,
        "out_trade_no": out_trade_no,
        "out_refund_no": out_refund_no,
        "reason": reason[:80],
        "notify_url": notify_url,
        "amount": {"refund": amount_fen, "total": total_fen, "currency": "CNY"},
    }
    answer = apiv3.asked("pay.refund", "POST", _REFUNDS, content)
    return _told(_refund_of, answer, "out_refund_no", out_refund_no)


def query_refund(*, sub_mchid: str, out_refund_no: str) -> RefundResult:
    """Ask how a refund stands. Raises OrderNotExist when WeChat has none under this number."""
    _number("out_refund_no", _REFUND_NUMBER, out_refund_no)
    names = urlencode({"sub_mchid": sub_mchid})
    target = f"{_REFUNDS}/{quote(out_refund_no, safe='')}?{names}"
    answer = apiv3.asked("pay.query_refund", "GET", target)
    return _told(_refund_of, answer, "out_refund_no", out_refund_no)


def transaction_of(content: Mapping[str, Any]) -> Transaction:
    """Read a partner-mode transaction as query and callback both spell it.

    Raises ValueError for anything else, a direct-mode transaction included.
    """
    amount, payer = fields.mapping(content, "amount"), fields.mapping(content, "payer")
    return Transaction(
        out_trade_no=fields.text(content, "out_trade_no"),
        transaction_id=fields.text_or_none(content, "transaction_id"),
        trade_state=fields.text(content, "trade_state"),
        sp_mchid=fields.text(content, "sp_mchid"),
        sub_mchid=fields.text(content, "sub_mchid"),
        sub_appid=fields.text_or_none(content, "sub_appid"),
        payer_openid=fields.text_or_none(payer, "sub_openid"),
        amount_fen=fields.fen(amount, "total") if "total" in amount else None,
        currency=fields.text_or_none(amount, "currency"),
        success_at=fields.moment_or_none(content, "success_time"),
    )


def _refund_of(content: Mapping[str, Any]) -> RefundResult:
    amount = fields.mapping(content, "amount")
    return RefundResult(
        refund_id=fields.text(content, "refund_id"),
        out_refund_no=fields.text(content, "out_refund_no"),
        out_trade_no=fields.text(content, "out_trade_no"),
        transaction_id=fields.text(content, "transaction_id"),
        status=fields.text(content, "status"),
        amount_fen=fields.fen(amount, "refund"),
        total_fen=fields.fen(amount, "total"),
        currency=fields.text(amount, "currency"),
        received_account=fields.text_or_none(content, "user_received_account"),
        success_at=fields.moment_or_none(content, "success_time"),
    )


def _told(
    read: Callable[[Mapping[str, Any]], _T], answer: Mapping[str, Any], name: str, asked: str
) -> _T:
    """Read an answer, and make sure that it speaks of the number we asked about."""
    try:
        told = read(answer)
    except ValueError as error:
        raise BadAnswer(f"pay: {error}") from None
    if answer[name] != asked:
        raise BadAnswer(f"pay: the answer is about another {name}")
    return told


def _number(name: str, pattern: re.Pattern[str], value: str) -> None:
    if not pattern.fullmatch(value):
        raise ValueError(f"{name} must match {pattern.pattern}")


def _fen(name: str, value: int) -> None:
    if type(value) is not int or value <= 0:
        raise ValueError(f"{name} must be a whole number of fen above zero")
