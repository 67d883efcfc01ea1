"""Whoever is not WeChat Pay, now, gets nothing: no effect, no network, no long wait."""

import gzip
import json
import time

import pytest

from wechat import notify

RESOURCE = {
    "sp_mchid": "1900000100",
    "sub_mchid": "1900000109",
    "sub_appid": "wx0000000000000001",
    "out_trade_no": "T20261120000002",
    "transaction_id": "4200000000202611200000000002",
    "trade_state": "SUCCESS",
    "success_time": "2026-11-20T18:00:09+08:00",
    "payer": {"sub_openid": "oBuyer"},
    "amount": {"total": 990, "currency": "CNY"},
}


def now():
    return int(time.time())


def without(forge, name):
    body = forge.body(RESOURCE)
    headers = forge.headers(body)
    del headers[name]
    return headers, body


def changed(forge, **changes):
    body = forge.body(RESOURCE)
    return forge.headers(body) | {k.replace("_", "-"): v for k, v in changes.items()}, body


def at(forge, seconds):
    body = forge.body(RESOURCE)
    return forge.headers(body, at=now() + seconds), body


def signed(forge, body):
    return forge.headers(body), body


def rewritten(forge, rewrite):
    body = forge.body(RESOURCE)
    return forge.headers(body), rewrite(body)


FORGERIES = {
    "no_timestamp": (lambda f: without(f, "Wechatpay-Timestamp"), "missing_header"),
    "no_nonce": (lambda f: without(f, "Wechatpay-Nonce"), "missing_header"),
    "no_signature": (lambda f: without(f, "Wechatpay-Signature"), "missing_header"),
    "no_serial": (lambda f: without(f, "Wechatpay-Serial"), "missing_header"),
    "no_signature_type": (lambda f: without(f, "Wechatpay-Signature-Type"), "missing_header"),
    "no_headers_at_all": (lambda f: ({}, f.body(RESOURCE)), "missing_header"),
    "another_signature_type": (
        lambda f: changed(f, Wechatpay_Signature_Type="WECHATPAY2-SM2-WITH-SM3"),
        "signature_type",
    ),
    "thirty_days_old": (lambda f: at(f, -30 * 86400), "timestamp"),
    "just_too_old": (lambda f: at(f, -302), "timestamp"),
    "from_the_future": (lambda f: at(f, 302), "timestamp"),
    "ten_years_ahead": (lambda f: at(f, 3650 * 86400), "timestamp"),
    "timestamp_of_letters": (lambda f: changed(f, Wechatpay_Timestamp="soon"), "timestamp"),
    "timestamp_negative": (lambda f: changed(f, Wechatpay_Timestamp="-1"), "timestamp"),
    "timestamp_of_other_digits": (lambda f: changed(f, Wechatpay_Timestamp="١٧٩٥"), "timestamp"),
    "timestamp_endless": (lambda f: changed(f, Wechatpay_Timestamp="9" * 5000), "timestamp"),
    "unknown_public_key": (
        lambda f: changed(f, Wechatpay_Serial="PUB_KEY_ID_0999999999"),
        "unknown_serial",
    ),
    "unknown_certificate": (lambda f: changed(f, Wechatpay_Serial="3FA1C0DE"), "unknown_serial"),
    "serial_not_hex": (lambda f: changed(f, Wechatpay_Serial="../../etc"), "unknown_serial"),
    "serial_of_zeros": (lambda f: changed(f, Wechatpay_Serial="0000"), "unknown_serial"),
    "serial_of_another_key": (
        lambda f: changed(f, Wechatpay_Serial="0ABC57F09EFDC096DE15EBE81A47057A7232F1B8"),
        "signature",
    ),
    "signed_by_a_stranger": (
        lambda f: (f.headers(f.body(RESOURCE), stranger=True), f.body(RESOURCE)),
        "signature",
    ),
    "signature_probe": (
        lambda f: changed(f, Wechatpay_Signature="WECHATPAY/SIGNTEST/abcd"),
        "signature_probe",
    ),
    "signature_not_base64": (lambda f: changed(f, Wechatpay_Signature="*not*"), "signature"),
    "signature_empty_bytes": (lambda f: changed(f, Wechatpay_Signature="===="), "signature"),
    "signature_in_chinese": (lambda f: changed(f, Wechatpay_Signature="签名"), "signature"),
    "nonce_changed": (lambda f: changed(f, Wechatpay_Nonce="OTHER"), "signature"),
    "body_reserialised": (
        lambda f: rewritten(f, lambda b: json.dumps(json.loads(b)).encode()),
        "signature",
    ),
    "body_with_a_space": (lambda f: rewritten(f, lambda b: b + b" "), "signature"),
    "body_emptied": (lambda f: rewritten(f, lambda _: b""), "signature"),
    "body_not_utf8": (lambda f: rewritten(f, lambda b: b + b"\xff"), "not_utf8"),
    "ten_megabytes": (lambda f: rewritten(f, lambda b: b + b" " * 10_000_000), "too_large"),
    "gzip_bomb": (
        lambda f: rewritten(f, lambda _: gzip.compress(b"0" * 10_000_000)),
        "not_utf8",
    ),
    "signed_but_html": (lambda f: signed(f, b"<html></html>"), "not_json"),
    "signed_but_a_list": (lambda f: signed(f, b"[]"), "not_json"),
    "signed_but_deeply_nested": (lambda f: signed(f, b"[" * 30_000), "not_json"),
    "signed_but_no_resource": (lambda f: signed(f, b'{"id":"EV-1"}'), "envelope_shape"),
    "signed_but_resource_a_text": (
        lambda f: signed(f, f.body(RESOURCE, resource="x")),
        "envelope_shape",
    ),
    "signed_but_no_id": (lambda f: signed(f, f.body(RESOURCE, id="")), "envelope_shape"),
    "signed_but_naive_time": (
        lambda f: signed(f, f.body(RESOURCE, create_time="2026-11-20T18:00:10")),
        "envelope_shape",
    ),
    "signed_but_other_algorithm": (
        lambda f: signed(f, f.body(RESOURCE, sealed={"algorithm": "NONE"})),
        "envelope_shape",
    ),
    "sealed_with_another_key": (
        lambda f: signed(f, f.body(RESOURCE, apiv3_key="x" * 32)),
        "ciphertext",
    ),
    "sealed_for_another_purpose": (
        lambda f: signed(f, f.body(RESOURCE, sealed={"associated_data": "refund"})),
        "ciphertext",
    ),
    "sealed_with_a_short_nonce": (
        lambda f: signed(f, f.body(RESOURCE, sealed={"nonce": "1"})),
        "ciphertext",
    ),
    "sealed_text_cut": (
        lambda f: signed(f, f.body(RESOURCE, sealed={"ciphertext": "AAAA"})),
        "ciphertext",
    ),
    "sealed_text_not_base64": (
        lambda f: signed(f, f.body(RESOURCE, sealed={"ciphertext": "a"})),
        "ciphertext",
    ),
    "plaintext_not_json": (lambda f: signed(f, f.body(b"hello")), "not_json"),
    "plaintext_not_utf8": (lambda f: signed(f, f.body(b"\xff\xfe")), "ciphertext"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_callback_is_refused_without_network(
    name, forge, credentials, no_network
):
    build, reason = FORGERIES[name]
    headers, body = build(forge)
    with pytest.raises(notify.BadCallback, match=rf"^{reason}$"):
        notify.open_envelope(headers=headers, body=body)
    assert no_network == []


def test_the_forge_itself_makes_callbacks_that_open(forge, credentials, no_network):
    body = forge.body(RESOURCE)
    envelope = notify.open_envelope(headers=forge.headers(body), body=body)
    assert envelope.resource == RESOURCE
    assert notify.transaction_from(envelope.resource).amount_fen == 990


@pytest.mark.parametrize("seconds", [-298, 298])
def test_a_callback_within_five_minutes_opens(seconds, forge, credentials):
    body = forge.body(RESOURCE)
    headers = forge.headers(body, at=now() + seconds)
    assert notify.open_envelope(headers=headers, body=body).event_id == "EV-1"


def test_header_names_may_come_in_any_case(forge, credentials):
    body = forge.body(RESOURCE)
    headers = {name.upper(): value for name, value in forge.headers(body).items()}
    assert notify.open_envelope(headers=headers, body=body).event_type == "TRANSACTION.SUCCESS"


@pytest.mark.parametrize(
    "change",
    [
        {"amount": {"total": 9.9, "currency": "CNY"}},
        {"amount": {"total": "990", "currency": "CNY"}},
        {"amount": {"total": True, "currency": "CNY"}},
        {"amount": {"total": -1, "currency": "CNY"}},
        {"amount": [990]},
        {"payer": "oBuyer"},
        {"sub_mchid": ""},
        {"out_trade_no": 7},
        {"success_time": "yesterday"},
        {"success_time": "2026-11-20T18:00:09"},
    ],
)
def test_a_transaction_of_another_shape_is_refused(change):
    with pytest.raises(notify.BadCallback, match=r"^resource_shape$"):
        notify.transaction_from(RESOURCE | change)


def test_a_refund_notice_is_read():
    notice = notify.refund_from(
        {
            "sp_mchid": "1900000100",
            "sub_mchid": "1900000109",
            "transaction_id": "42",
            "out_trade_no": "T20261120000002",
            "refund_id": "50",
            "out_refund_no": "R1",
            "refund_status": "ABNORMAL",
            "user_received_account": "支付用户零钱",
            "amount": {"total": 990, "refund": 100, "payer_total": 990, "payer_refund": 100},
        }
    )
    assert (notice.out_refund_no, notice.refund_status) == ("R1", "ABNORMAL")
    assert (notice.amount_fen, notice.total_fen, notice.success_at) == (100, 990, None)
