"""The control page's sections on pushes, messages, permits, verdicts and codes."""

import json
from collections.abc import Iterable

from . import pieces
from .app_envelopes import FORGERIES
from .content import LABELS, SUGGESTS
from .own_templates import names_of
from .permits import ACTIONS
from .pieces import esc
from .simulator import Simulator
from .store import Row
from .template_library import find
from .visitors import EVENTS

SHOWN = 20
LINKS = ("pushes", "messages", "subscribe", "content", "codes")


def sections(simulator: Simulator) -> list[str]:
    """In the order of LINKS."""
    return [
        _pushes(simulator),
        _messages(simulator),
        _subscribe(simulator),
        _content(simulator),
        _codes(simulator),
    ]


def _pushes(simulator: Simulator) -> str:
    rows = [
        [
            pieces.when(row["created_at"]),
            pieces.code(row["appid"]),
            esc(row["event"]),
            pieces.tag(row["state"]),
            "".join(
                pieces.answer(one["status"])
                for one in simulator.app_pushes.attempts_of(row["id"])[-3:]
            ),
            _reply(row),
            _push_actions(int(row["id"])),
        ]
        for row in simulator.app_pushes.newest(count=SHOWN)
    ]
    heads = (
        *("sent 时间", "app", "event 事件", "state 状态", "answers 应答", "reply 回复"),
        "actions 操作",
    )
    address = simulator.app_addresses.message_url or "(none 未登记)"
    lead = f"<p class='soft'>message &amp; event URL 消息地址: {pieces.code(address)}</p>"
    body = lead + pieces.table(heads, rows, "Nothing pushed yet.")
    return pieces.section("pushes", "Pushes to apps", "消息推送", body)


def _reply(row: Row) -> str:
    if not row["reply"]:
        return '<span class="soft">–</span>'
    reply = json.loads(row["reply"])
    return f"{esc(reply.get('MsgType'))}: {esc(str(reply.get('Content', ''))[:60])}"


def _push_actions(number: int) -> str:
    choice = pieces.select("forge", ("", *FORGERIES), "genuine or forged")
    times = pieces.field("times", "times 次数", 1, "short")
    inside = choice + times + "<button>Send again 重发</button>"
    return f'<div class="actions">{pieces.form(f"pushes/{number}/resend", "pushes", inside)}</div>'


def _messages(simulator: Simulator) -> str:
    rows = [
        [
            pieces.when(row["sent_at"]),
            esc(row["user"] or row["openid"]),
            pieces.code(row["appid"]),
            esc(row["kind"]),
            f"<span class='soft'>{esc(row['content'][:160])}</span>",
        ]
        for row in simulator.messages.inbox.newest(count=SHOWN)
    ]
    heads = ("received 时间", "person 用户", "app", "kind 类型", "content 内容")
    table = pieces.table(heads, rows, "Nobody got a message.")
    apps = _apps(simulator)
    if not apps:
        return pieces.section("messages", "Messages", "消息", table)
    who = pieces.select("appid", apps, "appid") + pieces.field(
        "user", "person 用户", "alice", "short"
    )
    write = who + pieces.field("text", "text 内容", "在吗") + "<button>Write 发消息</button>"
    event = pieces.select("event", EVENTS, "event 事件")
    act = who + event + pieces.field("event_key", "key", "", "short")
    act += "<button>Act 触发事件</button>"
    forms = "".join(
        f"<p>{pieces.form('messages', 'messages', inside, is_inline=False)}</p>"
        for inside in (write, act)
    )
    return pieces.section("messages", "Messages", "消息", table + forms)


def _subscribe(simulator: Simulator) -> str:
    parts = simulator.messages
    rows = [
        [
            esc(row["user"] or row["openid"]),
            pieces.code(row["appid"]),
            pieces.code(row["template_id"]),
            esc(row["count"]),
            pieces.tag("banned") if row["is_banned"] else "",
        ]
        for row in parts.permits.all()[:SHOWN]
    ]
    heads = ("person 用户", "app", "template 模板", "left 剩余", "")
    table = pieces.table(heads, rows, "No permits.")
    forms = "".join(_prompt(row) for row in parts.templates.all(SHOWN))
    return pieces.section("subscribe", "Subscribe messages", "订阅消息", table + forms)


def _prompt(row: Row) -> str:
    public = find(row["tid"])
    title = public.title if public else ""
    names = ", ".join(names_of(row))
    hidden = pieces.hidden("appid", row["appid"]) + pieces.hidden("template_id", row["pri_tmpl_id"])
    inside = hidden + pieces.field("user", "person 用户", "alice", "short")
    inside += pieces.select("action", ACTIONS, "action 操作") + "<button>Answer 回应</button>"
    form = pieces.form("subscribe", "subscribe", inside)
    return f"<p>{esc(title)} <span class='soft'>{esc(names)}</span> {form}</p>"


def _content(simulator: Simulator) -> str:
    parts = simulator.messages
    words = simulator.store.settings()["content_words"]
    listed = ", ".join(f"{word} ({found[0]})" for word, found in words.items())
    verdicts = [
        [pieces.code(row["sha256"]), esc(row["suggest"]), esc(row["label"]), esc(row["note"])]
        for row in parts.content.verdicts()[:SHOWN]
    ]
    checks = [
        [
            pieces.when(row["created_at"]),
            pieces.code(row["trace_id"]),
            f"<span class='soft'>{esc(row['media_url'][:90])}</span>",
            pieces.tag(row["state"]),
            esc(row["suggest"]),
        ]
        for row in parts.media_checks.all()[:SHOWN]
    ]
    inside = (
        pieces.field("sha256", "sha256 of a file 文件哈希")
        + pieces.select("suggest", reversed(SUGGESTS), "suggest")
        + pieces.select("label", [str(label) for label in LABELS], "label", "20002")
        + "<button>Judge 判定</button>"
    )
    body = (
        f"<p class='soft'>words 词表: {esc(listed)}</p>"
        + pieces.form("verdicts", "content", inside, is_inline=False)
        + pieces.table(("sha256", "suggest", "label", "note 备注"), verdicts, "Every file passes.")
        + pieces.table(
            ("asked 时间", "trace_id", "file 文件", "state 状态", "suggest"), checks, "No checks."
        )
    )
    return pieces.section("content", "Content safety", "内容安全", body)


def _codes(simulator: Simulator) -> str:
    rows = [
        [
            pieces.when(row["created_at"]),
            esc(row["kind"]),
            pieces.code(row["appid"]),
            f"{esc(row['page'])}<br><span class='soft'>{esc(row['query'])}</span>",
            pieces.code(row["text"]),
        ]
        for row in simulator.messages.entrances.newest(count=SHOWN)
    ]
    heads = ("made 时间", "kind 类型", "app", "page 页面", "leads by 入口")
    table = pieces.table(heads, rows, "None made.")
    return pieces.section("codes", "Codes and links", "码与链接", table)


def _apps(simulator: Simulator) -> list[str]:
    kinds: Iterable[str] = ("mini_program", "official_account")
    return [str(app["appid"]) for kind in kinds for app in simulator.apps.of_kind(kind, SHOWN)]
