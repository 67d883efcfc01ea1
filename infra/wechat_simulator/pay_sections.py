"""The control page's sections on merchants, sharing, transfers, onboarding and bills."""

from . import pieces
from .applyments import STATES
from .merchants import ROTATIONS
from .pieces import esc
from .simulator import Simulator
from .store import Row
from .transfers import OPEN_STATES

SHOWN = 20
CHOICES = ("REJECTED", "TO_BE_CONFIRMED", "TO_BE_SIGNED", "SIGNING", "FINISHED", "CANCELED")
TRANSFER_WORDS = (("confirm", "Confirm 确认收款"), ("fail", "Fail 失败"), ("expire", "Expire 超时"))


def sections(simulator: Simulator) -> list[str]:
    """Everything about WeChat Pay beyond orders and refunds."""
    return [
        _merchants(simulator),
        _transfers(simulator),
        _sharings(simulator),
        _applyments(simulator),
        _complaints(simulator),
        _bills(simulator),
    ]


def _merchants(simulator: Simulator) -> str:
    rows = []
    for row in simulator.merchants.all()[:SHOWN]:
        mchid, kind = str(row["mchid"]), f"<span class='soft'>{esc(row['kind'])}</span>"
        serials = simulator.merchants.serials(mchid)
        balances = [simulator.funds.balance(mchid, name) for name in ("BASIC", "OPERATION")]
        rotate = pieces.select("what", ROTATIONS, "what") + "<button>Rotate 轮换</button>"
        rows.append(
            [
                f"{pieces.code(mchid)}<br>{esc(row['name'])} {kind}",
                pieces.code(row["appid"]),
                "<br>".join(pieces.code(serial[:16] + "…") for serial in serials),
                esc(simulator.merchants.trust(mchid)),
                "<br>".join(pieces.yuan(fen) for fen in balances),
                pieces.form(f"merchants/{mchid}/rotate", "merchants", rotate),
            ]
        )
    heads = (
        *("merchant 商户", "appid", "serials 证书", "verifies with 验签", "basic · operation 余额"),
        "keys 密钥",
    )
    fields = (
        pieces.field("name", "name 名称")
        + pieces.select("kind", ("direct", "provider"), "kind 类型")
        + '<button class="main">Add a merchant 新建</button>'
    )
    form = pieces.form("merchants", "merchants", fields, is_inline=False)
    body = pieces.table(heads, rows, "None.") + f"<p>{form}</p>"
    return pieces.section("merchants", "Merchants", "商户", body)


def _transfers(simulator: Simulator) -> str:
    rows = [
        [
            pieces.code(row["out_bill_no"]),
            pieces.yuan(row["fen"]),
            f"{pieces.code(row['openid'])}<br>{esc(row['user_name'])}",
            f"{pieces.tag(row['state'])} {esc(row['fail_reason'])}",
            pieces.when(row["created_at"]),
            _transfer_actions(row),
        ]
        for row in simulator.pay.transfers.all()[:SHOWN]
    ]
    heads = ("bill 单号", "sum 金额", "person 收款人", "state 状态", "made 时间", "actions 操作")
    body = pieces.table(heads, rows, "No transfer yet.")
    return pieces.section("transfers", "Merchant transfers", "商家转账", body)


def _transfer_actions(row: Row) -> str:
    if row["state"] not in OPEN_STATES:
        return ""
    path = f"transfers/{row['transfer_bill_no']}"
    return "".join(
        pieces.form(path, "transfers", pieces.hidden("action", a) + f"<button>{words}</button>")
        for a, words in TRANSFER_WORDS
    )


def _sharings(simulator: Simulator) -> str:
    sharing = simulator.pay.sharing
    rows = [
        [
            pieces.code(row["out_order_no"]),
            pieces.code(row["out_trade_no"]),
            "<br>".join(
                f"{pieces.yuan(share['fen'])} {pieces.code(share['account'])} "
                f"{pieces.tag(share['result'])}"
                for share in sharing.shares(str(row["id"]))
            ),
            pieces.tag(row["state"]),
        ]
        for row in sharing.all()[:SHOWN]
    ]
    heads = ("sharing 分账单", "order 订单", "receivers 接收方", "state 状态")
    body = pieces.table(heads, rows, "Nothing shared.")
    return pieces.section("sharing", "Profit sharing", "分账", body)


def _applyments(simulator: Simulator) -> str:
    rows = [
        [
            pieces.code(row["business_code"]),
            f"{pieces.tag(row['state'])} {STATES[row['state']]}",
            pieces.code(row["sub_mchid"]),
            _applyment_actions(row),
        ]
        for row in simulator.pay.applyments.all()[:SHOWN]
    ]
    heads = ("application 申请单", "state 状态", "sub_mchid 特约商户号", "actions 操作")
    body = pieces.table(heads, rows, "No application yet.")
    return pieces.section("applyments", "Onboarding", "特约商户进件", body)


def _applyment_actions(row: Row) -> str:
    if row["state"] == "FINISHED":
        return ""
    fields = (
        pieces.select("state", CHOICES, "state 状态")
        + pieces.field("reason", "reason 驳回原因", kind="short")
        + "<button>Move 变更</button>"
    )
    return pieces.form(f"applyments/{row['applyment_id']}", "applyments", fields)


def _complaints(simulator: Simulator) -> str:
    rows = [
        [
            pieces.code(row["complaint_id"]),
            pieces.code(row["out_trade_no"]),
            esc(row["detail"]),
            pieces.tag(row["state"]),
        ]
        for row in simulator.pay.complaints.all()[:SHOWN]
    ]
    fields = (
        pieces.field("out_trade_no", "paid order 订单")
        + pieces.field("detail", "complaint 投诉内容")
        + "<button>Complain 投诉</button>"
    )
    heads = ("complaint 投诉", "order 订单", "detail 内容", "state 状态")
    form = pieces.form("complaints", "complaints", fields, is_inline=False)
    body = pieces.table(heads, rows, "Nobody complains.") + f"<p>{form}</p>"
    return pieces.section("complaints", "Complaints", "消费者投诉", body, is_half=True)


def _bills(simulator: Simulator) -> str:
    days = simulator.store.rows(
        "SELECT date(paid_at, 'unixepoch', '+8 hours') AS day, mchid, count(*) AS orders,"
        " sum(total_fen) AS fen FROM orders WHERE paid_at IS NOT NULL"
        " GROUP BY day, mchid ORDER BY day DESC LIMIT ?",
        SHOWN,
    )
    rows = [
        [esc(day["day"]), pieces.code(day["mchid"]), esc(day["orders"]), pieces.yuan(day["fen"])]
        for day in days
    ]
    heads = ("day 日期", "merchant 商户", "payments 笔数", "sum 金额")
    lead = "<p class='soft'>ready at 10:00 the next day 次日10点后可下载</p>"
    body = lead + pieces.table(heads, rows, "No payment, no bill.")
    return pieces.section("bills", "Bills", "账单", body, is_half=True)
