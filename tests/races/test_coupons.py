"""Coupons with real commits and many at once: none is given out, or used, twice."""

import pytest

from shop.coupons import actions as coupons
from shop.coupons.amounts import CouponKind
from shop.coupons.models import Coupon, MemberCoupon
from shop.members.models import Member
from shop.orders import actions
from shop.orders.models import Order
from tenants import context
from tenants.proofs import proofs_of_shop
from tests.races.test_orders_races import at_once, codes, sku
from tests.shop.buying import Buyer, Till


@pytest.fixture
def shop(new_shop):
    opened = new_shop()
    with context.activate(opened):
        yield opened


@pytest.fixture
def till(shop, monkeypatch, settings):
    return Till(monkeypatch, settings, shop)


def coupon(**terms):
    wanted = {"title": "c", "kind": CouponKind.FIXED, "amount_minor": 100, "days": 7, "total": 100}
    return coupons.create(**{**wanted, **terms})


def claim(member, made):
    return str(coupons.claim(member=member, coupon_id=made.pk).state)


def in_order():
    assert list(proofs_of_shop()) == []


def test_1000_claims_of_100_give_out_exactly_100(shop, till):
    made = coupon()
    members = Member.objects.bulk_create(
        Member(appid=till.appid, openid=f"o{n}") for n in range(1_000)
    )
    works = [lambda m=member: claim(m, made) for member in members]
    seen = codes(at_once(shop, works, threads=8))
    assert seen == {"'claimed'": 100, "coupons_all_claimed": 900}
    assert MemberCoupon.objects.values("member").distinct().count() == 100
    assert Coupon.objects.get().claimed_count == 100
    in_order()


def test_one_member_who_claims_50_times_at_once_has_one(shop, till):
    made, buyer = coupon(), Buyer(shop, till.appid)
    works = [lambda: claim(buyer.member, made)] * 50
    seen = codes(at_once(shop, works, threads=8))
    assert seen == {"'claimed'": 1, "coupon_claimed_already": 49}
    in_order()


def test_one_coupon_for_20_orders_at_once_is_used_by_one(shop, till):
    tea, buyer = sku(stock=50, price_minor=500), Buyer(shop, till.appid)
    mine = coupons.claim(member=buyer.member, coupon_id=coupon().pk)
    assert buyer.address
    works = [lambda: buyer.buy({tea: 1}, member_coupon_id=str(mine.pk))] * 20
    answers = at_once(shop, works, threads=8)
    assert codes(answers)[201] == 1
    refused = {a.json()["code"] for a in answers if a.status_code != 201}
    assert refused <= {"coupon_taken", "coupon_unknown"}
    order = Order.objects.get()
    mine.refresh_from_db()
    assert (mine.state, mine.order_id) == ("reserved", order.pk)
    in_order()


@pytest.mark.parametrize("turn", range(3))
def test_a_late_payment_and_a_new_order_do_not_share_a_coupon(shop, till, turn):
    tea, buyer = sku(stock=50, price_minor=500), Buyer(shop, till.appid)
    mine = coupons.claim(member=buyer.member, coupon_id=coupon().pk)
    first = buyer.order({tea: 1}, member_coupon_id=str(mine.pk))
    number = buyer.prepay(first)
    actions.cancel(order=first, by="buyer")
    till.orders[number]["trade_state"] = "NOTPAY"
    till.pays(number)
    till.tells(number)
    again = at_once(
        shop,
        [
            lambda: actions.mark_paid(order_id=first.pk),
            lambda: buyer.buy({tea: 1}, member_coupon_id=str(mine.pk)),
        ],
    )
    first.refresh_from_db()
    mine.refresh_from_db()
    if again[1].status_code == 201:
        assert first.state == "cancelled"
        assert first.refund_requested_at is not None
        assert str(mine.order_id) == again[1].json()["id"]
    else:
        assert (first.state, mine.state, mine.order_id) == ("paid", "used", first.pk)
    in_order()
