"""The calls that WeChat's contract names (§1-§9), and those that we or the simulator have beyond.

A new client function is a name in `client` here, and a sample in tests/wechat/test_inventory.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass

PAGE = "PAGE"
"""The method of an address that a person's browser opens, and that no program calls."""

SECTIONS = {
    "0": "Diagnosis",
    "1": "Login and identity",
    "2": "Tokens of apps of our own",
    "3.2": "Ticket and component token",
    "3.3": "Authorisation",
    "3.4": "Registration",
    "3.5": "Domains, categories, privacy",
    "3.6": "Templates and code",
    "4.3": "WeChat Pay: trust",
    "4.6": "WeChat Pay: prepay",
    "4.7": "WeChat Pay: query, close",
    "4.9": "WeChat Pay: refunds",
    "4.10": "WeChat Pay: bills",
    "4.11": "WeChat Pay: profit sharing",
    "4.12": "WeChat Pay: transfers to customers",
    "4.13": "WeChat Pay: onboarding of merchants",
    "4.14": "WeChat Pay: complaints",
    "5": "Order shipping management",
    "6": "Content safety",
    "7": "Subscribe messages",
    "8": "Codes and links",
    "9": "Customer service and media",
}


@dataclass(frozen=True)
class Call:
    """One call. `client` names `module.function` of platform/wechat; what is in braces varies.

    A call that is not ours has the reason; one of ours without a client has what will bring it.
    """

    section: str
    method: str
    path: str
    purpose: str
    client: tuple[str, ...] = ()
    is_ours: bool = True
    reason: str = ""

    @property
    def segments(self) -> tuple[str, ...]:
        """The parts of the path; a trailing slash makes no other call."""
        return tuple(self.path.rstrip("/").split("/"))


def all_calls() -> tuple[Call, ...]:
    """Return every call, by section."""
    return (*_weixin(), *_pay(), *_shop_window())


def _ours(section: str, method: str, path: str, purpose: str, *client: str) -> Call:
    return Call(section, method, path, purpose, client)


def _not_ours(section: str, method: str, path: str, purpose: str, reason: str) -> Call:
    return Call(section, method, path, purpose, is_ours=False, reason=reason)


def _weixin() -> Iterator[Call]:
    yield from _of_apps()
    yield from _of_the_component()
    yield from _of_accounts()
    yield from _of_code()


def _of_apps() -> Iterator[Call]:
    yield _ours(
        "0", "POST", "/cgi-bin/openapi/rid/get", "look a failed call up", "diagnosis.request_of"
    )
    yield _ours("0", "POST", "/cgi-bin/clear_quota", "reset counters", "diagnosis.clear_quota")
    yield _ours(
        "1",
        "GET",
        "/sns/component/jscode2session",
        "login of a shop's customer",
        "login.code_to_session",
    )
    yield _ours(
        "1", "GET", "/sns/jscode2session", "login at an app of our own", "own_app.own_session"
    )
    yield _ours(
        "1",
        "POST",
        "/wxa/business/getuserphonenumber",
        "a customer's phone number",
        "phone.phone_number",
    )
    yield _ours("1", "GET", "/wxa/checksession", "does a session live", "session_keys.is_alive")
    yield _not_ours("1", "GET", "/wxa/resetusersessionkey", "replace a session key", "we keep none")
    yield _ours("1", "GET", "/wxa/getpaidunionid", "who has paid", "identity.paid_unionid")
    yield _not_ours(
        "2",
        "GET",
        "/cgi-bin/token",
        "a token that kills the one before",
        "stable tokens only (§2)",
    )
    yield _ours("2", "POST", "/cgi-bin/stable_token", "a token that stays", "own_app.own_token")


def _of_the_component() -> Iterator[Call]:
    own = "/cgi-bin/component/"
    by_hand = "owners do it in WeChat's console; what WeChat pushes of it is heard"
    browser = "an owner's browser opens it; `authorization.pages` writes the address"
    yield _ours(
        "3.2",
        "POST",
        own + "api_start_push_ticket",
        "ask for tickets again",
        *("component.start_push_ticket", "component.revive_ticket"),
    )
    yield _ours(
        "3.2",
        "POST",
        own + "api_component_token",
        "the platform's token",
        "component.component_token",
    )
    yield _ours(
        "3.3",
        "POST",
        own + "api_create_preauthcode",
        "invite an owner",
        *("component.pre_authorization_code", "authorization.pages"),
    )
    yield _not_ours("3.3", PAGE, "/cgi-bin/componentloginpage", "consent at a desk", browser)
    yield _not_ours("3.3", PAGE, "/wxaopen/safe/bindcomponent", "consent on a phone", browser)
    yield _ours(
        "3.3",
        "POST",
        own + "api_query_auth",
        "trade a consent's code",
        *("component.adopt_once", "component.adopt_authorization"),
    )
    yield _ours(
        "3.3",
        "POST",
        own + "api_authorizer_token",
        "a shop's token",
        "component.authorizer_token",
    )
    yield _ours(
        "3.3", "POST", own + "api_get_authorizer_info", "who an app is", "component.app_info"
    )
    yield _ours(
        "3.3",
        "POST",
        own + "api_get_authorizer_list",
        "every app that authorised us",
        "component.listed_refresh_tokens",
    )
    yield _ours(
        "3.4",
        "POST",
        "/wxa/component/fastregisterenterpriseweapp",
        "register an app for a company",
        "registration.register",
    )
    yield _not_ours(
        "3.4",
        "POST",
        own + "fastregisterweapp",
        "the old registration",
        "WeChat closed it on 2026-04-30",
    )
    yield _not_ours(
        "3.4",
        PAGE,
        "/wxaopen/registration",
        "where the legal person agrees",
        "a person's browser opens it",
    )
    yield _not_ours("3.4", "POST", "/wxa/sec/wxaauth", "certify an app", by_hand)
    yield _not_ours("3.4", "POST", "/wxa/sec/queryauth", "how certification stands", by_hand)
    yield _not_ours("3.4", "POST", "/wxa/icp/*", "the filing of an app", by_hand)


def _of_accounts() -> Iterator[Call]:
    own, tree = "/cgi-bin/component/", "/cgi-bin/wxopen/"
    same = "`modify_domain` does the same"
    yield _ours(
        "3.5",
        "POST",
        "/wxa/modify_domain",
        "an app's domains",
        *("domains.get", "domains.replace"),
    )
    yield _not_ours("3.5", "POST", "/wxa/modify_domain_directly", "an app's domains", same)
    yield _ours(
        "3.5",
        "POST",
        own + "modify_wxa_server_domain",
        "the platform's domains",
        *("domains.set_platform_domains", "domains.platform_domains"),
    )
    yield _not_ours(
        "3.5",
        "POST",
        own + "modify_wxa_jump_domain",
        "the platform's web-view domains",
        "our mini-program shows no foreign pages",
    )
    yield _ours("3.5", "POST", "/wxa/setwebviewdomain", "web-view domains", "domains.set_webview")
    yield _ours("3.5", "POST", "/wxa/get_effective_domain", "domains in force", "domains.effective")
    yield _ours(
        "3.5",
        "GET",
        "/wxa/get_category",
        "categories to submit under",
        "categories.categories",
    )
    yield _not_ours(
        "3.5",
        "GET",
        tree + "getcategory",
        "categories with their audits",
        "`get_category` tells what a submission needs",
    )
    yield _ours(
        "3.5",
        "GET",
        tree + "getallcategories",
        "categories an app may take",
        "categories.settable",
    )
    yield _ours("3.5", "POST", tree + "addcategory", "take a category", "categories.add")
    yield _ours("3.5", "POST", tree + "deletecategory", "give a category back", "categories.remove")
    yield _not_ours(
        "3.5",
        "POST",
        tree + "modifycategory",
        "other papers for a category",
        "a category is removed and taken anew",
    )
    yield _ours(
        "3.5", "POST", own + "setprivacysetting", "set the privacy guide", "privacy.set_guide"
    )
    yield _ours("3.5", "POST", own + "getprivacysetting", "read the privacy guide", "privacy.guide")
    yield _ours(
        "3.5",
        "POST",
        "/wxa/security/apply_privacy_interface",
        "apply for a private interface",
        "privacy.apply_for_interface",
    )
    yield _not_ours(
        "3.5",
        "GET",
        "/wxa/security/get_privacy_interface",
        "private interfaces and their audits",
        "the push `wxa_privacy_apply` tells",
    )


def _of_code() -> Iterator[Call]:
    for method, name, purpose, client in _CODE:
        yield _ours("3.6", method, f"/wxa/{name}", purpose, *client)
    yield _ours(
        "3.6",
        "POST",
        "/cgi-bin/material/get_material",
        "a refusal's screenshot",
        "program_code.screenshot",
    )
    yield _not_ours(
        "3.6",
        "POST",
        "/wxa/security/applysetorderpathinfo",
        "the order page of many apps",
        "each submission names it (`order_path`)",
    )
    yield _not_ours(
        "3.6", PAGE, "/trial/{appid}/{version_id}", "a trial version, opened", "the simulator's own"
    )
    for path in ("/mmopen/{appid}/0", "/wxopen/qrcode/{appid}"):
        yield _not_ours("3.6", PAGE, path, "a picture of an app", "browsers show it")


_CODE: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("GET", "gettemplatedraftlist", "uploaded drafts", ("templates.drafts",)),
    ("POST", "addtotemplate", "make a draft a template", ("templates.add_draft",)),
    ("GET", "gettemplatelist", "the library of templates", ("templates.templates",)),
    ("POST", "deletetemplate", "delete a template", ("templates.delete",)),
    ("POST", "commit", "put code into an app", ("program_code.commit",)),
    ("GET", "security/get_code_privacy_info", "code detection", ("program_code.detection",)),
    ("GET", "get_qrcode", "code of the trial version", ("program_code.trial_qr",)),
    ("GET", "get_page", "pages of the code", ("program_code.pages",)),
    ("POST", "uploadmedia", "a picture for a submission", ("program_code.upload_media",)),
    ("POST", "submit_audit", "submit for audit", ("program_code.submit_audit",)),
    ("POST", "get_auditstatus", "how an audit stands", ("program_code.audit_status",)),
    ("GET", "get_latest_auditstatus", "the newest audit", ("program_code.latest_audit",)),
    ("GET", "undocodeaudit", "withdraw a submission", ("program_code.withdraw_audit",)),
    ("POST", "speedupaudit", "ask for a quick audit", ("program_code.speed_up",)),
    ("GET", "queryquota", "audits left this month", ("program_code.quota",)),
    ("POST", "release", "release to everybody", ("program_code.release",)),
    ("POST", "grayrelease", "release to a share", ("program_code.grey",)),
    ("GET", "getgrayreleaseplan", "how far a grey release is", ("program_code.grey_plan",)),
    ("GET", "revertgrayrelease", "end a grey release", ("program_code.cancel_grey",)),
    (
        *("GET", "revertcoderelease", "go back, or list the past"),
        ("program_code.rollback", "program_code.history"),
    ),
    ("POST", "change_visitstatus", "open or close an app", ("program_code.set_visible",)),
    ("POST", "getvisitstatus", "is an app open", ("program_code.is_visible",)),
    ("POST", "getversioninfo", "versions in place", ("program_code.versions",)),
)


def _pay() -> Iterator[Call]:
    yield _ours("4.3", "GET", "/v3/certificates", "platform certificates", "certificates.valid")
    for base in ("/v3/pay/partner/transactions", "/v3/pay/transactions"):
        yield from _of_payments(base)
    yield _not_ours(
        "4.6",
        PAGE,
        "/cgi-bin/mmpayweb-bin/checkmweb",
        "an H5 order's checkout",
        "a customer's browser opens it",
    )
    refunds = "/v3/refund/domestic/refunds"
    yield _ours("4.9", "POST", refunds, "refund", "pay.refund")
    yield _ours(
        "4.9", "GET", refunds + "/{out_refund_no}", "how a refund stands", "pay.query_refund"
    )
    yield _ours(
        "4.9",
        "POST",
        refunds + "/{refund_id}/apply-abnormal-refund",
        "refund what a bank turned away",
        *("pay.refund_to_card", "pay.refund_to_merchant"),
    )
    yield from _of_bills()
    yield from _of_sharing()
    yield from _of_transfers()
    yield from _of_onboarding()
    yield from _of_complaints()


def _of_payments(base: str) -> Iterator[Call]:
    kind = "partner" if "partner" in base else "direct"
    foreign = "customers pay inside a mini-program, or by a code"
    yield _ours("4.6", "POST", f"{base}/jsapi", f"order a payment ({kind})", "pay.prepay")
    yield _ours("4.6", "POST", f"{base}/native", f"order by code ({kind})", "pay.prepay_native")
    yield _not_ours("4.6", "POST", f"{base}/app", f"order in an app ({kind})", foreign)
    yield _not_ours("4.6", "POST", f"{base}/h5", f"order in a browser ({kind})", foreign)
    by_number = base + "/out-trade-no/{out_trade_no}"
    yield _ours("4.7", "GET", by_number, f"how an order stands ({kind})", "pay.query")
    yield _ours(
        "4.7",
        "GET",
        base + "/id/{transaction_id}",
        f"the same by WeChat's number ({kind})",
        "pay.query_by_transaction",
    )
    yield _ours("4.7", "POST", by_number + "/close", f"close an order ({kind})", "pay.close")


def _of_bills() -> Iterator[Call]:
    both = ("bills.trade_bill", "bills.fund_flow_bill")
    yield _ours("4.10", "GET", "/v3/bill/tradebill", "the day's trades", both[0])
    yield _ours("4.10", "GET", "/v3/bill/fundflowbill", "the day's flow of funds", both[1])
    shops = "bills.sub_merchant_fund_flow_bill"
    yield _ours(
        "4.10",
        "GET",
        "/v3/bill/sub-merchant-fundflowbill",
        "a sub-merchant's flow of funds, encrypted",
        shops,
    )
    yield _ours("4.10", "GET", "/v3/billdownload/file", "a bill's file", *both, shops)


def _of_sharing() -> Iterator[Call]:
    base = "/v3/profitsharing"
    for method, name, purpose, client in (
        ("POST", "receivers/add", "add a receiver", "add_receiver"),
        ("POST", "receivers/delete", "remove a receiver", "remove_receiver"),
        ("POST", "orders", "share an order's money", "share"),
        ("GET", "orders/{out_order_no}", "how a sharing stands", "query"),
        ("POST", "orders/unfreeze", "free what is left", "release"),
        ("POST", "return-orders", "take a share back", "take_back"),
        ("GET", "return-orders/{out_return_no}", "how a return stands", "query_return"),
        ("GET", "transactions/{transaction_id}/amounts", "what is left", "unsplit_fen"),
        ("GET", "merchant-configs/{sub_mchid}", "the highest share", "max_ratio"),
    ):
        yield _ours("4.11", method, f"{base}/{name}", purpose, f"sharing.{client}")
    yield _not_ours(
        "4.11", "GET", f"{base}/bills", "the day's sharings", "each sharing is asked for by itself"
    )


def _of_transfers() -> Iterator[Call]:
    root = "/v3/fund-app/mch-transfer"
    for base, kind in ((root, "direct"), (f"{root}/partner", "partner")):
        for method, name, purpose, client in (
            ("POST", "", "transfer", "create"),
            ("GET", "/out-bill-no/{out_bill_no}", "its state", "query"),
            (
                *("GET", "/transfer-bill-no/{transfer_bill_no}"),
                *("the same by WeChat's number", "query_by_wechats_number"),
            ),
            ("POST", "/out-bill-no/{out_bill_no}/cancel", "cancel it", "cancel"),
        ):
            path = f"{base}/transfer-bills{name}"
            yield _ours("4.12", method, path, f"{purpose} ({kind})", f"transfers.{client}")
    grants = f"{root}/partner/sub-mch-authorizations"
    yield _ours("4.12", "POST", grants, "ask a merchant to let us transfer", "transfers.ask_grant")
    yield _ours("4.12", "GET", grants + "/{sub_mchid}", "did they", "transfers.grant_of")
    confirmed = "customers confirm each transfer"
    for name, purpose in (
        ("user-confirm-authorization", "let a customer receive without confirming"),
        ("transfer-bills/transfer", "transfer without a confirmation"),
        ("transfer-bills/pre-transfer-with-authorization", "transfer and ask for that"),
    ):
        yield _not_ours("4.12", "POST", f"{root}/{name}", purpose, confirmed)
    yield _not_ours("4.12", "POST", f"{root}/elecsign/*", "receipts of transfers", "not asked for")
    yield _not_ours(
        "4.12",
        "POST",
        "/v3/transfer/batches",
        "the older transfers",
        "closed to new merchants since 2025-01-15",
    )


def _of_onboarding() -> Iterator[Call]:
    base, settled = "/v3/applyment4sub/applyment", "/v3/apply4sub/sub_merchants/{sub_mchid}"
    media = "/v3/merchant/media"
    for method, path, purpose, client in (
        ("POST", f"{base}/", "apply for a merchant", "submit"),
        ("GET", base + "/business_code/{business_code}", "how that stands", "query"),
        ("GET", base + "/applyment_id/{applyment_id}", "the same by its number", "query_by_id"),
        ("POST", f"{media}/upload", "a picture for it", "upload"),
        ("POST", f"{media}/video_upload", "a video for it", "upload_video"),
        ("POST", settled + "/modify-settlement", "change the account", "modify_settlement"),
        ("GET", settled + "/settlement", "the bank account", "settlement"),
        (
            *("GET", settled + "/application/{application_no}"),
            *("how a change stands", "settlement_change"),
        ),
    ):
        yield _ours("4.13", method, path, purpose, f"onboarding.{client}")
    yield _not_ours(
        "4.13",
        PAGE,
        "/public/apply4ec_sign/s",
        "where the merchant signs",
        "a person's browser opens it",
    )


def _of_complaints() -> Iterator[Call]:
    base = "/v3/merchant-service"
    one, hook = base + "/complaints-v2/{complaint_id}", f"{base}/complaint-notifications"
    for method, path, purpose, client in (
        ("GET", f"{base}/complaints-v2", "complaints of some days", ("page",)),
        ("GET", one, "one complaint", ("detail",)),
        ("GET", one + "/negotiation-historys", "what was said", ("history",)),
        ("POST", one + "/response", "answer", ("respond",)),
        ("POST", one + "/complete", "tell that it is settled", ("complete",)),
        (
            *("POST", one + "/update-refund-progress", "tell how its refund stands"),
            ("approve_refund", "reject_refund"),
        ),
        ("POST", hook, "set the callback's address", ("register_url",)),
        ("GET", hook, "read the callback's address", ("registered_url",)),
        ("PUT", hook, "change the callback's address", ("replace_url",)),
        ("DELETE", hook, "remove the callback's address", ("remove_url",)),
        ("POST", f"{base}/images/upload", "a picture for an answer", ("upload",)),
        ("GET", base + "/images/{media_id}", "a picture of a complaint", ("picture",)),
    ):
        yield _ours("4.14", method, path, purpose, *(f"complaints.{name}" for name in client))
    yield _not_ours(
        "4.14",
        "POST",
        one + "/response-immediate-service",
        "answer through an immediate service",
        "new in 2026, not documented enough",
    )


def _shop_window() -> Iterator[Call]:
    yield from _of_shipping()
    yield from _of_safety_and_messages()
    yield from _of_codes()
    yield from _of_service()


def _of_shipping() -> Iterator[Call]:
    base = "/wxa/sec/order/"
    for name, purpose, client in (
        ("is_trade_managed", "does WeChat hold the money", ("shipping.is_trade_managed",)),
        (
            "is_trade_management_confirmation_completed",
            "did every merchant agree",
            ("shipping.is_confirmation_completed",),
        ),
        (
            "upload_shipping_info",
            "tell what was sent",
            ("shipping.upload", "shipping.upload_pickup", "shipping.upload_unparcelled"),
        ),
        (
            "upload_combined_shipping_info",
            "the same for a combined payment",
            ("shipping.upload_combined",),
        ),
        ("get_order", "how an order stands", ("shipping.order_status",)),
        ("get_order_list", "orders of some days", ("shipping.orders",)),
        ("notify_confirm_receive", "ask to confirm receipt", ("shipping.remind_to_confirm",)),
        ("set_msg_jump_path", "the page of its messages", ("shipping.set_jump_path",)),
        (
            "opspecialorder",
            "pre-sales and test orders",
            ("shipping.report_presale", "shipping.report_test_order"),
        ),
    ):
        yield _ours("5", "POST", base + name, purpose, *client)
    yield _ours(
        "5",
        "POST",
        "/cgi-bin/express/delivery/open_msg/get_delivery_list",
        "the carriers' codes",
        "shipping.carriers",
    )


def _of_safety_and_messages() -> Iterator[Call]:
    library, own = "/wxaapi/newtmpl/", "subscriptions."
    for name, purpose, client in (
        ("msg_sec_check", "judge a text", "content.check_text"),
        ("media_check_async", "judge a picture or sound, later", "content.check_media"),
        ("img_sec_check", "judge a picture at once", "content.check_picture"),
        ("getuserriskrank", "how risky a customer is", "content.risk_rank"),
    ):
        yield _ours("6", "POST", f"/wxa/{name}", purpose, client)
    for method, name, purpose, client in (
        ("GET", "getcategory", "categories of the library", "categories"),
        ("GET", "getpubtemplatetitles", "titles of the library", "library_titles"),
        ("GET", "getpubtemplatekeywords", "lines of a template", "library_keywords"),
        ("POST", "addtemplate", "take a template", "add_template"),
        ("GET", "gettemplate", "templates of the app", "own_templates"),
        ("POST", "deltemplate", "give a template back", "delete_template"),
    ):
        yield _ours("7", method, library + name, purpose, own + client)
    yield _ours("7", "POST", "/cgi-bin/message/subscribe/send", "send a message", own + "send")


def _of_codes() -> Iterator[Call]:
    few = "shares a lifetime's 100,000 codes; the unlimited ones have no such end"
    yield _ours("8", "POST", "/wxa/getwxacodeunlimit", "a code of a page", "qr_codes.unlimited")
    yield _not_ours("8", "POST", "/wxa/getwxacode", "a code of a page", few)
    yield _not_ours("8", "POST", "/cgi-bin/wxaapp/createwxaqrcode", "a square code", few)
    for name, purpose, client in (
        ("generate_urllink", "an https address of a page", "url_link"),
        ("generatescheme", "a weixin:// address of a page", "scheme"),
        ("genwxashortlink", "a short text for chats", "short_link"),
        ("query_urllink", "what an https address opens", "query_url_link"),
        ("queryscheme", "what a weixin:// address opens", "query_scheme"),
    ):
        yield _ours("8", "POST", f"/wxa/{name}", purpose, f"links.{client}")
    yield _not_ours("8", PAGE, "/a/{number}", "a code or link, followed", "the simulator's own")


def _of_service() -> Iterator[Call]:
    base, own = "/cgi-bin/message/custom/", "customer_service."
    kinds = ("send_text", "send_link", "send_picture", "send_program_page")
    yield _ours("9", "POST", base + "send", "answer a customer", *(own + kind for kind in kinds))
    yield _not_ours(
        "9",
        "POST",
        base + "business/send",
        "the same for a part of an app",
        "a shop is not parted into businesses",
    )
    yield _ours("9", "POST", base + "typing", "show that somebody writes", own + "show_typing")
    yield _ours(
        "9", "POST", "/cgi-bin/media/upload", "a picture for three days", own + "upload_media"
    )
    yield _not_ours(
        "9",
        "GET",
        "/cgi-bin/media/get",
        "a picture that a customer sent",
        "staff see it in WeChat's own customer service",
    )
