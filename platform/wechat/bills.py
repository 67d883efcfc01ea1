"""The daily bills of WeChat Pay: trades, and the flow of funds (CONTRACT §4.10).

Money in the files is yuan in decimal text; here it is fen. Bills are large and nobody waits for
them: ask in a job.
"""

import gzip
import hashlib
import hmac
import io
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from wechat import apiv3, signing
from wechat.api import text_in
from wechat.configured import merchant
from wechat.errors import BadAnswer, HashMismatch

MAX_BILL_BYTES = 64 * 1_048_576
"""About 150,000 rows, packed or not."""

READ_SECONDS = 60.0
_BEIJING = timezone(timedelta(hours=8))
_GZIP = b"\x1f\x8b"
_GOODS = "商品名称"
_IS_INCOME = {"收入": True, "支出": False}
_Row = TypeVar("_Row")


class BillKind(StrEnum):
    """Which trades a bill shows. REFUND tells when refunds were asked for and done."""

    ALL = "ALL"
    SUCCESS = "SUCCESS"
    REFUND = "REFUND"


class FundAccount(StrEnum):
    """A merchant's account: of sales, of transfers, of fees."""

    BASIC = "BASIC"
    OPERATION = "OPERATION"
    FEES = "FEES"


@dataclass(frozen=True, slots=True)
class TradeRow:
    """A payment, or a refund when `out_refund_no` is not empty. Amounts are in fen.

    `settled_fen` is what of a payment is settled, `order_fen` what the order was for, the rest is
    `coupon_fen`; `refund_fen` is what a refund gives back, of the `asked_refund_fen`. A refund's
    state is that of the bill's making. `columns` has every value as WeChat wrote it, those that
    we do not know too.
    """

    at: datetime
    appid: str
    mchid: str
    sub_mchid: str
    transaction_id: str
    out_trade_no: str
    openid: str
    trade_type: str
    trade_state: str
    currency: str
    settled_fen: int
    coupon_fen: int
    refund_id: str
    out_refund_no: str
    refund_fen: int
    coupon_refund_fen: int
    refund_state: str
    refund_asked_at: datetime | None
    refund_success_at: datetime | None
    goods_name: str
    attach: str
    fee_yuan: Decimal
    """The fee to a thousandth of a fen: WeChat rounds it only in the sum."""
    rate: str
    order_fen: int
    asked_refund_fen: int
    columns: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class TradeSummary:
    """The sums that WeChat printed under a day's trades."""

    count: int
    settled_fen: int
    refund_fen: int
    coupon_refund_fen: int
    fee_yuan: Decimal
    order_fen: int
    asked_refund_fen: int


@dataclass(frozen=True)
class TradeBill:
    """A day's trades: the proved text as WeChat wrote it, worth keeping, and its sums."""

    text: str = field(repr=False)
    summary: TradeSummary

    def rows(self) -> Iterator[TradeRow]:
        """Read the rows, one at a time. Raises BadAnswer at one that is laid out otherwise."""
        return _rows(self.text, _trade_row)


@dataclass(frozen=True, slots=True)
class FundRow:
    """A movement of an account; `amount_fen` is positive, `is_income` says which way.

    `flow_id` names the movement, `transaction_id` the payment, refund or transfer behind it, and
    `voucher_no` our own number of that.
    """

    at: datetime
    transaction_id: str
    flow_id: str
    business_name: str
    business_type: str
    is_income: bool
    amount_fen: int
    balance_fen: int
    applicant: str
    note: str
    voucher_no: str
    columns: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class FundSummary:
    """The sums that WeChat printed under a day's movements."""

    count: int
    income_count: int
    income_fen: int
    expense_count: int
    expense_fen: int


@dataclass(frozen=True)
class FundFlowBill:
    """A day's movements of one account: the proved text as WeChat wrote it, and its sums."""

    text: str = field(repr=False)
    summary: FundSummary

    def rows(self) -> Iterator[FundRow]:
        """Read the rows, one at a time. Raises BadAnswer at one that is laid out otherwise."""
        return _rows(self.text, _fund_row)


def ready_at(day: date) -> datetime:
    """Return from when the bill of a day can be had: 10:00 of the next day in Beijing."""
    return datetime.combine(day + timedelta(days=1), time(10), _BEIJING)


def trade_bill(day: date, *, sub_mchid: str = "", kind: BillKind = BillKind.ALL) -> TradeBill:
    """Download and prove the trades of a day of Beijing, at most three months back.

    `sub_mchid` is one shop; without it a service provider gets all its sub-merchants in one bill,
    micro merchants only there. Raises BillNotReady (after `ready_at` the day had no trade),
    HashMismatch, another WeChatFailure.
    """
    query = {"bill_date": day.isoformat(), "bill_type": kind.value}
    if sub_mchid:
        query["sub_mchid"] = sub_mchid
    return read_trade_bill(_fetched("bills.trade_bill", "/v3/bill/tradebill", query))


def fund_flow_bill(
    day: date, account: FundAccount = FundAccount.BASIC
) -> FundFlowBill:
    """Download and prove the movements of an account on a day of Beijing. As `trade_bill`.

    The accounts are those of the merchant that asks. For those of one of a service provider's
    shops see `sub_merchant_fund_flow_bill`: this call knows no other merchant than the asking one.
    """
    query = {"bill_date": day.isoformat(), "account_type": account.value}
    return read_fund_flow_bill(_fetched("bills.fund_flow_bill", "/v3/bill/fundflowbill", query))


def sub_merchant_fund_flow_bill(
    day: date, account: FundAccount = FundAccount.BASIC, *, sub_mchid: str
) -> FundFlowBill:
    """Download, open and prove the same of one of a service provider's shops. As `trade_bill`.

    The provider must have the product 下载二级商户资金账单. The file is encrypted by AES-256-GCM
    under a key that is sealed for our merchant's certificate (pay.weixin.qq.com, partner
    documentation, 申请单个子商户资金账单, read in the version of 2025-04-16). Not said there, and
    therefore assumed: that the seal is the one of §4.4, and that the hash is of the unpacked text,
    as that of other bills; the hash of the file as downloaded is believed too. WeChat splits bills
    of 16 GB, which is far more than MAX_BILL_BYTES: a split one is refused.
    """
    query = {
        "sub_mchid": sub_mchid,
        "bill_date": day.isoformat(),
        "account_type": account.value,
        "algorithm": "AEAD_AES_256_GCM",
    }
    return read_fund_flow_bill(_opened("bills.sub_merchant_fund_flow_bill", query))


def unpacked(body: bytes, *, hash_value: str) -> str:
    """Return the text of a downloaded bill, proved by the SHA-1 of its unpacked bytes.

    Raises HashMismatch; BadAnswer for a broken file, or one longer than MAX_BILL_BYTES.
    """
    try:
        plain = _gunzipped(body) if body.startswith(_GZIP) else body
    except (OSError, EOFError, zlib.error):
        raise BadAnswer("the bill cannot be unpacked") from None
    if len(plain) > MAX_BILL_BYTES:
        raise BadAnswer("the bill is too long")
    proper = hashlib.sha1(plain).hexdigest()  # noqa: S324 - WeChat's
    if not hmac.compare_digest(proper.encode(), hash_value.lower().encode()):
        raise HashMismatch("the bill is not what its hash says")
    try:
        return plain.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadAnswer("the bill is not UTF-8") from None


def read_trade_bill(text: str) -> TradeBill:
    """Read the text of a trade bill of any kind. Raises BadAnswer."""
    try:
        return TradeBill(text, _trade_summary(_sums(text)))
    except (KeyError, ValueError, ArithmeticError):
        raise _otherwise() from None


def read_fund_flow_bill(text: str) -> FundFlowBill:
    """Read the text of a fund-flow bill. Raises BadAnswer."""
    try:
        return FundFlowBill(text, _fund_summary(_sums(text)))
    except (KeyError, ValueError, ArithmeticError):
        raise _otherwise() from None


def _fetched(call: str, path: str, query: Mapping[str, str]) -> str:
    """Ask for a bill's address, good for minutes, and download what it leads to."""
    told = apiv3.asked(call, "GET", f"{path}?{urlencode({**query, 'tar_type': 'GZIP'})}")
    if text_in(told, "hash_type") != "SHA1":
        raise BadAnswer(f"{call}: a hash of a kind that we do not know")
    body = apiv3.downloaded(
        f"{call}.file",
        text_in(told, "download_url"),
        most_bytes=MAX_BILL_BYTES,
        read_seconds=READ_SECONDS,
    )
    return unpacked(body, hash_value=text_in(told, "hash_value"))


def _opened(call: str, query: Mapping[str, str]) -> str:
    target = f"/v3/bill/sub-merchant-fundflowbill?{urlencode({**query, 'tar_type': 'GZIP'})}"
    answer = apiv3.asked(call, "GET", target)
    parts = answer.get("download_bill_list")
    if not isinstance(parts, list) or len(parts) != 1 or not isinstance(parts[0], dict):
        raise BadAnswer(f"{call}: not one file")
    (told,) = parts
    if text_in(told, "hash_type") != "SHA1":
        raise BadAnswer(f"{call}: a hash of a kind that we do not know")
    body = apiv3.downloaded(
        f"{call}.file",
        text_in(told, "download_url"),
        most_bytes=MAX_BILL_BYTES,
        read_seconds=READ_SECONDS,
    )
    try:
        key = signing.reveal(text_in(told, "encrypt_key"), pay=merchant())
        plain = AESGCM(key.encode()).decrypt(text_in(told, "nonce").encode(), body, None)
    except (signing.NotAuthentic, InvalidTag, ValueError):
        raise BadAnswer(f"{call}: the file was not sealed for us") from None
    wanted = text_in(told, "hash_value").lower()
    if hashlib.sha1(body).hexdigest() == wanted:  # noqa: S324 - WeChat's
        text = _gunzipped(plain) if plain.startswith(_GZIP) else plain
        wanted = hashlib.sha1(text).hexdigest()  # noqa: S324
    return unpacked(plain, hash_value=wanted)


def _rows(text: str, read: Callable[[Mapping[str, str]], _Row]) -> Iterator[_Row]:
    """Read the lines between the head and the two lines of sums."""
    try:
        body, _, _ = text.rstrip("\r\n").rsplit("\n", 2)
        # Not splitlines: a name of goods may hold one of the rarer ends of lines.
        lines = io.StringIO(body, newline="\n")
        names = _names(next(lines))
        for line in lines:
            yield read(_named(names, line))
    except (KeyError, ValueError, ArithmeticError, StopIteration):
        raise _otherwise() from None


def _sums(text: str) -> Mapping[str, str]:
    _, names, sums = text.rstrip("\r\n").rsplit("\n", 2)
    return _named(_names(names), sums)


def _names(line: str) -> list[str]:
    """Read a head: `收支金额（元）` is also seen without its unit, or in other brackets."""
    plain = line.rstrip("\r\n").replace("（元）", "").replace("(元)", "")
    return [name.strip().lstrip("`") for name in plain.split(",")]


def _named(names: list[str], line: str) -> Mapping[str, str]:
    """Pair a line's values with their names.

    Values begin with a back-quote, for names of goods hold commas. Should one hold even a comma
    with a back-quote, the surplus is its own: no other text in the line is written by people.
    """
    if not line.startswith("`"):
        raise ValueError("a row begins with a back-quote")
    values = line.rstrip("\r\n")[1:].split(",`")
    surplus = len(values) - len(names)
    if surplus > 0 and _GOODS in names:
        at = names.index(_GOODS)
        values[at : at + surplus + 1] = [",`".join(values[at : at + surplus + 1])]
    return dict(zip(names, values, strict=True))


def _trade_row(row: Mapping[str, str]) -> TradeRow:
    return TradeRow(
        at=_moment(row["交易时间"]),
        appid=row.get("公众账号ID", ""),
        mchid=row["商户号"],
        sub_mchid=_present(row.get("特约商户号", "")),
        transaction_id=row["微信订单号"],
        out_trade_no=row["商户订单号"],
        openid=row.get("用户标识", ""),
        trade_type=row.get("交易类型", ""),
        trade_state=row["交易状态"],
        currency=row.get("货币种类", ""),
        settled_fen=_fen(row["应结订单金额"]),
        coupon_fen=_fen(row.get("代金券金额")),
        refund_id=_present(row.get("微信退款单号", "")),
        out_refund_no=_present(row.get("商户退款单号", "")),
        refund_fen=_fen(row.get("退款金额")),
        coupon_refund_fen=_fen(row.get("充值券退款金额")),
        refund_state=row.get("退款状态", ""),
        refund_asked_at=_moment_or_none(row.get("退款申请时间")),
        refund_success_at=_moment_or_none(row.get("退款成功时间")),
        goods_name=row.get(_GOODS, ""),
        attach=row.get("商户数据包", ""),
        fee_yuan=Decimal(row["手续费"]),
        rate=row.get("费率", ""),
        order_fen=_fen(row.get("订单金额")),
        asked_refund_fen=_fen(row.get("申请退款金额")),
        columns=row,
    )


def _trade_summary(sums: Mapping[str, str]) -> TradeSummary:
    return TradeSummary(
        count=int(sums["总交易单数"]),
        settled_fen=_fen(sums["应结订单总金额"]),
        refund_fen=_fen(sums.get("退款总金额")),
        coupon_refund_fen=_fen(sums.get("充值券退款总金额")),
        fee_yuan=Decimal(sums["手续费总金额"]),
        order_fen=_fen(sums.get("订单总金额")),
        asked_refund_fen=_fen(sums.get("申请退款总金额")),
    )


def _fund_row(row: Mapping[str, str]) -> FundRow:
    return FundRow(
        at=_moment(row["记账时间"]),
        transaction_id=row["微信支付业务单号"],
        flow_id=row["资金流水单号"],
        business_name=row["业务名称"],
        business_type=row["业务类型"],
        is_income=_IS_INCOME[row["收支类型"]],
        amount_fen=_fen(row["收支金额"]),
        balance_fen=_fen(row["账户结余"]),
        applicant=row.get("资金变更提交申请人", ""),
        note=row.get("备注", ""),
        voucher_no=row.get("业务凭证号", ""),
        columns=row,
    )


def _fund_summary(sums: Mapping[str, str]) -> FundSummary:
    return FundSummary(
        count=int(sums["资金流水总笔数"]),
        income_count=int(sums["收入笔数"]),
        income_fen=_fen(sums["收入金额"]),
        expense_count=int(sums["支出笔数"]),
        expense_fen=_fen(sums["支出金额"]),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=_BEIJING)


def _moment_or_none(text: str | None) -> datetime | None:
    return _moment(text) if text else None


def _present(value: str) -> str:
    return "" if value == "0" else value


def _fen(yuan: str | None) -> int:
    """Read yuan exactly; a column that this kind of bill lacks, or leaves empty, is nothing."""
    fen = Decimal(yuan or "0") * 100
    if fen != fen.to_integral_value():
        raise ValueError("an amount has a fraction of a fen")
    return int(fen)


def _gunzipped(body: bytes) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
        return file.read(MAX_BILL_BYTES + 1)


def _otherwise() -> BadAnswer:
    return BadAnswer("the bill is not laid out as the contract says")
