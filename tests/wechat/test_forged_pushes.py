"""Whoever is not WeChat, now, gets nothing at either door: no effect, no network, no long wait."""

import base64
import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from kernel import clock
from tenants import context, directory
from tenants.models import MiniProgram
from tenants.pushes.models import Push
from tests.wechat.sealing import Sealer, now, post, xml
from wechat import push
from wechat.models import ComponentTicket

APPID = "wx00000000000000bb"
COMPONENT, EVENTS = "/hooks/wechat/component", f"/hooks/wechat/apps/{APPID}/events"
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]><xml><ToUserName>&i;</ToUserName><Encrypt>&i;</Encrypt></xml>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Encrypt>&a;</Encrypt></xml>'
FETCHED = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><xml><Encrypt>x</Encrypt></xml>'
STRANGER = {"appid": "wx00000000000000c0", "token": "stranger0", "encoding_aes_key": "k" * 42 + "E"}


def ticket():
    return xml(
        {
            "AppId": "wx00000000000000c0",
            "CreateTime": now(),
            "InfoType": "component_verify_ticket",
            "ComponentVerifyTicket": "ticket@@@forged",
        }
    )


def message():
    return xml(
        {
            "ToUserName": "gh_1",
            "FromUserName": "oBuyer",
            "CreateTime": now(),
            "MsgType": "event",
            "Event": "weapp_audit_success",
        }
    )


@pytest.fixture
def sealer(content, credentials):
    return Sealer(content["component"])


@pytest.fixture(params=[COMPONENT, EVENTS])
def door(request, shop):
    with context.public():
        MiniProgram.objects.create(tenant_id=shop.id, appid=APPID)
    directory.forget()
    return request.param


@pytest.fixture
def words(door):
    return ticket() if door == COMPONENT else message()


def without(name):
    def take(sealer, words):
        query, body = sealer.push(words)
        del query[name]
        return query, body

    return take


def changed(**changes):
    def change(sealer, words):
        query, body = sealer.push(words)
        return query | changes, body

    return change


def at(**delta):
    def sign(sealer, words):
        moment = clock.now() + timedelta(**delta)
        return sealer.push(words, at=str(int(moment.timestamp())))

    return sign


def body_is(body):
    return lambda sealer, words: (sealer.push(words)[0], body)


def sealed_is(make):
    def sign(sealer, words):
        encrypt = make(sealer.encrypt(words.encode()))
        return sealer.query(encrypt), sealer.around(encrypt)

    return sign


def inside(inner):
    return lambda sealer, words: sealer.push(inner)


def half(encrypt):
    return base64.b64encode(base64.b64decode(encrypt)[:48]).decode()


def odd(encrypt):
    return base64.b64encode(base64.b64decode(encrypt)[:-7]).decode()


FORGERIES = {
    "no signature": (without("msg_signature"), "missing_parameter"),
    "no timestamp": (without("timestamp"), "missing_parameter"),
    "no nonce": (without("nonce"), "missing_parameter"),
    "nothing in the query": (lambda s, w: ({}, s.push(w)[1]), "encrypt_type"),
    "plain": (lambda s, w: (s.plain_query(), w.encode()), "encrypt_type"),
    "plain beside the sealed": (
        lambda s, w: (s.plain_query(), w.encode().replace(b"</xml>", b"<Encrypt>x</Encrypt></xml>")),
        "encrypt_type",
    ),
    "another signature": (changed(msg_signature="0" * 40), "signature"),
    "a signature of other letters": (changed(msg_signature="签名" * 20), "signature"),
    "the signature without the message": (
        lambda s, w: (lambda q, b: (q | {"msg_signature": q["signature"]}, b))(*s.push(w)),
        "signature",
    ),
    "another nonce": (changed(nonce="1002"), "signature"),
    "another message under a good signature": (
        lambda s, w: (s.push(w)[0], s.push(w)[1]),
        "signature",
    ),
    "of a stranger's keys": (lambda _, w: Sealer(STRANGER).push(w), "signature"),
    "16 minutes old": (at(minutes=-16), "timestamp"),
    "30 days old": (at(days=-30), "timestamp"),
    "from the future": (at(minutes=16), "timestamp"),
    "at no time": (changed(timestamp="now"), "timestamp"),
    "of another component": (lambda s, w: s.push(w, appid="wx00000000000000c1"), "ciphertext"),
    "of the shop's own id": (lambda s, w: s.push(w, appid=APPID), "ciphertext"),
    "cut at a block": (sealed_is(half), "ciphertext"),
    "cut inside a block": (sealed_is(odd), "ciphertext"),
    "one block": (sealed_is(lambda _: base64.b64encode(b"x" * 16).decode()), "ciphertext"),
    "no base64": (sealed_is(lambda _: "not base64!"), "ciphertext"),
    "sealed nonsense": (inside("hello"), "not_xml"),
    "sealed half of XML": (inside("<xml><Event>e</Event>"), "not_xml"),
    "sealed half of JSON": (inside('{"Event": "e"'), "not_json"),
    "a sealed bomb": (inside(BOMB), "not_xml"),
    "a sealed file": (inside(OUTSIDE), "not_xml"),
    "sealed and deep": (inside("<xml>" + "<a>" * 2000 + "</a>" * 2000 + "</xml>"), "shape"),
    "sealed and deep JSON": (inside('{"a":' * 50 + "1" + "}" * 50), "shape"),
    "sealed NUL": (inside('{"Event": "\\u0000"}'), "shape"),
    "empty": (body_is(b""), "not_xml"),
    "no XML": (body_is(b"hello"), "not_xml"),
    "no JSON": (body_is(b"{"), "not_json"),
    "JSON without the sealed": (body_is(b'{"ToUserName": "gh_1"}'), "not_json"),
    "a list of JSON": (body_is(b'{"Encrypt": ["x"]}'), "not_json"),
    "no UTF-8": (body_is(b"\xff\xfe<xml/>"), "not_xml"),
    "a bomb": (body_is(BOMB.encode()), "not_xml"),
    "a file": (body_is(OUTSIDE.encode()), "not_xml"),
    "a page to fetch": (body_is(FETCHED.encode()), "signature"),
    "too large": (lambda s, w: (lambda q, b: (q, b + b" " * push.MAX_BODY_BYTES))(*s.push(w)), "too_large"),
    "10 MB": (body_is(b"<" * 10_000_000), "too_large"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_push_has_no_effect(name, door, words, sealer, client, no_network, queued):
    make, reason = FORGERIES[name]
    query, body = make(sealer, words)
    with context.public():
        answer = post(client, door, query, body)
        assert (answer.status_code, answer.json()) == (401, {"code": "FAIL", "message": reason})
        assert not Push.objects.exists()
        assert not ComponentTicket.objects.exists()
    assert queued("pushes") == []
    assert no_network == []


def test_the_honest_one_has_its_effect(door, words, sealer, client, no_network):
    with context.public():
        answer = post(client, door, *sealer.push(words))
        assert (answer.status_code, answer.content) == (200, b"success")
        assert Push.objects.count() + ComponentTicket.objects.count() == 1


def test_a_replay_has_no_second_effect_and_later_none_at_all(
    door, words, sealer, client, no_network
):
    query, body = sealer.push(words)
    with context.public():
        for _ in range(5):
            assert post(client, door, query, body).content == b"success"
        assert Push.objects.count() + ComponentTicket.objects.count() == 1
        with clock.ahead(timedelta(seconds=push.WINDOW_SECONDS + 2)):
            assert post(client, door, query, body).json()["message"] == "timestamp"


def test_a_stale_ticket_does_not_replace_a_newer_one(shop, sealer, client):
    older, newer = ticket(), ticket().replace(now(), str(int(now()) + 5))
    with context.public():
        for words in (newer.replace("forged", "newer"), older):
            assert post(client, COMPONENT, *sealer.push(words)).content == b"success"
        row = ComponentTicket.objects.get()
    assert int(row.issued_at.timestamp()) >= int(clock.now().timestamp())


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_do_nothing(method, door, words, sealer, client):
    query, body = sealer.push(words)
    with context.public():
        answer = getattr(client, method)(f"{door}?{urlencode(query)}", body, "text/xml")
        assert answer.status_code == 405
        assert not Push.objects.exists()


def test_no_secret_of_a_push_is_logged(sealer, client, shop, caplog, capsys):
    words = xml(
        {
            "AppId": "wx00000000000000c0",
            "CreateTime": now(),
            "InfoType": "authorized",
            "AuthorizerAppid": "wx00000000000000ee",
            "AuthorizationCode": "queryauthcode@@@secret",
        }
    )
    with caplog.at_level("DEBUG"), context.public():
        assert post(client, COMPONENT, *sealer.push(words)).content == b"success"
        post(client, COMPONENT, *sealer.push(ticket()))
        post(client, COMPONENT, *Sealer(STRANGER).push(ticket()))
    output = caplog.text + "".join(capsys.readouterr()) + json.dumps(caplog.messages)
    assert "queryauthcode" not in output
    assert "ticket@@@" not in output
