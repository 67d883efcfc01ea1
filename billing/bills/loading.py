"""From a kept file to lines in the database: one line at a time, by COPY."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from billing.bills.models import BillFile
from billing.bills.states import BillKind, Noun
from wechat import bills as wechat_bills
from wechat.bills import FundRow, TradeRow

_COPY = """
COPY bills_billline (file_id, place, tenant_public_id, day, noun, number, wechat_number, of_number,
    amount_fen, fee_millifen, state, currency, at) FROM STDIN"""

Values = tuple[str, str, str, str, int, int, str, str, datetime]
"""noun, number, wechat_number, of_number, amount_fen, fee_millifen, state, currency, at."""


def copy_lines(file: BillFile, text: str, shops: Mapping[str, str]) -> tuple[int, int]:
    """Write a bill's lines; return how many there are and how many belong to no shop.

    `shops` leads from the merchant that a line names to public id. Raises BadAnswer for a line
    that cannot be read.
    """
    lines = unplaced = 0
    with connection.cursor() as cursor, _copying(cursor) as copy:
        for sub_mchid, values in _lines(file, text):
            shop = shops.get(sub_mchid, "")
            lines, unplaced = lines + 1, unplaced + (not shop)
            copy.write_row((file.pk, lines, shop, file.day, *values))
    return lines, unplaced


def _copying(cursor: Any) -> Any:
    return cursor.copy(_COPY)


def _lines(file: BillFile, text: str) -> Iterator[tuple[str, Values]]:
    if file.kind == BillKind.TRADE:
        for trade in wechat_bills.read_trade_bill(text).rows():
            seller = trade.mchid if file.direct_mchid else trade.sub_mchid
            yield seller, _refund(trade) if trade.out_refund_no else _payment(trade)
    else:
        for fund in wechat_bills.read_fund_flow_bill(text).rows():
            yield file.mchid, _flow(fund)


def _payment(row: TradeRow) -> Values:
    return (
        Noun.PAYMENT,
        row.out_trade_no,
        row.transaction_id,
        "",
        row.order_fen or row.settled_fen + row.coupon_fen,
        _millifen(row),
        row.trade_state,
        row.currency or "CNY",
        row.at,
    )


def _refund(row: TradeRow) -> Values:
    return (
        Noun.REFUND,
        row.out_refund_no,
        row.refund_id,
        row.out_trade_no,
        row.asked_refund_fen or row.refund_fen + row.coupon_refund_fen,
        _millifen(row),
        row.refund_state,
        row.currency or "CNY",
        row.refund_success_at or row.refund_asked_at or row.at,
    )


def _flow(row: FundRow) -> Values:
    return (
        Noun.FLOW,
        row.voucher_no,
        row.flow_id,
        row.transaction_id,
        row.amount_fen if row.is_income else -row.amount_fen,
        0,
        row.business_name[:32],
        "CNY",
        row.at,
    )


def _millifen(row: TradeRow) -> int:
    """The fee is printed to a thousandth of a fen: 0.05940 yuan are 5,940 of them."""
    return int(row.fee_yuan * 100_000)
