"""The sections of the control page, as HTML text; every value passes through `esc`."""

import time
from dataclasses import dataclass

from . import limits, message_sections, pay_sections, pieces, platform_sections
from .clock import rfc3339
from .faults import KINDS
from .notices import VARIANTS
from .payments import STATE_WORDS
from .pieces import esc
from .signer import TRUST_MODES
from .simulator import Simulator
from .store import Row

SHOWN = 40
ADVANCES = (
    (15, "15 s"),
    (60, "1 min"),
    (600, "10 min"),
    (3600, "1 h"),
    (7200, "2 h"),
    (86400, "1 day"),
    (604800, "7 days"),
)
LINKS = (
    *("mini-programs", "reviews", "templates", "registrations"),
    *("people", "orders", "refunds", "shipping", "callbacks"),
    *(*message_sections.LINKS, "clock"),
    *("merchants", "transfers", "sharing", "applyments", "complaints", "bills"),
    *("component", "faults", "settings", "events"),
)
LOGISTICS = {1: "express 快递", 2: "city 同城", 3: "virtual 虚拟", 4: "pick-up 自提"}


@dataclass(frozen=True)
class Markup:
    """What the document needs besides data."""

    css: str


def document(simulator: Simulator, markup: Markup, *, notice: str, problem: str) -> str:
    """The whole page."""
    parts = [
        _notice(notice, problem),
        *platform_sections.accounts(simulator),
        _people(simulator),
        _orders(simulator),
        _refunds(simulator),
        _shipping(simulator),
        *pay_sections.sections(simulator),
        _callbacks(simulator),
        *message_sections.sections(simulator),
        *platform_sections.code(simulator),
        _clock(simulator),
        _component(simulator),
        _faults(simulator),
        _settings(simulator),
        _events(simulator),
        _missing(),
    ]
    nav = "".join(f'<a href="#{name}">{esc(name.replace("-", " "))}</a>' for name in LINKS)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>WeChat simulator 微信模拟器</title><style>{markup.css}</style></head>"
        f'<body id="top"><header><div><h1>WeChat simulator <span class="zh">微信模拟器</span></h1>'
        f"<nav>{nav}</nav></div></header><main>{''.join(parts)}</main>"
        "<footer>No real money, no real WeChat. 仅供开发测试，不涉及真实资金。</footer>"
        "</body></html>"
    )


def _notice(notice: str, problem: str) -> str:
    if problem:
        return f'<div class="notice bad" role="alert">{esc(problem)}</div>'
    return f'<div class="notice" role="status">{esc(notice)}</div>' if notice else ""


# --- sections ---------------------------------------------------------------------------------


def _people(simulator: Simulator) -> str:
    rows = [
        [
            esc(user["name"]),
            esc(user["app_name"]),
            pieces.code(user["openid"]),
            pieces.when(user["logged_in_at"]),
        ]
        for user in simulator.apps.users()
    ]
    table = pieces.table(
        ("person 用户", "app 小程序", "openid", "last login 登录"), rows, "Nobody."
    )
    appids = [str(app["appid"]) for app in simulator.apps.mini_programs(SHOWN)]
    if not appids:
        return pieces.section("people", "Who is logged in", "登录用户", table)
    fields = pieces.select("appid", appids, "appid") + pieces.field(
        "user", "person 用户", "alice", "short"
    )
    form = pieces.form(
        "login", "people", fields + "<button>wx.login 登录</button>", is_inline=False
    )
    return pieces.section("people", "Who is logged in", "登录用户", table + f"<p>{form}</p>")


def _orders(simulator: Simulator) -> str:
    rows = simulator.store.rows("SELECT * FROM orders ORDER BY created_at DESC LIMIT ?", SHOWN)
    cells = [
        [
            f"{pieces.code(row['out_trade_no'])}<br>{esc(row['description'])}"
            f"<br><span class='soft'>{pieces.when(row['created_at'])}</span>",
            pieces.yuan(row["total_fen"]),
            f"{pieces.tag(row['state'])}<br><span class='soft'>{STATE_WORDS[row['state']]}</span>",
            pieces.tag(row["funds"]) if row["funds"] != "none" else pieces.code(None),
            pieces.code(row["sub_appid"] or row["payer_appid"])
            + f"<br>{pieces.code(row['sub_mchid'])}",
            _order_actions(row),
        ]
        for row in rows
    ]
    heads = (
        "order 订单",
        "total 金额",
        "state 状态",
        "funds 资金",
        "app · merchant",
        "actions 操作",
    )
    return pieces.section(
        "orders", "Orders", "支付订单", pieces.table(heads, cells, "No prepay yet.")
    )


def _order_actions(order: Row) -> str:
    number = str(order["out_trade_no"])
    forms = _unpaid_actions(number) if order["state"] == "NOTPAY" else ""
    again = pieces.select("forge", ("", *VARIANTS), "genuine or forged")
    times = pieces.field("times", "times 次数", 1, "short")
    send = pieces.form(
        f"orders/{number}/callback",
        "orders",
        again + times + "<button>Send callback 发回调</button>",
    )
    forms += f"<details><summary>send a callback now 发送回调</summary>{send}</details>"
    if order["paid_at"] is not None and order["confirmed_at"] is None:
        button = "<button>Confirm receipt 确认收货</button>"
        forms += pieces.form(f"orders/{number}/confirm_receipt", "orders", button)
    return f'<div class="actions">{forms}</div>'


def _unpaid_actions(number: str) -> str:
    def button(label: str, kind: str = "", **values: object) -> str:
        hidden = "".join(pieces.hidden(name, value) for name, value in values.items())
        text = f'{hidden}<button class="{kind}">{label}</button>'
        return pieces.form(f"orders/{number}/pay", "orders", text)

    forge = pieces.hidden("callback", "forge") + pieces.select("forge", VARIANTS, "forgery")
    forged = pieces.form(
        f"orders/{number}/pay", "orders", forge + "<button>Pay + forged callback 伪造</button>"
    )
    return (
        button("Pay 支付", "main")
        + button("Refuse 取消", "danger", action="refuse")
        + button("Pay, drop callback 丢回调", callback="drop")
        + button("Pay, duplicate 重复", callback="duplicate")
        + button("Pay, delay 60 s 延迟", callback="delay", delay_seconds=60)
        + f"<details><summary>pay, forge the callback 伪造回调</summary>{forged}</details>"
    )


def _refunds(simulator: Simulator) -> str:
    rows = []
    for refund in simulator.refunds.all()[:SHOWN]:
        number = str(refund["out_refund_no"])
        decide = "".join(
            pieces.form(
                f"refunds/{number}",
                "refunds",
                pieces.hidden("status", ending) + f"<button>{word}</button>",
            )
            for ending, word in (("SUCCESS", "Arrive 到账"), ("ABNORMAL", "Fail 异常"))
        )
        is_open = refund["state"] == "PROCESSING"
        shown = [
            pieces.code(number),
            pieces.code(refund["out_trade_no"]),
            pieces.yuan(refund["refund_fen"]),
        ]
        shown += [
            pieces.tag(refund["state"]),
            pieces.when(refund["success_at"]),
            f'<div class="actions">{decide}</div>' if is_open else "",
        ]
        rows.append(shown)
    heads = (
        "refund 退款单",
        "order 订单",
        "amount 金额",
        "state 状态",
        "arrived 到账",
        "decide 决定",
    )
    return pieces.section("refunds", "Refunds", "退款", pieces.table(heads, rows, "None."))


def _shipping(simulator: Simulator) -> str:
    rows = [
        [
            pieces.code(row["out_trade_no"]),
            LOGISTICS[row["logistics_type"]],
            "all 全部" if row["is_finished"] else "part 部分",
            pieces.tag(row["funds"]),
            pieces.when(row["confirmed_at"]),
        ]
        for row in simulator.shipping.all()[:SHOWN]
    ]
    heads = ("order 订单", "way 方式", "shipped 发货", "funds 资金", "received 收货")
    body = pieces.table(heads, rows, "Nothing shipped.")
    return pieces.section("shipping", "Shipping", "发货", body)


def _callbacks(simulator: Simulator) -> str:
    rows = [
        [
            pieces.when(row["sent_at"]),
            pieces.code(row["out_trade_no"]),
            esc(row["event_type"] or ""),
            esc(row["kind"]),
            pieces.answer(row["status"]),
            pieces.tag(row["callback_state"]) if row["callback_state"] else "",
            f"<span class='soft'>{esc(str(row['note'])[:80])}</span>",
        ]
        for row in simulator.callbacks.newest_attempts(SHOWN)
    ]
    heads = (
        "sent 时间",
        "order 订单",
        "event 事件",
        "kind 类型",
        "answer 应答",
        "now 现状",
        "said 内容",
    )
    return pieces.section(
        "callbacks", "Callbacks", "回调通知", pieces.table(heads, rows, "None sent.")
    )


def _clock(simulator: Simulator) -> str:
    clock = simulator.clock
    ahead = round(clock.now() - time.time())
    buttons = "".join(
        pieces.form(
            "clock",
            "clock",
            pieces.hidden("advance_seconds", seconds) + f"<button>+{label}</button>",
        )
        for seconds, label in ADVANCES
    )
    body = (
        f'<p class="clock">{rfc3339(clock.now())[:19].replace("T", " ")} <span class="zh">+08:00'
        f"</span></p><p class='soft'>{ahead} s ahead of real time · "
        f"{simulator.agenda.waiting()} things planned 待办</p><div class='actions'>{buttons}</div>"
    )
    return pieces.section("clock", "WeChat's clock", "虚拟时钟", body, is_half=True)


def _component(simulator: Simulator) -> str:
    component = simulator.component
    rows = [
        [
            pieces.when(t["created_at"]),
            pieces.code(t["ticket"][:24] + "…"),
            pieces.answer(t["status"] or 0),
        ]
        for t in component.tickets()
    ]
    address = pieces.field("ticket_url", "push address 推送地址", component.ticket_url)
    register = pieces.form("component", "component", address + "<button>Register 登记</button>")
    push = pieces.form(
        "component/push_ticket", "component", "<button>Push a ticket 推送票据</button>"
    )
    table = pieces.table(("sent 时间", "ticket 票据", "answer 应答"), rows, "No ticket yet.")
    body = f"<div class='actions'>{register}{push}</div>{table}"
    return pieces.section("component", "Third-party platform", "第三方平台", body, is_half=True)


def _faults(simulator: Simulator) -> str:
    rows = [
        [
            esc(fault["kind"]),
            pieces.code(fault["path_prefix"]),
            "always 总是" if fault["times"] < 0 else esc(fault["times"]),
            esc(fault["hits"]),
            pieces.form(
                "faults/remove",
                "faults",
                pieces.hidden("id", fault["id"]) + "<button>Remove</button>",
            ),
        ]
        for fault in simulator.faults.all()
    ]
    table = pieces.table(
        ("kind 类型", "path 路径", "left 剩余", "hits 命中", ""), rows, "All is well."
    )
    fields = (
        pieces.select("kind", KINDS, "kind 类型")
        + pieces.field("path_prefix", "path 路径", "/v3/pay")
        + pieces.field("times", "times 次数", 1, "short")
        + pieces.field("seconds", "seconds 秒", 30, "short")
        + pieces.field("code", "code 错误码", "", "short")
        + pieces.field("status", "HTTP status", "", "short")
        + '<button class="main">Add 添加</button>'
    )
    form = pieces.form("faults", "faults", fields, is_inline=False)
    clear = pieces.form(
        "faults/remove", "faults", "<button class='danger'>Remove all 清空</button>"
    )
    body = f"{form}{table}<p>{clear}</p>"
    return pieces.section("faults", "Faults", "故障注入", body, is_half=True)


def _settings(simulator: Simulator) -> str:
    now = simulator.store.settings()
    fields = (
        "<label>trust 验签方式 "
        + pieces.select("trust", TRUST_MODES, "trust", str(now["trust"]))
        + "</label><label>refund delay 退款延迟 "
        + pieces.field("refund_delay_seconds", "seconds", now["refund_delay_seconds"], "short")
        + "</label><label>shipping knows a payment after 发货可见延迟 "
        + pieces.field(
            "shipping_known_after_seconds", "s", now["shipping_known_after_seconds"], "short"
        )
        + "</label><button>Save 保存</button>"
    )
    form = pieces.form("settings", "settings", fields, is_inline=False)
    reset = pieces.form("reset", "top", "<button class='danger'>Forget everything 重置</button>")
    body = f"{form}<p>{reset}</p>"
    return pieces.section("settings", "Settings", "设置", body, is_half=True)


def _events(simulator: Simulator) -> str:
    rows = [
        [
            pieces.when(event["at"]),
            esc(event["method"]),
            pieces.code(event["path"]),
            esc(event["status"]),
            esc(event["code"]),
            esc(event["fault"]),
            f'<span class="money">{event["milliseconds"]} ms</span>',
        ]
        for event in simulator.events.newest(SHOWN)
    ]
    heads = ("time 时间", "method", "path 路径", "status", "code 错误码", "fault 故障", "took 耗时")
    return pieces.section(
        "events", "Calls received", "收到的请求", pieces.table(heads, rows, "None yet.")
    )


def _missing() -> str:
    """The headings; the page itself is public and says the rest."""
    items = "".join(f"<li>{esc(area)}: {esc(lines[0])}</li>" for area, lines in limits.MISSING)
    more = '<p><a href="/_page/limits">All of it 全部</a></p>'
    title = "What this does not imitate"
    return pieces.section("missing", title, "未模拟", f"<ul>{items}</ul>{more}")
