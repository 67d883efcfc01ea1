"""Bills as WeChat writes them: a header, values behind back-quotes, yuan in decimals, sums."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))
TRADE_HEAD = [
    *("交易时间", "公众账号ID", "商户号", "特约商户号", "设备号", "微信订单号", "商户订单号", "用户标识"),
    *("交易类型", "交易状态", "付款银行", "货币种类", "应结订单金额", "代金券金额", "微信退款单号"),
    *("商户退款单号", "退款金额", "充值券退款金额", "退款类型", "退款状态", "商品名称", "商户数据包"),
    *("手续费", "费率", "订单金额", "申请退款金额", "费率备注"),
]
TRADE_SUMS = [
    *("总交易单数", "应结订单总金额", "退款总金额", "充值券退款总金额", "手续费总金额"),
    *("订单总金额", "申请退款总金额"),
]
FUND_HEAD = [
    *("记账时间", "微信支付业务单号", "资金流水单号", "业务名称", "业务类型", "收支类型"),
    *("收支金额（元）", "账户结余（元）", "资金变更提交申请人", "备注", "业务凭证号"),
]
FUND_SUMS = ["资金流水总笔数", "收入笔数", "收入金额", "支出笔数", "支出金额"]


def yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def moment(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"


@dataclass
class Trade:
    """A line of a trade bill; a refund when it has an `out_refund_no`."""

    number: str
    fen: int
    at: datetime
    sub_mchid: str
    transaction_id: str = ""
    out_refund_no: str = ""
    refund_state: str = "SUCCESS"
    currency: str = "CNY"
    fee_millifen: int | None = None
    goods: str = "龙井 2 件"

    def values(self) -> dict[str, str]:
        refund = bool(self.out_refund_no)
        fee = self.fee_millifen
        if fee is None:
            fee = (self.fen * 60 + 5_000) // 10_000 * (-1000 if refund else 1000)
        sign = "-" if fee < 0 else ""
        return {
            "交易时间": moment(self.at),
            "公众账号ID": "wx00000000000000aa",
            "商户号": "1900000100",
            "特约商户号": self.sub_mchid,
            "微信订单号": self.transaction_id or f"42{self.number}",
            "商户订单号": self.number,
            "用户标识": "oBuyer",
            "交易类型": "JSAPI",
            "交易状态": "REFUND" if refund else "SUCCESS",
            "付款银行": "OTHERS",
            "货币种类": self.currency,
            "应结订单金额": "0.00" if refund else yuan(self.fen),
            "代金券金额": "0.00",
            "微信退款单号": f"50{self.out_refund_no}" if refund else "0",
            "商户退款单号": self.out_refund_no or "0",
            "退款金额": yuan(self.fen) if refund else "0.00",
            "充值券退款金额": "0.00",
            "退款类型": "ORIGINAL" if refund else "",
            "退款状态": self.refund_state if refund else "",
            "商品名称": self.goods,
            "手续费": f"{sign}{abs(fee) // 100_000}.{abs(fee) % 100_000:05d}",
            "费率": "0.60%",
            "订单金额": "0.00" if refund else yuan(self.fen),
            "申请退款金额": yuan(self.fen) if refund else "0.00",
        }


@dataclass
class Flow:
    """A line of a flow of funds; `fen` with its sign."""

    business: str
    voucher: str
    fen: int
    at: datetime
    flow_id: str
    wechat_number: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    def values(self) -> dict[str, str]:
        return {
            "记账时间": moment(self.at),
            "微信支付业务单号": self.wechat_number,
            "资金流水单号": self.flow_id,
            "业务名称": self.business,
            "业务类型": self.business,
            "收支类型": "收入" if self.fen > 0 else "支出",
            "收支金额（元）": yuan(abs(self.fen)),
            "账户结余（元）": "0.00",
            "资金变更提交申请人": "system",
            "业务凭证号": self.voucher,
        }


def trade_bill(rows: Iterable[Trade], head: list[str] | None = None) -> str:
    """Write a trade bill with the columns in the order of `head`; unknown ones hold an `x`."""
    rows = list(rows)
    paid = sum(row.fen for row in rows if not row.out_refund_no)
    back = sum(row.fen for row in rows if row.out_refund_no)
    sums = [str(len(rows)), yuan(paid), yuan(back), "0.00", "0.00000", yuan(paid), yuan(back)]
    return _written(rows, head or TRADE_HEAD, TRADE_SUMS, sums)


def fund_bill(rows: Iterable[Flow]) -> str:
    rows = list(rows)
    came = [row.fen for row in rows if row.fen > 0]
    went = [-row.fen for row in rows if row.fen < 0]
    sums = [str(len(rows)), str(len(came)), yuan(sum(came)), str(len(went)), yuan(sum(went))]
    return _written(rows, FUND_HEAD, FUND_SUMS, sums)


def _written(rows, head: list[str], sums_head: list[str], sums: list[str]) -> str:
    def quoted(values: Iterable[str]) -> str:
        return ",".join(f"`{value}" for value in values)

    known = set(TRADE_HEAD) | set(FUND_HEAD)
    lines = [",".join(head)]
    for row in rows:
        values = row.values()
        lines.append(quoted(values.get(name, "" if name in known else "x") for name in head))
    return "\r\n".join([*lines, ",".join(sums_head), quoted(sums)]) + "\r\n"
