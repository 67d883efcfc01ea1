"""The sections of the control page, as HTML text; every value passes through `esc`."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from .clock import rfc3339
from .faults import KINDS
from .notices import VARIANTS
from .payments import STATE_WORDS
from .signer import TRUST_MODES
from .simulator import Simulator
from .store import Row

SHOWN = 40
GOOD = {"SUCCESS", "accepted", "settled", "PAID"}
BAD = {"CLOSED", "exhausted", "dropped", "ABNORMAL", "forged"}
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
    *("mini-programs", "people", "orders", "refunds", "shipping", "callbacks", "clock"),
    *("component", "faults", "settings", "events"),
)
LOGISTICS = {1: "express 快递", 2: "city 同城", 3: "virtual 虚拟", 4: "pick-up 自提"}
MISSING = (
    "Registration, code upload, audit and release of mini-programs; ICP filing.",
    "Profit sharing, merchant transfers, bills, complaints, sub-merchant onboarding, uploads.",
    "Content safety, subscribe messages, QR codes, links, customer service, official accounts.",
    "Pushes to each shop's message URL, shipping pushes among them; automatic receipt.",
    "Real bank behaviour: USERPAYING, PAYERROR, coupons, fees, balances (NOT_ENOUGH by a fault).",
    "Quotas and rate limits (order them as faults), IP allow-lists, several merchants at once.",
)


@dataclass(frozen=True)
class Markup:
    """What the document needs besides data."""

    css: str


def esc(value: object) -> str:
    return escape("" if value is None else str(value))


def document(simulator: Simulator, markup: Markup, *, notice: str, problem: str) -> str:
    """The whole page."""
    parts = [
        _notice(notice, problem),
        _mini_programs(simulator),
        _people(simulator),
        _orders(simulator),
        _refunds(simulator),
        _shipping(simulator),
        _callbacks(simulator),
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


# --- pieces -----------------------------------------------------------------------------------


def _section(name: str, title: str, chinese: str, body: str, *, is_half: bool = False) -> str:
    kind = ' class="half"' if is_half else ""
    return f'<section id="{name}"{kind}><h2>{title} <small>{chinese}</small></h2>{body}</section>'


def _table(heads: Iterable[str], rows: list[list[str]], empty: str) -> str:
    if not rows:
        return f'<p class="empty">{empty}</p>'
    names = tuple(heads)
    head = "".join(f"<th>{name}</th>" for name in names)
    body = "".join(f"<tr>{_cells(names, row)}</tr>" for row in rows)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="scroll">{table}</div>'


def _cells(names: tuple[str, ...], row: list[str]) -> str:
    """Each cell carries its column's name, which a narrow screen shows beside it."""
    pairs = zip(names, row, strict=True)
    return "".join(f'<td data-name="{esc(name)}"><div>{cell}</div></td>' for name, cell in pairs)


def _form(path: str, section: str, inside: str, *, is_inline: bool = True) -> str:
    kind = ' class="inline"' if is_inline else ""
    hidden = f'<input type="hidden" name="section" value="{section}">'
    return f'<form method="post" action="/_page/{esc(path)}"{kind}>{hidden}{inside}</form>'


def _hidden(name: str, value: object) -> str:
    return f'<input type="hidden" name="{name}" value="{esc(value)}">'


def _select(name: str, options: Iterable[str], label: str, chosen: str = "") -> str:
    items = "".join(
        f"<option{' selected' if option == chosen else ''}>{esc(option)}</option>"
        for option in options
    )
    return f'<select name="{name}" aria-label="{label}">{items}</select>'


def _field(name: str, label: str, value: object = "", kind: str = "") -> str:
    return (
        f'<input name="{name}" aria-label="{label}" placeholder="{label}" value="{esc(value)}"'
        f' class="{kind}">'
    )


def _tag(text: str) -> str:
    mood = "good" if text in GOOD else "bad" if text in BAD else "wait"
    return f'<span class="tag {mood}">{esc(text)}</span>'


def _code(value: object) -> str:
    return f"<code>{esc(value)}</code>" if value else '<span class="soft">–</span>'


def _yuan(fen: int) -> str:
    return f'<span class="money">¥{fen // 100}.{fen % 100:02d}</span>'


def _when(moment: float | None) -> str:
    if moment is None:
        return '<span class="soft">–</span>'
    return f'<span class="money">{rfc3339(moment)[5:19].replace("T", " ")}</span>'


def _answer(status: int) -> str:
    mood = "good" if status in (200, 204) else "bad"
    return f'<span class="tag {mood}">{status or "no answer 无应答"}</span>'


def _notice(notice: str, problem: str) -> str:
    if problem:
        return f'<div class="notice bad" role="alert">{esc(problem)}</div>'
    return f'<div class="notice" role="status">{esc(notice)}</div>' if notice else ""


# --- sections ---------------------------------------------------------------------------------


def _mini_programs(simulator: Simulator) -> str:
    rows = [
        [
            f"{esc(app['name'])}<br><span class='soft'>{esc(app['principal'])}</span>",
            _code(app["appid"]),
            _code(app["sub_mchid"]),
            _tag("authorised") if not app["is_authorised"] else _authorised(),
        ]
        for app in simulator.apps.mini_programs()
    ]
    table = _table(
        ("name 名称", "appid", "sub_mchid 特约商户号", "component 授权"), rows, "None yet."
    )
    button = (
        _field("name", "name 名称") + '<button class="main">Create a mini-program 新建</button>'
    )
    form = _form("mini_programs", "mini-programs", button, is_inline=False)
    return _section("mini-programs", "Mini-programs", "小程序", table + f"<p>{form}</p>")


def _authorised() -> str:
    return '<span class="tag good">authorised 已授权</span>'


def _people(simulator: Simulator) -> str:
    rows = [
        [
            esc(user["name"]),
            esc(user["app_name"]),
            _code(user["openid"]),
            _when(user["logged_in_at"]),
        ]
        for user in simulator.apps.users()
    ]
    table = _table(("person 用户", "app 小程序", "openid", "last login 登录"), rows, "Nobody.")
    appids = [str(app["appid"]) for app in simulator.apps.mini_programs()]
    if not appids:
        return _section("people", "Who is logged in", "登录用户", table)
    fields = _select("appid", appids, "appid") + _field("user", "person 用户", "alice", "short")
    form = _form("login", "people", fields + "<button>wx.login 登录</button>", is_inline=False)
    return _section("people", "Who is logged in", "登录用户", table + f"<p>{form}</p>")


def _orders(simulator: Simulator) -> str:
    rows = simulator.store.rows("SELECT * FROM orders ORDER BY created_at DESC LIMIT ?", SHOWN)
    cells = [
        [
            f"{_code(row['out_trade_no'])}<br>{esc(row['description'])}"
            f"<br><span class='soft'>{_when(row['created_at'])}</span>",
            _yuan(row["total_fen"]),
            f"{_tag(row['state'])}<br><span class='soft'>{STATE_WORDS[row['state']]}</span>",
            _tag(row["funds"]) if row["funds"] != "none" else _code(None),
            f"{_code(row['sub_appid'] or row['payer_appid'])}<br>{_code(row['sub_mchid'])}",
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
    return _section("orders", "Orders", "支付订单", _table(heads, cells, "No prepay yet."))


def _order_actions(order: Row) -> str:
    number = str(order["out_trade_no"])
    forms = _unpaid_actions(number) if order["state"] == "NOTPAY" else ""
    again = _select("forge", ("", *VARIANTS), "genuine or forged")
    times = _field("times", "times 次数", 1, "short")
    send = _form(
        f"orders/{number}/callback",
        "orders",
        again + times + "<button>Send callback 发回调</button>",
    )
    forms += f"<details><summary>send a callback now 发送回调</summary>{send}</details>"
    if order["paid_at"] is not None and order["confirmed_at"] is None:
        button = "<button>Confirm receipt 确认收货</button>"
        forms += _form(f"orders/{number}/confirm_receipt", "orders", button)
    return f'<div class="actions">{forms}</div>'


def _unpaid_actions(number: str) -> str:
    def button(label: str, kind: str = "", **values: object) -> str:
        hidden = "".join(_hidden(name, value) for name, value in values.items())
        text = f'{hidden}<button class="{kind}">{label}</button>'
        return _form(f"orders/{number}/pay", "orders", text)

    forge = _hidden("callback", "forge") + _select("forge", VARIANTS, "forgery")
    forged = _form(
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
            _form(
                f"refunds/{number}",
                "refunds",
                _hidden("status", ending) + f"<button>{word}</button>",
            )
            for ending, word in (("SUCCESS", "Arrive 到账"), ("ABNORMAL", "Fail 异常"))
        )
        is_open = refund["state"] == "PROCESSING"
        shown = [_code(number), _code(refund["out_trade_no"]), _yuan(refund["refund_fen"])]
        shown += [
            _tag(refund["state"]),
            _when(refund["success_at"]),
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
    return _section("refunds", "Refunds", "退款", _table(heads, rows, "None."))


def _shipping(simulator: Simulator) -> str:
    rows = [
        [
            _code(row["out_trade_no"]),
            LOGISTICS[row["logistics_type"]],
            "all 全部" if row["is_finished"] else "part 部分",
            _tag(row["funds"]),
            _when(row["confirmed_at"]),
        ]
        for row in simulator.shipping.all()[:SHOWN]
    ]
    heads = ("order 订单", "way 方式", "shipped 发货", "funds 资金", "received 收货")
    body = _table(heads, rows, "Nothing shipped.")
    return _section("shipping", "Shipping", "发货", body)


def _callbacks(simulator: Simulator) -> str:
    rows = [
        [
            _when(row["sent_at"]),
            _code(row["out_trade_no"]),
            esc(row["event_type"] or ""),
            esc(row["kind"]),
            _answer(row["status"]),
            _tag(row["callback_state"]) if row["callback_state"] else "",
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
    return _section("callbacks", "Callbacks", "回调通知", _table(heads, rows, "None sent."))


def _clock(simulator: Simulator) -> str:
    clock = simulator.clock
    ahead = round(clock.now() - time.time())
    buttons = "".join(
        _form("clock", "clock", _hidden("advance_seconds", seconds) + f"<button>+{label}</button>")
        for seconds, label in ADVANCES
    )
    body = (
        f'<p class="clock">{rfc3339(clock.now())[:19].replace("T", " ")} <span class="zh">+08:00'
        f"</span></p><p class='soft'>{ahead} s ahead of real time · "
        f"{simulator.agenda.waiting()} things planned 待办</p><div class='actions'>{buttons}</div>"
    )
    return _section("clock", "WeChat's clock", "虚拟时钟", body, is_half=True)


def _component(simulator: Simulator) -> str:
    component = simulator.component
    rows = [
        [_when(t["created_at"]), _code(t["ticket"][:24] + "…"), _answer(t["status"] or 0)]
        for t in component.tickets()
    ]
    address = _field("ticket_url", "push address 推送地址", component.ticket_url)
    register = _form("component", "component", address + "<button>Register 登记</button>")
    push = _form("component/push_ticket", "component", "<button>Push a ticket 推送票据</button>")
    table = _table(("sent 时间", "ticket 票据", "answer 应答"), rows, "No ticket yet.")
    body = f"<div class='actions'>{register}{push}</div>{table}"
    return _section("component", "Third-party platform", "第三方平台", body, is_half=True)


def _faults(simulator: Simulator) -> str:
    rows = [
        [
            esc(fault["kind"]),
            _code(fault["path_prefix"]),
            "always 总是" if fault["times"] < 0 else esc(fault["times"]),
            esc(fault["hits"]),
            _form(
                "faults/remove", "faults", _hidden("id", fault["id"]) + "<button>Remove</button>"
            ),
        ]
        for fault in simulator.faults.all()
    ]
    table = _table(("kind 类型", "path 路径", "left 剩余", "hits 命中", ""), rows, "All is well.")
    fields = (
        _select("kind", KINDS, "kind 类型")
        + _field("path_prefix", "path 路径", "/v3/pay")
        + _field("times", "times 次数", 1, "short")
        + _field("seconds", "seconds 秒", 30, "short")
        + '<button class="main">Add 添加</button>'
    )
    form = _form("faults", "faults", fields, is_inline=False)
    clear = _form("faults/remove", "faults", "<button class='danger'>Remove all 清空</button>")
    body = f"{form}{table}<p>{clear}</p>"
    return _section("faults", "Faults", "故障注入", body, is_half=True)


def _settings(simulator: Simulator) -> str:
    now = simulator.store.settings()
    fields = (
        "<label>trust 验签方式 "
        + _select("trust", TRUST_MODES, "trust", str(now["trust"]))
        + "</label><label>refund delay 退款延迟 "
        + _field("refund_delay_seconds", "seconds", now["refund_delay_seconds"], "short")
        + "</label><label>shipping knows a payment after 发货可见延迟 "
        + _field("shipping_known_after_seconds", "s", now["shipping_known_after_seconds"], "short")
        + "</label><button>Save 保存</button>"
    )
    form = _form("settings", "settings", fields, is_inline=False)
    reset = _form("reset", "top", "<button class='danger'>Forget everything 重置</button>")
    body = f"{form}<p>{reset}</p>"
    return _section("settings", "Settings", "设置", body, is_half=True)


def _events(simulator: Simulator) -> str:
    rows = [
        [
            _when(event["at"]),
            esc(event["method"]),
            _code(event["path"]),
            esc(event["status"]),
            esc(event["code"]),
            esc(event["fault"]),
            f'<span class="money">{event["milliseconds"]} ms</span>',
        ]
        for event in simulator.events.newest(SHOWN)
    ]
    heads = ("time 时间", "method", "path 路径", "status", "code 错误码", "fault 故障", "took 耗时")
    return _section("events", "Calls received", "收到的请求", _table(heads, rows, "None yet."))


def _missing() -> str:
    items = "".join(f"<li>{esc(text)}</li>" for text in MISSING)
    lead = "<p class='soft'>未模拟的部分：</p>"
    return _section("missing", "What this does not imitate", "未模拟", f"{lead}<ul>{items}</ul>")
