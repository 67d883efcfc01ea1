"""People write, follow and scan; apps reply at once or by customer service."""

import base64
from typing import Any

import pytest

from tests.wechat_simulator.app_ears import (
    listen_for_pushes,
    opened,
    pushes,
    sealed_reply,
    text_reply,
)
from tests.wechat_simulator.stage import Received, Shop

pytest_plugins = ("tests.wechat_simulator.fixtures",)


@pytest.fixture
def token(simulated_shop: Shop) -> str:
    return simulated_shop.authorizer_token()


def act(shop: Shop, **wish: Any) -> dict[str, Any]:
    wish = {"appid": shop.appid, "user": "alice", **wish}
    return shop.simulated.control("POST", "messages", **wish)


def send(shop: Shop, token: str, msgtype: str = "text", **content: Any) -> int:
    content = content or {"content": "您好"}
    body = {"touser": shop.openid, "msgtype": msgtype, msgtype: content}
    path = "/cgi-bin/message/custom/send"
    return shop.simulated.weixin(path, body, access_token=token)["errcode"]


def typing(shop: Shop, token: str, command: str = "Typing") -> int:
    body = {"touser": shop.openid, "command": command}
    path = "/cgi-bin/message/custom/typing"
    return shop.simulated.weixin(path, body, access_token=token)["errcode"]


def account(shop: Shop) -> Shop:
    """The same shop with an official account, authorised to the component."""
    made = shop.simulated.control("POST", "official_accounts", name="Tea news")
    shop.simulated.control("POST", f"mini_programs/{made['appid']}/authorise")
    openid = shop.simulated.control("POST", "login", appid=made["appid"], user="alice")["openid"]
    return Shop(shop.simulated, shop.listener, made["appid"], "", openid, made)


def test_a_message_is_pushed_and_allows_five_answers(simulated_shop: Shop, token: str) -> None:
    listen_for_pushes(simulated_shop)
    assert send(simulated_shop, token) == 45015
    assert act(simulated_shop, text="在吗")["state"] == "accepted"
    told = opened(simulated_shop, pushes(simulated_shop)[0])
    assert (told["MsgType"], told["Content"], told["FromUserName"]) == (
        "text",
        "在吗",
        simulated_shop.openid,
    )
    assert [send(simulated_shop, token) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
    act(simulated_shop, text="谢谢")
    assert send(simulated_shop, token) == 0
    found = simulated_shop.simulated.control("GET", "messages")["messages"]
    assert len(found) == 6
    assert found[0]["content"] == {"msgtype": "text", "text": {"content": "您好"}}


def test_the_window_closes_after_two_days(simulated_shop: Shop) -> None:
    act(simulated_shop, text="在吗")
    simulated_shop.simulated.control("POST", "clock", advance_seconds=48 * 3600 + 5)
    own = {"appid": simulated_shop.appid, "secret": simulated_shop.extra["appsecret"]}
    wish = {**own, "grant_type": "client_credential"}
    token = simulated_shop.simulated.weixin("/cgi-bin/stable_token", wish)["access_token"]
    assert send(simulated_shop, token) == 45015


def test_an_entry_allows_two_answers_in_a_minute(simulated_shop: Shop, token: str) -> None:
    act(simulated_shop, event="user_enter_tempsession", event_key="from=goods")
    assert [send(simulated_shop, token) for _ in range(3)] == [0, 0, 45047]
    simulated_shop.simulated.control("POST", "clock", advance_seconds=61)
    assert send(simulated_shop, token) == 45015


def test_typing_needs_somebody_there(simulated_shop: Shop, token: str) -> None:
    assert typing(simulated_shop, token) == 45080
    act(simulated_shop, text="在吗")
    assert typing(simulated_shop, token) == 0
    assert typing(simulated_shop, token, "Dancing") == 45072
    simulated_shop.simulated.control("POST", "clock", advance_seconds=31)
    assert typing(simulated_shop, token) == 45080


def test_each_kind_of_answer_has_its_fields(simulated_shop: Shop, token: str) -> None:
    act(simulated_shop, text="在吗")
    http, where = simulated_shop.simulated.http, {"access_token": token, "type": "image"}
    files = {"media": ("a.png", b"PNG")}
    media = http.post("/cgi-bin/media/upload", params=where, files=files).json()["media_id"]
    page = {"title": "龙井", "pagepath": "pages/goods/detail?id=1"}
    link = {"title": "龙井", "description": "好茶", "url": "https://x/", "thumb_url": "https://x/y"}
    assert send(simulated_shop, token, "image", media_id=media) == 0
    assert send(simulated_shop, token, "miniprogrampage", **page, thumb_media_id=media) == 0
    assert send(simulated_shop, token, "link", **link) == 0
    assert send(simulated_shop, token, "image", media_id="x") == 40007
    assert send(simulated_shop, token, "link", title="龙井") == 40097
    assert send(simulated_shop, token, "text", content="") == 44004
    assert send(simulated_shop, token, "text", content="很" * 700) == 45002
    assert send(simulated_shop, token, "poem", content="x") == 40008


def test_a_picture_can_be_fetched_by_its_media_id(simulated_shop: Shop, token: str) -> None:
    listen_for_pushes(simulated_shop)
    act(simulated_shop, picture_b64=base64.b64encode(b"PNG").decode())
    told = opened(simulated_shop, pushes(simulated_shop)[0])
    query = {"access_token": token, "media_id": told["MediaId"]}
    answer = simulated_shop.simulated.http.get("/cgi-bin/media/get", params=query)
    assert (told["MsgType"], answer.content) == ("image", b"PNG")


def test_a_follower_gets_the_passive_reply(simulated_shop: Shop) -> None:
    tea = account(simulated_shop)
    listen_for_pushes(tea)
    component = tea.simulated.credentials["component"]
    keys = {**component, "owner": component["appid"]}

    def reply(received: Received) -> str:
        return sealed_reply(keys, text_reply(opened(tea, received), "欢迎"))

    tea.listener.reply = reply
    answered = act(tea, event="subscribe", event_key="42")
    assert answered["reply"]["Content"] == "欢迎"
    told = opened(tea, pushes(tea)[0])
    assert (told["Event"], told["EventKey"]) == ("subscribe", "qrscene_42")
    (shown,) = tea.simulated.control("GET", "messages")["messages"]
    assert (shown["kind"], shown["content"]) == ("reply", {"MsgType": "text", "Content": "欢迎"})
    assert shown["user"] == "alice"


@pytest.mark.parametrize(
    ("event", "key", "told_key"),
    [("SCAN", "42", "42"), ("CLICK", "ORDERS", "ORDERS"), ("unsubscribe", "", "")],
)
def test_an_accounts_events_carry_their_key(
    simulated_shop: Shop, event: str, key: str, told_key: str
) -> None:
    tea = account(simulated_shop)
    listen_for_pushes(tea)
    act(tea, event=event, event_key=key)
    told = opened(tea, pushes(tea)[0])
    assert (told["MsgType"], told["Event"], told["EventKey"]) == ("event", event, told_key)


def test_a_mini_program_cannot_reply_at_once(simulated_shop: Shop) -> None:
    listen_for_pushes(simulated_shop)
    component = simulated_shop.simulated.credentials["component"]
    keys = {**component, "owner": component["appid"]}
    simulated_shop.listener.reply = lambda one: sealed_reply(
        keys, text_reply(opened(simulated_shop, one), "hi")
    )
    act(simulated_shop, text="在吗")
    assert simulated_shop.simulated.control("GET", "messages")["messages"] == []


@pytest.mark.parametrize("wish", [{}, {"event": "wave"}, {"event": "subscribe"}])
def test_nonsense_is_not_an_act(simulated_shop: Shop, wish: dict[str, Any]) -> None:
    body = {"appid": simulated_shop.appid, "user": "alice", **wish}
    answer = simulated_shop.simulated.http.post("/_control/messages", json=body)
    assert answer.status_code in (400, 409)
