"""The daily bill of trades, as WeChat Pay's file has it (CONTRACT §4.10). Reading only, no network.

Money in the file is yuan in decimal text; here it is fen.
"""

import gzip
import hashlib
import hmac
import io
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation

from wechat.errors import BadAnswer

MAX_BILL_BYTES = 64 * 1_048_576
_BEIJING = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class BillRow:
    """A payment, or a refund when `out_refund_no` is not empty. Amounts are in fen;
    `settled_fen` is what of a payment is settled, `refund_fen` what a refund gives back."""

    at: datetime
    appid: str
    mchid: str
    sub_mchid: str
    transaction_id: str
    out_trade_no: str
    trade_state: str
    settled_fen: int
    refund_id: str
    out_refund_no: str
    refund_fen: int
    refund_state: str
    fee_yuan: Decimal
    """The fee to a thousandth of a fen: WeChat rounds it only in the sum."""


@dataclass(frozen=True)
class TradeBill:
    """A day's rows, and the sums that WeChat printed under them."""

    rows: tuple[BillRow, ...]
    count: int
    settled_fen: int
    refund_fen: int


def unpacked(body: bytes, *, hash_value: str, is_packed: bool) -> str:
    """Return the text of a downloaded bill, proved by the SHA-1 of its unpacked bytes.

    Raises BadAnswer for another hash, a broken file, or one longer than MAX_BILL_BYTES.
    """
    try:
        plain = _gunzipped(body) if is_packed else body
    except (OSError, EOFError, zlib.error):
        raise BadAnswer("the bill cannot be unpacked") from None
    if len(plain) > MAX_BILL_BYTES:
        raise BadAnswer("the bill is too long")
    proper = hashlib.sha1(plain).hexdigest()  # noqa: S324 - WeChat's
    if not hmac.compare_digest(proper, hash_value.lower()):
        raise BadAnswer("the bill is not what its hash says")
    try:
        return plain.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadAnswer("the bill is not UTF-8") from None


def trade_bill(text: str) -> TradeBill:
    """Read a bill of all trades (`bill_type=ALL`). Raises BadAnswer."""
    lines = text.splitlines()
    try:
        head, *rows = lines[:-2]
        names, sums = lines[-2:]
        total = _named(names, sums)
        return TradeBill(
            tuple(_row(_named(head, row)) for row in rows),
            int(total["总交易单数"]),
            _fen(total["应结订单总金额"]),
            _fen(total["退款总金额"]),
        )
    except (KeyError, ValueError, InvalidOperation):
        raise BadAnswer("the bill is not laid out as the contract says") from None


def _named(head: str, line: str) -> dict[str, str]:
    """Pair a line's values with their names: names of goods hold commas, but no back-quotes."""
    return dict(zip(head.split(","), line.removeprefix("`").split(",`"), strict=True))


def _row(row: Mapping[str, str]) -> BillRow:
    return BillRow(
        at=datetime.fromisoformat(row["交易时间"]).replace(tzinfo=_BEIJING),
        appid=row["公众账号ID"],
        mchid=row["商户号"],
        sub_mchid=_present(row["特约商户号"]),
        transaction_id=row["微信订单号"],
        out_trade_no=row["商户订单号"],
        trade_state=row["交易状态"],
        settled_fen=_fen(row["应结订单金额"]),
        refund_id=_present(row["微信退款单号"]),
        out_refund_no=_present(row["商户退款单号"]),
        refund_fen=_fen(row["退款金额"]),
        refund_state=row["退款状态"],
        fee_yuan=Decimal(row["手续费"]),
    )


def _present(value: str) -> str:
    return "" if value == "0" else value


def _fen(yuan: str) -> int:
    fen = Decimal(yuan) * 100
    if fen != fen.to_integral_value():
        raise ValueError("an amount has a fraction of a fen")
    return int(fen)


def _gunzipped(body: bytes) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
        return file.read(MAX_BILL_BYTES + 1)
