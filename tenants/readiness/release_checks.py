"""What must be right before a version can be submitted and released."""

from datetime import timedelta

from tenants.readiness.checking import (
    MP,
    NO,
    PROGRAM_PAGE,
    YES,
    Check,
    Question,
    Verdict,
    Words,
    asked,
    by_answer,
    ok,
    todo,
    unknown,
    wrong,
)
from tenants.readiness.facts import Facts
from tenants.readiness.states import Blocks, QuestionKind
from wechat.categories import Category
from wechat.component import TICKET_LATE

SELLS = frozenset({"商家自营", "电商平台", "餐饮", "餐饮服务", "生活服务", "跨境电商"})
"""First-level categories under which goods may be sold. WeChat's own judgement is the audit."""
USER_CONTENT = frozenset({"社区/论坛", "笔记", "问答"})
"""Categories whose first submission must say how user content is checked (§3.6)."""
PERMISSIONS = {
    17: Words("QR codes and account (17)", "账号管理与小程序码（17）"),
    18: Words("login, phone number, content safety, code (18)",
              "登录、手机号、内容安全、代码管理（18）"),
    142: Words("order shipping (142)", "发货信息管理（142）"),
}  # fmt: skip
FILED, FILING_REFUSED = {"6"}, {"3", "5"}
"""Values of beian_status that we know; of any other we only know that it is under way."""
TICKET_LIVES = timedelta(hours=12)


def authorised(facts: Facts) -> Verdict:
    """We may act for the app."""
    return ok() if facts.is_authorised else todo()


def name(facts: Facts) -> Verdict:
    """It has a name."""
    told = facts.info.answer.nick_name
    return ok(told, told) if told else todo()


def avatar(facts: Facts) -> Verdict:
    """It has a picture."""
    return ok() if facts.info.answer.head_img else todo()


def introduction(facts: Facts) -> Verdict:
    """It has an introduction."""
    told = facts.info.answer.signature
    return ok(told, told) if told else todo()


def categories(facts: Facts) -> Verdict:
    """It has a category, and one of them allows to sell."""
    found = facts.categories.answer
    names = "、".join(_name(item) for item in found)
    if not found:
        return todo()
    if not any(item.first_class in SELLS for item in found):
        return wrong(
            f"Under {names} nothing can be sold. Add a category below one of these:"
            f" {'、'.join(sorted(SELLS))}.",
            f"现有类目（{names}）不能销售商品，请在以下任一类目下添加：{'、'.join(sorted(SELLS))}。",
        )
    return ok(names, names)


def privacy(facts: Facts) -> Verdict:
    """The guide explains all that we collect, and all that WeChat found in the code."""
    guide = facts.guide.answer
    explained = {key for key, purpose in guide.settings if purpose}
    if not explained:
        return todo("There is no guide yet.", "尚未设置指引。")
    collected = [key for key in facts.collected if key not in explained]
    in_code = [key for key in guide.missing_keys if key not in collected]
    if not collected and not in_code:
        keys = "、".join(sorted(explained))
        return ok(f"Explained: {keys}.", f"已说明：{keys}。")
    en, zh = [], []
    if collected:
        en.append(f"We collect and it does not explain: {'、'.join(collected)}.")
        zh.append(f"平台实际收集但指引未说明：{'、'.join(collected)}。")
    if in_code:
        names = dict(guide.key_names)
        listed = "、".join(f"{key} {names.get(key, '')}".strip() for key in in_code)
        en.append(f"The code uses and it does not explain: {listed}.")
        zh.append(f"代码中使用但指引未说明：{listed}。")
    return wrong(" ".join(en), "".join(zh))


def domains(facts: Facts) -> Verdict:
    """Requests, uploads and downloads reach our API."""
    told = facts.domains.answer
    lists = {"request": told.request, "upload": told.upload, "download": told.download}
    lacking = [kind for kind, hosts in lists.items() if facts.api_host not in hosts]
    if lacking:
        said = "、".join(lacking)
        return todo(
            f"{facts.api_host} is missing from: {said}.", f"{facts.api_host} 未加入：{said}。"
        )
    return ok(facts.api_host, facts.api_host)


def platform_domains(facts: Facts) -> Verdict:
    """Our own list at WeChat names the host: else 85018 for every shop."""
    host = facts.api_host.removeprefix("https://")
    if host in facts.platform_domains.answer:
        return ok(host, host)
    return wrong(
        f"The platform's own list lacks {host}.", f"第三方平台自身的域名列表中没有 {host}。"
    )


def permissions(facts: Facts) -> Verdict:
    """The owner granted every permission set that we use."""
    granted = facts.info.answer.permission_set_ids
    lacking = [words for number, words in PERMISSIONS.items() if number not in granted]
    if not lacking:
        return ok()
    return wrong(
        f"Not granted: {'; '.join(words.en for words in lacking)}.",
        f"未授权：{'；'.join(words.zh for words in lacking)}。",
    )


def filing(facts: Facts) -> Verdict:
    """WeChat told that it is filed, or the owner says so."""
    if facts.filing_status in FILED:
        return ok("WeChat told so.", "微信已通知备案通过。")
    if facts.filing_status in FILING_REFUSED:
        return wrong("The filing was sent back.", "备案被驳回。")
    said = facts.answers.get("filing")
    if facts.filing_status and said != YES:
        return todo("WeChat told that it is under way.", "微信已通知备案正在进行。")
    return {YES: ok(), NO: todo()}.get(said or "", asked())


def order_path(facts: Facts) -> Verdict:
    """The version names the page of a customer's orders, as trading apps must."""
    if not facts.knows.has_template:
        return unknown("There is no version to release yet.", "暂无可发布的版本。")
    path = facts.knows.order_path
    if not path:
        return wrong("The newest version names none.", "最新版本未填写订单中心页面。")
    return ok(path, path)


def ugc(facts: Facts) -> Verdict:
    """Where customers publish, the version says how that is checked, and a category allows it."""
    open_to = [_name(c) for c in facts.categories.answer if c.second_class in USER_CONTENT]
    if not open_to and not facts.knows.publishes_ugc:
        return ok("Customers publish nothing here.", "本小程序没有用户发布内容。")
    if facts.knows.publishes_ugc and not open_to:
        return todo(
            "Customers publish here; add the category 社交 > 社区/论坛.",
            "顾客可发布内容，请添加类目“社交 > 社区/论坛”。",
        )
    if not facts.knows.has_template:
        return unknown("There is no version to release yet.", "暂无可发布的版本。")
    if not facts.knows.declares_ugc:
        listed = "、".join(open_to)
        return wrong(
            f"{listed} needs the declaration; the newest version has none.",
            f"{listed} 需要声明，最新版本未声明。",
        )
    return ok()


def ticket(facts: Facts) -> Verdict:
    """WeChat's ticket keeps coming: without it the platform can do nothing after 12 hours."""
    if facts.ticket_at is None:
        return wrong("None has come yet.", "尚未收到。")
    age = facts.now - facts.ticket_at
    minutes = max(0, int(age.total_seconds() // 60))
    said = (f"The latest came {minutes} minutes ago.", f"最近一次在 {minutes} 分钟前收到。")
    if age >= TICKET_LIVES:
        return wrong(*said)
    return todo(*said) if age >= TICKET_LATE else ok(*said)


def _name(category: Category) -> str:
    names = (category.first_class, category.second_class, category.third_class)
    return " > ".join(filter(None, names))


_STAFF = Words(
    "Nothing for you to do: tell the platform's support, and check again afterwards.",
    "无需您操作：请告知平台客服，处理后再检查一次。",
)
_YEAR = timedelta(days=365)

RELEASE_CHECKS = (
    Check(
        "authorised", authorised,
        Words("The platform is authorised", "已授权平台"),
        Words("Without it we can neither configure nor release your mini-program.",
              "未授权时，平台无法为您配置或发布小程序。"),
        Words("Open the page of the mini-program and authorise; scan with the administrator's"
              " WeChat.",
              "打开“小程序”页面并授权，由小程序管理员微信扫码确认。"),
        "§3.3", Blocks.RELEASE, PROGRAM_PAGE,
    ),
    Check(
        "name", name,
        Words("Name", "小程序名称"),
        Words("WeChat takes no version of an app without a name.",
              "没有名称的小程序无法提交审核。"),
        Words("mp.weixin.qq.com → Settings → Basic settings → Name: enter the name of the shop.",
              "mp.weixin.qq.com → 设置 → 基本设置 → 小程序名称，填写名称。"),
        "§3.6 (86002)", Blocks.RELEASE, MP, is_hard=True,
    ),
    Check(
        "avatar", avatar,
        Words("Avatar", "小程序头像"),
        Words("WeChat takes no version of an app without a picture.",
              "没有头像的小程序无法提交审核。"),
        Words("mp.weixin.qq.com → Settings → Basic settings → Avatar: upload your logo, at least"
              " 144 × 144 pixels.",
              "mp.weixin.qq.com → 设置 → 基本设置 → 小程序头像，上传标志（至少 144 × 144 像素）。"),
        "§3.6 (86002)", Blocks.RELEASE, MP, is_hard=True,
    ),
    Check(
        "introduction", introduction,
        Words("Introduction", "小程序介绍"),
        Words("WeChat takes no version of an app without an introduction.",
              "没有介绍的小程序无法提交审核。"),
        Words("mp.weixin.qq.com → Settings → Basic settings → Introduction: 4 to 120 characters on"
              " what you sell.",
              "mp.weixin.qq.com → 设置 → 基本设置 → 介绍，用 4–120 个字说明您卖什么。"),
        "§3.6 (86002)", Blocks.RELEASE, MP, is_hard=True,
    ),
    Check(
        "categories", categories,
        Words("Service categories", "服务类目"),
        Words("Every submission names a category; one that does not fit the goods is refused.",
              "每次提交审核都要选择类目，与所售商品不符会被驳回。"),
        Words("mp.weixin.qq.com → Settings → Basic settings → Service categories → Add: choose what"
              " you sell; some ask for a licence.",
              "mp.weixin.qq.com → 设置 → 基本设置 → 服务类目 → 添加，选择与商品相符的类目，"
              "部分需要资质。"),
        "§3.5, §3.6 (85023)", Blocks.RELEASE, MP, is_hard=True,
    ),
    Check(
        "main_category", by_answer("main_category"),
        Words("Main business category", "主营类目"),
        Words("WeChat holds what a shop mainly sells against it, and may limit an app without one.",
              "微信会据此核对小程序的主要经营内容，未设置可能被限制。"),
        Words("mp.weixin.qq.com → Settings → Basic settings → Service categories: mark one of"
              " them as"
              " the main one, then answer yes here.",
              "mp.weixin.qq.com → 设置 → 基本设置 → 服务类目，将其中一个设为主营类目，"
              "然后在此回答“是”。"),
        "mission X-2", Blocks.RELEASE, MP,
        question=Question(
            QuestionKind.YES_NO,
            Words("Is the main business category set?", "主营类目设置好了吗？"), _YEAR,
        ),
    ),
    Check(
        "privacy", privacy,
        Words("Privacy guide", "用户隐私保护指引"),
        Words("A guide that differs from the data that is collected gets a version refused, or the"
              " app taken down.",
              "指引与实际收集的信息不一致，会被驳回甚至下架。"),
        Words("Open the page of the mini-program and configure again: we write the guide from"
              " what we"
              " really collect. What only the code uses, tell the platform's support.",
              "打开“小程序”页面重新配置，平台会按实际收集的信息写入指引；"
              "仅代码使用的信息请告知平台客服。"),
        "§3.5", Blocks.RELEASE, PROGRAM_PAGE,
    ),
    Check(
        "domains", domains,
        Words("Server domains", "服务器域名"),
        Words("The mini-program may only speak to hosts on its list.",
              "小程序只能访问列表中的服务器。"),
        Words("Open the page of the mini-program and configure again: we set the domains.",
              "打开“小程序”页面重新配置，平台会写入域名。"),
        "§3.5", Blocks.RELEASE, PROGRAM_PAGE,
    ),
    Check(
        "platform_domains", platform_domains,
        Words("The platform's own domain list", "平台自身的域名列表"),
        Words("A shop can only have domains that the platform has.",
              "小铺只能使用平台已登记的域名。"),
        _STAFF, "§3.5 (85018)", Blocks.RELEASE,
    ),
    Check(
        "permissions", permissions,
        Words("Permission sets", "权限集"),
        Words("Each thing that we do for you needs its permission; one that was not ticked fails.",
              "平台代您操作的每项功能都需要相应权限，漏选会失败。"),
        Words("Open the page of the mini-program and authorise again; on WeChat's page leave all"
              " permissions ticked.",
              "打开“小程序”页面重新授权，在微信页面上保持全部权限勾选。"),
        "§0.2, §5", Blocks.RELEASE, PROGRAM_PAGE,
    ),
    Check(
        "filing", filing,
        Words("Filing (备案)", "小程序备案"),
        Words("Since 2023 no mini-program is released without a filing; it takes 1 to 20 working"
              " days.",
              "小程序须完成备案才能发布，一般需要 1–20 个工作日。"),
        Words("mp.weixin.qq.com → Settings → Basic settings → Mini-program filing: fill in, and"
              " answer"
              " the SMS of the authority within 24 hours.",
              "mp.weixin.qq.com → 设置 → 基本设置 → 小程序备案，填写资料，并在 24"
              " 小时内完成管局短信核验。"),
        "§3.4", Blocks.RELEASE, MP,
        question=Question(
            QuestionKind.YES_NO, Words("Is the filing passed?", "备案已通过了吗？"), _YEAR,
        ),
    ),
    Check(
        "order_path", order_path,
        Words("Order page (order_path)", "订单中心页面（order_path）"),
        Words("An app that sells must name the page of a customer's orders.",
              "交易类小程序提交审核时必须填写订单中心页面。"),
        _STAFF, "§3.6", Blocks.RELEASE,
    ),
    Check(
        "ugc", ugc,
        Words("User content (ugc_declare)", "用户内容声明（ugc_declare）"),
        Words("Community, notes and Q&A categories need a declaration of how content is checked.",
              "社区/论坛、笔记、问答类目首次提交须声明内容审核方式。"),
        Words("If a category is missing: mp.weixin.qq.com → Settings → Basic settings → Service"
              " categories → Add. If the declaration is missing: tell the platform's support.",
              "缺少类目：mp.weixin.qq.com → 设置 → 基本设置 → 服务类目 → 添加；缺少声明："
              "请告知平台客服。"),
        "§3.6", Blocks.RELEASE, MP,
    ),
    Check(
        "ticket", ticket,
        Words("WeChat's ticket", "微信推送的 ticket"),
        Words("WeChat sends it every ten minutes; twelve hours without it and nothing works.",
              "微信每十分钟推送一次，十二小时未收到则平台无法调用微信。"),
        _STAFF, "§3.2", Blocks.RELEASE,
    ),
)  # fmt: skip
