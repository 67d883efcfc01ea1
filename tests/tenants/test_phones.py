"""Phones of the staff: how one is let in, what it may do, and how it is shown out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from kernel import clock
from tenants import context, membership, phones
from tenants.models import (
    Account,
    LinkCode,
    Membership,
    MiniProgram,
    Phone,
    PhoneToken,
    Tenant,
    TenantStep,
    WrongCode,
)
from tenants.states import Role
from tests.shop.buying import Desk
from tests.shop.catalogue import product
from wechat import login

APPID = "wx-of-tea"


@pytest.fixture(autouse=True)
def _shops_are_known(settings):
    settings.TENANT_CACHE_SECONDS = 600


@pytest.fixture
def wechat(shop, monkeypatch):
    """WeChat knows a code of each openid: `code-of-<openid>`."""
    with context.public():
        MiniProgram.objects.create(tenant_id=shop.id, appid=APPID)

    def code_to_session(*, appid: str, code: str) -> login.Session:
        assert context.current() is None
        if not code.startswith("code-of-"):
            raise login.LoginCodeRefused
        return login.Session(code.removeprefix("code-of-"), None)

    monkeypatch.setattr(login, "code_to_session", code_to_session)


@pytest.fixture
def desk(shop, owner):
    return Desk(shop, owner)


def works(shop: Any, role: Role, email: str = "helper@example.com") -> Account:
    with context.public():
        account = Account.objects.create_user(email)
        Membership.objects.create(account=account, tenant_id=shop.id, role=role)
    return account


def code_of(desk: Desk) -> str:
    answer = desk.post("/phones/codes")
    assert answer.status_code == 201, answer.content
    return str(answer.json()["code"])


class OnPhone:
    """A phone with the shop's mini-program open."""

    def __init__(self, shop: Any, openid: str = "o-1", appid: str = APPID) -> None:
        self.base, self.openid, self.appid = f"/b/{shop.public_id}/v1", openid, appid
        self.token = ""

    def link(self, link_code: str, **more: Any) -> Any:
        sent = {"link_code": link_code, "device": "iPhone 15", **self._who(), **more}
        return self._took(self.send("post", "/phones/link", sent))

    def login(self) -> Any:
        return self._took(self.send("post", "/phones/login", self._who()))

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        given = {"Accept-Language": "en", **headers}
        if self.token:
            given["Authorization"] = f"Bearer {self.token}"
        more = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(Client(enforce_csrf_checks=True, headers=given), method)(
            self.base + path, **more
        )

    def _who(self) -> dict[str, str]:
        return {"appid": self.appid, "code": f"code-of-{self.openid}"}

    def _took(self, answer: Any) -> Any:
        if answer.status_code == 200:
            self.token = answer.json()["token"]
        return answer


@pytest.fixture
def linked(shop, wechat, desk):
    phone = OnPhone(shop)
    assert phone.link(code_of(desk)).status_code == 200
    return phone


def told(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def history(shop: Any) -> list[tuple[str, str]]:
    with context.public():
        rows = TenantStep.objects.filter(tenant_id=shop.id).order_by("pk")
        return list(rows.values_list("reason", "by"))


def test_a_code_of_the_portal_makes_a_phone_that_person(shop, wechat, desk, owner):
    phone = OnPhone(shop)
    answer = phone.link(code_of(desk))
    assert answer.status_code == 200
    body = answer.json()
    assert (body["email"], body["role"]) == ("tea@example.com", "owner")
    with context.public():
        made = Phone.objects.get()
        assert (made.membership.account, made.appid, made.openid) == (owner, APPID, "o-1")
        assert PhoneToken.objects.get().expires_at - clock.now() <= timedelta(minutes=30)
        assert phone.token.encode() not in bytes(PhoneToken.objects.get().hash)
        assert not LinkCode.objects.exists()
    assert history(shop)[-1] == ("tea@example.com linked iPhone 15", "tea@example.com")
    shop_seen = phone.send("get", "/shop").json()
    assert (shop_seen["email"], shop_seen["role"]) == ("tea@example.com", "owner")


def test_what_is_done_on_the_phone_is_done_by_that_account(shop, linked):
    made = product("Tea", stock=5)
    stock = linked.send("get", "/stock").json()["items"]
    [row] = [one for one in stock if one["product_id"] == str(made.pk)]
    body = {"on_hand": 9, "reason": "counted"}
    assert linked.send("post", f"/stock/{row['sku_id']}/adjust", body).status_code == 200
    from shop.inventory.models import Movement

    assert Movement.objects.order_by("-id").first().by == "tea@example.com"


def test_a_code_works_once(shop, wechat, desk):
    code = code_of(desk)
    assert OnPhone(shop).link(code).status_code == 200
    assert told(OnPhone(shop, "o-2").link(code)) == (403, "link_code_not_accepted")
    with context.public():
        assert [phone.openid for phone in Phone.objects.all()] == ["o-1"]


def test_a_code_ends_after_ten_minutes_and_with_the_next_one(shop, wechat, desk):
    first, second = code_of(desk), code_of(desk)
    assert told(OnPhone(shop).link(first)) == (403, "link_code_not_accepted")
    with context.public():
        LinkCode.objects.update(expires_at=clock.now())
    assert told(OnPhone(shop).link(second)) == (403, "link_code_not_accepted")


def test_a_code_is_kept_as_a_keyed_hash(shop, desk):
    code = code_of(desk)
    assert len(code) == 8
    assert code.isdigit()
    with context.public():
        kept = bytes(LinkCode.objects.get().hash)
    assert code.encode() not in kept
    import hashlib

    assert kept not in {hashlib.sha256(f"{n}{code}".encode()).digest() for n in ("", shop.id)}


def test_a_code_of_one_shop_links_nothing_in_another(shop, other_shop, wechat, desk):
    code = code_of(desk)
    with context.public():
        MiniProgram.objects.create(tenant_id=other_shop.id, appid="wx-of-books")
    answer = OnPhone(other_shop, appid="wx-of-books").link(code)
    assert told(answer) == (403, "link_code_not_accepted")
    assert told(OnPhone(other_shop).link(code)) == (403, "app_of_another_shop")
    assert OnPhone(shop).link(code).status_code == 200


def test_wechats_code_is_needed_beside_the_portals(shop, wechat, desk):
    code = code_of(desk)
    answer = OnPhone(shop).link(code, code="stolen")
    assert told(answer) == (401, "login_code_refused")
    with context.public():
        assert not WrongCode.objects.exists()
        assert LinkCode.objects.exists()


def test_guessing_ends_after_five_wrong_codes(shop, wechat, desk):
    code = code_of(desk)
    wrong = f"{(int(code) + 1) % 10**8:08}"
    phone = OnPhone(shop)
    answers = [told(phone.link(wrong)) for _ in range(6)]
    assert answers == [(403, "link_code_not_accepted")] * 5 + [(429, "too_many_wrong_codes")]
    assert told(phone.link(code)) == (429, "too_many_wrong_codes")
    assert OnPhone(shop, "o-2").link(code).status_code == 200
    with context.public():
        assert WrongCode.objects.count() == 5
        WrongCode.objects.update(at=clock.now() - phones.WRONG_SPAN)
    assert phone.link(code_of(desk)).status_code == 200
    with context.public():
        assert not WrongCode.objects.exists()


def test_many_people_guess_no_more_than_thirty_times(shop, wechat, desk, monkeypatch):
    code = code_of(desk)
    monkeypatch.setattr(phones, "MOST_WRONG_IN_SHOP", 3)
    wrong = f"{(int(code) + 1) % 10**8:08}"
    answers = [told(OnPhone(shop, f"o-{n}").link(wrong))[0] for n in range(4)]
    assert answers == [403, 403, 403, 429]


def test_a_token_ends_and_a_linked_phone_gets_another_for_a_fresh_login(shop, linked):
    with context.public():
        PhoneToken.objects.update(expires_at=clock.now())
    assert told(linked.send("get", "/shop")) == (401, "sign_in_needed")
    assert linked.login().status_code == 200
    assert linked.send("get", "/shop").status_code == 200
    with context.public():
        assert PhoneToken.objects.count() == 1


def test_a_phone_that_nobody_linked_gets_nothing(shop, linked):
    assert told(OnPhone(shop, "o-2").login()) == (403, "phone_not_linked")


def test_a_token_opens_no_other_shop(shop, other_shop, linked):
    linked.base = f"/b/{other_shop.public_id}/v1"
    assert told(linked.send("get", "/shop")) == (401, "sign_in_needed")
    assert told(linked.send("post", "/phones/login", linked._who())) == (403, "app_of_another_shop")


def test_a_customers_token_is_none_of_the_staffs_and_the_other_way_round(shop, linked):
    from shop.members import actions as members

    staff_token, linked.token = linked.token, members.sign_in(appid=APPID, openid="o-1").token
    assert told(linked.send("get", "/shop")) == (401, "sign_in_needed")
    as_member = Client(headers={"Authorization": f"Bearer {staff_token}"})
    assert as_member.get(f"/s/{shop.public_id}/v1/me").status_code == 401


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer x", "bearer \x00", "Basic eDp4"])
def test_nonsense_for_a_token_is_refused(shop, desk, header):
    answer = Client(headers={"Authorization": header}).get(f"/b/{shop.public_id}/v1/shop")
    assert answer.status_code == 401


def test_a_bad_token_is_not_made_good_by_a_session(shop, desk):
    answer = desk._client.get(
        f"/b/{shop.public_id}/v1/shop", headers={"Authorization": "Bearer gone"}
    )
    assert answer.status_code == 401


def test_a_phone_is_unlinked_in_the_portal_and_out_at_once(shop, linked, desk):
    [row] = desk.get("/phones").json()["items"]
    assert (row["device"], row["email"], row["is_this_one"]) == (
        "iPhone 15", "tea@example.com", False,
    )  # fmt: skip
    assert desk.send("delete", f"/phones/{row['id']}").status_code == 204
    assert told(linked.send("get", "/shop")) == (401, "sign_in_needed")
    assert told(linked.login()) == (403, "phone_not_linked")
    assert history(shop)[-1] == ("tea@example.com: iPhone 15 was unlinked", "tea@example.com")
    assert told(desk.send("delete", f"/phones/{row['id']}")) == (404, "no_such_phone")


def test_a_phone_may_unlink_itself_and_no_other(shop, linked, desk):
    other = OnPhone(shop, "o-2")
    mine = other.link(code_of(desk)).json()["phone_id"]
    with context.public():
        [first] = Phone.objects.exclude(pk=mine).values_list("pk", flat=True)
    assert told(other.send("delete", f"/phones/{first}")) == (404, "no_such_phone")
    assert other.send("delete", f"/phones/{mine}").status_code == 204
    assert other.send("get", "/shop").status_code == 401
    assert linked.send("get", "/shop").status_code == 200


def test_a_role_counts_at_the_next_request(shop, wechat, owner):
    helper = works(shop, Role.MANAGER)
    phone = OnPhone(shop)
    phone.link(code_of(Desk(shop, helper)))
    made = product("Tea", stock=5)
    assert phone.send("post", f"/products/{made.pk}/hide").status_code == 200
    with context.public():
        tenant = Tenant.objects.get(pk=shop.id)
        member = Membership.objects.get(account=helper)
        membership.change_role(tenant=tenant, member_id=member.pk, role=Role.FULFILMENT, by="x")
    assert told(phone.send("post", f"/products/{made.pk}/publish")) == (403, "not_allowed")
    assert phone.send("get", "/orders").status_code == 200
    with context.public():
        membership.remove_member(tenant=tenant, member_id=member.pk, by="x")
        assert not Phone.objects.exists()
    assert told(phone.send("get", "/orders")) == (401, "sign_in_needed")
    assert told(phone.login()) == (403, "phone_not_linked")


def test_an_account_that_sleeps_has_no_phone(shop, linked, owner):
    with context.public():
        Account.objects.filter(pk=owner.pk).update(is_active=False)
    assert told(linked.send("get", "/shop")) == (401, "sign_in_needed")
    assert told(linked.login()) == (403, "phone_not_linked")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("get", "/staff", None),
        ("post", "/staff", {"email": "thief@example.com", "role": "owner"}),
        ("put", "/wechat", {"appid": "wx" + "f" * 16, "sub_mchid": "1999999999"}),
        ("post", "/phones/codes", None),
    ],
)
def test_what_only_owners_may_do_is_not_done_from_a_phone(shop, linked, method, path, body):
    assert told(linked.send(method, path, body)) == (403, "only_in_portal")


def test_staff_see_and_unlink_their_own_phones_only(shop, linked, desk):
    helper = Desk(shop, works(shop, Role.MANAGER))
    theirs = OnPhone(shop, "o-2").link(code_of(helper)).json()["phone_id"]
    assert [row["id"] for row in helper.get("/phones").json()["items"]] == [theirs]
    both = [row["id"] for row in desk.get("/phones").json()["items"]]
    [owners] = set(both) - {theirs}
    assert told(helper.send("delete", f"/phones/{owners}")) == (404, "no_such_phone")
    assert desk.send("delete", f"/phones/{theirs}").status_code == 204


def test_a_person_of_two_accounts_changes_over(shop, linked):
    helper = Desk(shop, works(shop, Role.FULFILMENT))
    before = linked.token
    answer = linked.link(code_of(helper))
    assert answer.json()["email"] == "helper@example.com"
    with context.public():
        assert Phone.objects.get().membership.role == Role.FULFILMENT
    linked.token = before
    assert linked.send("get", "/shop").status_code == 401


def test_a_person_has_five_phones_at_most(shop, wechat, desk):
    for number in range(phones.MOST_PHONES):
        assert OnPhone(shop, f"o-{number}").link(code_of(desk)).status_code == 200
    assert told(desk.post("/phones/codes")) == (409, "too_many_phones")


def test_a_phone_costs_one_statement_for_the_staff(shop, linked, django_assert_num_queries):
    linked.send("get", "/orders/carriers")
    with django_assert_num_queries(1):
        assert linked.send("get", "/orders/carriers").status_code == 200


def test_a_code_spent_by_two_at_once_links_one(new_shop, monkeypatch):
    """Real commits in threads: the code is taken under the tenant's lock."""
    shop = new_shop()
    tenant = Tenant.objects.get(pk=shop.id)
    [member] = Membership.objects.filter(tenant=tenant)
    code = phones.make_code(tenant=tenant, account_id=member.account_id).code

    def spend(number: int) -> str:
        try:
            phones.link(tenant=tenant, appid="wx1", openid=f"o-{shop.id}-{number}", code=code, device="")
            return "linked"
        except phones.LinkCodeNotAccepted as refusal:
            return refusal.code
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(4) as threads:
        answers = sorted(threads.map(spend, range(4)))
    assert answers == ["link_code_not_accepted"] * 3 + ["linked"]
    assert Phone.objects.filter(membership=member).count() == 1


def test_guesses_at_once_are_counted_one_by_one(new_shop):
    shop = new_shop()
    tenant = Tenant.objects.get(pk=shop.id)
    [member] = Membership.objects.filter(tenant=tenant)
    code = phones.make_code(tenant=tenant, account_id=member.account_id).code
    wrong = f"{(int(code) + 1) % 10**8:08}"

    def guess(_: int) -> int:
        try:
            phones.link(tenant=tenant, appid="wx1", openid=f"o-{shop.id}", code=wrong, device="")
        except (phones.LinkCodeNotAccepted, phones.TooManyWrongCodes) as refusal:
            return refusal.status
        finally:
            connections["default"].close()
        return 200

    with ThreadPoolExecutor(4) as threads:
        answers = sorted(threads.map(guess, range(9)))
    assert answers == [403] * 5 + [429] * 4
