"""The control page's sections on accounts, reviews, templates and registrations."""

from typing import Any

from . import pieces
from .audit_pool import SETTINGS as POOL
from .audits import STATE_NAMES
from .categories import CATALOGUE
from .pieces import esc
from .scopes import MINI_PROGRAM, OFFICIAL_ACCOUNT
from .simulator import Simulator
from .store import Row

SHOWN = 20
STATE_WORDS = {
    "passed": "已通过",
    "refused": "已驳回",
    "in_review": "审核中",
    "withdrawn": "已撤回",
    "delayed": "延后",
}
TASK_WORDS = {0: "waiting 待确认", 1: "timed out 超时", 2: "refused 已拒绝"}
TASK_WORDS |= {11: "failed 失败", 12: "created 已创建"}
DECISION_WORDS = (("pass", "Pass 通过"), ("refuse", "Refuse 驳回"))


def accounts(simulator: Simulator) -> list[str]:
    """Mini-programs and official accounts."""
    return [_mini_programs(simulator), _official_accounts(simulator)]


def code(simulator: Simulator) -> list[str]:
    """Reviews, templates, domains and registrations."""
    return [
        _reviews(simulator),
        _templates(simulator),
        _domains(simulator),
        _registrations(simulator),
    ]


# --- accounts ---------------------------------------------------------------------------------


def _mini_programs(simulator: Simulator) -> str:
    rows = [
        [
            f"{esc(app['name'])}<br><span class='soft'>{esc(app['principal'])}</span>",
            pieces.code(app["appid"]),
            pieces.code(app["sub_mchid"]),
            _authorised(app),
            _code_state(simulator, str(app["appid"])),
            _account_actions(app),
        ]
        for app in simulator.apps.mini_programs(SHOWN)
    ]
    heads = (
        *("name 名称", "appid", "sub_mchid 特约商户号", "component 授权", "code 代码"),
        "actions 操作",
    )
    total = simulator.apps.count(MINI_PROGRAM)
    note = f"<p class='soft'>the newest {SHOWN} of {total} 最新</p>" if total > SHOWN else ""
    button = (
        pieces.field("name", "name 名称")
        + '<button class="main">Create a mini-program 新建</button>'
    )
    form = pieces.form("mini_programs", "mini-programs", button, is_inline=False)
    body = pieces.table(heads, rows, "None yet.") + note + f"<p>{form}</p>"
    return pieces.section("mini-programs", "Mini-programs", "小程序", body)


def _authorised(app: Row) -> str:
    if app["is_authorised"]:
        return '<span class="tag good">authorised 已授权</span>'
    return '<span class="tag wait">not authorised 未授权</span>'


def _code_state(simulator: Simulator, appid: str) -> str:
    told = simulator.platform.releases.describe(appid)
    grey = f"grey 灰度 {told['grey']['percentage']}%" if told["grey"] else ""
    lines = (("online 线上", "released"), (grey, "grey"), ("trial 体验", "trial"))
    shown = [f"{words} {esc(told[name]['user_version'])}" for words, name in lines if told[name]]
    if told["audit"]:
        state = told["audit"]["state"]
        shown.append(f"audit 审核 {esc(state)} {STATE_WORDS[state]}")
    return "<br>".join(shown) or '<span class="soft">–</span>'


def _account_actions(app: Row) -> str:
    path = f"mini_programs/{app['appid']}"
    if app["is_authorised"]:
        button = "<button class='danger'>Withdraw 取消授权</button>"
        return pieces.form(f"{path}/unauthorise", "mini-programs", button)
    return pieces.form(f"{path}/authorise", "mini-programs", "<button>Authorise 授权</button>")


def _official_accounts(simulator: Simulator) -> str:
    rows = [
        [esc(app["name"]), pieces.code(app["appid"]), _authorised(app), _account_actions(app)]
        for app in simulator.apps.of_kind(OFFICIAL_ACCOUNT, SHOWN)
    ]
    heads = ("name 名称", "appid", "component 授权", "actions 操作")
    fields = pieces.field("name", "name 名称") + "<button>Create an account 新建</button>"
    form = pieces.form("official_accounts", "official-accounts", fields, is_inline=False)
    body = pieces.table(heads, rows, "None yet.") + f"<p>{form}</p>"
    return pieces.section("official-accounts", "Official accounts", "公众号", body)


# --- reviews ----------------------------------------------------------------------------------


def _reviews(simulator: Simulator) -> str:
    parts, settings = simulator.platform, simulator.store.settings()
    rows = [_audit_row(audit) for audit in parts.audits.waiting()]
    rows += [
        [
            f"interface 接口<br>{pieces.code(row['api_name'])}",
            pieces.code(row["appid"]),
            esc(row["content"]),
            pieces.when(row["applied_at"]),
            _choices(row["appid"], "privacy_interfaces", api_name=row["api_name"]),
        ]
        for row in parts.privacy.in_review()
    ]
    rows += [
        [
            f"category 类目<br>{esc(CATALOGUE[row['second']][0])}",
            pieces.code(row["appid"]),
            "",
            "",
            _choices(row["appid"], "categories", first=row["first"], second=row["second"]),
        ]
        for row in parts.categories.in_review()
    ]
    rows += [
        [
            "certification 认证",
            pieces.code(row["appid"]),
            pieces.code(row["taskid"]),
            pieces.when(row["created_at"]),
            _buttons(f"certifications/{row['taskid']}"),
        ]
        for row in parts.certification.waiting()
    ]
    heads = ("what 事项", "app 小程序", "about 内容", "since 提交", "actions 操作")
    table = pieces.table(heads, rows, "Nothing waits. 没有待审核的事项。")
    used = {name: settings[name] for name in POOL}
    pool = (
        f"<p class='soft'>audits this month 本月提审 {used['audit_used']}/{used['audit_quota']} · "
        f"hurried 加急 {used['speedup_used']}/{used['speedup_quota']}</p>"
    )
    return pieces.section("reviews", "Reviews", "审核", pool + table + _review_settings(settings))


def _audit_row(audit: Row) -> list[str]:
    hurried = "<br>hurried 加急" if audit["is_hurried"] else ""
    about = f"{esc(audit['user_version'])} {esc(audit['user_desc'])}"
    state = pieces.tag(STATE_NAMES[audit["state"]])
    body = f"<details><summary>body 内容</summary><code>{esc(audit['body'])}</code></details>"
    return [
        f"code 代码 {pieces.code(audit['audit_id'])}<br>{state}{hurried}",
        f"{esc(audit['name'])}<br>{pieces.code(audit['appid'])}",
        about + body,
        pieces.when(audit["submitted_at"]),
        _choices(audit["appid"], "audit", is_code=True),
    ]


def _choices(appid: str, verb: str, *, is_code: bool = False, **names: Any) -> str:
    """Pass, refuse with a reason and, for code, screenshots and delay."""
    hidden = "".join(pieces.hidden(name, value) for name, value in names.items())
    return _buttons(f"mini_programs/{appid}/{verb}", hidden, is_code=is_code)


def _buttons(path: str, hidden: str = "", *, is_code: bool = False) -> str:
    fields = pieces.field("reason", "reason 原因")
    if is_code:
        fields += pieces.field("screenshots", "screenshots 截图", 1, "short")
    words = [*DECISION_WORDS, *((("delay", "Delay 延后"),) if is_code else ())]
    buttons = "".join(
        f'<button name="decision" value="{decision}">{word}</button>' for decision, word in words
    )
    return pieces.form(path, "reviews", hidden + fields + buttons)


def _review_settings(settings: dict[str, Any]) -> str:
    fields = (
        "<label>audits 审核 "
        + pieces.select(
            "audit_decision", ("manual", "pass"), "decision", str(settings["audit_decision"])
        )
        + "</label><label>after 秒后 "
        + pieces.field("audit_after_seconds", "s", settings["audit_after_seconds"], "short")
        + "</label><label>detection 检测 "
        + pieces.field("detection_seconds", "s", settings["detection_seconds"], "short")
        + "</label><label>quota 额度 "
        + pieces.field("audit_quota", "a month", settings["audit_quota"], "short")
        + "</label><button>Save 保存</button>"
    )
    return f"<p>{pieces.form('review_settings', 'reviews', fields, is_inline=False)}</p>"


# --- templates, domains, registrations --------------------------------------------------------


def _templates(simulator: Simulator) -> str:
    templates = simulator.platform.templates
    rows = [
        [
            "draft 草稿",
            pieces.code(row["draft_id"]),
            *_version_cells(row),
            pieces.form(
                "templates",
                "templates",
                pieces.hidden("draft_id", row["draft_id"]) + "<button>Add 加入模板库</button>",
            ),
        ]
        for row in templates.drafts()[:SHOWN]
    ]
    rows += [
        [
            "standard 标准模板" if row["template_type"] else "template 普通模板",
            pieces.code(row["template_id"]),
            *_version_cells(row),
            "",
        ]
        for row in templates.all()[:SHOWN]
    ]
    heads = ("kind 类型", "id", "version 版本", "description 说明", "since 时间", "actions")
    fields = (
        pieces.field("user_version", "version 版本", "1.0.0", "short")
        + pieces.field("user_desc", "description 说明")
        + '<button class="main">Upload a draft 上传草稿</button>'
    )
    form = pieces.form("drafts", "templates", fields, is_inline=False)
    body = pieces.table(heads, rows, "No code yet.") + f"<p>{form}</p>"
    return pieces.section("templates", "Drafts and templates", "代码模板", body)


def _version_cells(row: Row) -> list[str]:
    return [esc(row["user_version"]), esc(row["user_desc"]), pieces.when(row["created_at"])]


def _domains(simulator: Simulator) -> str:
    told = simulator.platform.domains.platform()
    names = {"server": "server domains 服务器域名", "business": "business domains 业务域名"}
    rows = [
        [names[name], esc("; ".join(lists["published"])), esc("; ".join(lists["testing"]))]
        for name, lists in told.items()
    ]
    heads = ("list 列表", "published 全网", "testing 测试")
    fields = (
        pieces.field("server", "server 服务器域名", "; ".join(told["server"]["published"]))
        + pieces.field("business", "business 业务域名", "; ".join(told["business"]["published"]))
        + "<button>Save 保存</button>"
    )
    form = pieces.form("platform_domains", "domains", fields, is_inline=False)
    body = pieces.table(heads, rows, "") + f"<p>{form}</p>"
    return pieces.section("domains", "The platform's domains", "第三方平台域名", body, is_half=True)


def _registrations(simulator: Simulator) -> str:
    rows = [
        [
            f"{esc(task['name'])}<br>{pieces.code(task['code'])}",
            TASK_WORDS[task["status"]],
            pieces.code(task["appid"]),
            _legal_person(task),
        ]
        for task in simulator.platform.registration.all()
    ]
    heads = ("company 企业", "state 状态", "appid", "page 页面")
    table = pieces.table(heads, rows, "None.")
    return pieces.section("registrations", "Registrations", "注册小程序", table, is_half=True)


def _legal_person(task: Row) -> str:
    if task["status"] != 0:
        return ""
    return pieces.code(f"/wxaopen/registration?taskid={task['taskid']}")
