"""What people write and do, and the reply at once; fails when wechatpy's bytes change (§9)."""

import json
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest

from kernel import clock
from wechat import official_account
from wechat.official_account import AccountEvent, Article, MessageKind, Picture

NOW = datetime.fromtimestamp(1795168800, UTC)
HEAD = {"ToUserName": "gh_1", "FromUserName": "oBuyer", "CreateTime": "1795168800"}
TEXT = HEAD | {"MsgType": "text", "Content": "价格", "MsgId": "24000000000000001"}


@pytest.fixture(autouse=True)
def _now():
    with clock.at(NOW):
        yield


def test_a_text_is_read():
    message = official_account.message_of(TEXT)
    assert (message.kind, message.text, message.message_id) == (
        MessageKind.TEXT,
        "价格",
        "24000000000000001",
    )
    assert (message.openid, message.account, message.sent_at) == ("oBuyer", "gh_1", NOW)
    assert (message.media_id, message.picture_url) == ("", "")


def test_a_picture_is_read():
    told = HEAD | {"MsgType": "image", "PicUrl": "https://x/a", "MediaId": "M-1", "MsgId": "1"}
    message = official_account.message_of(told)
    assert (message.kind, message.media_id, message.picture_url) == (
        MessageKind.IMAGE,
        "M-1",
        "https://x/a",
    )


@pytest.mark.parametrize(
    ("event", "key", "scene", "menu"),
    [
        ("subscribe", "qrscene_42", "42", ""),
        ("subscribe", "", "", ""),
        ("SCAN", "42", "42", ""),
        ("CLICK", "MENU-1", "", "MENU-1"),
        ("VIEW", "https://x/", "", "https://x/"),
        ("unsubscribe", "", "", ""),
        ("user_enter_tempsession", "", "", ""),
    ],
)
def test_an_event_is_read(event, key, scene, menu):
    fields = HEAD | {"MsgType": "event", "Event": event, "EventKey": key}
    read = official_account.event_of(fields)
    assert (read.event, read.scene, read.key) == (AccountEvent(event), scene, menu)
    assert (read.openid, read.account, read.happened_at) == ("oBuyer", "gh_1", NOW)


def test_what_is_neither_is_refused():
    with pytest.raises(ValueError):
        official_account.message_of(HEAD | {"MsgType": "event", "Event": "subscribe"})
    with pytest.raises(ValueError):
        official_account.event_of(HEAD | {"MsgType": "event", "Event": "weapp_audit_fail"})
    for time in ("", "soon", "9" * 30):
        with pytest.raises(ValueError):
            official_account.message_of(TEXT | {"CreateTime": time})


def parts(xml):
    """The elements, in any order: the library's follows a dictionary."""
    return {node.tag: node for node in ElementTree.fromstring(xml)}


def test_a_text_goes_back_to_its_sender():
    xml = official_account.rendered(TEXT, '9.90 元 <a href="https://x/">看</a> & ]]> <x>')
    found = parts(xml)
    assert set(found) == {"MsgType", "FromUserName", "ToUserName", "CreateTime", "Content"}
    assert found["FromUserName"].text == "gh_1"
    assert found["ToUserName"].text == "oBuyer"
    assert found["CreateTime"].text == "1795168800"
    assert found["MsgType"].text == "text"
    assert found["Content"].text == '9.90 元 <a href="https://x/">看</a> & ]]> <x>'
    assert "<FromUserName><![CDATA[gh_1]]></FromUserName>" in xml


def test_nobody_can_write_elements_into_a_reply():
    spoilt = HEAD | {"FromUserName": "o]]></ToUserName><MsgType>x</MsgType><ToUserName><![CDATA["}
    for reply in ("]]></Content><Evil>1</Evil><Content><![CDATA[", Picture("]]><Evil/>")):
        found = parts(official_account.rendered(spoilt, reply))
        assert "Evil" not in found
        assert found["ToUserName"].text == spoilt["FromUserName"]


def test_a_picture_goes_back():
    found = parts(official_account.rendered(TEXT, Picture("M-1")))
    assert found["MsgType"].text == "image"
    assert found["Image"].find("MediaId").text == "M-1"


def test_articles_do_not_gather_from_reply_to_reply():
    article = Article("标题", "说明", "https://x/a.png", "https://x/")
    for _ in range(2):
        found = parts(official_account.rendered(TEXT, article))
        assert found["ArticleCount"].text == "1"
        [item] = found["Articles"]
        assert {part.tag: part.text for part in item} == {
            "Title": "标题",
            "Description": "说明",
            "PicUrl": "https://x/a.png",
            "Url": "https://x/",
        }


@pytest.mark.parametrize(
    ("reply", "part"),
    [
        ("价格 ]]>", {"MsgType": "text", "Content": "价格 ]]>"}),
        (Picture("M-1"), {"MsgType": "image", "Image": {"MediaId": "M-1"}}),
        (
            Article("t", "d", "p", "u"),
            {
                "MsgType": "news",
                "ArticleCount": 1,
                "Articles": [{"Title": "t", "Description": "d", "PicUrl": "p", "Url": "u"}],
            },
        ),
    ],
)
def test_a_json_push_is_answered_in_json(reply, part):
    told = json.loads(official_account.rendered(TEXT, reply, as_json=True))
    head = {"ToUserName": "oBuyer", "FromUserName": "gh_1", "CreateTime": 1795168800}
    assert told == head | part


def test_a_long_text_is_cut_between_two_signs():
    found = parts(official_account.rendered(TEXT, "茶" * 1000))
    assert found["Content"].text == "茶" * 682


@pytest.mark.parametrize("missing", ["FromUserName", "ToUserName"])
def test_a_push_without_a_sender_has_no_reply(missing):
    with pytest.raises(ValueError):
        official_account.rendered(TEXT | {missing: ""}, "x")
