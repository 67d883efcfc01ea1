"""Byte for byte: what other languages' clients compute, we compute (vectors.json)."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kernel import clock
from wechat import notify, pay, push, signing

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="utf-8"))
KEYS = VECTORS["keys"]


def by_name(entries):
    return [pytest.param(entry, id=entry["name"]) for entry in entries]


def moment(seconds):
    return datetime.fromtimestamp(int(seconds), UTC)


@pytest.mark.parametrize("vector", by_name(VECTORS["request_signing"]))
def test_a_request_is_signed_as_the_vector_says(vector, given, monkeypatch):
    mine = given({"pay.sp_mchid": KEYS["mchid_direct"]}).pay
    monkeypatch.setattr(signing, "fresh_nonce", lambda: vector["nonce_str"])
    with clock.at(moment(vector["timestamp"])):
        header = signing.authorization(
            vector["method"], vector["url_path_and_query"], vector["body"], pay=mine
        )
    assert signing.sign(vector["string_to_sign"], pay=mine) == vector["signature"]
    assert header == vector["authorization"]


@pytest.mark.parametrize("vector", by_name(VECTORS["response_signing"]))
def test_an_answer_is_verified_as_the_vector_says(vector, credentials):
    headers = signing.SignatureHeaders.of(vector["headers"])
    body = vector["body"].encode()
    with clock.at(moment(headers.timestamp)):
        assert signing.verify(headers, body, pay=credentials.pay) is None
        with pytest.raises(signing.NotAuthentic, match=r"^signature$"):
            signing.verify(headers, body + b" ", pay=credentials.pay)


GENUINE = [v for v in VECTORS["callbacks"] if "expected" not in v]


@pytest.mark.parametrize("vector", by_name(GENUINE))
def test_a_genuine_callback_opens(vector, credentials, no_network):
    with clock.at(moment(vector["headers"]["Wechatpay-Timestamp"])):
        envelope = notify.open_envelope(headers=vector["headers"], body=vector["body"].encode())
    outer = json.loads(vector["body"])
    assert envelope.event_id == outer["id"]
    assert envelope.event_type == outer["event_type"]
    assert envelope.created_at == datetime(2026, 11, 20, 10, 0, 10, tzinfo=UTC)
    assert envelope.resource == json.loads(vector["expected_plaintext"])


@pytest.mark.parametrize(
    ("name", "reason"), [("signature_probe", "signature_probe"), ("tampered_body", "signature")]
)
def test_a_callback_that_must_be_refused_is(name, reason, credentials, no_network):
    vector = next(v for v in VECTORS["callbacks"] if v["name"] == name)
    with (
        clock.at(moment(vector["headers"]["Wechatpay-Timestamp"])),
        pytest.raises(notify.BadCallback, match=rf"^{reason}$"),
    ):
        notify.open_envelope(headers=vector["headers"], body=vector["body"].encode())


def test_the_partner_transaction_reads_as_our_transaction(credentials):
    vector = next(v for v in VECTORS["callbacks"] if v["name"] == "transaction_partner")
    plain = json.loads(vector["expected_plaintext"])
    transaction = notify.transaction_from(plain)
    assert transaction == pay.Transaction(
        out_trade_no=plain["out_trade_no"],
        transaction_id=plain["transaction_id"],
        trade_state="SUCCESS",
        sp_mchid=KEYS["mchid_partner"],
        sub_mchid=KEYS["sub_mchid"],
        sub_appid=KEYS["appid"],
        payer_openid=plain["payer"]["sub_openid"],
        amount_fen=plain["amount"]["total"],
        currency="CNY",
        success_at=datetime.fromisoformat(plain["success_time"]),
    )


@pytest.mark.parametrize("name", ["transaction_direct", "refund_direct"])
def test_a_direct_merchants_resource_is_not_taken_for_a_shops(name):
    vector = next(v for v in VECTORS["callbacks"] if v["name"] == name)
    plain = json.loads(vector["expected_plaintext"])
    for read in (notify.transaction_from, notify.refund_from):
        with pytest.raises(notify.BadCallback, match=r"^resource_shape$"):
            read(plain)


def test_a_platform_certificate_is_unsealed(credentials):
    sealed = VECTORS["platform_certificates_response"]["data"][0]["encrypt_certificate"]
    sealed.pop("algorithm", None)
    plain = signing.unseal(**sealed, pay=credentials.pay)
    assert plain.strip() == KEYS["platform_cert_pem"].strip()


def test_the_published_gcm_payload_is_unsealed(given):
    vector = VECTORS["aes_gcm_published"]
    mine = given({"pay.apiv3_key": vector["key"]}).pay
    plain = signing.unseal(
        ciphertext=vector["ciphertext_b64"],
        nonce=vector["nonce"],
        associated_data=vector["associated_data"],
        pay=mine,
    )
    assert hashlib.sha256(plain.encode()).hexdigest() == vector["plaintext_sha256"]


def test_request_payment_is_signed_as_the_vector_says(credentials, monkeypatch, no_network):
    vector = VECTORS["request_payment"]
    monkeypatch.setattr(signing, "fresh_nonce", lambda: vector["nonceStr"])
    prepay_id = vector["package"].removeprefix("prepay_id=")
    with clock.at(moment(vector["timeStamp"])):
        params = pay.request_payment_params(appid=vector["appId"], prepay_id=prepay_id)
    names = ("timeStamp", "nonceStr", "package", "signType", "paySign")
    assert params.as_dict() == {name: vector[name] for name in names}


@pytest.mark.parametrize("case", by_name(VECTORS["component_push"]["cases"]))
def test_a_component_push_opens(case, credentials, no_network):
    with clock.at(moment(case["query"]["timestamp"])):
        fields = push.open_component_push(case["query"], case["body"].encode())
    assert fields == dict(push._flat(push._xml(case["expected_plaintext"].encode())))
    assert fields["CreateTime"] == case["query"]["timestamp"]


def test_a_nested_push_is_flattened_with_dots(credentials):
    cases = {case["name"]: case for case in VECTORS["component_push"]["cases"]}
    case = cases["fast_register_ok"]
    with clock.at(moment(case["query"]["timestamp"])):
        fields = push.open_component_push(case["query"], case["body"].encode())
    assert fields["InfoType"] == "notify_third_fasteregister"
    assert fields["appid"].startswith("wx")
    assert [name for name in fields if name.startswith("info.")]


@pytest.fixture
def own_app(given):
    vector = VECTORS["message_push"]
    given({"own_apps": [{name: vector[name] for name in ("appid", "token", "encoding_aes_key")}]})
    return vector


def test_the_published_message_push_opens(own_app):
    query = dict(own_app["aes_post"])
    body, expected = query.pop("body"), query.pop("expected_plaintext")
    with clock.at(moment(query["timestamp"])):
        fields = push.open_app_push(own_app["appid"], query, json.dumps(body).encode())
    assert fields == {name: str(value) for name, value in json.loads(expected).items()}


def test_the_published_address_check_is_answered(own_app):
    query = own_app["get_verify"]
    with clock.at(moment(query["timestamp"])):
        assert push.echo(own_app["appid"], query) == query["echostr"]


def test_the_published_plain_push_is_proved(given):
    vector = VECTORS["message_push"]
    given({"own_apps": [{name: vector[name] for name in ("appid", "token")}]})
    query = vector["plain_post"]
    with clock.at(moment(query["timestamp"])):
        assert push.open_app_push(vector["appid"], query, b'{"Event": "e"}') == {"Event": "e"}


def test_the_published_reply_is_sealed_to_the_letter(own_app, monkeypatch):
    reply = own_app["aes_reply"]
    monkeypatch.setattr(push.PrpCrypto, "get_random_string", lambda _: reply["random16"])
    with clock.at(moment(reply["timestamp"])):
        told = push.seal_reply(
            own_app["appid"], reply["plaintext"], nonce=reply["nonce"], as_json=True
        )
    assert json.loads(told) == {
        "Encrypt": reply["Encrypt"],
        "MsgSignature": reply["MsgSignature"],
        "TimeStamp": int(reply["timestamp"]),
        "Nonce": reply["nonce"],
    }
