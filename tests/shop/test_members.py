"""Members: who is at the door, and where their parcels go."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from kernel import clock
from shop.members import actions
from shop.members.models import Address, Member, Token
from tenants import context
from tenants.models import MiniProgram
from wechat import login
from wechat.errors import WeChatUnreachable

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shops_are_known(settings):
    """Whose shop it is is asked once: counts of queries must not depend on the machine's speed."""
    settings.TENANT_CACHE_SECONDS = 600


ADDRESS = {
    "recipient": "李雷",
    "phone": "+86 138 0013 8000",
    "province": "广东省",
    "city": "深圳市",
    "street": "深南大道 1 号",
}


class Buyer:
    def __init__(self, shop: Any, token: str) -> None:
        self.base = f"/s/{shop.public_id}/v1"
        self.client = Client(headers={"Authorization": f"Bearer {token}"})

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        more = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(self.client, method)(self.base + path, **more)


def buyer(shop: Any, openid: str = "o-1") -> Buyer:
    with context.activate(shop):
        return Buyer(shop, actions.sign_in(appid="wx1", openid=openid).token)


@pytest.fixture
def wechat(shop, monkeypatch):
    with context.public():
        MiniProgram.objects.create(tenant_id=shop.id, appid="wx-of-tea")
    answers: dict[str, Any] = {"good": login.Session("o-7", "u-7")}

    def code_to_session(*, appid: str, code: str) -> login.Session:
        assert appid == "wx-of-tea"
        assert context.current() is None
        found = answers[code]
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(login, "code_to_session", code_to_session)
    return answers


def sign_in(shop: Any, appid: str = "wx-of-tea", code: str = "good") -> Any:
    return Client().post(
        f"/s/{shop.public_id}/v1/login",
        {"appid": appid, "code": code},
        content_type="application/json",
    )


def test_a_code_becomes_a_member_and_a_token(shop, wechat):
    answer = sign_in(shop)
    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == {"token", "expires_at", "member"}
    member = Member.objects.get()
    assert (member.appid, member.openid, member.unionid) == ("wx-of-tea", "o-7", "u-7")
    assert body["member"] == {
        "id": str(member.pk), "nickname": "", "pending_nickname": "",
        "nickname_standing": "passed", "nickname_reason": "",
    }  # fmt: skip
    assert Buyer(shop, body["token"])("get", "/me").json() == body["member"]
    assert body["token"].encode() not in bytes(Token.objects.get().hash)


def test_signing_in_twice_is_one_member_with_two_tokens(shop, wechat):
    sign_in(shop)
    sign_in(shop)
    assert Member.objects.count() == 1
    assert Token.objects.count() == 2


def test_an_app_of_another_shop_is_refused(shop, other_shop, wechat):
    with context.public():
        MiniProgram.objects.create(tenant_id=other_shop.id, appid="wx-of-books")
    for appid in ("wx-of-books", "wx-of-nobody"):
        answer = sign_in(shop, appid=appid)
        assert (answer.status_code, answer.json()["code"]) == (403, "app_of_another_shop")
    assert not Member.objects.exists()


def test_wechats_no_is_told(shop, wechat):
    wechat["old"] = login.LoginCodeRefused()
    wechat["away"] = WeChatUnreachable("no route")
    answer = sign_in(shop, code="old")
    assert (answer.status_code, answer.json()["code"]) == (401, "login_code_refused")
    answer = sign_in(shop, code="away")
    assert (answer.status_code, answer.json()["code"]) == (503, "sign_in_unavailable")
    assert answer.headers["Retry-After"] == "2"
    assert not Member.objects.exists()


def test_unknown_fields_and_odd_codes_are_refused(shop, wechat):
    for body in ({"appid": "wx1", "code": "x", "admin": True}, {"appid": "wx1", "code": "\n"}):
        answer = Client().post(
            f"/s/{shop.public_id}/v1/login", body, content_type="application/json"
        )
        assert answer.status_code == 422


def test_a_token_of_another_shop_is_unknown_here(shop, other_shop):
    stranger = buyer(other_shop)
    stranger.base = f"/s/{shop.public_id}/v1"
    assert stranger("get", "/me").status_code == 401
    assert Client().get(f"/s/{shop.public_id}/v1/me").status_code == 401


def test_a_token_expires_when_idle_and_lives_on_when_used(shop):
    mine = buyer(shop)
    with clock.ahead(timedelta(days=20)):
        assert mine("get", "/me").status_code == 200
    with clock.ahead(timedelta(days=45)):
        assert mine("get", "/me").status_code == 200
    with clock.ahead(timedelta(days=76)):
        assert mine("get", "/me").status_code == 401


def test_a_fresh_token_costs_one_query(shop, django_assert_num_queries):
    mine = buyer(shop)
    mine("get", "/me")
    with django_assert_num_queries(1):
        assert mine("get", "/me").status_code == 200


def test_signing_out_ends_this_token_only(shop):
    one, two = buyer(shop), buyer(shop)
    assert one("post", "/logout").status_code == 204
    assert one("get", "/me").status_code == 401
    assert two("get", "/me").status_code == 200


def test_a_blocked_member_is_out_at_once_and_cannot_return(shop, wechat):
    mine = buyer(shop)
    member = Member.objects.get()
    actions.block(member=member)
    assert mine("get", "/me").status_code == 401
    with pytest.raises(actions.MemberBlocked):
        actions.sign_in(appid="wx1", openid="o-1")
    with pytest.raises(actions.MemberCannotMove):
        actions.block(member=member)
    actions.unblock(member=member)
    assert buyer(shop)("get", "/me").status_code == 200


def test_a_token_that_outlived_a_block_answers_403(shop):
    mine = buyer(shop)
    Member.objects.update(state="blocked")
    answer = mine("get", "/me")
    assert (answer.status_code, answer.json()["code"]) == (403, "member_blocked")


def test_a_nickname_has_1_to_32_characters(shop):
    mine = buyer(shop)
    assert mine("patch", "/me", {"nickname": " 小王 "}).json()["pending_nickname"] == "小王"
    for bad in ("", "   ", "x" * 33, "a\x00b"):
        assert mine("patch", "/me", {"nickname": bad}).status_code == 422
    assert Member.objects.get().pending_nickname == "小王"


def test_the_first_address_is_the_default_and_there_is_one_default(shop):
    mine = buyer(shop)
    one = mine("post", "/addresses", ADDRESS)
    assert one.status_code == 201
    assert one.json() == {
        **ADDRESS,
        "id": one.json()["id"],
        "country": "CN",
        "district": "",
        "postcode": "",
        "is_default": True,
    }
    two = mine("post", "/addresses", {**ADDRESS, "recipient": "韩梅梅", "is_default": True}).json()
    listed = mine("get", "/addresses").json()["items"]
    assert [(a["id"], a["is_default"]) for a in listed] == [
        (two["id"], True),
        (one.json()["id"], False),
    ]
    back = mine("patch", f"/addresses/{one.json()['id']}", {"is_default": True, "city": "广州市"})
    assert (back.json()["is_default"], back.json()["city"]) == (True, "广州市")
    assert Address.objects.filter(is_default=True).count() == 1


def test_a_book_holds_20_addresses(shop):
    mine = buyer(shop)
    for _ in range(20):
        assert mine("post", "/addresses", ADDRESS).status_code == 201
    answer = mine("post", "/addresses", ADDRESS)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_addresses")
    assert Address.objects.count() == 20


def test_nobody_touches_a_strangers_address(shop):
    mine, theirs = buyer(shop), buyer(shop, "o-2")
    path = f"/addresses/{theirs('post', '/addresses', ADDRESS).json()['id']}"
    for method, body in (("get", None), ("patch", {"city": "x"}), ("delete", None)):
        assert mine(method, path, body).status_code == 404
    assert theirs("get", path).json()["city"] == "深圳市"
    assert theirs("delete", path).status_code == 204
    assert theirs("get", path).status_code == 404


@pytest.mark.parametrize(
    "change",
    [{"phone": "call me"}, {"recipient": ""}, {"country": "china"}, {"street": "x" * 201},
     {"member_id": "1"}, {"city": "a\nb"}],
)  # fmt: skip
def test_an_address_that_does_not_fit_is_refused(shop, change):
    answer = buyer(shop)("post", "/addresses", {**ADDRESS, **change})
    assert (answer.status_code, answer.json()["code"]) == (422, "input_invalid")
    assert not Address.objects.exists()


def test_the_address_list_costs_the_same_for_1_and_20(shop, django_assert_num_queries):
    mine = buyer(shop)
    mine("post", "/addresses", ADDRESS)
    with django_assert_num_queries(2):
        mine("get", "/addresses")
    for _ in range(19):
        mine("post", "/addresses", ADDRESS)
    with django_assert_num_queries(2):
        assert len(mine("get", "/addresses").json()["items"]) == 20
