"""The project's test vectors against the simulator's cryptography, both ways where possible."""

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography import x509

from infra.wechat_simulator import bill_text, crypto, identities
from infra.wechat_simulator.refusals import WeixinRefusal

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text())
KEYS = VECTORS["keys"]
MERCHANT = crypto.private_key(KEYS["merchant_private_key_pem"])
PAIRS = {
    KEYS["wechatpay_public_key_id"]: crypto.private_key(KEYS["wechatpay_public_key_private_pem"]),
    KEYS["platform_cert_serial"]: crypto.private_key(KEYS["platform_cert_private_key_pem"]),
}


def named(entries: list[dict[str, Any]]) -> Any:
    return pytest.mark.parametrize("vector", entries, ids=lambda vector: vector["name"])


@named(VECTORS["request_signing"])
def test_a_merchant_request_is_signed_over_these_bytes(vector: dict[str, Any]) -> None:
    text = crypto.request_text(
        vector["method"],
        vector["url_path_and_query"],
        vector["timestamp"],
        vector["nonce_str"],
        vector["body"].encode(),
    )
    assert text.decode() == vector["string_to_sign"]
    assert crypto.sign(MERCHANT, text) == vector["signature"]
    assert crypto.is_signed(MERCHANT.public_key(), text, vector["signature"])


@named(VECTORS["response_signing"])
def test_an_answer_is_signed_over_these_bytes(vector: dict[str, Any]) -> None:
    head = vector["headers"]
    text = crypto.answer_text(
        head["Wechatpay-Timestamp"], head["Wechatpay-Nonce"], vector["body"].encode()
    )
    assert text.decode() == vector["string_to_verify"]
    assert crypto.sign(PAIRS[head["Wechatpay-Serial"]], text) == head["Wechatpay-Signature"]


@named(VECTORS["callbacks"])
def test_a_callback_verifies_exactly_when_it_should(vector: dict[str, Any]) -> None:
    head = vector["headers"]
    text = crypto.answer_text(
        head["Wechatpay-Timestamp"], head["Wechatpay-Nonce"], vector["body"].encode()
    )
    key = PAIRS[head["Wechatpay-Serial"]].public_key()
    assert crypto.is_signed(key, text, head["Wechatpay-Signature"]) is ("expected" not in vector)


@named(VECTORS["callbacks"])
def test_a_callback_opens_and_seals_to_the_same_text(vector: dict[str, Any]) -> None:
    resource = json.loads(vector["body"])["resource"]
    where = KEYS["apiv3_key"], resource["nonce"], resource["associated_data"]
    plain = crypto.unseal(*where, resource["ciphertext"])
    assert plain.decode() == vector["expected_plaintext"]
    assert crypto.seal(*where, plain) == resource["ciphertext"]


def test_the_platform_certificate_opens_and_keeps_its_leading_zero() -> None:
    entry = VECTORS["platform_certificates_response"]["data"][0]
    sealed = entry["encrypt_certificate"]
    pem = crypto.unseal(
        KEYS["apiv3_key"], sealed["nonce"], sealed["associated_data"], sealed["ciphertext"]
    )
    certificate = x509.load_pem_x509_certificate(pem)
    assert pem.decode().strip() == KEYS["platform_cert_pem"].strip()
    assert f"{certificate.serial_number:040X}" == entry["serial_no"] == KEYS["platform_cert_serial"]
    assert entry["serial_no"].startswith("0")


@named(VECTORS["sensitive_fields"])
def test_a_sensitive_field_can_be_read_by_its_owner(vector: dict[str, Any]) -> None:
    key = crypto.private_key(KEYS[vector["decrypt_with"]])
    assert crypto.reveal(key, vector["ciphertext_b64"]) == vector["plaintext"]
    assert crypto.reveal(key, crypto.conceal(key.public_key(), "张三")) == "张三"


def test_request_payment_is_signed_over_these_bytes() -> None:
    vector = VECTORS["request_payment"]
    names = ("appId", "timeStamp", "nonceStr", "package")
    text = crypto.payment_text(*(vector[name] for name in names))
    assert text.decode() == vector["string_to_sign"]
    assert crypto.sign(MERCHANT, text) == vector["paySign"]


def test_the_published_message_push_opens_and_wraps() -> None:
    vector = VECTORS["message_push"]
    token, key, appid = vector["token"], vector["encoding_aes_key"], vector["appid"]
    asked, plain, push = vector["get_verify"], vector["plain_post"], vector["aes_post"]
    for given in (asked, plain):
        signature = crypto.push_signature(token, given["timestamp"], given["nonce"])
        assert signature == given["signature"]
    sealed = push["body"]["Encrypt"]
    signature = crypto.push_signature(token, push["timestamp"], push["nonce"], sealed)
    assert signature == push["msg_signature"]
    assert crypto.decrypt_push(sealed, appid, key) == push["body"].get(
        "expected_plaintext", push.get("expected_plaintext")
    )
    reply = vector["aes_reply"]
    prefix = reply["random16"].encode()
    wrapped = crypto.encrypt_push(reply["plaintext"], appid, key, prefix=prefix)
    assert wrapped == reply["Encrypt"]
    signature = crypto.push_signature(token, reply["timestamp"], reply["nonce"], wrapped)
    assert signature == reply["MsgSignature"]


@named(VECTORS["component_push"]["cases"])
def test_a_component_push_wraps_to_the_same_bytes(vector: dict[str, Any]) -> None:
    about = VECTORS["component_push"]
    key, appid, query = about["encoding_aes_key"], about["component_appid"], vector["query"]
    prefix = vector["random16"].encode()
    sealed = crypto.encrypt_push(vector["expected_plaintext"], appid, key, prefix=prefix)
    assert f"<Encrypt><![CDATA[{sealed}]]></Encrypt>" in vector["body"]
    assert crypto.decrypt_push(sealed, appid, key) == vector["expected_plaintext"]
    stamped = about["token"], query["timestamp"], query["nonce"]
    assert crypto.push_signature(*stamped) == query["signature"]
    assert crypto.push_signature(*stamped, sealed) == query["msg_signature"]


def test_a_push_for_another_app_or_of_garbage_is_refused() -> None:
    about = VECTORS["component_push"]
    key = about["encoding_aes_key"]
    sealed = crypto.encrypt_push("<xml/>", "wx0000000000000099", key)
    for bad in (sealed, "", "AAAA", base64.b64encode(b"x" * 64).decode()):
        with pytest.raises(crypto.CannotDecrypt):
            crypto.decrypt_push(bad, about["component_appid"], key)


def test_open_data_and_raw_data_follow_the_published_samples() -> None:
    vector = VECTORS["open_data_decrypt"]
    plain = crypto.open_data(vector["session_key"], vector["iv"], vector["encrypted_data"])
    assert json.loads(plain) == vector["expected"]
    raw = VECTORS["raw_data_signature"]
    assert crypto.raw_data_signature(raw["raw_data"], raw["session_key"]) == raw["signature"]


def test_the_published_sealed_certificate_opens() -> None:
    vector = VECTORS["aes_gcm_published"]
    plain = crypto.unseal(
        vector["key"], vector["nonce"], vector["associated_data"], vector["ciphertext_b64"]
    )
    assert hashlib.sha256(plain).hexdigest() == vector["plaintext_sha256"]
    with pytest.raises(crypto.CannotDecrypt):
        crypto.unseal("0" * 32, vector["nonce"], "certificate", vector["ciphertext_b64"])


@pytest.mark.parametrize(
    ("form", "name"),
    [("base64_text", "signature_hmac_text_key"), ("bytes", "signature_hmac_raw_key")],
)
def test_a_session_is_signed_in_either_reading_of_its_key(form: str, name: str) -> None:
    vector = VECTORS["check_session"]
    store = SimpleNamespace(own=lambda *_: None, settings=lambda: {"session_hmac_key": form})
    people = SimpleNamespace(known=lambda *_: {"session_key": vector["session_key"]})
    checking: Any = identities.Identities(store, None, None, people, None)  # type: ignore[arg-type]
    query = {"sig_method": "hmac_sha256", "signature": vector[name]}
    assert checking.check_session({"appid": "wx"}, query)["errcode"] == 0
    with pytest.raises(WeixinRefusal):
        checking.check_session({"appid": "wx"}, query | {"signature": vector[name][::-1]})


def test_every_vector_is_used_by_the_simulator() -> None:
    used = set(re.findall(r'VECTORS\["(\w+)"\]', Path(__file__).read_text()))
    not_ours = {"about", "cross_checks", "taobao_top_sign", "meituan_cps_sign"}
    assert VECTORS.keys() - not_ours <= used


def test_a_trade_bill_is_laid_out_like_this() -> None:
    vector = VECTORS["trade_bill_all"]
    head, *rows, names, sums = vector["csv"].splitlines()
    assert tuple(names.split(",")) == bill_text.TRADE_SUMMARY
    table = [row.removeprefix("`").split(",`") for row in rows]
    total = tuple(sums.removeprefix("`").split(",`"))
    text = bill_text._text(head.split(","), table, bill_text.TRADE_SUMMARY, total)
    assert text == vector["csv"]
    assert hashlib.sha1(text.encode()).hexdigest() == vector["hash_value"]
    assert gzip.decompress(base64.b64decode(vector["gzip_b64"])).decode() == text
