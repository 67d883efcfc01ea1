"""What concerns the shop whatever its apps: licence, papers, and features that take months."""

from collections.abc import Callable
from datetime import date, timedelta

from tenants.readiness.checking import (
    MP,
    PAY,
    YES,
    Check,
    Question,
    Verdict,
    Words,
    asked,
    by_answer,
    ok,
    todo,
    wrong,
)
from tenants.readiness.facts import Facts
from tenants.readiness.states import Blocks, QuestionKind, Scope

LICENCE_NOTICE = timedelta(days=30)
"""So long before a licence expires the owner is reminded."""
FEATURE_DAYS = timedelta(days=90)
"""So old must a merchant account be, with payments lately, before WeChat grants some features."""


def licence(facts: Facts) -> Verdict:
    """The licence is recorded and holds."""
    expires = _day(facts, "licence")
    if expires is None:
        return asked()
    today = facts.now.date()
    if expires < today:
        return wrong(f"It expired on {expires}.", f"已于 {expires} 到期。")
    said = (f"It holds until {expires}.", f"有效期至 {expires}。")
    return todo(*said) if expires - today <= LICENCE_NOTICE else ok(*said)


def pay_features_applied(facts: Facts) -> Verdict:
    """The day of the application is recorded."""
    applied = _day(facts, "pay_features_applied")
    return asked() if applied is None else ok(f"On {applied}.", f"申请日期：{applied}。")


def pay_features_granted(facts: Facts) -> Verdict:
    """They are granted, or WeChat cannot have granted them yet, or it is time to look."""
    applied = _day(facts, "pay_features_applied")
    if facts.answers.get("pay_features_granted") == YES:
        return ok()
    if applied is None:
        return todo("Not applied for yet.", "尚未申请。")
    from_day = applied + FEATURE_DAYS
    if facts.now.date() < from_day:
        return todo(f"Not before {from_day}.", f"最早 {from_day} 可开通。")
    return asked()


def _day(facts: Facts, key: str) -> date | None:
    said = facts.answers.get(key, "")
    return date.fromisoformat(said) if said else None


def _before_registering(key: str) -> Callable[[Facts], Verdict]:
    """Return a check that believes the owner, until there is a mini-program."""
    believe = by_answer(key)

    def judge(facts: Facts) -> Verdict:
        if facts.has_program:
            return ok("Needed for registering only.", "仅注册时需要。")
        return believe(facts)

    return judge


def _paper(key: str, title: Words, how: Words) -> Check:
    return Check(
        key, _before_registering(key), title,
        Words("Registering a mini-program for a business needs it; have it ready before you begin.",
              "注册企业小程序需要此项，请提前准备。"),
        how, "§3.4, mission S3-26", link=MP, scope=Scope.SHOP,
        question=Question(QuestionKind.YES_NO, Words("Do you have it?", "准备好了吗？")),
    )  # fmt: skip


SHOP_CHECKS = (
    Check(
        "licence", licence,
        Words("Business licence", "营业执照"),
        Words("WeChat closes accounts whose licence has expired. An individual business's licence"
              " is"
              " enough.",
              "执照过期会导致微信账号受限。个体工商户执照即可。"),
        Words("Enter until when it is valid. When it ends: renew it at the market regulator, bring"
              " it up to date on pay.weixin.qq.com → Account centre → Merchant information, and"
              " enter the new date.",
              "请填写有效期。到期前到市场监管部门更新，并在 pay.weixin.qq.com → 账户中心 →"
              " 商户信息 更新，再填写新日期。"),
        "mission S1-23", Blocks.PAYMENT, PAY, Scope.SHOP,
        Question(
            QuestionKind.DATE,
            Words("Until when is it valid? (2099-12-31 if for ever)",
                  "有效期至？（长期有效填 2099-12-31）"),
        ),
    ),
    Check(
        "pay_features_applied", pay_features_applied,
        Words("Application for transfers and profit sharing", "申请转账与分账功能"),
        Words("WeChat Pay grants some features, such as transfers to customers, only to merchants"
              " with"
              " more than 90 days and recent payments.",
              "商家转账、分账等功能通常要求商户号开通满 90 天且近期有交易。"),
        Words("pay.weixin.qq.com → Product centre → My products: apply as soon as you are paid, and"
              " enter the day here.",
              "pay.weixin.qq.com → 产品中心 → 我的产品，开始收款后尽早申请，并在此填写申请日期。"),
        "mission S1-21", Blocks.NOTHING, PAY, Scope.SHOP,
        Question(QuestionKind.DATE, Words("When did you apply?", "何时提交的申请？")),
    ),
    Check(
        "pay_features_granted", pay_features_granted,
        Words("Transfers and profit sharing granted", "转账与分账功能已开通"),
        Words("Until then withdrawals are paid out by hand.", "开通前请人工打款。"),
        Words("Wait for the 90 days; then look at pay.weixin.qq.com → Product centre → My"
              " products.",
              "满 90 天后到 pay.weixin.qq.com → 产品中心 → 我的产品 查看。"),
        "mission S1-21", Blocks.NOTHING, PAY, Scope.SHOP,
        Question(
            QuestionKind.YES_NO, Words("Are they granted?", "已经开通了吗？"), timedelta(days=365)
        ),
    ),
    Check(
        "account_order", _before_registering("account_order"),
        Words("Official account first", "先公众号，后小程序"),
        Words("Each verification costs WeChat's fee (¥300 for a business when this was written). A"
              " mini-program registered from a verified official account needs no second one.",
              "每次认证都要支付审核费（撰写时企业为 300 元）。"
              "从已认证公众号快速注册的小程序无需再付。"),
        Words("Want an official account? Register and verify it first, then mp.weixin.qq.com →"
              " Mini-"
              "program management → Add → Quick registration. Then, or if you want none, answer"
              " yes.",
              "需要公众号时：先注册并认证公众号，再在 mp.weixin.qq.com → 小程序管理 → 添加 →"
              " 快速注册并认证"
              "小程序。完成后（或不需要公众号时）回答“是”。"),
        "mission S1-20", link=MP, scope=Scope.SHOP,
        question=Question(
            QuestionKind.YES_NO,
            Words("Is that settled?", "已经确定了吗？"),
        ),
    ),
    _paper(
        "paper_code",
        Words("Unified social credit code, 18 characters", "统一社会信用代码（18 位）"),
        Words("It stands on the business licence; older 15-digit numbers are not taken.",
              "见营业执照；旧的 15 位注册号不能使用。"),
    ),
    _paper(
        "paper_person",
        Words("The legal person's WeChat", "法定代表人的微信"),
        Words("The legal person scans WeChat's code and shows their face within 24 hours; the"
              " WeChat"
              " account has a bank card of their own.",
              "法定代表人须在 24 小时内用微信扫码并完成人脸核验，该微信须绑定本人银行卡。"),
    ),
    _paper(
        "paper_administrator",
        Words("Administrator and an e-mail that is new to WeChat", "管理员与未注册过的邮箱"),
        Words("A person with a Chinese identity card who scans for you, and an address that no"
              " WeChat"
              " account uses yet.",
              "由有身份证的管理员扫码，邮箱不能已用于其他公众号或小程序。"),
    ),
    _paper(
        "paper_bank",
        Words("Bank account of the business", "对公账户"),
        Words("WeChat Pay settles to it; an individual business may use the operator's own card.",
              "用于微信支付结算；个体工商户可使用经营者本人银行卡。"),
    ),
    _paper(
        "paper_filing",
        Words("Papers for the filing", "备案材料"),
        Words("Licence, identity cards of the legal person and of who answers for the app, and a"
              " phone"
              " that receives the authority's SMS.",
              "营业执照、法定代表人和小程序负责人身份证，以及能接收管局短信的手机。"),
    ),
)  # fmt: skip
