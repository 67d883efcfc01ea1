"""WeChat Pay v3: order, ask, close, refund (CONTRACT §4.6-§4.9).

Each call names whom it sells for. `sub_mchid="19…"` is partner mode: the platform orders for a
shop's merchant number. `sub_mchid=None` is direct mode: the merchant that speaks
(`configured.merchant`) sells itself, as the platform does with its plans.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import quote, urlencode

from wechat import apiv3, fields, moments, numbers, signing
from wechat.api import text_in
from wechat.configured import merchant

_NUMBER = re.compile(r"[0-9A-Za-z_\-|*]{6,32}")
_REFUND_NUMBER = re.compile(r"[0-9A-Za-z_\-|*@]{1,64}")
_WECHATS_NUMBER = re.compile(r"[0-9A-Za-z]{1,64}")
_PARTNER = "/v3/pay/partner/transactions"
_DIRECT = "/v3/pay/transactions"
_REFUNDS = "/v3/refund/domestic/refunds"


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

    In direct mode sp_mchid is the merchant, sub_mchid is empty, sub_appid is its app.
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


class RefundAccount(StrEnum):
    """Where a refund's money comes from: what is settled, or what is still on its way."""

    AVAILABLE = "AVAILABLE"
    UNAVAILABLE = "UNAVAILABLE"


@dataclass(frozen=True)
class RefundSource:
    """A part of a refund, and the account that gives it."""

    account: RefundAccount
    amount_fen: int


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
    sub_mchid: str | None,
    sub_appid: str,
    openid: str,
    out_trade_no: str,
    description: str,
    amount_fen: int,
    notify_url: str,
    expires_at: datetime,
    attach: str = "",
    is_shared: bool = False,
) -> str:
    """Order a payment in a mini-program and return its prepay_id, good for two hours.

    `out_trade_no` is unique per service provider, across all shops. `description` is cut at 127
    characters. Repeating with the very same arguments returns a fresh prepay_id; changed ones
    are refused, a later `expires_at` too: keep it with the attempt. `is_shared` freezes the money
    until it is shared or released (CONTRACT §4.11); it cannot be shared without. `sub_appid` is
    the app that calls, and `openid` the buyer in it, in direct mode too.

    Raises a WeChatFailure; ValueError for numbers that cannot be right.
    """
    payer = {"openid": openid} if sub_mchid is None else {"sub_openid": openid}
    content = {
        **_order(sub_mchid, sub_appid, out_trade_no, description, amount_fen, expires_at),
        "notify_url": notify_url,
        "payer": payer,
        **_options(attach, is_shared=is_shared),
    }
    answer = apiv3.asked("pay.prepay", "POST", f"{_orders(sub_mchid)}/jsapi", content)
    return text_in(answer, "prepay_id")


def prepay_native(
    *,
    sub_mchid: str | None,
    appid: str,
    out_trade_no: str,
    description: str,
    amount_fen: int,
    notify_url: str,
    expires_at: datetime,
    attach: str = "",
    is_shared: bool = False,
) -> str:
    """Order a payment by QR code and return its code_url: show it as a code to whoever pays.

    For web pages, where the payer's openid is not known. `appid` is an app bound to the merchant
    number; else as `prepay`.
    """
    content = {
        **_order(sub_mchid, appid, out_trade_no, description, amount_fen, expires_at),
        "notify_url": notify_url,
        **_options(attach, is_shared=is_shared),
    }
    answer = apiv3.asked("pay.prepay_native", "POST", f"{_orders(sub_mchid)}/native", content)
    return text_in(answer, "code_url")


def request_payment_params(*, appid: str, prepay_id: str) -> RequestPayment:
    """Sign what the mini-program `appid` hands to `wx.requestPayment`. No network.

    `appid` is the sub_appid the prepay was made with, and must be the calling app.
    """
    timestamp, nonce = signing.unix_seconds(), signing.fresh_nonce()
    package = f"prepay_id={prepay_id}"
    text = f"{appid}\n{timestamp}\n{nonce}\n{package}\n"
    signature = signing.sign(text, pay=merchant())
    return RequestPayment(timestamp, nonce, package, "RSA", signature)


def query(*, sub_mchid: str | None, out_trade_no: str) -> Transaction:
    """Ask how an order stands. Raises OrderNotExist when WeChat has none under this number."""
    numbers.checked("out_trade_no", _NUMBER, out_trade_no)
    target = f"{_orders(sub_mchid)}/out-trade-no/{quote(out_trade_no, safe='')}"
    answer = apiv3.asked("pay.query", "GET", f"{target}?{urlencode(_seller(sub_mchid))}")
    return apiv3.told("pay.query", _reader(sub_mchid), answer, out_trade_no=out_trade_no)


def query_by_transaction(*, sub_mchid: str | None, transaction_id: str) -> Transaction:
    """Ask how an order stands by WeChat's own number of it, as bills and buyers tell it."""
    numbers.checked("transaction_id", _WECHATS_NUMBER, transaction_id)
    call, target = "pay.query_by_transaction", f"{_orders(sub_mchid)}/id/{transaction_id}"
    answer = apiv3.asked(call, "GET", f"{target}?{urlencode(_seller(sub_mchid))}")
    return apiv3.told(call, _reader(sub_mchid), answer, transaction_id=transaction_id)


def close(*, sub_mchid: str | None, out_trade_no: str) -> None:
    """Close an unpaid order, so that it can be paid no more.

    Do this before its stock is sold again. Raises OrderPaid when the buyer was faster. On any
    other failure `query` and follow what it says.
    """
    numbers.checked("out_trade_no", _NUMBER, out_trade_no)
    target = f"{_orders(sub_mchid)}/out-trade-no/{quote(out_trade_no, safe='')}/close"
    apiv3.asked("pay.close", "POST", target, _seller(sub_mchid))


def refund(
    *,
    sub_mchid: str | None,
    out_trade_no: str,
    out_refund_no: str,
    amount_fen: int,
    total_fen: int,
    reason: str,
    notify_url: str,
    sources: tuple[RefundSource, ...] = (),
) -> RefundResult:
    """Ask for a refund of `amount_fen` out of the `total_fen` paid.

    The number names the refund for ever: after a failure or a time-out repeat with the same
    `out_refund_no`, which refunds once (CONTRACT §4.9). `reason` is shown to the buyer, cut at
    80 characters. `sources` say which accounts give how much, and must give it all; without them
    it is taken from what is not yet settled. Raises BalanceNotEnough when that is too little.
    """
    _check_refund(out_refund_no, amount_fen, total_fen, sources)
    amount: dict[str, object] = {"refund": amount_fen, "total": total_fen, "currency": "CNY"}
    if sources:
        amount["from"] = [{"account": s.account, "amount": s.amount_fen} for s in sources]
    content = {
        **numbers.sub_mchid(sub_mchid),
        "out_trade_no": out_trade_no,
        "out_refund_no": out_refund_no,
        "reason": reason[:80],
        "notify_url": notify_url,
        "amount": amount,
    }
    answer = apiv3.asked("pay.refund", "POST", _REFUNDS, content)
    return apiv3.told("pay.refund", _refund_of, answer, out_refund_no=out_refund_no)


def query_refund(*, sub_mchid: str | None, out_refund_no: str) -> RefundResult:
    """Ask how a refund stands. Raises OrderNotExist when WeChat has none under this number."""
    numbers.checked("out_refund_no", _REFUND_NUMBER, out_refund_no)
    named = urlencode(numbers.sub_mchid(sub_mchid))
    target = f"{_REFUNDS}/{quote(out_refund_no, safe='')}" + (f"?{named}" if named else "")
    answer = apiv3.asked("pay.query_refund", "GET", target)
    return apiv3.told("pay.query_refund", _refund_of, answer, out_refund_no=out_refund_no)


def refund_to_card(
    *,
    sub_mchid: str | None,
    refund_id: str,
    out_refund_no: str,
    bank_type: str,
    bank_account: str,
    real_name: str,
) -> RefundResult:
    """Pay an ABNORMAL refund to a bank card of the buyer; their card and name travel sealed.

    `bank_type` is WeChat's word for a bank and kind of card, such as ICBC_DEBIT.
    """
    mine = merchant()
    card = {
        "type": "USER_BANK_CARD",
        "bank_type": bank_type,
        "bank_account": signing.conceal(bank_account, pay=mine)[0],
        "real_name": signing.conceal(real_name, pay=mine)[0],
    }
    return _settle_abnormal("pay.refund_to_card", sub_mchid, refund_id, out_refund_no, card)


def refund_to_merchant(
    *, sub_mchid: str | None, refund_id: str, out_refund_no: str
) -> RefundResult:
    """Pay an ABNORMAL refund to the merchant's settlement card, for it to hand over itself."""
    call = "pay.refund_to_merchant"
    return _settle_abnormal(
        call, sub_mchid, refund_id, out_refund_no, {"type": "MERCHANT_BANK_CARD"}
    )


def transaction_of(content: Mapping[str, Any]) -> Transaction:
    """Read a partner-mode transaction as query and callback both spell it.

    Raises ValueError for anything else, a direct-mode transaction included.
    """
    return _transaction(
        content,
        sp_mchid=fields.text(content, "sp_mchid"),
        sub_mchid=fields.text(content, "sub_mchid"),
        appid=fields.text_or_none(content, "sub_appid"),
        payer="sub_openid",
    )


def direct_transaction_of(content: Mapping[str, Any]) -> Transaction:
    """Read a direct-mode transaction. Raises ValueError for anything else."""
    return _transaction(
        content,
        sp_mchid=fields.text(content, "mchid"),
        sub_mchid="",
        appid=fields.text_or_none(content, "appid"),
        payer="openid",
    )


def _transaction(
    content: Mapping[str, Any], *, sp_mchid: str, sub_mchid: str, appid: str | None, payer: str
) -> Transaction:
    amount, told_payer = fields.mapping(content, "amount"), fields.mapping(content, "payer")
    return Transaction(
        out_trade_no=fields.text(content, "out_trade_no"),
        transaction_id=fields.text_or_none(content, "transaction_id"),
        trade_state=fields.text(content, "trade_state"),
        sp_mchid=sp_mchid,
        sub_mchid=sub_mchid,
        sub_appid=appid,
        payer_openid=fields.text_or_none(told_payer, payer),
        amount_fen=fields.fen(amount, "total") if "total" in amount else None,
        currency=fields.text_or_none(amount, "currency"),
        success_at=fields.moment_or_none(content, "success_time"),
    )


def _reader(sub_mchid: str | None) -> Callable[[Mapping[str, Any]], Transaction]:
    return direct_transaction_of if sub_mchid is None else transaction_of


def _orders(sub_mchid: str | None) -> str:
    return _DIRECT if sub_mchid is None else _PARTNER


def _seller(sub_mchid: str | None) -> dict[str, str]:
    """Name who sells, as orders, queries and closings spell it in their mode."""
    mine = merchant().sp_mchid
    if sub_mchid is None:
        return {"mchid": mine}
    return {"sp_mchid": mine, **numbers.sub_mchid(sub_mchid)}


def _order(
    sub_mchid: str | None,
    appid: str,
    out_trade_no: str,
    description: str,
    amount_fen: int,
    expires_at: datetime,
) -> dict[str, object]:
    """Write what all orders have in common."""
    apps = {"appid": appid}
    if sub_mchid is not None:
        apps = {"sp_appid": merchant().sp_appid, "sub_appid": appid}
    return {
        **apps,
        **_seller(sub_mchid),
        "description": description[:127],
        "out_trade_no": numbers.checked("out_trade_no", _NUMBER, out_trade_no),
        "time_expire": moments.rfc3339(expires_at),
        "amount": {"total": numbers.fen("amount_fen", amount_fen), "currency": "CNY"},
    }


def _options(attach: str, *, is_shared: bool) -> dict[str, object]:
    options: dict[str, object] = {"attach": attach} if attach else {}
    if is_shared:
        options["settle_info"] = {"profit_sharing": True}
    return options


def _check_refund(
    out_refund_no: str, amount_fen: int, total_fen: int, sources: tuple[RefundSource, ...]
) -> None:
    numbers.checked("out_refund_no", _REFUND_NUMBER, out_refund_no)
    numbers.fen("amount_fen", amount_fen)
    numbers.fen("total_fen", total_fen)
    if amount_fen > total_fen:
        raise ValueError("a refund cannot exceed what was paid")
    given = [numbers.fen("source", source.amount_fen) for source in sources]
    if given and sum(given) != amount_fen:
        raise ValueError("the sources of a refund must give it exactly")


def _settle_abnormal(
    call: str,
    sub_mchid: str | None,
    refund_id: str,
    out_refund_no: str,
    way: Mapping[str, str],
) -> RefundResult:
    numbers.checked("refund_id", _WECHATS_NUMBER, refund_id)
    numbers.checked("out_refund_no", _REFUND_NUMBER, out_refund_no)
    content = {**numbers.sub_mchid(sub_mchid), "out_refund_no": out_refund_no, **way}
    target = f"{_REFUNDS}/{refund_id}/apply-abnormal-refund"
    answer = apiv3.asked(call, "POST", target, content)
    return apiv3.told(call, _refund_of, answer, out_refund_no=out_refund_no)


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
