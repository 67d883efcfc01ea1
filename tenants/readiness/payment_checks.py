"""What must be right before customers can pay and the money comes."""

from datetime import timedelta

from tenants.readiness.checking import (
    MP,
    NO,
    PAY,
    YES,
    Check,
    Question,
    Verdict,
    Words,
    asked,
    ok,
    todo,
    unknown,
)
from tenants.readiness.facts import Facts
from tenants.readiness.states import Blocks, QuestionKind

HEARD_LATELY = timedelta(days=30)
"""As long as pushes are kept."""


def verified(facts: Facts) -> Verdict:
    """WeChat verified whose the app is."""
    if facts.info.answer.is_verified:
        owner = facts.info.answer.principal_name
        return ok(owner, owner)
    return todo()


def merchant(facts: Facts) -> Verdict:
    """We know the shop's merchant number."""
    return ok(facts.sub_mchid, facts.sub_mchid) if facts.sub_mchid else todo()


def merchant_binding(facts: Facts) -> Verdict:
    """WeChat Pay took an order for the pair, or the owner says that they are bound."""
    if facts.knows.was_prepaid:
        return ok("WeChat Pay took an order for it.", "微信支付已受理过该小程序的订单。")
    return {YES: ok(), NO: todo()}.get(facts.answers.get("merchant_binding", ""), asked())


def shipping(facts: Facts) -> Verdict:
    """Where WeChat holds the money until shipping is told, every merchant agreed to that."""
    if not facts.is_managed.answer:
        return ok(
            "WeChat does not hold this app's money until shipping.",
            "该小程序未开启发货管理，微信不冻结货款。",
        )
    if facts.is_confirmed.answer:
        return ok(
            "Managed and agreed; we upload every parcel.",
            "已开通并确认，平台会自动上传发货信息。",
        )
    return todo("A merchant has not agreed yet.", "尚有商户号未确认。")


def shipping_path(facts: Facts) -> Verdict:
    """WeChat's shipping messages open our page of the order."""
    if not facts.is_managed.answer:
        return ok("WeChat sends none for this app.", "该小程序没有发货消息。")
    if not facts.knows.order_path:
        return unknown("The version names no order page.", "版本未填写订单中心页面。")
    path = facts.shipping_path.answer
    return ok(path, path)


def notices(facts: Facts) -> Verdict:
    """The templates of subscribe messages are chosen."""
    if facts.knows.notices == "done" and not facts.knows.notices_missing:
        return ok()
    missing = "、".join(facts.knows.notices_missing)
    if facts.knows.notices == "done":
        return todo(
            f"The app's categories have no template for: {missing}.",
            f"现有类目下没有模板：{missing}。",
        )
    if facts.knows.notices == "wanted":
        return todo("They are being chosen.", "正在选择模板。")
    if facts.knows.notices == "failed":
        return todo("WeChat did not let us choose them.", "选择模板失败。")
    return todo()


def pushes(facts: Facts) -> Verdict:
    """WeChat reaches us with what happens to this app, or at least to any."""
    if facts.heard_at is not None:
        return ok()
    if facts.anybody_heard_at is not None:
        return ok(
            "Nothing about this app yet; the address works for others.",
            "尚无该小程序的消息，但地址对其他小程序有效。",
        )
    days = HEARD_LATELY.days
    return unknown(f"Nothing was heard in {days} days.", f"{days} 天内未收到任何消息。")


PAYMENT_CHECKS = (
    Check(
        "verified", verified,
        Words("Verification (认证)", "微信认证"),
        Words("Only a verified app of a business can be paid; a personal one never can."
              " Verification"
              " costs a yearly fee to WeChat (¥300 for a business when this was written).",
              "只有已认证的企业或个体户小程序可以收款，个人小程序不行。认证需每年向微信支付审核费"
              "（撰写时企业为 300 元）。"),
        Words("Do you want an official account too? Verify it first, and register the"
              " mini-program from"
              " it: then one fee covers both. Otherwise mp.weixin.qq.com → Settings → Basic"
              " settings →"
              " WeChat verification.",
              "如果也需要公众号：先认证公众号，再从公众号快速注册小程序，可免一次审核费；否则"
              " mp.weixin.qq.com → 设置 → 基本设置 → 微信认证。"),
        "§3.3, §3.4, mission S1-20", Blocks.PAYMENT, MP,
    ),
    Check(
        "merchant", merchant,
        Words("Merchant number", "商户号"),
        Words("WeChat Pay pays into your own merchant account.", "货款直接进入您自己的商户号。"),
        Words("Apply for one on the payment page of your shop, or enter the one that you have.",
              "在小铺的“收款”页面申请商户号，或填写已有的商户号。"),
        "§4.13", Blocks.PAYMENT, "merchant/",
    ),
    Check(
        "merchant_binding", merchant_binding,
        Words("AppID bound to the merchant", "商户号已绑定 AppID"),
        Words("A payment for an app that is not bound is refused (APPID_MCHID_NOT_MATCH).",
              "未绑定的小程序下单会被拒绝（APPID_MCHID_NOT_MATCH）。"),
        Words("pay.weixin.qq.com → Product centre → AppID account management: add the AppID; then"
              " mp.weixin.qq.com → WeChat Pay → confirm.",
              "pay.weixin.qq.com → 产品中心 → AppID账号管理，添加 AppID；再到 mp.weixin.qq.com →"
              " 微信支付"
              " 确认关联。"),
        "§4.13", Blocks.PAYMENT, PAY,
        question=Question(
            QuestionKind.YES_NO,
            Words("Is the AppID bound to the merchant number?", "AppID 已与商户号绑定了吗？"),
            timedelta(days=180),
        ),
    ),
    Check(
        "shipping", shipping,
        Words("Shipping information", "发货信息管理"),
        Words("Where WeChat manages shipping, money stays frozen until every merchant has agreed"
              " and"
              " shipping is told.",
              "开启发货管理后，商户号确认并上传发货信息前货款会被冻结。"),
        Words("mp.weixin.qq.com → Functions → Order shipping management: confirm for each merchant"
              " number.",
              "mp.weixin.qq.com → 功能 → 订单发货管理，为每个商户号确认。"),
        "§5", Blocks.PAYMENT, MP,
    ),
    Check(
        "shipping_path", shipping_path,
        Words("Page of shipping messages", "发货消息跳转页面"),
        Words("Customers who tap WeChat's shipping message come to their orders in your"
              " mini-program.",
              "顾客点击微信发货消息时进入小程序的订单页。"),
        Words("Check again: we set it each time. WeChat cannot be asked for it.",
              "重新检查即可：平台每次都会写入，微信不提供查询。"),
        "§5.1",
    ),
    Check(
        "notices", notices,
        Words("Subscribe-message templates", "订阅消息模板"),
        Words("Only with templates can customers hear that you shipped.",
              "选择模板后顾客才能收到发货等通知。"),
        Words("Choose them with the button here; if none fits, add a selling category first.",
              "点击此处按钮选择；没有合适模板时，先添加销售类目。"),
        "§7",
    ),
    Check(
        "pushes", pushes,
        Words("WeChat's messages reach us", "微信消息推送"),
        Words("Audit results and customers' words come as pushes.",
              "审核结果、顾客消息都由微信推送。"),
        Words("A new app may be silent: send it a message from WeChat and check again. If it stays"
              " silent, tell the platform's support.",
              "新小程序可能暂无消息：可在微信中给它发一条客服消息后再检查；"
              "仍未收到请告知平台客服。"),
        "§3, §9",
    ),
)  # fmt: skip
