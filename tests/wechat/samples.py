"""One way to call each function of the client, and more where its address depends on it.

`SAMPLES["module.function"]` lists what to run with the loopback stub; the tokens of COMPONENT and
SHOP are there, and what the stub answers is without content.
"""

import gzip
import hashlib
from datetime import UTC, date, datetime

from wechat import (
    authorization,
    bills,
    categories,
    certificates,
    complaints,
    component,
    content,
    customer_service,
    diagnosis,
    domains,
    identity,
    links,
    login,
    onboarding,
    own_app,
    pay,
    phone,
    privacy,
    program_code,
    qr_codes,
    registration,
    session_keys,
    sharing,
    shipping,
    subscriptions,
    templates,
    transfers,
)

COMPONENT = "wx00000000000000c0"
SHOP = "wx0000000000000001"
MOMENT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
DAY = date(2026, 11, 19)
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 20
MP4 = b"\0\0\0\x18ftypmp42" + b"x" * 20
PARCEL = shipping.ParcelInfo("78901234567890", "ZTO", "龙井茶 × 1")
KEY = shipping.OrderKey("4200000001")
EXT = program_code.ExtJson(SHOP, {"tenant": "t", "apiBase": "https://api.example.com", "v": "1"})
CATEGORY = categories.Category("商家自营", "百货", "", 1, 103, 0)
GUIDE = privacy.PrivacyGuide("a@example.com", "", "弹窗", "", (("PhoneNumber", "联系"),))
PERSON = {"openid": "oBuyer"}
FILE = {"name": "a.png", "mime": "image/png"}
SHARED = {"transaction_id": "4200000001", "out_order_no": "S-1"}
TO_PROVIDER = {"kind": sharing.ReceiverKind.MERCHANT, "account": "1900000100"}
SUB_MCHIDS = ("1900000109", None)
"""A shop of the provider's, and a merchant of its own."""


def _of_apps():
    return {
        "diagnosis.request_of": lambda: diagnosis.request_of(SHOP, "rid"),
        "diagnosis.clear_quota": lambda: diagnosis.clear_quota(SHOP),
        "login.code_to_session": lambda: login.code_to_session(appid=SHOP, code="c"),
        "own_app.own_session": lambda: own_app.own_session("wxown", "secret", "c"),
        "own_app.own_token": lambda: own_app.own_token("wxown", "secret"),
        "phone.phone_number": lambda: phone.phone_number(SHOP, "c"),
        "session_keys.is_alive": lambda: session_keys.is_alive(SHOP, **PERSON, session_key="k=="),
        "identity.paid_unionid": lambda: identity.paid_unionid(SHOP, **PERSON, transaction_id="42"),
    }


def _of_the_component():
    return {
        "component.start_push_ticket": component.start_push_ticket,
        "component.revive_ticket": component.revive_ticket,
        "component.component_token": lambda: component.component_token(stale="C-1"),
        "component.authorizer_token": lambda: component.authorizer_token(SHOP, stale="S-1"),
        "component.pre_authorization_code": component.pre_authorization_code,
        "authorization.pages": lambda: authorization.pages(redirect_uri="https://a.example/b"),
        "component.adopt_once": lambda: component.adopt_once("code-1", appid=SHOP),
        "component.adopt_authorization": lambda: component.adopt_authorization("code-2"),
        "component.app_info": lambda: component.app_info(SHOP),
        "component.listed_refresh_tokens": lambda: list(component.listed_refresh_tokens()),
        "registration.register": lambda: registration.register(
            name="茶馆", code="91440300MA5FABCD1X", component_phone="13800138000"
        ),
    }


def _of_accounts():
    one = {"first_id": 1, "second_id": 103}
    return {
        "domains.get": lambda: domains.get(SHOP),
        "domains.replace": lambda: domains.replace(SHOP, domains.Domains()),
        "domains.effective": lambda: domains.effective(SHOP),
        "domains.set_webview": lambda: domains.set_webview(SHOP, ("https://a.example",)),
        "domains.set_platform_domains": lambda: domains.set_platform_domains(("a.example",)),
        "domains.platform_domains": domains.platform_domains,
        "categories.categories": lambda: categories.categories(SHOP),
        "categories.settable": lambda: categories.settable(SHOP),
        "categories.add": lambda: categories.add(SHOP, **one),
        "categories.remove": lambda: categories.remove(SHOP, **one),
        "privacy.set_guide": lambda: privacy.set_guide(SHOP, GUIDE),
        "privacy.guide": lambda: privacy.guide(SHOP),
        "privacy.apply_for_interface": lambda: privacy.apply_for_interface(
            SHOP, api_name="wx.getLocation", purpose="配送"
        ),
    }


def _of_code():
    item = program_code.Submission
    return {
        "templates.drafts": templates.drafts,
        "templates.add_draft": lambda: templates.add_draft(1),
        "templates.templates": templates.templates,
        "templates.delete": lambda: templates.delete(1),
        "program_code.commit": lambda: program_code.commit(
            SHOP, template_id=1, ext=EXT, user_version="1.0.0", user_desc="first"
        ),
        "program_code.detection": lambda: program_code.detection(SHOP),
        "program_code.trial_qr": lambda: program_code.trial_qr(SHOP, path="pages/a"),
        "program_code.pages": lambda: program_code.pages(SHOP),
        "program_code.upload_media": lambda: program_code.upload_media(SHOP, body=PNG, **FILE),
        "program_code.submit_audit": lambda: program_code.submit_audit(
            SHOP, submission=item(items=(), version_desc="first", order_path="pages/orders")
        ),
        "program_code.audit_status": lambda: program_code.audit_status(SHOP, "1"),
        "program_code.latest_audit": lambda: program_code.latest_audit(SHOP),
        "program_code.screenshot": lambda: program_code.screenshot(SHOP, "m-1"),
        "program_code.withdraw_audit": lambda: program_code.withdraw_audit(SHOP),
        "program_code.speed_up": lambda: program_code.speed_up(SHOP, "1"),
        "program_code.quota": lambda: program_code.quota(SHOP),
        "program_code.release": lambda: program_code.release(SHOP),
        "program_code.grey": lambda: program_code.grey(SHOP, percentage=10),
        "program_code.grey_plan": lambda: program_code.grey_plan(SHOP),
        "program_code.cancel_grey": lambda: program_code.cancel_grey(SHOP),
        "program_code.rollback": lambda: program_code.rollback(SHOP),
        "program_code.history": lambda: program_code.history(SHOP),
        "program_code.set_visible": lambda: program_code.set_visible(SHOP, True),
        "program_code.is_visible": lambda: program_code.is_visible(SHOP),
        "program_code.versions": lambda: program_code.versions(SHOP),
    }


def _of_shipping():
    sent = {"appid": SHOP, "transaction_id": "42", "openid": "oBuyer", "uploaded_at": MOMENT}
    one = {"appid": SHOP, "transaction_id": "42"}
    return {
        "shipping.upload": lambda: shipping.upload(**sent, parcels=[PARCEL], all_shipped=True),
        "shipping.upload_pickup": lambda: shipping.upload_pickup(**sent, item_description="茶"),
        "shipping.upload_unparcelled": lambda: shipping.upload_unparcelled(
            **sent, logistics=shipping.Logistics.CITY, item_description="茶"
        ),
        "shipping.upload_combined": lambda: shipping.upload_combined(
            appid=SHOP,
            key=KEY,
            openid="oBuyer",
            sub_orders=[shipping.SubOrder(KEY, (PARCEL,))],
            uploaded_at=MOMENT,
        ),
        "shipping.order_status": lambda: shipping.order_status(**one),
        "shipping.orders": lambda: list(shipping.orders(appid=SHOP)),
        "shipping.remind_to_confirm": lambda: shipping.remind_to_confirm(**one, received_at=MOMENT),
        "shipping.is_trade_managed": lambda: shipping.is_trade_managed(SHOP),
        "shipping.is_confirmation_completed": lambda: shipping.is_confirmation_completed(SHOP),
        "shipping.set_jump_path": lambda: shipping.set_jump_path(SHOP, "pages/order"),
        "shipping.report_presale": lambda: shipping.report_presale(**one, ships_at=MOMENT),
        "shipping.report_test_order": lambda: shipping.report_test_order(**one),
        "shipping.carriers": lambda: shipping.carriers(SHOP),
    }


def _of_safety_and_messages():
    seen = {**PERSON, "scene": content.Scene.COMMENT}
    return {
        "content.check_text": lambda: content.check_text(SHOP, **seen, content="好茶"),
        "content.check_media": lambda: content.check_media(
            SHOP, **seen, media_url="https://a.example/a.png"
        ),
        "content.check_picture": lambda: content.check_picture(SHOP, picture=PNG, **FILE),
        "content.risk_rank": lambda: content.risk_rank(
            SHOP, **PERSON, scene=content.RiskScene.REGISTER, client_ip="203.0.113.9"
        ),
        "subscriptions.categories": lambda: subscriptions.categories(SHOP),
        "subscriptions.library_titles": lambda: subscriptions.library_titles(
            SHOP, category_ids=[1]
        ),
        "subscriptions.library_keywords": lambda: subscriptions.library_keywords(SHOP, tid="99"),
        "subscriptions.add_template": lambda: subscriptions.add_template(
            SHOP, tid="99", keyword_ids=[1, 2], scene_desc="发货"
        ),
        "subscriptions.own_templates": lambda: subscriptions.own_templates(SHOP),
        "subscriptions.delete_template": lambda: subscriptions.delete_template(
            SHOP, template_id="T"
        ),
        "subscriptions.send": lambda: subscriptions.send(
            SHOP, **PERSON, template_id="T", data={"thing1": "茶"}
        ),
    }


def _of_codes_and_service():
    service, page = customer_service, {"title": "茶", "page": "pages/a"}
    link = {"title": "茶", "description": "好", "url": "https://a.example", "picture_url": ""}
    return {
        "qr_codes.unlimited": lambda: qr_codes.unlimited(SHOP, scene="k", page="pages/a"),
        "links.url_link": lambda: links.url_link(SHOP, path="pages/a"),
        "links.scheme": lambda: links.scheme(SHOP, path="pages/a"),
        "links.short_link": lambda: links.short_link(SHOP, page="pages/a"),
        "links.query_url_link": lambda: links.query_url_link(SHOP, url_link="https://a.example"),
        "links.query_scheme": lambda: links.query_scheme(SHOP, scheme="weixin://dl"),
        "customer_service.send_text": lambda: service.send_text(SHOP, **PERSON, text="您好"),
        "customer_service.send_link": lambda: service.send_link(SHOP, **PERSON, **link),
        "customer_service.send_picture": lambda: service.send_picture(SHOP, **PERSON, media_id="m"),
        "customer_service.send_program_page": lambda: service.send_program_page(
            SHOP, **PERSON, **page, cover_media_id="m"
        ),
        "customer_service.show_typing": lambda: service.show_typing(SHOP, **PERSON),
        "customer_service.upload_media": lambda: service.upload_media(SHOP, picture=PNG, **FILE),
    }


SAMPLES = {
    name: [lambda _, run=run: run()]
    for made in (
        _of_apps(),
        _of_the_component(),
        _of_accounts(),
        _of_code(),
        _of_shipping(),
        _of_safety_and_messages(),
        _of_codes_and_service(),
    )
    for name, run in made.items()
}


def sample(name):
    """Add a way to call `module.function`; it is given the stub."""

    def add(run):
        SAMPLES.setdefault(name, []).append(run)
        return run

    return add


def both(name, call, /, **arguments):
    """Add a call for a shop of the provider's, and one for a merchant of its own."""
    for sub_mchid in SUB_MCHIDS:
        sample(name)(lambda _, sub_mchid=sub_mchid: call(sub_mchid=sub_mchid, **arguments))


def one(name, call, /, *positional, **arguments):
    """Add a call that knows no such difference."""
    sample(name)(lambda _: call(*positional, **arguments))


_ORDER = {
    "out_trade_no": "ORDER-0001",
    "description": "茶",
    "amount_fen": 100,
    "notify_url": "https://a.example/pay",
    "expires_at": MOMENT,
}
both("pay.prepay", pay.prepay, **_ORDER, sub_appid=SHOP, openid="oBuyer")
both("pay.prepay_native", pay.prepay_native, **_ORDER, appid=SHOP)
both("pay.query", pay.query, out_trade_no="ORDER-0001")
both("pay.query_by_transaction", pay.query_by_transaction, transaction_id="4200000001")
both("pay.close", pay.close, out_trade_no="ORDER-0001")
both(
    "pay.refund",
    pay.refund,
    out_trade_no="ORDER-0001",
    out_refund_no="R-1",
    amount_fen=1,
    total_fen=100,
    reason="退货",
    notify_url="https://a.example/refund",
)
both("pay.query_refund", pay.query_refund, out_refund_no="R-1")
_ABNORMAL = {"refund_id": "50000000001", "out_refund_no": "R-1"}
both("pay.refund_to_merchant", pay.refund_to_merchant, **_ABNORMAL)
both(
    "pay.refund_to_card",
    pay.refund_to_card,
    **_ABNORMAL,
    bank_type="ICBC_DEBIT",
    bank_account="6222000000000000",
    real_name="顾客",
)


def _with_a_file(fetch):
    """Answer where the bill is, then the bill."""

    def run(stub):
        text = "一\n".encode()
        told = {
            "hash_type": "SHA1",
            "hash_value": hashlib.sha1(text).hexdigest(),
            "download_url": f"{stub.base}/v3/billdownload/file?token=t",
        }
        stub.first_answers([told, gzip.compress(text)])
        fetch(DAY)

    return run


sample("bills.trade_bill")(_with_a_file(bills.trade_bill))
sample("bills.fund_flow_bill")(_with_a_file(bills.fund_flow_bill))


@sample("bills.sub_merchant_fund_flow_bill")
def _a_sealed_file(stub):
    told = {"hash_type": "SHA1", "hash_value": "0" * 40, "bill_sequence": 1, "nonce": "n" * 16,
            "download_url": f"{stub.base}/v3/billdownload/file?token=t", "encrypt_key": "AAAA"}  # fmt: skip
    stub.first_answers([{"download_bill_count": 1, "download_bill_list": [told]}, b"sealed"])
    bills.sub_merchant_fund_flow_bill(DAY, sub_mchid="1900000109")


_PART = sharing.Part(**TO_PROVIDER, amount_fen=1, description="佣金")
_RELATION = sharing.Relation.SERVICE_PROVIDER
both("sharing.add_receiver", sharing.add_receiver, **TO_PROVIDER, relation=_RELATION, name="平台")
both("sharing.remove_receiver", sharing.remove_receiver, **TO_PROVIDER)
both("sharing.share", sharing.share, **SHARED, parts=[_PART], releases_rest=True)
both("sharing.query", sharing.query, **SHARED)
both("sharing.release", sharing.release, **SHARED, description="完结")
both(
    "sharing.take_back",
    sharing.take_back,
    out_order_no="S-1",
    out_return_no="B-1",
    return_mchid="1900000100",
    amount_fen=1,
    description="退回",
)
both("sharing.query_return", sharing.query_return, out_order_no="S-1", out_return_no="B-1")
one("sharing.unsplit_fen", sharing.unsplit_fen, transaction_id="4200000001")
one("sharing.max_ratio", sharing.max_ratio, sub_mchid="1900000109")

both(
    "transfers.create",
    transfers.create,
    appid=SHOP,
    openid="oBuyer",
    out_bill_no="T1",
    amount_fen=100,
    scene_id="1005",
    remark="佣金",
    report_infos=[transfers.ReportInfo("岗位类型", "推广员")],
)
both("transfers.query", transfers.query, out_bill_no="T1")
both(
    "transfers.query_by_wechats_number",
    transfers.query_by_wechats_number,
    transfer_bill_no="1330000001",
)
both("transfers.cancel", transfers.cancel, out_bill_no="T1")
one("transfers.ask_grant", transfers.ask_grant, sub_mchid="1900000109", out_apply_no="G1")
one("transfers.grant_of", transfers.grant_of, sub_mchid="1900000109")

_PART_OF_IT = {"any": "thing"}
one("onboarding.submit", onboarding.submit, onboarding.Application("B1", *[_PART_OF_IT] * 5))
one("onboarding.query", onboarding.query, business_code="B1")
one("onboarding.query_by_id", onboarding.query_by_id, applyment_id="2000001")
one("onboarding.upload", onboarding.upload, PNG)
one("onboarding.upload_video", onboarding.upload_video, MP4)
one("onboarding.settlement", onboarding.settlement, sub_mchid="1900000109")
one(
    "onboarding.modify_settlement",
    onboarding.modify_settlement,
    sub_mchid="1900000109",
    account_type=onboarding.AccountType.BUSINESS,
    account_bank="工商银行",
    bank_address_code="110000",
    account_number="6222000000000000",
)
one(
    "onboarding.settlement_change",
    onboarding.settlement_change,
    sub_mchid="1900000109",
    application_no="102329389",
)

one("certificates.valid", certificates.valid)

_COMPLAINT = {"complaint_id": "200201820200101080076610000"}
_URL = "https://a.example/complaints"
one("complaints.page", complaints.page, begin=DAY, end=DAY)
one("complaints.detail", complaints.detail, **_COMPLAINT)
one("complaints.history", complaints.history, **_COMPLAINT)
_ABOUT = {**_COMPLAINT, "complained_mchid": "1900000109"}
one("complaints.respond", complaints.respond, **_ABOUT, words="重发")
one("complaints.complete", complaints.complete, **_ABOUT)
one("complaints.approve_refund", complaints.approve_refund, **_COMPLAINT, days=1)
one("complaints.reject_refund", complaints.reject_refund, **_COMPLAINT, reason="已签收")
one("complaints.upload", complaints.upload, PNG)
sample("complaints.picture")(
    lambda stub: complaints.picture(f"{stub.base}/v3/merchant-service/images/m-1")
)
one("complaints.register_url", complaints.register_url, _URL)
one("complaints.registered_url", complaints.registered_url)
one("complaints.replace_url", complaints.replace_url, _URL)
one("complaints.remove_url", complaints.remove_url)
