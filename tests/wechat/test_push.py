"""Pushes of WeChat: the honest open, everything else is refused alike."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest

from kernel import clock
from tests.wechat.sealing import Sealer, xml
from wechat import push

SIGNED_AT = datetime.fromtimestamp(1795168800, UTC)
TICKET = (
    "<xml><AppId>wx00000000000000c0</AppId><CreateTime>1795168800</CreateTime>"
    "<InfoType>component_verify_ticket</InfoType>"
    "<ComponentVerifyTicket>ticket@@@1</ComponentVerifyTicket></xml>"
)


@pytest.fixture
def sealer(content):
    return Sealer(content["component"])


@pytest.fixture(autouse=True)
def _now():
    with clock.at(SIGNED_AT):
        yield


def refused(query, body, reason):
    with pytest.raises(push.BadPush, match=rf"^{reason}$"):
        push.open_component_push(query, body)


def test_a_ticket_opens(sealer, credentials, no_network):
    assert push.open_component_push(*sealer.push(TICKET)) == {
        "AppId": "wx00000000000000c0",
        "CreateTime": "1795168800",
        "InfoType": "component_verify_ticket",
        "ComponentVerifyTicket": "ticket@@@1",
    }


def test_repeated_elements_carry_their_place(sealer, credentials):
    message = "<xml><E>x</E><List><T>a</T></List><List><T>b</T></List><Empty></Empty></xml>"
    assert push.open_component_push(*sealer.push(message)) == {
        "E": "x",
        "List.0.T": "a",
        "List.1.T": "b",
        "Empty": "",
    }


def test_markup_inside_a_text_stays_text(sealer, credentials):
    message = "<xml><Reason><![CDATA[1: <!-- 名称 --><br>违规]]></Reason></xml>"
    fields = push.open_component_push(*sealer.push(message))
    assert fields == {"Reason": "1: <!-- 名称 --><br>违规"}


@pytest.mark.parametrize("name", ["msg_signature", "timestamp", "nonce"])
def test_a_push_without_a_parameter_is_refused(name, sealer, credentials):
    query, body = sealer.push(TICKET)
    del query[name]
    refused(query, body, "missing_parameter")


@pytest.mark.parametrize("change", [{"encrypt_type": "raw"}, {"encrypt_type": ""}])
def test_a_push_in_plain_is_refused(change, sealer, credentials):
    query, _ = sealer.push(TICKET)
    refused(query | change, TICKET.encode(), "encrypt_type")


@pytest.mark.parametrize(
    "change",
    [
        {"msg_signature": "0" * 40},
        {"msg_signature": "签名"},
        {"timestamp": "1795168801"},
        {"nonce": "1002"},
    ],
)
def test_a_push_wrongly_signed_is_refused(change, sealer, credentials):
    query, body = sealer.push(TICKET)
    refused(query | change, body, "signature")


def test_a_push_for_another_component_is_refused(sealer, credentials):
    refused(*sealer.push(TICKET, appid="wx00000000000000c1"), "ciphertext")


@pytest.mark.parametrize(
    "encrypt",
    [
        "AAAA",
        "not base64!",
        base64.b64encode(b"x" * 16).decode(),
        base64.b64encode(b"x" * 32).decode(),
    ],
)
def test_a_signed_ciphertext_that_does_not_open_is_refused(encrypt, sealer, credentials):
    refused(sealer.query(encrypt), sealer.around(encrypt), "ciphertext")


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    '<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>'
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Encrypt>&a;</Encrypt></xml>'


@pytest.mark.parametrize(
    "body",
    [b"", b"<xml>", b"<html/>", b"<xml/>", b"<xml>text</xml>", b"<xml><Encrypt/></xml>",
     b"<xml><Encrypt><a>1</a></Encrypt></xml>", b"\xff\xfe", BOMB.encode(), OUTSIDE.encode(),
     b"<xml>" + b"<a>" * 5000],
)  # fmt: skip
def test_a_body_that_is_no_envelope_is_refused(body, sealer, credentials, no_network):
    query, _ = sealer.push(TICKET)
    refused(query, body, "not_xml")


def test_a_sealed_message_that_is_no_xml_is_refused(sealer, credentials):
    refused(*sealer.push("hello"), "not_xml")


def test_a_body_too_large_is_refused_unread(sealer, credentials):
    query, body = sealer.push(TICKET)
    refused(query, body + b" " * push.MAX_BODY_BYTES, "too_large")


APP = "wx0000000000000001"
OWN = {"appid": APP, "token": "own0token", "encoding_aes_key": "k" * 42 + "E"}
EVENT = {"ToUserName": "gh_1", "FromUserName": "o1", "CreateTime": 1795168800, "Event": "e"}
OPENED = {"ToUserName": "gh_1", "FromUserName": "o1", "CreateTime": "1795168800", "Event": "e"}


@pytest.fixture
def own(given):
    given({"own_apps": [OWN]})
    return Sealer(OWN)


@pytest.fixture
def plain(given):
    given({"own_apps": [{"appid": APP, "token": "own0token"}]})
    return Sealer(OWN)


def app_refused(query, body, reason, appid=APP):
    with pytest.raises(push.BadPush, match=rf"^{reason}$"):
        push.open_app_push(appid, query, body)


def test_a_shops_push_opens_with_the_components_key(sealer, credentials, no_network):
    assert push.open_app_push(APP, *sealer.push(xml(EVENT))) == OPENED
    assert push.open_app_push(APP, *sealer.json_push(json.dumps(EVENT))) == OPENED


@pytest.mark.parametrize("inner", [xml(EVENT), json.dumps(EVENT)])
def test_an_own_apps_push_opens_with_its_own_key(inner, own, sealer):
    assert push.open_app_push(APP, *own.push(inner)) == OPENED
    assert push.open_app_push(APP, *own.json_push(inner)) == OPENED
    app_refused(*sealer.push(inner), "signature")
    app_refused(*own.push(inner), "signature", appid="wx0000000000000002")


def test_in_compatible_mode_the_sealed_half_counts(own):
    lie = json.dumps(EVENT | {"FromUserName": "oLiar"})
    encrypt = own.encrypt(json.dumps(EVENT).encode())
    both = json.dumps(json.loads(lie) | {"Encrypt": encrypt}).encode()
    assert push.open_app_push(APP, own.query(encrypt), both) == OPENED
    query = own.query(encrypt)
    del query["encrypt_type"], query["msg_signature"]
    app_refused(query, lie.encode(), "encrypt_type")


@pytest.mark.parametrize("body", [xml(EVENT).encode(), json.dumps(EVENT).encode()])
def test_only_an_app_whose_console_says_plain_may_push_in_plain(body, plain, sealer):
    assert push.open_app_push(APP, plain.plain_query(), body) == OPENED
    app_refused(plain.plain_query(signature="0" * 40), body, "signature")
    app_refused(plain.plain_query(nonce=""), body, "missing_parameter")
    app_refused(*plain.push(xml(EVENT)), "encrypt_type")
    app_refused(sealer.plain_query(), body, "encrypt_type", appid="wx0000000000000002")


def test_json_lists_and_numbers_become_texts_with_places(sealer, credentials):
    told = {"n": 17951688001795168800, "f": 1.50, "t": True, "none": None,
            "List": [{"T": "a"}, {"T": "b"}]}  # fmt: skip
    assert push.open_app_push(APP, *sealer.json_push(json.dumps(told))) == {
        "n": "17951688001795168800",
        "f": "1.5",
        "t": "true",
        "none": "",
        "List.0.T": "a",
        "List.1.T": "b",
    }


@pytest.mark.parametrize(
    "inner",
    ["{", "[1]", '{"a": 1} x', '"text"', "{" * 9000, '{"a":' * 5000 + "1" + "}" * 5000],
)
def test_a_sealed_message_that_is_no_json_object_is_refused(inner, sealer, credentials):
    with pytest.raises(push.BadPush, match=r"^(not_json|not_xml|shape)$"):
        push.open_app_push(APP, *sealer.json_push(inner))


@pytest.mark.parametrize(
    "inner",
    [
        "<xml>" + "<a>" * 9 + "1" + "</a>" * 9 + "</xml>",
        "<xml>" + "<a>" * 3000 + "</a>" * 3000 + "</xml>",
        '{"a": "\\u0000"}',
        '{"a\\ud800": "b"}',
        '{"a": ' * 9 + "1" + "}" * 9,
    ],
)
def test_what_no_push_looks_like_and_no_table_can_hold_is_refused(inner, sealer, credentials):
    refused(*sealer.push(inner), "shape")


@pytest.mark.parametrize("away", [-push.WINDOW_SECONDS - 1, push.WINDOW_SECONDS + 1])
def test_a_push_signed_long_ago_or_ahead_is_refused(away, sealer, credentials):
    query, body = sealer.push(TICKET)
    with clock.at(SIGNED_AT - timedelta(seconds=away)):
        refused(query, body, "timestamp")


@pytest.mark.parametrize("away", [-push.WINDOW_SECONDS, push.WINDOW_SECONDS])
def test_a_repeat_within_the_window_opens(away, sealer, credentials):
    query, body = sealer.push(TICKET)
    with clock.at(SIGNED_AT - timedelta(seconds=away)):
        assert push.open_component_push(query, body)["InfoType"] == "component_verify_ticket"


@pytest.mark.parametrize("timestamp", ["-1", "1e9", "nan", "１７９５１６８８００", "9" * 13])
def test_a_timestamp_that_is_none_is_refused(timestamp, sealer, credentials):
    encrypt = sealer.encrypt(TICKET.encode())
    refused(sealer.query(encrypt, at=timestamp), sealer.around(encrypt), "timestamp")


def test_the_echo_is_given_to_whoever_knows_the_token(sealer, credentials):
    assert push.echo(APP, sealer.plain_query(echostr="4375120948345356249")) == (
        "4375120948345356249"
    )
    for wrong, reason in [
        ({"signature": "0" * 40}, "signature"),
        ({"timestamp": "1"}, "timestamp"),
        ({"timestamp": ""}, "missing_parameter"),
        ({"echostr": ""}, "shape"),
        ({"echostr": "<script>"}, "shape"),
    ]:
        with pytest.raises(push.BadPush, match=f"^{reason}$"):
            push.echo(APP, sealer.plain_query(echostr="1") | wrong)


@pytest.mark.parametrize("as_json", [True, False])
def test_a_sealed_reply_opens_at_the_other_end(as_json, sealer, credentials):
    told = push.seal_reply(APP, "<xml>回复</xml>", nonce="77", as_json=as_json)
    whole = json.loads(told) if as_json else push._xml(told.encode())
    assert list(whole) == ["Encrypt", "MsgSignature", "TimeStamp", "Nonce"]
    signed = (str(whole["TimeStamp"]), "77", whole["Encrypt"])
    assert whole["MsgSignature"] == sealer.signature(*signed)
    assert whole["Nonce"] == "77"
    assert sealer.decrypt(whole["Encrypt"]) == "<xml>回复</xml>"


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({}, ()),
        ({"List.Id": "a", "Other": "x"}, ({"Id": "a"},)),
        ({"List.1.Id": "b", "List.0.Id": "a"}, ({"Id": "a"}, {"Id": "b"})),
        ({"W.List.0.Id": "a", "W.List.0.In.X": "y"}, ({"Id": "a", "In.X": "y"},)),
        ({"Listing.Id": "a"}, ()),
    ],
)
def test_a_list_is_read_in_any_of_its_shapes(fields, found):
    assert push.rows(fields, "List") == found
