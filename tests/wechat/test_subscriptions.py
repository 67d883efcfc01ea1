"""Templates, one message at a time, and what customers permitted (CONTRACT §7)."""

import json

import pytest

from tenants import context
from tests.wechat.sealing import Sealer, xml
from wechat import errors, push, subscriptions, tokens
from wechat.models import AccessToken
from wechat.subscriptions import PermitChange, PermitSource, SentMessage

SHOP = "wx0000000000000001"
pytestmark = pytest.mark.django_db


@pytest.fixture
def platform(db, stub):
    with context.public():
        minted = tokens.Minted("S-1", 7200, "R-1")
        tokens.save(SHOP, kind=AccessToken.Kind.AUTHORIZER, minted=minted)
        yield stub


def asked(platform):
    return [
        (method, target, json.loads(body) if body else None)
        for method, target, _, body in platform.asked
    ]


class TestTemplates:
    def test_the_library_is_read(self, platform):
        platform.says_json(
            {"errcode": 0, "data": [{"id": 616, "name": "电商平台"}]},
            {"count": 55, "data": [{"tid": 99, "title": "付款成功通知", "type": 2}]},
            {"data": [{"kid": 1, "name": "物品名称", "example": "名称", "rule": "thing"}]},
        )
        assert subscriptions.categories(SHOP) == (subscriptions.TemplateCategory(616, "电商平台"),)
        page = subscriptions.library_titles(SHOP, category_ids=[616, 617], start=30)
        title = subscriptions.LibraryTitle("99", "付款成功通知", is_one_off=True)
        assert page == subscriptions.LibraryPage(55, (title,))
        assert subscriptions.library_keywords(SHOP, tid="99") == (
            subscriptions.LibraryKeyword(1, "物品名称", "名称", "thing"),
        )
        assert [target for _, target, _ in asked(platform)] == [
            "/wxaapi/newtmpl/getcategory?access_token=S-1",
            "/wxaapi/newtmpl/getpubtemplatetitles?access_token=S-1&ids=616%2C617&start=30&limit=30",
            "/wxaapi/newtmpl/getpubtemplatekeywords?access_token=S-1&tid=99",
        ]

    def test_a_template_is_taken_and_given_back(self, platform):
        platform.says_json({"errcode": 0, "priTmplId": "P-1"}, {"errcode": 0})
        given = subscriptions.add_template(
            SHOP, tid="99", keyword_ids=[1, 2], scene_desc="付款成功"
        )
        subscriptions.delete_template(SHOP, template_id=given)
        assert asked(platform) == [
            (
                "POST",
                "/wxaapi/newtmpl/addtemplate?access_token=S-1",
                {"tid": "99", "kidList": [1, 2], "sceneDesc": "付款成功"},
            ),
            ("POST", "/wxaapi/newtmpl/deltemplate?access_token=S-1", {"priTmplId": "P-1"}),
        ]

    @pytest.mark.parametrize("keyword_ids", [[], [1], [1, 2, 3, 4, 5, 6]])
    def test_a_template_has_two_to_five_lines(self, platform, keyword_ids):
        with pytest.raises(ValueError):
            subscriptions.add_template(SHOP, tid="9", keyword_ids=keyword_ids, scene_desc="x")
        assert platform.asked == []

    def test_a_full_app_is_told_apart(self, platform):
        platform.says_json({"errcode": 45026})
        with pytest.raises(errors.MessageTemplatesFull):
            subscriptions.add_template(SHOP, tid="9", keyword_ids=[1, 2], scene_desc="x")

    def test_an_own_template_names_its_keys(self, platform):
        content = "单号:{{character_string1.DATA}}\n物品:{{thing2.DATA}}\n"
        item = {"priTmplId": "P-1", "title": "t", "content": content, "example": "e", "type": "3"}
        platform.says_json({"errcode": 0, "data": [item]})
        (template,) = subscriptions.own_templates(SHOP)
        assert template.keys == ("character_string1", "thing2")
        assert (template.template_id, template.is_one_off) == ("P-1", False)


def send(**data):
    subscriptions.send(SHOP, openid="oBuyer", template_id="P-1", data=data, page="pages/order?id=1")


class TestSending:
    def test_a_message_is_sent_to_the_letter(self, platform):
        platform.says_json({"errcode": 0, "errmsg": "ok", "msgid": 1})
        send(thing1="龙井茶", amount2="¥99.00")
        _, target, _, body = platform.asked[0]
        assert target == "/cgi-bin/message/subscribe/send?access_token=S-1"
        assert "龙井茶".encode() in body
        assert json.loads(body) == {
            "touser": "oBuyer",
            "template_id": "P-1",
            "page": "pages/order?id=1",
            "miniprogram_state": "formal",
            "lang": "zh_CN",
            "data": {"thing1": {"value": "龙井茶"}, "amount2": {"value": "¥99.00"}},
        }

    @pytest.mark.parametrize(
        ("code", "kind", "retryable"),
        [
            (43101, errors.NoPermitLeft, False),
            (43108, errors.ConcurrentSends, True),
            (47003, errors.ValueRefused, False),
            (45168, errors.ValueRefused, False),
            (40037, errors.MessageTemplateUnknown, False),
            (41030, errors.PageNotReleased, False),
            (40003, errors.WeChatRefused, False),
        ],
    )
    def test_a_refusal_says_why(self, platform, code, kind, retryable):
        platform.says_json({"errcode": code})
        with pytest.raises(kind) as caught:
            send(thing1="x")
        assert caught.value.retryable is retryable
        assert len(platform.asked) == 1

    def test_a_lost_answer_is_not_sent_again(self, platform):
        platform.says(None)
        with pytest.raises(errors.WeChatTimedOut) as caught:
            send(thing1="x")
        assert caught.value.outcome_unknown
        assert len(platform.asked) == 1

    def test_a_value_that_cannot_be_right_spends_no_permit(self, platform):
        with pytest.raises(errors.ValueRefused, match="amount2") as caught:
            send(thing1="x", amount2="a lot")
        assert caught.value.code == "47003"
        assert platform.asked == []


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("thing1", "龙井茶", "龙井茶"),
        ("thing1", "a\n b\t c", "a b c"),
        ("thing1", "茶" * 20, "茶" * 20),
        ("thing1", "茶" * 21, "茶" * 19 + "…"),
        ("phrase2", "已发货", "已发货"),
        ("phrase2", "已经全部发货", "已经全部发"),
        ("name3", "欧阳小明小明小明小明小明", "欧阳小明小明小明小明"),
        ("name3", "A. Very Long Foreign Name", "A. Very Long Foreig…"),
        ("character_string4", "T20261120000002", "T20261120000002"),
        ("amount5", "¥10.50", "¥10.50"),
        ("amount5", "10.5元", "10.5元"),
        ("number6", "-3.5", "-3.5"),
        ("date7", "2026年11月20日", "2026年11月20日"),
        ("date7", "2026-11-20 15:01", "2026-11-20 15:01"),
        ("time8", "15:01", "15:01"),
        ("time8", "2026年11月20日 15:01~2026年11月21日 15:01", "2026年11月20日 15:01~2026年11月21日 15:01"),
        ("phone_number9", "+86-0766-66888866", "+86-0766-66888866"),
        ("car_number10", "粤A8Z888挂", "粤A8Z888挂"),
        ("letter11", "abc", "abc"),
        ("symbol12", "!!", "!!"),
        ("const13", "what WeChat adds one day", "what WeChat adds one day"),
    ],
)  # fmt: skip
def test_a_value_is_fitted_to_its_type(key, text, value):
    assert subscriptions.fitted(key, text) == value


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("thing1", ""),
        ("thing1", " \n"),
        ("phrase2", "shipped"),
        ("name3", "R2D2"),
        ("character_string4", "单号"),
        ("character_string4", "1" * 33),
        ("amount5", "12345678901"),
        ("amount5", "free"),
        ("number6", "1,000"),
        ("date7", "tomorrow"),
        ("time8", "soon"),
        ("phone_number9", "1" * 18),
        ("car_number10", "粤粤A8888"),
        ("letter11", "abc1"),
        ("symbol12", "ab"),
        ("const13", ""),
    ],
)
def test_a_value_that_breaks_the_rule_of_its_type_is_refused(key, text):
    with pytest.raises(errors.ValueRefused, match=key):
        subscriptions.fitted(key, text)


POPUP = "subscribe_msg_popup_event"
ONE = {"TemplateId": "P-1", "SubscribeStatusString": "accept", "PopupScene": "2"}
TWO = {"TemplateId": "P-2", "SubscribeStatusString": "reject", "PopupScene": "0"}
HEAD = {"ToUserName": "gh_1", "FromUserName": "oBuyer", "CreateTime": "1795168800",
        "MsgType": "event", "Event": POPUP}  # fmt: skip
SHAPES = {
    "xml one": xml(HEAD | {"SubscribeMsgPopupEvent": {"List": ONE}}),
    "json object": json.dumps(HEAD | {"List": ONE}),
    "json array of one": json.dumps(HEAD | {"CreateTime": 1795168800, "List": [ONE]}),
}
SHAPES_OF_TWO = {
    "xml many": xml(HEAD | {"SubscribeMsgPopupEvent": {"List": [ONE, TWO]}}),
    "json array": json.dumps(HEAD | {"List": [ONE, TWO]}),
}


def opened(content, message):
    return push.open_app_push(SHOP, *Sealer(content["component"]).json_push(message))


@pytest.mark.parametrize("shape", SHAPES)
def test_one_answer_is_read_in_every_shape(shape, content, credentials):
    accepted = PermitChange("oBuyer", "P-1", accepted=True, source=PermitSource.POPUP)
    assert subscriptions.permit_changes(opened(content, SHAPES[shape])) == (accepted,)


@pytest.mark.parametrize("shape", SHAPES_OF_TWO)
def test_two_answers_are_read_in_every_shape(shape, content, credentials):
    assert subscriptions.permit_changes(opened(content, SHAPES_OF_TWO[shape])) == (
        PermitChange("oBuyer", "P-1", accepted=True, source=PermitSource.POPUP),
        PermitChange("oBuyer", "P-2", accepted=False, source=PermitSource.POPUP),
    )


def test_a_change_of_the_settings_is_told_apart(content, credentials):
    event = HEAD | {"Event": "subscribe_msg_change_event"}
    fields = opened(content, xml(event | {"SubscribeMsgChangeEvent": {"List": TWO}}))
    assert subscriptions.permit_changes(fields) == (
        PermitChange("oBuyer", "P-2", accepted=False, source=PermitSource.CHANGE),
    )


def test_what_became_of_a_message_is_read(content, credentials):
    event = HEAD | {"Event": "subscribe_msg_sent_event"}
    sent = {"TemplateId": "P-1", "MsgID": "1700827132819554304", "ErrorCode": "0",
            "ErrorStatus": "success"}  # fmt: skip
    fields = opened(content, xml(event | {"SubscribeMsgSentEvent": {"List": sent}}))
    assert subscriptions.sent_messages(fields) == (
        SentMessage("oBuyer", "P-1", "1700827132819554304", 0, "success"),
    )
    assert subscriptions.permit_changes(fields) == ()


def test_other_events_change_no_permit():
    fields = {"Event": "subscribe", "List.TemplateId": "P-1"}
    assert subscriptions.permit_changes(fields) == subscriptions.sent_messages(fields) == ()
    assert subscriptions.permit_changes({"Event": POPUP, "List.X": "y"}) == ()
