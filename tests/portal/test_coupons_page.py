"""Coupons at the owner's desk."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from kernel import clock
from shop.catalog.models import Category
from shop.coupons import actions
from shop.coupons.models import Coupon
from shop.members import actions as members
from tenants import context
from tenants.context import Shop
from tenants.models import Account
from tenants.states import Role

TERMS = {
    "title": "Spring", "kind": "fixed", "amount": "12.50", "least": "100", "scope": "all",
    "days": "7", "total": "50", "per_member": "1",
}  # fmt: skip


@pytest.fixture
def desk(two_shops: tuple[Shop, Shop], db: None) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(
        Account.objects.get(email="tea@example.com"), "django.contrib.auth.backends.ModelBackend"
    )
    return client


@pytest.fixture
def address(two_shops: tuple[Shop, Shop]) -> str:
    return f"/shops/{two_shops[0].public_id}/coupons/"


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def made(shop: Shop) -> Coupon:
    with context.activate(shop):
        return Coupon.objects.get()


def test_a_coupon_is_given_out_counted_and_stopped(
    desk: Client, address: str, two_shops: tuple[Shop, Shop]
) -> None:
    assert "No coupons yet" in read(desk, address)
    assert desk.post(address + "new/", TERMS).status_code == 302
    row = made(two_shops[0])
    assert (row.amount_minor, row.least_minor, row.days, row.total) == (1_250, 10_000, 7, 50)
    with context.activate(two_shops[0]):
        buyer = members.sign_in(appid="wx1", openid="o").member
        actions.claim(member=buyer, coupon_id=row.pk)
    page = read(desk, address)
    for words in ("Spring Can be claimed", "¥12.50 off · from ¥100.00 on", "7 days from the claim",
                  "1 of 50 claimed, 0 used, 0 in unpaid orders"):  # fmt: skip
        assert words in page
    assert desk.post(f"{address}{row.pk}/stop/").status_code == 302
    assert "Spring Stopped" in read(desk, address)


@pytest.mark.parametrize("wrong", [{"ends_on": "9999-12-31"}, {"starts_on": "0001-01-01"}])
def test_a_day_beyond_all_calendars_is_refused_beside_its_field(
    desk: Client, address: str, wrong: dict[str, str]
) -> None:
    answer = desk.post(address + "new/", {**TERMS, "days": "", "ends_on": "2999-12-31", **wrong})
    assert answer.status_code == 422
    assert "Ensure this value is" in answer.content.decode()


def test_a_percentage_for_a_shelf_until_the_end_of_a_day_of_the_shop(
    desk: Client, address: str, two_shops: tuple[Shop, Shop]
) -> None:
    with context.activate(two_shops[0]):
        shelf = Category.objects.create(name="Green tea")
    last = (clock.now() + timedelta(days=3)).date()
    terms = {**TERMS, "kind": "percent", "percent": "12.5", "most": "30", "days": "",
             "ends_on": last.isoformat(), "scope": "categories", "categories": [str(shelf.pk)]}  # fmt: skip
    assert desk.post(address + "new/", terms).status_code == 302
    row = made(two_shops[0])
    assert (row.rate_bp, row.amount_minor, row.most_minor) == (1_250, 0, 3_000)
    midnight = datetime.combine(last + timedelta(days=1), datetime.min.time())
    assert row.ends_at == midnight.replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    page = read(desk, address)
    assert "12.5 % off , at most ¥30.00" in page or "12.5 % off, at most ¥30.00" in page
    assert f"Some categories: Green tea · – {last}" in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"amount": ""}, "Please say how much."),
        ({"kind": "percent"}, "Please say how much."),
        ({"scope": "products"}, "Please choose at least one."),
        ({"days": ""}, "Please give either days or a last day."),
        ({"ends_on": "2030-01-01"}, "Please give either days or a last day."),
        ({"days": "", "starts_on": "2030-01-02", "ends_on": "2030-01-01"}, "before the first"),
        ({"days": "", "ends_on": "2020-01-01"}, "The coupon would be over already."),
        ({"amount": "1.234"}, "decimal places"),
    ],
)
def test_terms_that_do_not_fit_come_back_with_the_reason(
    desk: Client, address: str, change: dict[str, Any], words: str
) -> None:
    answer = desk.post(address + "new/", {**TERMS, **change})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_only_managers_see_and_give_out_coupons(
    colleague: Callable[..., Client], address: str, two_shops: tuple[Shop, Shop]
) -> None:
    packer = colleague(two_shops[0], Role.FULFILMENT, "packer@example.com")
    assert packer.get(address).status_code == 403
    assert packer.post(address + "new/", TERMS).status_code == 403
    assert colleague(two_shops[1], Role.OWNER, "other@example.com").get(address).status_code == 404
