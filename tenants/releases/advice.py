"""What a refusal means for a shop's owner, and what to do. Pure.

WeChat's reasons are sentences for people, with a number of its rules in front and HTML around. The
table is learned from common ones, the more special before the more general.
"""

import html
import re
from dataclasses import dataclass

MOST_REASON = 2000


@dataclass(frozen=True)
class Advice:
    """What to do about a refusal; `link` is where on WeChat it is done or explained."""

    code: str
    advice_zh: str
    advice_en: str
    link: str
    words: tuple[str, ...] = ()


_MP = "https://mp.weixin.qq.com/"
_RULES = "https://developers.weixin.qq.com/miniprogram/product/"
_TABLE = (
    Advice(
        "category",
        "服务类目与小程序内容不符：请在“配置”中补充与所售商品一致的类目及资质，然后重新提交。",
        "The category does not fit what is sold: add the fitting category and its papers, "
        "then submit again.",
        _MP,
        ("服务类目", "类目不符", "选择类目", "补充类目", "类目", "经营范围"),
    ),
    Advice(
        "licence",
        "缺少经营资质：请在微信公众平台上传营业执照或许可证（如食品经营许可证），然后重新提交。",
        "A licence is missing: upload it on WeChat's platform (for food, the food licence), "
        "then submit again.",
        _MP,
        ("资质", "许可证", "营业执照", "授权书", "备案凭证"),
    ),
    Advice(
        "filing",
        "小程序尚未完成备案：请在微信公众平台完成 ICP 备案后重新提交。",
        "The mini-program is not filed (ICP): complete the filing on WeChat's platform first.",
        _MP,
        ("备案",),
    ),
    Advice(
        "privacy",
        "隐私指引与实际收集的信息不一致：请点击“重新配置”更新隐私指引，然后重新提交。",
        "The privacy guide differs from what is collected: configure the mini-program again, "
        "then submit again.",
        "https://developers.weixin.qq.com/miniprogram/dev/framework/user-privacy/",
        ("隐私", "个人信息", "用户信息", "收集用户"),
    ),
    Advice(
        "order_path",
        "未填写或无法打开订单中心页面：请重新提交，平台会自动带上订单页路径。",
        "The page of orders is missing or does not open: submit again, the platform names it.",
        _RULES,
        ("订单中心", "order_path", "订单页"),
    ),
    Advice(
        "ugc",
        "含有用户发布内容但未说明审核机制：请联系平台客服补充内容安全说明后重新提交。",
        "Customers publish in it and it was not said how that is checked: write to our support.",
        _RULES,
        ("用户发布", "UGC", "社区", "内容安全", "信息安全审核", "论坛"),
    ),
    Advice(
        "name",
        "小程序名称、头像或简介不符合规范：请在微信公众平台修改后重新提交。",
        "Name, picture or introduction break the rules: change them on WeChat's platform, "
        "then submit again.",
        _MP,
        ("名称", "头像", "简介", "昵称", "侵权", "商标"),
    ),
    Advice(
        "empty",
        "审核时看不到完整内容：请上架几件真实商品并检查页面能正常打开，然后重新提交。",
        "The reviewer saw no real content: publish some real products, check that the pages open, "
        "then submit again.",
        _RULES,
        ("测试", "空白", "无实际内容", "内容不完整", "无法体验", "暂无商品", "无内容", "demo"),
    ),
    Advice(
        "broken",
        "审核时页面无法打开或报错：请打开体验版检查，确认正常后重新提交。",
        "A page did not open: look at the preview, and submit again when it works.",
        _RULES,
        ("无法打开", "报错", "白屏", "加载失败", "无法正常", "闪退", "BUG", "bug", "异常"),
    ),
    Advice(
        "login",
        "进入小程序时强制登录或强制授权：请联系平台客服处理模板。",
        "It forces people to sign in or to grant something first: write to our support.",
        _RULES,
        ("登录", "强制授权", "测试账号", "账号密码"),
    ),
    Advice(
        "inducement",
        "含有诱导分享、关注或夸大宣传的内容：请修改首页公告和商品介绍后重新提交。",
        "It lures people into sharing or following, or exaggerates: change announcement and "
        "descriptions, then submit again.",
        _RULES,
        ("诱导", "夸大", "虚假", "欺诈", "最低价", "绝对化"),
    ),
    Advice(
        "goods",
        "含有平台不允许销售的商品：请下架相关商品后重新提交。",
        "It offers goods that WeChat does not allow: hide them, then submit again.",
        _RULES,
        ("违禁", "禁售", "违规商品", "医疗", "药品", "烟", "酒类", "保健"),
    ),
)
_OTHER = Advice(
    "other",
    "请按微信给出的原因和截图修改后重新提交；如有疑问请联系平台客服。",
    "Mend what WeChat's reason and pictures show, then submit again; write to us if it is unclear.",
    _MP,
)
ADVICE = {advice.code: advice for advice in (*_TABLE, _OTHER)}
_BREAK = re.compile(r"<\s*(?:br|/p|/div|/li)\s*/?\s*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_SCRIPT = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)


def plain(reason: str) -> str:
    """Return WeChat's reason without HTML: text for people, at most 2,000 characters."""
    text = _BREAK.sub("\n", _SCRIPT.sub("", reason))
    text = html.unescape(_TAG.sub("", text))
    lines = (" ".join(line.split()) for line in text.replace("<", "〈").splitlines())
    return "\n".join(line for line in lines if line)[:MOST_REASON]


def advice_for(reason: str) -> Advice:
    """Return what to do about a refusal; for an unknown reason, a general advice."""
    return next((a for a in _TABLE if any(word in reason for word in a.words)), _OTHER)
