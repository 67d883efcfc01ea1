"""Subscribe messages: templates, the prompt's permits, value rules, sending and its events."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from infra.wechat_simulator.template_library import TEMPLATES
from infra.wechat_simulator.template_rules import is_allowed
from tests.wechat_simulator.app_ears import listen_for_pushes, opened, pushes
from tests.wechat_simulator.stage import Shop

pytest_plugins = ("tests.wechat_simulator.fixtures",)

LIBRARY = "/wxaapi/newtmpl/"
VALUES = {"character_string1": "202611200001", "thing2": "龙井茶", "amount3": "¥128.00"}


@pytest.fixture
def token(simulated_shop: Shop) -> str:
    return simulated_shop.authorizer_token()


@pytest.fixture
def template(simulated_shop: Shop, token: str) -> str:
    return added(simulated_shop, token)["priTmplId"]


def added(shop: Shop, token: str, **changed: Any) -> dict[str, Any]:
    body = {"tid": 1128, "kidList": [1, 2, 3], "sceneDesc": "付款后", **changed}
    return shop.simulated.weixin(LIBRARY + "addtemplate", body, access_token=token)


def asked(shop: Shop, token: str, name: str, **query: str) -> dict[str, Any]:
    return shop.simulated.weixin(LIBRARY + name, access_token=token, **query)


def prompt(shop: Shop, template: str, action: str = "accept", user: str = "alice") -> str:
    wish = {"appid": shop.appid, "user": user, "template_id": template, "action": action}
    return shop.simulated.control("POST", "subscribe", **wish)[template]


def sent(shop: Shop, token: str, template: str, **changed: Any) -> dict[str, Any]:
    data = {name: {"value": value} for name, value in VALUES.items()}
    body = {"touser": shop.openid, "template_id": template, "page": "pages/order/detail?id=1"}
    path = "/cgi-bin/message/subscribe/send"
    return shop.simulated.weixin(path, {**body, "data": data, **changed}, access_token=token)


def test_the_library_is_browsed_by_category(simulated_shop: Shop, token: str) -> None:
    ids = ",".join(str(one["id"]) for one in asked(simulated_shop, token, "getcategory")["data"])
    page = asked(simulated_shop, token, "getpubtemplatetitles", ids=ids, start="0", limit="10")
    rest = asked(simulated_shop, token, "getpubtemplatetitles", ids=ids, start="10", limit="30")
    assert page["count"] == len(TEMPLATES) == len(page["data"]) + len(rest["data"])
    lines = asked(simulated_shop, token, "getpubtemplatekeywords", tid="1128")["data"]
    assert lines[0] == {
        "kid": 1,
        "name": "订单编号",
        "example": "202611200001",
        "rule": "character_string",
    }
    assert asked(simulated_shop, token, "getpubtemplatekeywords", tid="9")["errcode"] == 200014


def test_every_example_of_the_library_keeps_its_own_rule() -> None:
    wrong = [
        (template.tid, line.name)
        for template in TEMPLATES
        for line in template.keywords
        if not is_allowed(line.rule, line.example)
    ]
    assert wrong == []


def test_a_template_is_picked_listed_and_dropped(simulated_shop: Shop, token: str) -> None:
    chosen = added(simulated_shop, token)["priTmplId"]
    (mine,) = asked(simulated_shop, token, "gettemplate")["data"]
    assert mine == {
        "priTmplId": chosen,
        "title": "订单支付成功通知",
        "content": "订单编号:{{character_string1.DATA}}\n商品名称:{{thing2.DATA}}\n"
        "订单金额:{{amount3.DATA}}\n",
        "example": "订单编号:202611200001\n商品名称:西湖龙井 250g\n订单金额:¥128.00\n",
        "type": 2,
    }
    drop = LIBRARY + "deltemplate"
    wish = {"priTmplId": chosen}
    assert simulated_shop.simulated.weixin(drop, wish, access_token=token)["errcode"] == 0
    assert asked(simulated_shop, token, "gettemplate")["data"] == []
    assert simulated_shop.simulated.weixin(drop, wish, access_token=token)["errcode"] == 40037


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"tid": 1}, 200014),
        ({"kidList": [1]}, 200020),
        ({"kidList": [1, 1]}, 200020),
        ({"kidList": [1, 99]}, 200020),
        ({"kidList": [1, 2, 3, 4, 5, 6]}, 200020),
        ({"sceneDesc": "很" * 16}, 200021),
    ],
)
def test_a_template_needs_known_lines(
    simulated_shop: Shop, token: str, changed: dict[str, Any], errcode: int
) -> None:
    assert added(simulated_shop, token, **changed)["errcode"] == errcode


def test_templates_have_a_cap_and_a_daily_limit(simulated_shop: Shop, token: str) -> None:
    simulated_shop.simulated.control("PUT", "settings", template_cap=2)
    assert [added(simulated_shop, token)["errcode"] for _ in range(3)] == [0, 0, 45026]
    simulated_shop.simulated.control("PUT", "settings", template_cap=50, template_adds_per_day=2)
    assert added(simulated_shop, token)["errcode"] == 43100
    simulated_shop.simulated.control("POST", "clock", advance_seconds=7000)
    assert added(simulated_shop, token)["errcode"] == 43100


def test_one_accept_is_one_message(simulated_shop: Shop, token: str, template: str) -> None:
    assert sent(simulated_shop, token, template)["errcode"] == 43101
    assert prompt(simulated_shop, template) == prompt(simulated_shop, template) == "accept"
    answers = [sent(simulated_shop, token, template) for _ in range(3)]
    assert [one["errcode"] for one in answers] == [0, 0, 43101]
    found = simulated_shop.simulated.http.get(
        f"/_control/messages?appid={simulated_shop.appid}&user=alice"
    ).json()["messages"]
    assert len(found) == 2
    assert found[0]["content"]["data"] == VALUES
    assert found[0]["user"] == "alice"


def test_a_refusal_gives_nothing_and_a_ban_stops_what_was_given(
    simulated_shop: Shop, token: str, template: str
) -> None:
    assert prompt(simulated_shop, template, "reject") == "reject"
    assert sent(simulated_shop, token, template)["errcode"] == 43101
    assert prompt(simulated_shop, template) == "accept"
    assert prompt(simulated_shop, template, "ban") == "reject"
    assert sent(simulated_shop, token, template)["errcode"] == 43101
    assert prompt(simulated_shop, template) == "ban"
    prompt(simulated_shop, template, "unban")
    assert sent(simulated_shop, token, template)["errcode"] == 0


def test_prompts_settings_and_sends_are_pushed(
    simulated_shop: Shop, token: str, template: str
) -> None:
    listen_for_pushes(simulated_shop)
    prompt(simulated_shop, template)
    message = sent(simulated_shop, token, template)["msgid"]
    simulated_shop.simulated.control("POST", "clock", advance_seconds=2)
    prompt(simulated_shop, template, "ban")
    second = added(simulated_shop, token)["priTmplId"]
    wish = {"appid": simulated_shop.appid, "user": "alice", "template_ids": [template, second]}
    simulated_shop.simulated.control("POST", "subscribe", action="unban", **wish)
    simulated_shop.simulated.control("POST", "clock", advance_seconds=1)
    told = [opened(simulated_shop, one) for one in pushes(simulated_shop)]
    assert {one["FromUserName"] for one in told} == {simulated_shop.openid}
    accepted = {"TemplateId": template, "SubscribeStatusString": "accept", "PopupScene": "0"}
    assert told[0]["SubscribeMsgPopupEvent"] == {"List": accepted}
    delivered = {"TemplateId": template, "MsgID": str(message)}
    assert told[1]["SubscribeMsgSentEvent"] == {
        "List": {**delivered, "ErrorCode": "0", "ErrorStatus": "success"}
    }
    changed = {"TemplateId": template, "SubscribeStatusString": "reject"}
    assert told[2]["SubscribeMsgChangeEvent"] == {"List": changed}
    assert [one["TemplateId"] for one in told[3]["SubscribeMsgChangeEvent"]["List"]] == [
        template,
        second,
    ]
    assert len(told) == 4


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("thing2", "很" * 21),
        ("thing2", "two\nlines"),
        ("character_string1", "订单"),
        ("character_string1", "1" * 33),
        ("amount3", "much"),
        ("amount3", 128),
        ("thing2", ""),
    ],
)
def test_a_value_that_breaks_its_rule_is_named(
    simulated_shop: Shop, token: str, template: str, name: str, value: object
) -> None:
    prompt(simulated_shop, template)
    data = {key: {"value": given} for key, given in VALUES.items()} | {name: {"value": value}}
    answer = sent(simulated_shop, token, template, data=data)
    assert answer["errcode"] == 47003
    assert f"data.{name}.value" in answer["errmsg"]
    del data[name]
    assert sent(simulated_shop, token, template, data=data)["errcode"] == 47003
    assert sent(simulated_shop, token, template)["errcode"] == 0


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        ("thing", "很" * 20, "很" * 21),
        ("number", "12.5", "12a"),
        ("letter", "Abc", "Ab1"),
        ("symbol", "***", "a"),
        ("time", "2026年11月20日 15:01", "noon"),
        ("date", "2026-11-20", "15:01"),
        ("amount", "¥1234567890.99元", "12345678901"),
        ("phone_number", "+86-0571-1234", "call me"),
        ("car_number", "浙A12345", "浙A12345678"),
        ("name", "李雷", "李" * 11),
        ("phrase", "已支付", "paid"),
    ],
)
def test_rules_of_values(rule: str, good: str, bad: str) -> None:
    assert is_allowed(rule, good)
    assert not is_allowed(rule, bad)


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"touser": "oNobody"}, 40003),
        ({"template_id": "x"}, 40037),
        ({"miniprogram_state": "dream"}, 40097),
        ({"lang": "fi"}, 40097),
        ({"data": []}, 47003),
        ({"page": "pages/secret"}, 41030),
    ],
)
def test_a_send_needs_its_fields(
    simulated_shop: Shop, token: str, template: str, changed: dict[str, Any], errcode: int
) -> None:
    prompt(simulated_shop, template)
    pages = {simulated_shop.appid: ["pages/order/detail"]}
    simulated_shop.simulated.control("PUT", "settings", released_pages=pages)
    assert sent(simulated_shop, token, template, **changed)["errcode"] == errcode
    assert sent(simulated_shop, token, template)["errcode"] == 0


def test_blacklisted_words_are_refused(simulated_shop: Shop, token: str, template: str) -> None:
    prompt(simulated_shop, template)
    data = {name: {"value": value} for name, value in VALUES.items()}
    data["thing2"] = {"value": "违禁词茶"}
    assert sent(simulated_shop, token, template, data=data)["errcode"] == 45168


def test_two_sends_at_once_to_one_person_collide(
    simulated_shop: Shop, token: str, template: str
) -> None:
    simulated_shop.simulated.control("PUT", "settings", subscribe_busy_milliseconds=300)
    for _ in range(4):
        prompt(simulated_shop, template)
    with ThreadPoolExecutor(4) as threads:
        answers = list(
            threads.map(lambda _: sent(simulated_shop, token, template)["errcode"], range(4))
        )
    assert sorted(answers) == [0, 43108, 43108, 43108]


def test_a_long_term_template_is_not_spent(simulated_shop: Shop, token: str) -> None:
    parking = added(simulated_shop, token, tid=5001, kidList=[1, 2])["priTmplId"]
    data = {"car_number1": {"value": "浙A12345"}, "amount2": {"value": "¥10"}}
    assert sent(simulated_shop, token, parking, data=data)["errcode"] == 43101
    prompt(simulated_shop, parking)
    answers = [sent(simulated_shop, token, parking, data=data)["errcode"] for _ in range(3)]
    assert answers == [0, 0, 0]
