"""Order, ask, close, refund: what goes out, what is believed, and what stays unknown."""

import base64
import json
import re
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_pem_x509_certificate
from django.conf import settings as django_settings

from wechat import configured, errors, http, notify, pay

EXPIRES_AT = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
ORDER = {
    "sub_mchid": "1900000109",
    "sub_appid": "wx0000000000000001",
    "openid": "oBuyer",
    "out_trade_no": "TEA20261120000001",
    "description": "龙井茶",
    "amount_fen": 990,
    "notify_url": "https://shop.example.com/wxpay/notify/abc",
    "expires_at": EXPIRES_AT,
}
REFUND = {
    "sub_mchid": "1900000109",
    "out_trade_no": "TEA20261120000001",
    "out_refund_no": "R20261120000001",
    "amount_fen": 100,
    "total_fen": 990,
    "reason": "少发一件",
    "notify_url": "https://shop.example.com/wxpay/refund/abc",
}
PAID = {
    "sp_appid": "wx0000000000000100",
    "sp_mchid": "1900000100",
    "sub_appid": "wx0000000000000001",
    "sub_mchid": "1900000109",
    "out_trade_no": "TEA20261120000001",
    "transaction_id": "4200000000202611200000000001",
    "trade_type": "JSAPI",
    "trade_state": "SUCCESS",
    "success_time": "2026-11-20T18:00:09+08:00",
    "payer": {"sp_openid": "oOther", "sub_openid": "oBuyer"},
    "amount": {"total": 990, "payer_total": 990, "currency": "CNY", "payer_currency": "CNY"},
}
REFUNDED = {
    "refund_id": "50300000000000000000000000001",
    "out_refund_no": "R20261120000001",
    "transaction_id": "4200000000202611200000000001",
    "out_trade_no": "TEA20261120000001",
    "channel": "ORIGINAL",
    "user_received_account": "支付用户零钱",
    "create_time": "2026-11-20T18:05:00+08:00",
    "status": "PROCESSING",
    "amount": {"total": 990, "refund": 100, "currency": "CNY"},
}


@pytest.fixture
def raw_answers(stub):
    """Script answers whose headers are the test's own."""
    return lambda status, headers, body: stub.says((status, headers, body))


def query():
    return pay.query(sub_mchid="1900000109", out_trade_no=ORDER["out_trade_no"])


def test_prepay_sends_the_order_and_returns_the_prepay_id(stub, answers):
    answers(200, {"prepay_id": "wx201"})
    assert pay.prepay(**ORDER) == "wx201"
    method, path, headers, body = stub.asked[0]
    assert (method, path) == ("POST", "/v3/pay/partner/transactions/jsapi")
    assert json.loads(body) == {
        "sp_appid": "wx0000000000000100",
        "sp_mchid": "1900000100",
        "sub_appid": "wx0000000000000001",
        "sub_mchid": "1900000109",
        "description": "龙井茶",
        "out_trade_no": "TEA20261120000001",
        "time_expire": "2026-11-20T18:30:00+08:00",
        "notify_url": "https://shop.example.com/wxpay/notify/abc",
        "amount": {"total": 990, "currency": "CNY"},
        "payer": {"sub_openid": "oBuyer"},
    }
    assert "龙井茶".encode() in body
    assert headers["Wechatpay-Serial"] == "PUB_KEY_ID_0110000000000000000000000000000001"


def test_every_request_is_signed_over_what_is_really_sent(stub, answers, vectors):
    answers(200, {"prepay_id": "wx201"})
    answers(200, PAID | {"out_trade_no": "A|B*C-D_1"})
    pay.prepay(**ORDER)
    pay.query(sub_mchid="1900000109", out_trade_no="A|B*C-D_1")
    public_key = load_pem_x509_certificate(
        vectors["keys"]["merchant_cert_pem"].encode()
    ).public_key()
    nonces = set()
    for method, path, headers, body in stub.asked:
        scheme, _, rest = headers["Authorization"].partition(" ")
        said = dict(re.findall(r'(\w+)="([^"]*)"', rest))
        assert scheme == "WECHATPAY2-SHA256-RSA2048"
        assert said["mchid"] == "1900000100"
        assert said["serial_no"] == vectors["keys"]["merchant_cert_serial"]
        assert abs(int(said["timestamp"]) - time.time()) < 5
        text = f"{method}\n{path}\n{said['timestamp']}\n{said['nonce_str']}\n{body.decode()}\n"
        public_key.verify(base64.b64decode(said["signature"]), text.encode(), PKCS1v15(), SHA256())
        nonces.add(said["nonce_str"])
    assert len(nonces) == 2


def test_a_long_description_is_cut_and_an_attachment_goes_along(stub, answers):
    answers(200, {"prepay_id": "wx201"})
    pay.prepay(**ORDER | {"description": "茶" * 200}, attach="a1")
    sent = json.loads(stub.asked[0][3])
    assert (len(sent["description"]), sent["attach"]) == (127, "a1")


@pytest.mark.parametrize(
    "change",
    [
        {"out_trade_no": "short"},
        {"out_trade_no": "x" * 33},
        {"out_trade_no": "TEA/../2026"},
        {"amount_fen": 0},
        {"amount_fen": -1},
        {"amount_fen": 9.9},
        {"amount_fen": True},
        {"expires_at": datetime(2026, 11, 20)},
    ],
)
def test_an_order_that_cannot_be_right_is_never_sent(change, credentials, no_network):
    with pytest.raises(ValueError):
        pay.prepay(**ORDER | change)
    assert no_network == []


def test_query_reads_a_paid_order(stub, answers):
    answers(200, PAID)
    assert query() == pay.Transaction(
        out_trade_no="TEA20261120000001",
        transaction_id="4200000000202611200000000001",
        trade_state="SUCCESS",
        sp_mchid="1900000100",
        sub_mchid="1900000109",
        sub_appid="wx0000000000000001",
        payer_openid="oBuyer",
        amount_fen=990,
        currency="CNY",
        success_at=datetime(2026, 11, 20, 10, 0, 9, tzinfo=UTC),
    )
    assert stub.asked[0][:2] == (
        "GET",
        "/v3/pay/partner/transactions/out-trade-no/TEA20261120000001"
        "?sp_mchid=1900000100&sub_mchid=1900000109",
    )


def test_query_reads_an_unpaid_order_that_lacks_nearly_everything(answers):
    names = ("sp_mchid", "sub_mchid", "out_trade_no")
    answers(200, {name: PAID[name] for name in names} | {"trade_state": "NOTPAY"})
    found = query()
    assert found.trade_state == "NOTPAY"
    assert (found.transaction_id, found.payer_openid, found.amount_fen) == (None, None, None)
    assert found.success_at is None


def test_an_order_wechat_does_not_know_is_named_so(answers):
    answers(404, {"code": "ORDER_NOT_EXIST", "message": "订单不存在"})
    with pytest.raises(errors.OrderNotExist) as caught:
        query()
    assert (caught.value.code, caught.value.status) == ("ORDER_NOT_EXIST", 404)


def test_an_answer_about_another_order_is_not_believed(answers):
    answers(200, PAID | {"out_trade_no": "TEA20261120000002"})
    with pytest.raises(errors.BadAnswer, match="another out_trade_no"):
        query()


def test_close_is_done_when_wechat_says_204(stub, answers):
    answers(204)
    assert pay.close(sub_mchid="1900000109", out_trade_no=ORDER["out_trade_no"]) is None
    method, path, _, body = stub.asked[0]
    assert method == "POST"
    assert path.endswith("/TEA20261120000001/close")
    assert json.loads(body) == {"sp_mchid": "1900000100", "sub_mchid": "1900000109"}


def test_a_refund_is_asked_for_and_read(stub, answers):
    answers(200, REFUNDED)
    result = pay.refund(**REFUND)
    assert (result.refund_id, result.status) == (REFUNDED["refund_id"], "PROCESSING")
    assert (result.amount_fen, result.total_fen, result.success_at) == (100, 990, None)
    method, path, _, body = stub.asked[0]
    assert (method, path) == ("POST", "/v3/refund/domestic/refunds")
    assert json.loads(body) == {
        "sub_mchid": "1900000109",
        "out_trade_no": "TEA20261120000001",
        "out_refund_no": "R20261120000001",
        "reason": "少发一件",
        "notify_url": "https://shop.example.com/wxpay/refund/abc",
        "amount": {"refund": 100, "total": 990, "currency": "CNY"},
    }


def test_a_refund_is_asked_about(stub, answers):
    success = {"status": "SUCCESS", "success_time": "2026-11-20T18:06:00+08:00"}
    answers(200, REFUNDED | success)
    result = pay.query_refund(sub_mchid="1900000109", out_refund_no="R20261120000001")
    assert result.success_at == datetime(2026, 11, 20, 10, 6, tzinfo=UTC)
    assert stub.asked[0][1] == "/v3/refund/domestic/refunds/R20261120000001?sub_mchid=1900000109"


def test_a_refund_wechat_does_not_know_is_named_so(answers):
    answers(404, {"code": "RESOURCE_NOT_EXISTS", "message": "退款单不存在"})
    with pytest.raises(errors.OrderNotExist):
        pay.query_refund(sub_mchid="1900000109", out_refund_no="R20261120000001")


@pytest.mark.parametrize(
    "change", [{"amount_fen": 991}, {"amount_fen": 0}, {"out_refund_no": ""}, {"total_fen": 9.9}]
)
def test_a_refund_that_cannot_be_right_is_never_sent(change, credentials, no_network):
    with pytest.raises(ValueError):
        pay.refund(**REFUND | change)
    assert no_network == []


def test_a_refund_cut_off_has_an_unknown_outcome_and_is_sent_once(stub):
    stub.says(lambda _: None)
    with pytest.raises(errors.WeChatTimedOut) as caught:
        pay.refund(**REFUND)
    assert caught.value.outcome_unknown
    assert len(stub.asked) == 1


def test_a_payment_with_wechat_down_is_answered_within_three_seconds(stub, slow):
    stub.says(slow(6, (200, {}, b"{}")))
    started = time.monotonic()
    with pytest.raises(errors.WeChatTimedOut):
        pay.prepay(**ORDER)
    assert time.monotonic() - started < 3.0
    assert http.CONNECT_SECONDS == 1.0


# --- what proves an answer -------------------------------------------------------------------


def bad_signature(forge, body):
    return forge.headers(body, stranger=True)


def without(name):
    def make(forge, body):
        headers = forge.headers(body)
        del headers[name]
        return headers

    return make


UNPROVEN = {
    "no_headers": (lambda f, b: {}, "missing_header"),
    "no_timestamp": (without("Wechatpay-Timestamp"), "missing_header"),
    "no_nonce": (without("Wechatpay-Nonce"), "missing_header"),
    "no_signature": (without("Wechatpay-Signature"), "missing_header"),
    "no_serial": (without("Wechatpay-Serial"), "missing_header"),
    "signed_by_a_stranger": (bad_signature, "signature"),
    "unknown_serial": (lambda f, b: f.headers(b, serial="PUB_KEY_ID_09"), "unknown_serial"),
    "too_old": (lambda f, b: f.headers(b, at=int(time.time()) - 302), "timestamp"),
    "too_new": (lambda f, b: f.headers(b, at=int(time.time()) + 302), "timestamp"),
    "about_another_body": (lambda f, b: f.headers(b + b" "), "signature"),
    "probe": (
        lambda f, b: f.headers(b) | {"Wechatpay-Signature": "WECHATPAY/SIGNTEST/x"},
        "signature_probe",
    ),
    "other_scheme": (
        lambda f, b: f.headers(b) | {"Wechatpay-Signature-Type": "WECHATPAY2-SM2-WITH-SM3"},
        "signature_type",
    ),
}


@pytest.mark.parametrize("name", UNPROVEN)
def test_an_unproven_success_is_no_success_and_its_outcome_is_unknown(
    name, stub, forge, raw_answers
):
    make, reason = UNPROVEN[name]
    body = json.dumps(PAID).encode()
    raw_answers(200, make(forge, body), body)
    with pytest.raises(errors.BadResponseSignature, match=reason) as caught:
        query()
    assert caught.value.outcome_unknown
    assert len(stub.asked) == 1


def test_an_unproven_204_does_not_close(raw_answers):
    raw_answers(204, {}, b"")
    with pytest.raises(errors.BadResponseSignature):
        pay.close(sub_mchid="1900000109", out_trade_no=ORDER["out_trade_no"])


def test_an_answer_without_a_signature_type_is_believed(answers, forge, raw_answers):
    body = json.dumps(PAID).encode()
    raw_answers(200, without("Wechatpay-Signature-Type")(forge, body), body)
    assert query().trade_state == "SUCCESS"


def test_an_error_wrongly_signed_is_not_believed(forge, raw_answers):
    body = b'{"code":"ORDER_NOT_EXIST","message":"x"}'
    raw_answers(404, bad_signature(forge, body), body)
    with pytest.raises(errors.BadResponseSignature):
        query()


def test_an_unsigned_error_is_read_as_an_error(raw_answers):
    raw_answers(401, {"Request-ID": "08F7"}, b'{"code":"SIGN_ERROR","message":"x"}')
    with pytest.raises(errors.OperatorMustAct) as caught:
        query()
    assert caught.value.rid == "08F7"


@pytest.mark.parametrize("status", [301, 403, 500, 502, 504])
def test_a_gateways_html_leaves_the_outcome_unknown(status, raw_answers):
    raw_answers(status, {"Content-Type": "text/html"}, b"<html></html>")
    with pytest.raises(errors.AnswerUnclear) as caught:
        pay.refund(**REFUND)
    assert (caught.value.status, caught.value.outcome_unknown) == (status, True)


def test_a_202_is_no_success(answers):
    answers(202, {"code": "USERPAYING", "message": "x"})
    with pytest.raises(errors.AnswerUnclear):
        query()


@pytest.mark.parametrize("body", [b"", b"[]", b"<html></html>", b'{"prepay_id":7}', b"{}"])
def test_a_proven_answer_of_another_shape_is_a_bad_answer(body, stub, forge):
    stub.says(lambda _: (200, forge.headers(body), body))
    with pytest.raises(errors.BadAnswer):
        pay.prepay(**ORDER)


# --- direct mode, codes to scan, money that must be shared -----------------------------------

DIRECT_PAID = {
    "appid": "wx0000000000000100",
    "mchid": "1900000100",
    "out_trade_no": "PLAN20261120000001",
    "transaction_id": "4200000000202611200000000002",
    "trade_state": "SUCCESS",
    "success_time": "2026-11-20T18:00:09+08:00",
    "payer": {"openid": "oOwner"},
    "amount": {"total": 19900, "currency": "CNY"},
}
NATIVE = {
    "appid": "wx0000000000000100",
    "out_trade_no": "PLAN20261120000001",
    "description": "专业版 一年",
    "amount_fen": 19900,
    "notify_url": "https://shop.example.com/wxpay/notify/plans",
    "expires_at": EXPIRES_AT,
}


def test_a_direct_order_names_the_merchant_itself(stub, answers):
    answers(200, {"prepay_id": "wx202"})
    order = ORDER | {"sub_mchid": None, "sub_appid": "wx0000000000000100"}
    assert pay.prepay(**order, is_shared=True) == "wx202"
    method, path, _, body = stub.asked[0]
    assert (method, path) == ("POST", "/v3/pay/transactions/jsapi")
    assert json.loads(body) == {
        "appid": "wx0000000000000100",
        "mchid": "1900000100",
        "description": "龙井茶",
        "out_trade_no": "TEA20261120000001",
        "time_expire": "2026-11-20T18:30:00+08:00",
        "notify_url": "https://shop.example.com/wxpay/notify/abc",
        "amount": {"total": 990, "currency": "CNY"},
        "payer": {"openid": "oBuyer"},
        "settle_info": {"profit_sharing": True},
    }


@pytest.mark.parametrize(
    ("sub_mchid", "path", "names"),
    [
        (
            None,
            "/v3/pay/transactions/native",
            {"appid": "wx0000000000000100", "mchid": "1900000100"},
        ),
        (
            "1900000109",
            "/v3/pay/partner/transactions/native",
            {
                "sp_appid": "wx0000000000000100",
                "sp_mchid": "1900000100",
                "sub_appid": "wx0000000000000100",
                "sub_mchid": "1900000109",
            },
        ),
    ],
)
def test_a_code_to_scan_is_ordered_without_a_payer(sub_mchid, path, names, stub, answers):
    answers(200, {"code_url": "weixin://wxpay/bizpayurl?pr=abc"})
    url = pay.prepay_native(sub_mchid=sub_mchid, **NATIVE)
    assert url == "weixin://wxpay/bizpayurl?pr=abc"
    assert stub.asked[0][1] == path
    assert json.loads(stub.asked[0][3]) == names | {
        "description": "专业版 一年",
        "out_trade_no": "PLAN20261120000001",
        "time_expire": "2026-11-20T18:30:00+08:00",
        "notify_url": "https://shop.example.com/wxpay/notify/plans",
        "amount": {"total": 19900, "currency": "CNY"},
    }


def test_a_direct_order_is_asked_about_closed_and_refunded(stub, answers):
    number = "PLAN20261120000001"
    answers(200, DIRECT_PAID)
    answers(204)
    answers(200, REFUNDED)
    answers(200, REFUNDED)
    found = pay.query(sub_mchid=None, out_trade_no=number)
    assert (found.sp_mchid, found.sub_mchid, found.sub_appid) == (
        "1900000100",
        "",
        "wx0000000000000100",
    )
    assert (found.payer_openid, found.amount_fen) == ("oOwner", 19900)
    pay.close(sub_mchid=None, out_trade_no=number)
    pay.refund(**REFUND | {"sub_mchid": None})
    pay.query_refund(sub_mchid=None, out_refund_no=REFUND["out_refund_no"])
    paths = [request[1] for request in stub.asked]
    assert paths == [
        f"/v3/pay/transactions/out-trade-no/{number}?mchid=1900000100",
        f"/v3/pay/transactions/out-trade-no/{number}/close",
        "/v3/refund/domestic/refunds",
        "/v3/refund/domestic/refunds/R20261120000001",
    ]
    assert json.loads(stub.asked[1][3]) == {"mchid": "1900000100"}
    assert "sub_mchid" not in json.loads(stub.asked[2][3])


def test_the_modes_are_not_mixed_up(answers):
    answers(200, DIRECT_PAID | {"out_trade_no": ORDER["out_trade_no"]})
    with pytest.raises(errors.BadAnswer):
        query()
    answers(200, PAID)
    with pytest.raises(errors.BadAnswer):
        pay.query(sub_mchid=None, out_trade_no=ORDER["out_trade_no"])


def test_a_shop_without_a_number_is_not_the_platform(credentials, no_network):
    with pytest.raises(ValueError, match="sub_mchid"):
        pay.prepay(**ORDER | {"sub_mchid": ""})
    with pytest.raises(ValueError, match="sub_mchid"):
        pay.refund(**REFUND | {"sub_mchid": ""})
    assert no_network == []


def test_an_order_is_found_by_wechats_number(stub, answers):
    answers(200, PAID)
    answers(200, PAID)
    found = pay.query_by_transaction(sub_mchid="1900000109", transaction_id=PAID["transaction_id"])
    assert found.out_trade_no == "TEA20261120000001"
    assert stub.asked[0][1] == (
        "/v3/pay/partner/transactions/id/4200000000202611200000000001"
        "?sp_mchid=1900000100&sub_mchid=1900000109"
    )
    with pytest.raises(errors.BadAnswer, match="another transaction_id"):
        pay.query_by_transaction(sub_mchid="1900000109", transaction_id="42")


def test_another_merchant_speaks_with_its_own_key(stub, answers):
    answers(200, {"prepay_id": "wx203"})
    other = replace(django_settings.WECHAT.pay, sp_mchid="1900000777")
    with configured.as_merchant(other):
        pay.prepay(**ORDER | {"sub_mchid": None})
    assert 'mchid="1900000777"' in stub.asked[0][2]["Authorization"]
    assert json.loads(stub.asked[0][3])["mchid"] == "1900000777"
    assert configured.merchant().sp_mchid == "1900000100"


def test_a_refund_may_name_its_sources(stub, answers):
    answers(200, REFUNDED)
    sources = (
        pay.RefundSource(pay.RefundAccount.AVAILABLE, 60),
        pay.RefundSource(pay.RefundAccount.UNAVAILABLE, 40),
    )
    pay.refund(**REFUND, sources=sources)
    assert json.loads(stub.asked[0][3])["amount"] == {
        "refund": 100,
        "total": 990,
        "currency": "CNY",
        "from": [
            {"account": "AVAILABLE", "amount": 60},
            {"account": "UNAVAILABLE", "amount": 40},
        ],
    }
    with pytest.raises(ValueError, match="exactly"):
        pay.refund(**REFUND, sources=sources[:1])


def test_an_abnormal_refund_goes_to_a_card_with_its_owner_sealed(stub, answers, opened):
    answers(200, REFUNDED)
    answers(200, REFUNDED)
    names = {
        "sub_mchid": "1900000109",
        "refund_id": REFUNDED["refund_id"],
        "out_refund_no": REFUND["out_refund_no"],
    }
    card = {"bank_type": "ICBC_DEBIT", "bank_account": "6222000000000000001", "real_name": "张三"}
    assert pay.refund_to_card(**names, **card).status == "PROCESSING"
    method, path, _, body = stub.asked[0]
    assert (method, path) == (
        "POST",
        "/v3/refund/domestic/refunds/50300000000000000000000000001/apply-abnormal-refund",
    )
    sent = json.loads(body)
    assert "张三" not in body.decode()
    assert opened(sent.pop("bank_account")) == "6222000000000000001"
    assert opened(sent.pop("real_name")) == "张三"
    assert sent == {
        "sub_mchid": "1900000109",
        "out_refund_no": "R20261120000001",
        "type": "USER_BANK_CARD",
        "bank_type": "ICBC_DEBIT",
    }
    pay.refund_to_merchant(**names)
    assert json.loads(stub.asked[1][3]) == {
        "sub_mchid": "1900000109",
        "out_refund_no": "R20261120000001",
        "type": "MERCHANT_BANK_CARD",
    }


def test_direct_notices_are_read(credentials):
    told = notify.direct_transaction_from(DIRECT_PAID)
    assert (told.sp_mchid, told.sub_mchid, told.amount_fen) == ("1900000100", "", 19900)
    resource = {
        "mchid": "1900000100",
        "transaction_id": "42",
        "out_trade_no": "PLAN20261120000001",
        "refund_id": "50",
        "out_refund_no": "R1",
        "refund_status": "SUCCESS",
        "success_time": "2026-11-20T18:06:00+08:00",
        "amount": {"total": 19900, "refund": 100},
    }
    assert notify.direct_refund_from(resource).sp_mchid == "1900000100"
    for read in (notify.transaction_from, notify.refund_from):
        with pytest.raises(notify.BadCallback):
            read(DIRECT_PAID)
    for read in (notify.direct_transaction_from, notify.direct_refund_from):
        with pytest.raises(notify.BadCallback):
            read(PAID)
