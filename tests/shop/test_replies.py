"""Replies: the first rule that fits speaks, at once or by customer service, never twice."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from jobs.messages import publish
from shop.moderation import actions as moderation
from shop.replies import actions, queries, texts
from shop.replies.models import Rule, SentPart
from shop.replies.states import Occasion, ReplyKind
from tenants import context
from tenants.models import MiniProgram
from tenants.pushes.messages import CustomerSpoke, FollowerChanged
from tests.shop.checking import outcome_of, pushed
from wechat import customer_service
from wechat.errors import OutOfWindow, WeChatBusy, WeChatTimedOut

pytestmark = pytest.mark.django_db
ACCOUNT, PROGRAM = "wx-account", "wx-program"


@pytest.fixture(autouse=True)
def _apps(shop):
    with context.public():
        for appid, kind in ((ACCOUNT, "official_account"), (PROGRAM, "mini_program")):
            MiniProgram.objects.create(tenant_id=shop.id, appid=appid, kind=kind)


class Service:
    """Customer service of WeChat: what customers were sent."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.sent: list[str] = []
        self.failures: list[Exception | None] = []
        patch.setattr(customer_service, "send_text", self._send)

    def _send(self, appid: str, *, openid: str, text: str) -> None:
        assert context.current() is None
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure
        self.sent.append(text)


@pytest.fixture
def service(shop, monkeypatch):
    return Service(monkeypatch)


def rule(keyword: str = "", text: str = "", **fields: Any) -> Rule:
    occasion = Occasion.EXACT if keyword else Occasion.FOLLOWED
    return actions.add(
        **{"occasion": occasion, "keyword": keyword, "kind": ReplyKind.TEXT, "text": text, **fields}
    )


def said(text: str) -> dict[str, str]:
    return {"MsgType": "text", "Content": text, "FromUserName": "o-1", "ToUserName": "gh_1"}


def followed() -> dict[str, str]:
    return {"MsgType": "event", "Event": "subscribe", "FromUserName": "o-1", "ToUserName": "gh_1"}


def heard(run_jobs, fields, appid=PROGRAM, message=CustomerSpoke, ahead=0):
    push = pushed({"Event": "", **fields}, appid=appid)
    with transaction.atomic():
        publish(message(push.pk))
    run_jobs(ahead=ahead)
    return push


def test_the_first_rule_that_fits_speaks(shop):
    rule("价格", "九块九", position=2)
    rule("价", "问价请直说", occasion=Occasion.CONTAINS, position=5)
    rule("hello", "Hi!", position=1)
    off = rule("价格", "不说", position=0)
    actions.edit(rule=off, is_on=False)
    rule(text="欢迎")
    for text, answer in (
        ("价格", "九块九"),
        (" 价格 ", "九块九"),
        ("什么价？", "问价请直说"),
        ("ＨＥＬＬＯ", "Hi!"),
        ("hello there", None),
        ("别的", None),
        ("", None),
    ):
        assert actions.reply_to(ACCOUNT, said(text)) == answer
    assert actions.reply_to(ACCOUNT, followed()) == "欢迎"
    click = {**followed(), "Event": "CLICK", "EventKey": "hello"}
    assert actions.reply_to(ACCOUNT, click) == "Hi!"
    assert actions.reply_to(ACCOUNT, {**said(""), "MsgType": "image"}) is None


def test_a_reply_reads_two_rows_and_writes_nothing(shop, django_assert_num_queries):
    rule("价格", "九块九")
    with django_assert_num_queries(2):
        assert actions.reply_to(ACCOUNT, said("价格")) == "九块九"
    with django_assert_num_queries(1):
        assert actions.reply_to(ACCOUNT, said("别的")) is None


def test_a_link_opens_a_mini_program(shop):
    rule(
        "店", "点这里：", kind=ReplyKind.PROGRAM_LINK, link_appid=PROGRAM,
        link_path='pages/home?a=1&b="2"', link_title="进店 <逛逛>",
    )  # fmt: skip
    assert actions.reply_to(ACCOUNT, said("店")) == (
        '点这里：\n<a data-miniprogram-appid="wx-program"'
        ' data-miniprogram-path="pages/home?a=1&amp;b=&quot;2&quot;">进店 &lt;逛逛&gt;</a>'
    )


def test_a_mini_program_is_answered_by_customer_service(service, run_jobs):
    rule("价格", "九块九")
    assert actions.reply_to(PROGRAM, said("价格")) is None
    push = heard(run_jobs, said("价格"))
    assert service.sent == ["九块九"]
    assert outcome_of(push) == "sent 1"
    with transaction.atomic():
        publish(CustomerSpoke(push.pk))
    run_jobs()
    assert service.sent == ["九块九"]


def test_what_was_said_at_once_is_not_said_again(service, run_jobs):
    rule("价格", "九块九")
    rule(text="欢迎")
    heard(run_jobs, said("价格"), ACCOUNT)
    heard(run_jobs, followed(), ACCOUNT, FollowerChanged)
    assert service.sent == []


def test_a_long_reply_comes_in_parts(service, run_jobs):
    text = "\n".join(f"第 {n} 行：" + "茶" * 100 for n in range(15))
    rule("长", text)
    rule(text=text)
    assert actions.reply_to(ACCOUNT, said("长")) is None
    heard(run_jobs, said("长"), ACCOUNT)
    assert len(service.sent) == 3
    assert "\n".join(service.sent) == text
    heard(run_jobs, followed(), ACCOUNT, FollowerChanged)
    assert len(service.sent) == 6


def test_parts_lose_nothing():
    for text in ("茶" * 3000, "a\n" * 2000, "x", "", "一" * 682 + "\n" + "二" * 700):
        parts = texts.parts_of(text)
        assert all(texts.fits_at_once(part) and part for part in parts)
        assert "".join(parts).replace("\n", "") == text.replace("\n", "")


def test_a_reply_goes_on_where_it_stopped(service, run_jobs):
    rule("长", "\n".join("茶" * 600 for _ in range(3)))
    service.failures = [None, WeChatBusy("45009")]
    heard(run_jobs, said("长"))
    assert len(service.sent) == 1
    run_jobs(ahead=6)
    assert service.sent == ["茶" * 600] * 3
    assert SentPart.objects.count() == 3


@pytest.mark.parametrize("failure", [WeChatTimedOut("slow"), OutOfWindow("45015")])
def test_what_may_have_gone_out_or_never_will_is_left(service, run_jobs, failure):
    rule("价格", "九块九")
    service.failures = [failure]
    heard(run_jobs, said("价格"), ahead=600)
    assert service.sent == []
    assert run_jobs(ahead=600) == 0


def test_trying_again_ends(service, run_jobs):
    rule("价格", "九块九")
    service.failures = [WeChatBusy("-1")] * 9
    heard(run_jobs, said("价格"), ahead=600)
    run_jobs(ahead=600)
    assert len(service.failures) == 9 - 1 - len(actions.RETRY_SECONDS)


def test_staff_write_replies(desk):
    made = desk.post("/replies", {"occasion": "exact", "keyword": " Hello ", "text": "Hi"})
    assert made.status_code == 201
    body = made.json()
    assert (body["keyword"], body["kind"], body["is_on"]) == ("hello", "text", True)
    path = f"/replies/{body['id']}"
    changed = desk.send("patch", path, {"text": "Hi there", "is_on": False}).json()
    assert (changed["text"], changed["is_on"]) == ("Hi there", False)
    assert [r["id"] for r in desk.get("/replies").json()["items"]] == [body["id"]]
    assert desk.send("delete", path).status_code == 204
    assert desk.get("/replies").json()["items"] == []
    assert desk.send("patch", f"/replies/{uuid4()}", {}).status_code == 404


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"occasion": "exact", "text": "x"}, "rule_incomplete"),
        ({"occasion": "followed"}, "rule_incomplete"),
        ({"occasion": "exact", "keyword": "\ufdfa" * 3, "text": "x"}, "word_unfit"),
        ({"occasion": "followed", "kind": "program_link", "text": "x"}, "rule_incomplete"),
        ({"occasion": "followed", "text": "茶\n" * 1400}, None),
        ({"occasion": "followed", "text": "茶" * 3000}, "reply_too_long"),
        ({"occasion": "followed", "text": "假 货"}, "prohibited_word_found"),
        (
            {
                "occasion": "followed",
                "kind": "program_link",
                "link_appid": "wx-of-others",
                "link_path": "pages/home",
                "link_title": "x",
            },
            "link_not_of_this_shop",
        ),
    ],
)
def test_rules_that_make_no_sense_are_refused(desk, body, code):
    moderation.prohibit(word="假货", by="she@example.com")
    answer = desk.post("/replies", body)
    told = answer.json().get("code")
    assert (answer.status_code, told) == ((201, None) if code is None else (422, code))
    assert Rule.objects.count() == (code is None)


def test_rules_end(shop, monkeypatch):
    monkeypatch.setattr(actions, "MOST_RULES", 1)
    rule("a", "b")
    with pytest.raises(actions.TooManyRules):
        rule("c", "d")
    assert len(queries.rules()) == 1
