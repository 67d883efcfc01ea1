"""Withdrawals at the owner's desk: the same verbs, said in sentences."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from billing.wallets import actions as wallets
from billing.withdrawals import actions as withdrawals
from billing.withdrawals import queries
from billing.withdrawals.amounts import Rules
from billing.withdrawals.models import Withdrawal
from kernel.money import Money
from shop.members import actions as members
from shop.members.models import Member
from tenants import context, standing
from tenants.context import Shop
from tenants.models import Account, Membership, Tenant
from tenants.states import Role
from tests.shop.buying import Till

MODELS = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def place(two_shops: tuple[Shop, Shop], db: None, monkeypatch: Any, settings: Any) -> Iterator[Shop]:
    """The first shop with a merchant; the platform is current, as it is for a page."""
    with context.activate(two_shops[0]):
        till = Till(monkeypatch, settings, two_shops[0])
        member = members.sign_in(appid=till.appid, openid="openid-1").member
        Member.objects.filter(pk=member.pk).update(nickname="小雨")
    with context.public():
        yield two_shops[0]


@pytest.fixture
def desk() -> Callable[..., Client]:
    """Somebody's browser."""

    def open_as(email: str = "tea@example.com", language: str = "en") -> Client:
        client = Client(headers={"accept-language": language})
        client.force_login(Account.objects.get(email=email), MODELS)
        return client

    return open_as


@pytest.fixture
def asked(place: Shop) -> Callable[..., Withdrawal]:
    """A customer asks for so much of a wallet that holds more."""

    def ask(minor: int = 5_000, *, times: int = 1, **rules: Any) -> Withdrawal:
        with context.activate(place):
            member = Member.objects.get(openid="openid-1")
            withdrawals.set_rules(rules=Rules(**{"daily_count": 50, "daily_minor": 10**6} | rules))
            wallets.credit(
                holder=member.pk, amount=Money(10**6), reference=str(member.pk), why={}
            )
            for place_of_it in range(times):
                row = withdrawals.request(
                    holder=member.pk, appid=member.appid, openid=member.openid,
                    amount=Money(minor), key=str(place_of_it),
                )  # fmt: skip
        return row

    return ask


def read(client: Client, place: Shop, page: str, **query: Any) -> str:
    answer = client.get(f"/shops/{place.public_id}/{page}", query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def send(client: Client, place: Shop, page: str, **fields: Any) -> str:
    answer = client.post(f"/shops/{place.public_id}/{page}", fields, follow=True)
    return answer.content.decode()


def state(place: Shop, row: Withdrawal) -> str:
    with context.activate(place):
        return Withdrawal.objects.get(pk=row.pk).state


def test_a_shop_without_withdrawals_says_what_will_come(place, desk):
    assert "No withdrawals yet" in read(desk(), place, "withdrawals/")
    assert "还没有提现申请" in read(desk(language="zh-hans"), place, "withdrawals/")


def test_what_waits_is_shown_first_and_the_rest_by_state(place, desk, asked):
    row = asked(fee_bp=100, times=2)
    page = read(desk(), place, "withdrawals/")
    assert all(words in page for words in (row.number, "小雨", "¥50.00", "¥49.50 arrive", "To review 2"))
    assert "No withdrawal fits" in read(desk(), place, "withdrawals/", state="paid")
    assert row.number in read(desk(), place, "withdrawals/", state="all")
    assert desk().get(f"/shops/{place.public_id}/withdrawals/?state=nonsense").status_code == 404


def test_the_first_page_says_how_many_wait_for_an_answer(place, desk, asked):
    assert "Withdrawals · To review" not in read(desk(), place, "")
    row = asked(times=2)
    shown = f'<dt>Withdrawals · To review</dt><dd><a href="/shops/{place.public_id}/withdrawals/">2<'
    assert shown in read(desk(), place, "")
    send(desk(), place, f"withdrawals/{row.number}/approve/")
    assert 'withdrawals/">1<' in read(desk(), place, "")


def test_the_owner_approves(place, desk, asked, queued):
    row = asked()
    assert "Approve" in read(desk(), place, f"withdrawals/{row.number}/")
    assert "Approved. WeChat is being asked" in send(
        desk(), place, f"withdrawals/{row.number}/approve/"
    )
    assert (state(place, row), len(queued("follow_withdrawal"))) == ("approved", 1)
    assert "Nothing to review" in read(desk(), place, "withdrawals/")


def test_the_owner_of_a_suspended_shop_still_answers_and_changes_no_rule(place, desk, asked):
    row = asked()
    standing.suspend(tenant=Tenant.objects.get(pk=place.id), reason="unpaid", by="staff")
    send(desk(), place, f"withdrawals/{row.number}/approve/")
    assert state(place, row) == "approved"
    with context.activate(place):
        before = queries.rules()
    send(desk(), place, "withdrawals/rules/", minimum="7")
    with context.activate(place):
        assert queries.rules() == before


def test_a_rejection_needs_words_for_the_customer(place, desk, asked):
    row = asked()
    client, page = desk(), f"withdrawals/{row.number}/reject/"
    assert client.post(f"/shops/{place.public_id}/{page}", {"answer": ""}).status_code == 422
    assert state(place, row) == "requested"
    said = send(client, place, page, answer="Please bring your receipt.")
    assert "The money is in the wallet again" in said
    assert "Please bring your receipt." in said
    assert state(place, row) == "rejected"


def test_paid_by_hand_is_noted_with_who_and_how(place, desk, asked):
    row = asked()
    said = send(desk(), place, f"withdrawals/{row.number}/by-hand/", answer="In cash")
    assert "Noted as paid by hand" in said
    assert "(tea@example.com)" in said
    assert state(place, row) == "paid"


def test_two_persons_are_asked_for_in_words(place, desk, asked):
    row = asked(second_approval_from_minor=1_000)
    page = f"withdrawals/{row.number}/approve/"
    assert "A second person must agree" in send(desk(), place, page)
    assert "From 10.00 CNY on a second person must agree" in send(desk(), place, page)
    account = Account.objects.create_user("mei@example.com")
    Membership.objects.create(account=account, tenant_id=place.id, role=Role.MANAGER)
    assert "Approved. WeChat" in send(desk("mei@example.com"), place, page)
    assert state(place, row) == "approved"


def test_a_yes_to_what_a_colleague_has_rejected_is_no_approval(place, desk, asked):
    row = asked(second_approval_from_minor=1_000)
    account = Account.objects.create_user("mei@example.com")
    Membership.objects.create(account=account, tenant_id=place.id, role=Role.MANAGER)
    page = f"withdrawals/{row.number}"
    send(desk("mei@example.com"), place, f"{page}/approve/")
    send(desk(), place, f"{page}/reject/", answer="Not this month")
    said = send(desk("mei@example.com"), place, f"{page}/approve/")
    assert "The withdrawal is rejected, so this cannot be done." in said
    assert "WeChat is being asked" not in said
    assert state(place, row) == "rejected"


def test_the_owner_sets_the_rules_in_yuan_and_percent(place, desk, asked):
    asked()
    page = read(desk(), place, "withdrawals/rules/")
    assert "WeChat lets the platform transfer." in page
    fields = {
        "is_open": "on", "minimum": "5.00", "fee_percent": "0.6", "fee_fixed": "0.10",
        "daily": "1000", "daily_count": "2", "second_approval_from": "",
    }  # fmt: skip
    assert "from the next request on" in send(desk(), place, "withdrawals/rules/", **fields)
    with context.activate(place):
        assert queries.rules() == Rules(True, 500, 60, 10, 100_000, 2, None)
    wrong = {**fields, "minimum": "0.20"}
    answer = desk().post(f"/shops/{place.public_id}/withdrawals/rules/", wrong)
    assert (answer.status_code, "0.10 CNY would be left" in answer.content.decode()) == (422, True)


def test_packers_find_no_withdrawals_and_managers_no_rules(place, desk, asked):
    asked()
    for email, role in (("pack@example.com", Role.FULFILMENT), ("mei@example.com", Role.MANAGER)):
        account = Account.objects.create_user(email)
        Membership.objects.create(account=account, tenant_id=place.id, role=role)
    base = f"/shops/{place.public_id}/withdrawals/"
    assert desk("pack@example.com").get(base).status_code == 403
    assert desk("mei@example.com").get(base).status_code == 200
    assert desk("mei@example.com").get(f"{base}rules/").status_code == 403
