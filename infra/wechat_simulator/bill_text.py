"""The text of a bill: a header, rows of back-quoted values, a summary (CONTRACT §4.10)."""

import datetime
from collections.abc import Iterable

from .clock import CHINA
from .funds import fee_fen
from .merchants import plain_number
from .store import Row

REFUND_ONLY = (
    *("微信退款单号", "商户退款单号", "退款金额", "充值券退款金额", "退款类型", "退款状态"),
    "申请退款金额",
)
REFUND_TIMES = ("退款申请时间", "退款成功时间")
TRADE_SUMMARY = (
    *("总交易单数", "应结订单总金额", "退款总金额", "充值券退款总金额", "手续费总金额"),
    *("订单总金额", "申请退款总金额"),
)
FLOW_SUMMARY = ("资金流水总笔数", "收入笔数", "收入金额", "支出笔数", "支出金额")
KINDS = {"交易": "交易", "退款": "退款", "分账": "分账", "分账回退": "分账", "商家转账": "转账"}
LINE = "\r\n"


def trade(kind: str, payments: list[Row], refunds: list[Row], *, issued_at: float) -> str:
    """A trade bill. `kind` is ALL, SUCCESS or REFUND; refunds show their state at `issued_at`."""
    rows = [_payment(order) for order in payments]
    rows += [_refund(row, issued_at) for row in refunds]
    rows.sort(key=lambda row: row["退款申请时间"] or row["交易时间"])
    dropped = REFUND_TIMES if kind == "ALL" else (*REFUND_ONLY, *REFUND_TIMES)
    names = [name for name in rows[0] if kind == "REFUND" or name not in dropped]
    fees = sum(fee_fen(order) for order in payments) - sum(r["fee_back_fen"] for r in refunds)
    paid = sum(int(order["total_fen"]) for order in payments)
    back = sum(int(row["refund_fen"]) for row in refunds)
    total = (str(len(rows)), _yuan(paid), _yuan(back), "0.00", f"{fees / 100:.5f}")
    summary = (*total, _yuan(paid), _yuan(back))
    table = [[row[name] for name in names] for row in rows]
    return _text(names, table, TRADE_SUMMARY, summary)


def fund_flow(rows: list[Row], opening_fen: int) -> str:
    """A fund-flow bill; `opening_fen` is the balance before the first row."""
    names = (
        *("记账时间", "微信支付业务单号", "资金流水单号", "业务名称", "业务类型", "收支类型"),
        *("收支金额（元）", "账户结余（元）", "资金变更提交申请人", "备注", "业务凭证号"),
    )
    table, balance = [], opening_fen
    for index, row in enumerate(rows):
        balance += row["fen"]
        table.append(
            [
                *(_time(row["at"]), row["number"], f"{row['number'] or 'D'}{index:04d}"),
                *(row["name"], KINDS.get(row["name"], row["name"])),
                "收入" if row["fen"] > 0 else "支出",
                *(_yuan(abs(row["fen"])), _yuan(balance), "system", ""),
                plain_number(str(row["voucher"])),
            ]
        )
    came = [int(row["fen"]) for row in rows if row["fen"] > 0]
    went = [-int(row["fen"]) for row in rows if row["fen"] < 0]
    summary = (str(len(rows)), str(len(came)), _yuan(sum(came)), str(len(went)), _yuan(sum(went)))
    return _text(names, table, FLOW_SUMMARY, summary)


def _payment(order: Row) -> dict[str, str]:
    total = _yuan(order["total_fen"])
    return {
        **_head(order, "SUCCESS", _time(order["paid_at"]), settled=total),
        **dict.fromkeys(REFUND_ONLY[:2], "0"),
        **dict.fromkeys(REFUND_ONLY[2:4], "0.00"),
        **dict.fromkeys(REFUND_ONLY[4:6], ""),
        **_tail(order, fee=fee_fen(order), total=total, asked="0.00"),
    }


def _refund(row: Row, issued_at: float) -> dict[str, str]:
    is_back = row["success_at"] is not None and row["success_at"] <= issued_at
    state = "SUCCESS" if is_back else "PROCESSING"
    if row["refund_state"] in ("ABNORMAL", "CLOSED"):
        state = "CHANGE" if row["refund_state"] == "ABNORMAL" else "CLOSED"
    fen = _yuan(row["refund_fen"])
    return {
        **_head(row, "REFUND", _time(row["paid_at"]), settled="0.00"),
        "退款申请时间": _time(row["asked_at"]),
        "退款成功时间": _time(row["success_at"]) if is_back else "",
        "微信退款单号": str(row["refund_id"]),
        "商户退款单号": plain_number(str(row["out_refund_no"])),
        "退款金额": fen,
        "充值券退款金额": "0.00",
        "退款类型": "ORIGINAL",
        "退款状态": state,
        **_tail(row, fee=-row["fee_back_fen"], total="0.00", asked=fen),
    }


def _head(order: Row, state: str, time: str, *, settled: str) -> dict[str, str]:
    return {
        "交易时间": time,
        "公众账号ID": str(order["sp_appid"] or order["payer_appid"]),
        "商户号": str(order["mchid"]),
        "特约商户号": str(order["sub_mchid"] or "0"),
        "设备号": "",
        "微信订单号": str(order["transaction_id"]),
        "商户订单号": plain_number(str(order["out_trade_no"])),
        "用户标识": str(order["sp_openid"] or order["openid"]),
        "交易类型": str(order["trade_type"] or "JSAPI"),
        "交易状态": state,
        "付款银行": "OTHERS",
        "货币种类": str(order["currency"]),
        "应结订单金额": settled,
        "代金券金额": "0.00",
        **dict.fromkeys(REFUND_TIMES, ""),
    }


def _tail(order: Row, *, fee: int, total: str, asked: str) -> dict[str, str]:
    return {
        "商品名称": " ".join(str(order["description"]).split()),
        "商户数据包": str(order["attach"]),
        "手续费": f"{fee / 100:.5f}",
        "费率": f"{(order['fee_rate'] or 0) * 100:.2f}%",
        "订单金额": total,
        "申请退款金额": asked,
        "费率备注": "",
    }


def _text(
    names: Iterable[str], table: list[list[str]], heads: Iterable[str], summary: Iterable[str]
) -> str:
    lines = [",".join(names), *(_row(row) for row in table), ",".join(heads), _row(summary)]
    return LINE.join(lines) + LINE


def _row(values: Iterable[str]) -> str:
    return ",".join(f"`{value}" for value in values)


def _yuan(fen: int) -> str:
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def _time(moment: float) -> str:
    return datetime.datetime.fromtimestamp(int(moment), CHINA).strftime("%Y-%m-%d %H:%M:%S")
