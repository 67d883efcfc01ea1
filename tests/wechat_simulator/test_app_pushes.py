"""Pushes to an app's message URL: envelope, repeats, replies, forgeries, and its own address."""

import base64
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from infra.wechat_simulator import crypto
from infra.wechat_simulator.app_envelopes import FORGERIES
from tests.wechat_simulator.app_ears import (
    listen_for_pushes,
    opened,
    pushes,
    sealed_reply,
    text_reply,
)
from tests.wechat_simulator.stage import Received, Shop

pytest_plugins = ("tests.wechat_simulator.fixtures",)


def push(shop: Shop, **fields: Any) -> dict[str, Any]:
    wish = {"appid": shop.appid, "fields": {"Event": "weapp_audit_success", **fields}}
    return shop.simulated.control("POST", "pushes", **wish)


def keys_of(shop: Shop) -> dict[str, str]:
    component = shop.simulated.credentials["component"]
    return {**component, "owner": component["appid"]}


def test_a_push_carries_the_components_seal_to_the_apps_path(simulated_shop: Shop) -> None:
    listen_for_pushes(simulated_shop)
    detail = [{"label": 100, "hint": "a ]]> b"}, {"label": 200, "hint": "好"}]
    sent = push(simulated_shop, SuccTime=1700000000, detail=detail)
    assert sent["state"] == "accepted"
    (received,) = pushes(simulated_shop)
    told = opened(simulated_shop, received)
    assert told["ToUserName"] == "gh_" + simulated_shop.appid[2:14]
    assert (told["MsgType"], told["Event"], told["SuccTime"]) == (
        "event",
        "weapp_audit_success",
        "1700000000",
    )
    assert [one["hint"] for one in told["detail"]] == ["a ]]> b", "好"]
    assert "MsgId" not in told


def test_no_answer_is_three_tries_with_the_same_message(simulated_shop: Shop) -> None:
    listen_for_pushes(simulated_shop)
    simulated_shop.listener.status = 500
    sent = push(simulated_shop, MsgType="text", Content="hello", Event="")
    simulated_shop.simulated.control("POST", "clock", advance_seconds=60)
    told = [opened(simulated_shop, one) for one in pushes(simulated_shop)]
    assert len(told) == 3
    assert len({(one["MsgId"], one["CreateTime"]) for one in told}) == 1
    found = simulated_shop.simulated.control("GET", f"pushes/{sent['id']}")
    assert (found["state"], found["sent_count"]) == ("exhausted", 3)
    assert [one["status"] for one in found["attempts"]] == [500, 500, 500]


def test_a_sealed_reply_is_opened_and_kept(simulated_shop: Shop) -> None:
    listen_for_pushes(simulated_shop)

    def reply(received: Received) -> str:
        told = opened(simulated_shop, received)
        return sealed_reply(keys_of(simulated_shop), text_reply(told, "您好"))

    simulated_shop.listener.reply = reply
    sent = push(simulated_shop, MsgType="text", Content="hello")
    assert sent["state"] == "accepted"
    assert sent["reply"]["Content"] == "您好"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("maybe", "neither success"),
        ("<xml><MsgType>text</MsgType></xml>", "encrypted exactly when"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><xml>&a;</xml>", "must not declare entities"),
    ],
)
def test_a_bad_reply_is_no_answer(simulated_shop: Shop, text: str, problem: str) -> None:
    listen_for_pushes(simulated_shop)
    simulated_shop.listener.reply = lambda _: text
    sent = push(simulated_shop)
    assert sent["state"] == "pending"
    assert problem in sent["attempts"][0]["note"]


def test_a_reply_to_somebody_else_is_no_answer(simulated_shop: Shop) -> None:
    listen_for_pushes(simulated_shop)
    other = {"FromUserName": "oSomebody", "ToUserName": "gh_000000000000"}
    reply = sealed_reply(keys_of(simulated_shop), text_reply(other, "hi"))
    simulated_shop.listener.reply = lambda _: reply
    assert "not addressed to the sender" in push(simulated_shop)["attempts"][0]["note"]


def test_every_forgery_can_be_made_and_none_is_genuine(simulated_shop: Shop) -> None:
    listen_for_pushes(simulated_shop)
    sent = push(simulated_shop)
    number, shop = sent["id"], simulated_shop
    genuine = request_of(shop, number, "")
    assert is_genuine(shop, genuine)
    for forge in FORGERIES:
        made = request_of(shop, number, forge)
        is_old = forge in ("replayed", "old_timestamp", "future_timestamp", "inner_xml_bomb")
        assert is_genuine(shop, made) is is_old, forge
    sends = shop.simulated.control("POST", f"pushes/{number}/resend", forge="replayed", times=2)
    assert sends["statuses"] == [200, 200]
    first, *again = pushes(shop)
    assert [(one.path, one.body) for one in again] == [(first.path, first.body)] * 2
    refused = shop.simulated.http.get(f"/_control/pushes/{number}/request?forge=earthquake")
    assert refused.status_code == 400


def request_of(shop: Shop, number: int, forge: str) -> Received:
    made = shop.simulated.http.get(f"/_control/pushes/{number}/request?forge={forge}").json()
    query = "&".join(f"{name}={value}" for name, value in made["query"].items())
    path = f"{urlsplit(made['url']).path}?{query}"
    return Received(path, made["headers"], base64.b64decode(made["body_b64"]))


def is_genuine(shop: Shop, request: Received) -> bool:
    """Whether signature, seal and owner hold; time and uniqueness are the receiver's to check."""
    query = parse_qs(urlsplit(request.path).query)
    if not {"msg_signature", "timestamp", "nonce"} <= set(query) or len(request.body) > 10**6:
        return False
    parts = request.body.decode().split("<Encrypt><![CDATA[")
    if len(parts) != 2:
        return False
    sealed, keys = parts[1].split("]]>")[0], keys_of(shop)
    stamp, nonce = query["timestamp"][0], query["nonce"][0]
    if crypto.push_signature(keys["token"], stamp, nonce, sealed) != query["msg_signature"][0]:
        return False
    try:
        crypto.decrypt_push(sealed, keys["owner"], keys["encoding_aes_key"])
    except crypto.CannotDecrypt:
        return False
    return True


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
@pytest.mark.parametrize("form", ["xml", "json"])
def test_an_app_may_have_its_own_address(simulated_shop: Shop, mode: str, form: str) -> None:
    shop = simulated_shop
    listen_for_pushes(shop)
    url = shop.listener.base + f"/hooks/wechat/apps/{shop.appid}/events"
    path = f"mini_programs/{shop.appid}/message_url"
    keys = shop.simulated.control("PUT", path, url=url, mode=mode, format=form)
    assert keys["owner"] == shop.appid
    push(shop)
    (received,) = pushes(shop)
    assert (b"weapp_audit_success" in received.body) is (mode != "safe")
    assert (b"Encrypt" in received.body) is (mode != "plain")
    if mode != "plain":
        assert opened(shop, received, keys)["Event"] == "weapp_audit_success"
    shop.simulated.control("DELETE", path)
    push(shop)
    assert opened(shop, pushes(shop)[-1])["Event"] == "weapp_audit_success"


def test_an_address_that_does_not_echo_is_refused(simulated_shop: Shop) -> None:
    path = f"/_control/mini_programs/{simulated_shop.appid}/message_url"
    answer = simulated_shop.simulated.http.put(path, json={"url": "http://127.0.0.1:1/x"})
    assert answer.status_code == 409
    addresses = simulated_shop.simulated.http
    assert (
        addresses.put("/_control/component", json={"message_url": "http://x/"}).status_code == 400
    )


@pytest.mark.parametrize(
    ("kind", "first", "after", "state"),
    [
        ("drop_callbacks", 0, 1, "accepted"),
        ("lose_callbacks", 0, 0, "lost"),
        ("duplicate_callbacks", 2, 2, "accepted"),
        ("reorder_callbacks", 0, 1, "accepted"),
    ],
)
def test_faults_strike_pushes(
    simulated_shop: Shop, kind: str, first: int, after: int, state: str
) -> None:
    listen_for_pushes(simulated_shop)
    simulated_shop.simulated.control("POST", "faults", path_prefix="/hooks", kind=kind)
    sent = push(simulated_shop)
    assert len(pushes(simulated_shop)) == first
    simulated_shop.simulated.control("POST", "clock", advance_seconds=60)
    assert len(pushes(simulated_shop)) == after
    assert simulated_shop.simulated.control("GET", f"pushes/{sent['id']}")["state"] == state


def test_reordered_pushes_arrive_after_later_ones(simulated_shop: Shop) -> None:
    listen_for_pushes(simulated_shop)
    simulated_shop.simulated.control("POST", "faults", kind="reorder_callbacks", seconds=10)
    push(simulated_shop, Reason="first")
    push(simulated_shop, Reason="second")
    simulated_shop.simulated.control("POST", "clock", advance_seconds=11)
    told = [opened(simulated_shop, one)["Reason"] for one in pushes(simulated_shop)]
    assert told == ["second", "first"]


def test_files_live_three_days_and_belong_to_their_app(simulated_shop: Shop) -> None:
    shop, http = simulated_shop, simulated_shop.simulated.http
    token = shop.authorizer_token()
    where = {"access_token": token, "type": "image"}
    made = http.post("/cgi-bin/media/upload", params=where, files={"media": ("a.png", b"PNG")})
    wanted = {"access_token": token, "media_id": made.json()["media_id"]}
    assert http.get("/cgi-bin/media/get", params=wanted).content == b"PNG"
    shop.simulated.control("POST", "clock", advance_seconds=7000)
    assert http.get("/cgi-bin/media/get", params=wanted).content == b"PNG"
    assert http.post("/cgi-bin/media/upload", params=where).json()["errcode"] == 41005
    where["type"] = "novel"
    odd = http.post("/cgi-bin/media/upload", params=where, files={"media": ("a", b"x")})
    assert odd.json()["errcode"] == 40004
    unknown = http.get("/cgi-bin/media/get", params={**wanted, "media_id": "x"})
    assert unknown.json()["errcode"] == 40007
