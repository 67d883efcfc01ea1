"""Content safety, notices and replies against a WeChat that was written by others than the client."""

import hashlib
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from kernel import clock
from shop.media import actions as media
from shop.members import actions as members
from shop.members.models import Member
from shop.moderation import actions, queries
from shop.moderation.models import Check
from shop.moderation.parts import Author, PicturePart, Subject
from shop.moderation.states import StandingState
from shop.notices import actions as notices
from shop.notices.models import Notice, Permit, SetUp, Template
from shop.notices.news import News
from shop.replies import actions as replies
from tests.shop.buying import ADDRESS
from tests.shop.catalogue import product, skus
from tests.shop.wechat_for_real import real_wechat
from wechat.content import Scene

pytest_plugins = ("tests.wechat_simulator.fixtures",)
pytestmark = pytest.mark.django_db
__all__ = ["real_wechat"]


def rename(member: Member, nickname: str, run_jobs) -> tuple[str, str, str]:
    members.rename(member=member, nickname=nickname)
    run_jobs()
    member.refresh_from_db()
    return member.nickname, member.pending_nickname, member.nickname_standing


def test_nicknames_are_judged_by_wechats_words(real_wechat, run_jobs):
    mine = real_wechat.visit()
    assert rename(mine, "爱喝茶", run_jobs) == ("爱喝茶", "", "passed")
    assert rename(mine, "加微信吧", run_jobs) == ("爱喝茶", "加微信吧", "held")
    assert rename(mine, "赌博王", run_jobs) == ("爱喝茶", "赌博王", "refused")
    [refused] = Check.objects.filter(is_current=True)
    assert (refused.reason, refused.label) == ("risky", 20006)
    assert refused.trace_id


def test_who_was_here_two_hours_ago_is_checked_at_the_next_sign_in(real_wechat, run_jobs):
    mine = real_wechat.visit()
    real_wechat.simulated.control("POST", "clock", advance_seconds=7300)
    with clock.ahead(timedelta(seconds=7300)):
        assert rename(mine, "爱喝茶", run_jobs) == ("", "爱喝茶", "held")
        assert Check.objects.get().reason == "visit_too_old"
        real_wechat.visit()
        run_jobs()
        mine.refresh_from_db()
        assert (mine.nickname, mine.nickname_standing) == ("爱喝茶", "passed")


def sent_picture(real_wechat, run_jobs, colour):
    out = BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, "PNG")
    image = media.upload(data=out.getvalue())
    mine = real_wechat.visit()
    subject = Subject("post", uuid4())
    actions.submit(
        subject=subject,
        parts={"photo": PicturePart(image.large_key, image.sha256)},
        author=Author(mine.pk, mine.appid, mine.openid),
        scene=Scene.FORUM,
    )
    return subject, image


@pytest.mark.parametrize(
    ("suggest", "state"), [("pass", "passed"), ("review", "held"), ("risky", "refused")]
)
def test_a_picture_is_fetched_judged_and_pushed(real_wechat, run_jobs, suggest, state):
    subject, image = sent_picture(real_wechat, run_jobs, "red")
    with default_storage.open(image.large_key) as file:
        sha256 = hashlib.sha256(file.read()).hexdigest()
    real_wechat.simulated.control("PUT", "verdicts", sha256=sha256, suggest=suggest)
    run_jobs()
    assert queries.standing_of("post", subject.id).parts[0].state == "sent"
    real_wechat.simulated.control("POST", "clock", advance_seconds=61)
    with clock.ahead(timedelta(seconds=61)):
        real_wechat.hear(1)
        run_jobs()
    assert queries.standing_of("post", subject.id).state == StandingState(state)


def test_a_picture_that_wechat_cannot_fetch_is_held(real_wechat, run_jobs):
    subject, image = sent_picture(real_wechat, run_jobs, "blue")
    default_storage.delete(image.large_key)
    run_jobs()
    real_wechat.simulated.control("POST", "clock", advance_seconds=61)
    with clock.ahead(timedelta(seconds=61)):
        real_wechat.hear(1)
        run_jobs()
    assert queries.standing_of("post", subject.id).state == StandingState.HELD


def test_a_buyer_who_allowed_it_is_told_once(real_wechat, run_jobs):
    mine = real_wechat.visit()
    notices.set_up(appid=real_wechat.appid, by="she@example.com")
    run_jobs()
    notices.set_up(appid=real_wechat.appid, by="she@example.com")
    run_jobs()
    assert (SetUp.objects.get().state, SetUp.objects.get().missing) == ("done", [])
    assert Template.objects.count() == 3
    template = Template.objects.get(news=News.ORDER_PAID).template_id
    wish = {"appid": real_wechat.appid, "user": "alice", "template_id": template}
    real_wechat.simulated.control("POST", "subscribe", **wish, action="accept")
    real_wechat.hear(1)
    run_jobs()
    assert Permit.objects.get(template_id=template).left == 1
    orders = [free_order(mine) for _ in range(2)]
    run_jobs()
    run_jobs(ahead=600)
    states = [Notice.objects.get(order_id=order.pk).state for order in orders]
    assert sorted(states) == ["no_permit", "sent"]
    [told] = messages(real_wechat, "subscribe")
    assert told["content"]["template_id"] == template
    assert told["content"]["data"]["phrase5"] == "已支付"
    assert Permit.objects.get(template_id=template).left == 0


def free_order(member):
    from shop.orders import actions as orders

    gift = skus(product("Gift"))[0]
    type(gift).objects.filter(pk=gift.pk).update(price_minor=0)
    address = members.add_address(member=member, is_default=True, **ADDRESS)
    return orders.create(member=member, to=address.pk, demand={gift.pk: 1})


def messages(real_wechat, kind):
    told = real_wechat.simulated.http.get(
        "/_control/messages", params={"appid": real_wechat.appid}
    ).json()
    return [one for one in told["messages"] if one["kind"] == kind]


def test_who_writes_to_the_mini_program_is_answered(real_wechat, run_jobs):
    replies.add(occasion="exact", keyword="价格", kind="text", text="九块九")
    real_wechat.visit()
    for said in ("价格", "别的"):
        real_wechat.simulated.control(
            "POST", "messages", appid=real_wechat.appid, user="alice", text=said
        )
        [answer] = real_wechat.hear(1)
        assert answer.content == b"success"
    run_jobs()
    assert [one["content"] for one in messages(real_wechat, "custom")] == [
        {"msgtype": "text", "text": {"content": "九块九"}}
    ]
