"""Coupons through the doors: given out, claimed, used at checkout, returned, explained."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from billing.payments.models import Payment
from kernel import clock
from shop.catalog.models import Category, Product, Sku
from shop.coupons import actions, queries
from shop.coupons.amounts import CouponKind, CouponScope
from shop.coupons.models import Coupon, MemberCoupon
from shop.orders import actions as orders
from shop.orders.models import Order
from tenants.proofs import proofs_of_shop
from tests.shop.buying import Buyer, refused
from tests.shop.catalogue import product, sku, skus

pytestmark = pytest.mark.django_db


def coupon(minor: int = 1_000, **terms) -> Coupon:
    """A fixed coupon of ten for seven days, unless it is said otherwise."""
    wanted = {
        "title": "Welcome", "kind": CouponKind.FIXED, "amount_minor": minor, "days": 7, "total": 10,
        **terms,
    }  # fmt: skip
    return actions.create(**wanted)


def percent(rate_bp: int, **terms) -> Coupon:
    return coupon(0, kind=CouponKind.PERCENT, rate_bp=rate_bp, **terms)


def held(buyer: Buyer, made: Coupon) -> str:
    """The id of a coupon that the buyer claims now."""
    answer = claim(buyer, made)
    assert answer.status_code == 201, answer.content
    return answer.json()["id"]


def claim(buyer: Buyer, made: Coupon, key: str = ""):
    return buyer.post(f"/coupons/{made.pk}/claim", **{"Idempotency-Key": key or uuid4().hex})


def preview(buyer, demand, **more):
    lines = [{"sku_id": str(s), "quantity": n} for s, n in demand.items()]
    return buyer.post("/checkout/preview", {"lines": lines, **more})


def pay(buyer, till, run_jobs, order):
    number = buyer.prepay(order)
    till.pays(number)
    till.tells(number)
    run_jobs()
    order.refresh_from_db()
    assert order.state == "paid"
    return number


def state_of(member_coupon_id) -> tuple[str, UUID | None]:
    row = MemberCoupon.objects.get(pk=member_coupon_id)
    return row.state, row.order_id


def history(member_coupon_id) -> list[str]:
    rows = MemberCoupon.objects.get(pk=member_coupon_id).steps.order_by("at", "pk")
    return list(rows.values_list("state", flat=True))


def in_order():
    assert list(proofs_of_shop()) == []


# Given out, claimed


def test_the_owner_gives_a_coupon_out_sees_what_becomes_of_it_and_stops_it(buyer, desk):
    body = {"title": " 满减 ", "kind": "fixed", "amount_minor": 500, "least_minor": 2_000,
            "days": 30, "total": 3, "per_member": 2}  # fmt: skip
    made = desk.post("/coupons", body)
    assert made.status_code == 201, made.content
    shown = made.json()
    assert (shown["title"], shown["currency"], shown["scope"]) == ("满减", "CNY", "all")
    mine = claim(buyer, Coupon.objects.get())
    assert mine.json()["state"] == "usable"
    buyer.order({sku(price_minor=2_000): 1}, member_coupon_id=mine.json()["id"])
    (listed,) = desk.get("/coupons").json()["items"]
    assert [listed[f"{n}_count"] for n in ("claimed", "reserved", "used")] == [1, 1, 0]
    for _ in range(2):
        assert desk.post(f"/coupons/{shown['id']}/stop").json()["stopped_at"]
    refused(claim(buyer, Coupon.objects.get()), 409, "coupon_not_offered")
    assert buyer.get("/coupons").json()["items"] == []
    assert buyer.get("/coupons/mine").json()["counts"] == {"usable": 0, "used": 1, "expired": 0}
    in_order()


@pytest.mark.parametrize(
    "change",
    [
        {"amount_minor": 0},
        {"rate_bp": 100},
        {"kind": "percent"},
        {"kind": "percent", "amount_minor": 0, "rate_bp": 10_001},
        {"days": None},
        {"ends_at": "2030-01-01T00:00:00Z"},
        {"days": None, "starts_at": "2030-01-02T00:00:00Z", "ends_at": "2030-01-01T00:00:00Z"},
        {"scope": "products"},
        {"scope_ids": [str(uuid4())]},
        {"total": 0},
        {"title": "  "},
    ],
)
def test_terms_that_cannot_be_meant_are_refused(desk, change):
    body = {"title": "x", "kind": "fixed", "amount_minor": 500, "days": 1, "total": 1, **change}
    refused(desk.post("/coupons", body), 422, "input_invalid")


def test_a_coupon_for_goods_that_are_not_there_or_for_yesterday_is_refused(desk):
    body = {"title": "x", "kind": "fixed", "amount_minor": 500, "total": 1}
    unknown = {**body, "days": 1, "scope": "products", "scope_ids": [str(uuid4())]}
    refused(desk.post("/coupons", unknown), 422, "coupon_scope_unknown")
    over = {**body, "ends_at": (clock.now() - timedelta(minutes=1)).isoformat()}
    refused(desk.post("/coupons", over), 422, "coupon_over_already")


def test_a_claim_is_made_once_however_often_it_is_sent(buyer):
    made = coupon(per_member=2)
    first, again = claim(buyer, made, "k1"), claim(buyer, made, "k1")
    assert (again.status_code, again.content) == (201, first.content)
    assert (MemberCoupon.objects.count(), Coupon.objects.get().claimed_count) == (1, 1)
    assert history(first.json()["id"]) == ["claimed"]
    assert claim(buyer, made).status_code == 201
    refused(claim(buyer, made), 409, "coupon_claimed_already")
    assert Coupon.objects.get().claimed_count == 2
    refused(buyer.post(f"/coupons/{made.pk}/claim"), 422, "idempotency_key_missing")
    refused(claim(buyer, Coupon(pk=uuid4())), 409, "coupon_not_offered")
    in_order()


def test_the_last_one_goes_to_whoever_was_first(shop, till, buyer):
    made = coupon(total=1)
    held(buyer, made)
    refused(claim(Buyer(shop, till.appid, "openid-2"), made), 409, "coupons_all_claimed")


def test_a_visitor_sees_what_there_is_and_a_member_what_is_theirs(shop, buyer, client):
    tea, cup = product("Tea"), product("Cup")
    shelf, below = Category.objects.create(name="Drinks"), Category(name="Tea")
    below.parent = shelf
    below.save()
    Product.objects.filter(pk=tea.pk).update(category=below)
    every, of_tea = coupon(title="every"), coupon(
        title="tea", scope=CouponScope.PRODUCTS, scope_ids=[tea.pk]
    )  # fmt: skip
    coupon(title="drinks", scope=CouponScope.CATEGORIES, scope_ids=[shelf.pk])
    coupon(title="gone", total=1, ends_at=clock.now() + timedelta(hours=1), days=None)
    actions.claim(member=buyer.member, coupon_id=Coupon.objects.get(title="gone").pk)
    held(buyer, every)

    def titles(of, **query):
        return [(c["title"], c["is_claimed"]) for c in of.get("/coupons", **query).json()["items"]]

    assert titles(buyer) == [("drinks", False), ("tea", False), ("every", True)]
    assert titles(buyer, product_id=cup.pk) == [("every", True)]
    assert len(titles(buyer, product_id=tea.pk)) == 3
    open_to_all = client.get(f"/s/{shop.public_id}/v1/coupons").json()["items"]
    assert [c["is_claimed"] for c in open_to_all] == [False] * 3
    assert open_to_all[1]["id"] == str(of_tea.pk)


def test_what_others_claimed_is_not_read_to_show_what_may_be_claimed(shop, till, buyer):
    made = coupon(total=50)
    for n in range(20):  # one of them is the buyer
        other = Buyer(shop, till.appid, f"openid-{n}").member
        actions.claim(member=other, coupon_id=made.pk)

    def read(who) -> float:
        shown = queries.with_claims_of(queries.claimable(), who)
        [found] = json.loads(shown.explain(analyze=True, format="json"))
        return sum(rows_read(found["Plan"], "coupons_membercoupon"))

    def rows_read(node, table):
        if node.get("Relation Name") == table:
            yield node["Actual Rows"] * node["Actual Loops"]
        for below in node.get("Plans", ()):
            yield from rows_read(below, table)

    assert (read(None), read(buyer.member)) == (0, 1)


def test_my_coupons_stand_behind_their_tabs_page_by_page(buyer):
    made = coupon(per_member=5)
    ids = [held(buyer, made) for _ in range(3)]
    old = held(buyer, coupon(days=1))
    buyer.order({sku(price_minor=1_500): 1}, member_coupon_id=ids[0])
    with clock.ahead(timedelta(days=2)):
        first = buyer.get("/coupons/mine", state="usable", limit=1).json()
        second = buyer.get("/coupons/mine", state="usable", limit=1, cursor=first["next"]).json()
        assert first["counts"] == {"usable": 2, "used": 1, "expired": 1}
        assert [p["items"][0]["id"] for p in (first, second)] == [ids[2], ids[1]]
        assert second["next"] is None
        (over,) = buyer.get("/coupons/mine", state="expired").json()["items"]
        assert (over["id"], over["state"]) == (old, "expired")
    (used,) = buyer.get("/coupons/mine", state="used").json()["items"]
    assert used["state"] == "reserved"


# At checkout


def test_the_preview_takes_the_best_and_says_why_others_do_not_fit(buyer):
    tea, cup = product("Tea", price_minor=3_333), sku("Cup", price_minor=100)
    (tea_sku,) = skus(tea)
    ten = held(buyer, coupon(1_000, title="ten"))
    quarter = held(buyer, percent(2_500, title="quarter", most_minor=2_000))
    later = held(buyer, coupon(
        5_000, title="later", starts_at=clock.now() + timedelta(days=1), days=None,
        ends_at=clock.now() + timedelta(days=2),
    ))  # fmt: skip
    much = held(buyer, coupon(5_000, title="much", least_minor=20_000))
    held(buyer, coupon(5_000, title="cups", scope=CouponScope.PRODUCTS,
                       scope_ids=[Sku.objects.get(pk=cup).product_id]))  # fmt: skip
    demand = {tea_sku.pk: 3}
    plain = preview(buyer, demand).json()
    assert (plain["discount_minor"], plain["total_minor"]) == (0, 9_999)
    assert plain["member_coupon_id"] is None
    best = preview(buyer, demand, best_coupon=True).json()
    assert (best["discount_minor"], best["total_minor"]) == (2_000, 7_999)
    assert best["member_coupon_id"] == quarter
    told = {c["title"]: (c["is_usable"], c["discount_minor"], c["reason"], c["missing_minor"])
            for c in best["coupons"]}  # fmt: skip
    assert list(told)[:2] == ["quarter", "ten"]
    assert told == {
        "quarter": (True, 2_000, None, 0), "ten": (True, 1_000, None, 0),
        "later": (False, 0, "not_begun", 0), "much": (False, 0, "below_least", 10_001),
        "cups": (False, 0, "not_covered", 0),
    }  # fmt: skip
    mine = preview(buyer, demand, member_coupon_id=ten).json()
    assert (mine["discount_minor"], mine["member_coupon_id"], len(mine["coupons"])) == (
        1_000, ten, 5,
    )  # fmt: skip
    refused(preview(buyer, demand, member_coupon_id=much), 409, "coupon_unfit")
    refused(preview(buyer, demand, member_coupon_id=later), 409, "coupon_unfit")
    refused(preview(buyer, demand, member_coupon_id=str(uuid4())), 404, "coupon_unknown")
    assert Order.objects.count() == 0


def test_an_order_is_paid_with_what_the_preview_said_and_its_lines_add_up(buyer, till, run_jobs):
    orders.set_freight(flat_minor=800, free_from_minor=10_000)
    tea, cup, pot = (sku(t, price_minor=p) for t, p in (("A", 3_333), ("B", 3_333), ("C", 3_334)))
    mine = held(buyer, coupon(1_000))
    demand = {tea: 1, cup: 1, pot: 1}
    shown = preview(buyer, demand, best_coupon=True).json()
    order = buyer.order(demand, member_coupon_id=mine, expected_total_minor=9_000)
    assert (order.goods_minor, order.discount_minor, order.freight_minor, order.total_minor) == (
        10_000, 1_000, 0, 9_000,
    )  # fmt: skip  # the delivery is free by what the goods cost before the coupon
    for name in ("goods_minor", "discount_minor", "freight_minor", "total_minor", "explain"):
        assert getattr(order, name) == shown[name]
    lines = list(order.lines.order_by("position"))
    assert [line.discount_minor for line in lines] == [333, 333, 334]
    assert [line.discount_minor for line in lines] == [
        line["discount_minor"] for line in shown["lines"]
    ]
    assert sum(reason["amount_minor"] for reason in order.explain) == 9_000
    assert Payment.objects.get(order_id=order.pk).amount_minor == 9_000
    assert state_of(mine) == ("reserved", order.pk)
    in_order()
    number = pay(buyer, till, run_jobs, order)
    assert till.orders[number]["asked"][3] == 9_000
    assert state_of(mine) == ("used", order.pk)
    assert history(mine) == ["claimed", "reserved", "used"]
    detail = buyer.get(f"/orders/{order.pk}").json()
    assert (detail["discount_minor"], detail["lines"][2]["discount_minor"]) == (1_000, 334)
    in_order()


def test_a_coupon_is_for_one_order_at_a_time(buyer):
    tea = sku(price_minor=2_000)
    mine = held(buyer, coupon())
    buyer.order({tea: 1}, member_coupon_id=mine)
    refused(buyer.buy({tea: 1}, member_coupon_id=mine), 404, "coupon_unknown")
    assert Order.objects.count() == 1


def test_a_stranger_cannot_use_it(shop, till, buyer):
    mine = held(buyer, coupon())
    other = Buyer(shop, till.appid, "openid-2")
    refused(other.buy({sku(price_minor=2_000): 1}, member_coupon_id=mine), 404, "coupon_unknown")


def test_only_the_covered_lines_bear_the_discount(buyer):
    tea, cup = product("Tea", price_minor=700), sku("Cup", price_minor=9_000)
    (tea_sku,) = skus(tea)
    made = coupon(1_000, scope=CouponScope.PRODUCTS, scope_ids=[tea.pk])
    order = buyer.order({tea_sku.pk: 1, cup: 1}, member_coupon_id=held(buyer, made))
    by_title = {line.title: line.discount_minor for line in order.lines.all()}
    assert by_title == {"Tea": 700, "Cup": 0}  # no line falls below zero
    assert order.total_minor == 9_000


def test_an_order_that_a_coupon_pays_is_paid_at_once(buyer):
    mine = held(buyer, coupon(1_000))
    order = buyer.order({sku(price_minor=900): 1}, member_coupon_id=mine)
    assert (order.state, order.total_minor, order.discount_minor) == ("paid", 0, 900)
    assert state_of(mine) == ("used", order.pk)
    assert not Payment.objects.exists()
    in_order()


# Back again


def test_a_cancelled_order_gives_its_coupon_back(buyer):
    tea = sku(price_minor=2_000)
    mine = held(buyer, coupon())
    order = buyer.order({tea: 1}, member_coupon_id=mine)
    for _ in range(2):
        assert buyer.post(f"/orders/{order.pk}/cancel").json()["state"] == "cancelled"
    assert state_of(mine) == ("claimed", None)
    assert history(mine) == ["claimed", "reserved", "claimed"]
    buyer.order({tea: 1}, member_coupon_id=mine)
    in_order()


def test_a_coupon_that_is_over_when_its_order_expires_stays_over(buyer, run_jobs):
    mine = held(buyer, coupon(days=None, ends_at=clock.now() + timedelta(minutes=10)))
    tea = sku(price_minor=2_000)
    buyer.order({tea: 1}, member_coupon_id=mine)
    with clock.ahead(timedelta(minutes=31)):
        run_jobs(ahead=31 * 60)
        assert state_of(mine) == ("claimed", None)
        assert buyer.get("/coupons/mine").json()["counts"]["expired"] == 1
        refused(buyer.buy({tea: 1}, member_coupon_id=mine), 404, "coupon_unknown")
        in_order()


def late(buyer, till, order, run_jobs):
    """The order is cancelled; its payment arrives after all."""
    number = buyer.prepay(order)
    buyer.post(f"/orders/{order.pk}/cancel")
    till.orders[number]["trade_state"] = "NOTPAY"
    till.pays(number)
    till.tells(number)
    run_jobs()
    order.refresh_from_db()


def test_a_late_payment_takes_its_coupon_again(buyer, till, run_jobs):
    mine = held(buyer, coupon())
    order = buyer.order({sku(price_minor=2_000): 1}, member_coupon_id=mine)
    late(buyer, till, order, run_jobs)
    assert (order.state, state_of(mine)) == ("paid", ("used", order.pk))
    assert history(mine) == ["claimed", "reserved", "claimed", "reserved", "used"]
    in_order()


def test_a_late_payment_whose_coupon_is_elsewhere_goes_back(buyer, till, run_jobs):
    tea = sku(price_minor=2_000, stock=10)
    mine = held(buyer, coupon())
    order = buyer.order({tea: 1}, member_coupon_id=mine)
    number = buyer.prepay(order)
    buyer.post(f"/orders/{order.pk}/cancel")
    second = buyer.order({tea: 1}, member_coupon_id=mine)
    till.orders[number]["trade_state"] = "NOTPAY"
    till.pays(number)
    till.tells(number)
    run_jobs(ahead=60)
    order.refresh_from_db()
    assert (order.state, order.refunded_minor) == ("cancelled", 1_000)
    assert state_of(mine) == ("reserved", second.pk)
    in_order()


def test_parts_give_back_what_the_pieces_were_paid_with_to_the_fen(buyer, till, desk, run_jobs):
    tea, cup = sku("Tea", price_minor=3_333, stock=10), sku("Cup", price_minor=101, stock=10)
    mine = held(buyer, coupon(1_000))
    order = buyer.order({tea: 3, cup: 1}, member_coupon_id=mine)
    first, second = order.lines.order_by("position")
    assert (first.paid_minor, second.paid_minor) == (9_009, 91)
    pay(buyer, till, run_jobs, order)

    def back(key, status=201, **line):
        body = {"lines": [{"line_id": str(first.pk), **line}], "reason": "broken"}
        answer = desk.post(f"/orders/{order.pk}/returns", body, **{"Idempotency-Key": key})
        assert answer.status_code == status, answer.content
        with clock.ahead(timedelta(minutes=2)):
            run_jobs(ahead=120)
        return answer.json()

    back("too much", 422, amount_minor=9_010)
    given = [back(f"r{n}", quantity=1)["amount_minor"] for n in range(3)]
    assert given == [3_003, 3_003, 3_003]
    assert state_of(mine) == ("used", order.pk)  # a part keeps it
    in_order()
    rest = desk.refund(order)
    assert rest.status_code == 200, rest.content
    with clock.ahead(timedelta(minutes=4)):
        run_jobs(ahead=240)
    order.refresh_from_db()
    assert (order.state, order.refunded_minor) == ("refunded", 9_100)
    assert state_of(mine) == ("claimed", None)  # all of the money went back
    assert history(mine) == ["claimed", "reserved", "used", "claimed"]
    in_order()


def test_an_order_for_nothing_that_is_refunded_gives_its_coupon_back(buyer, desk):
    mine = held(buyer, coupon(1_000))
    order = buyer.order({sku(price_minor=900): 1}, member_coupon_id=mine)
    assert desk.refund(order).status_code == 200
    order.refresh_from_db()
    assert (order.state, state_of(mine)) == ("refunded", ("claimed", None))
    in_order()


# Why this amount?


def explained(door, order):
    """By subject; several of one subject in their order. Every one adds up."""
    found = {}
    for one in door.get(f"/orders/{order.pk}/explanations").json():
        assert sum(step["amount_minor"] for step in one["steps"]) == one["amount_minor"]
        found.setdefault(one["subject"], []).append(one)
    return found


def test_the_discount_and_each_lines_share_of_it_are_derived(buyer):
    tea, cup = sku("Tea", price_minor=3_333), sku("Cup", price_minor=1)
    mine = held(buyer, percent(2_500, most_minor=2_000, title="quarter"))
    order = buyer.order({tea: 3, cup: 1}, member_coupon_id=mine)
    found = explained(buyer, order)
    (total,), (off,) = found["total"], found["discount"]
    assert total["amount_minor"] == order.total_minor == 8_000
    goods, _, share, freight = total["steps"]
    assert (share["label"]["en"], share["amount_minor"]) == ("Tea: Share of the coupon", -2_000)
    inputs = share["inputs"]
    exact = inputs["discount_minor"] * inputs["line_minor"] / inputs["base_minor"]
    assert abs(exact + share["amount_minor"]) < 1  # the cup's share is a fifth of a fen
    assert (goods["amount_minor"], freight["amount_minor"]) == (9_999, 0)
    assert [(s["rule"], s["amount_minor"]) for s in off["steps"]] == [
        ("coupon_percent", -2_500), ("coupon_most", 500),
    ]  # fmt: skip
    fixed = buyer.order({tea: 1}, member_coupon_id=held(buyer, coupon(1_000)))
    (off,) = explained(buyer, fixed)["discount"]
    assert [(s["rule"], s["amount_minor"]) for s in off["steps"]] == [("coupon_fixed", -1_000)]


def test_a_refund_is_derived_from_its_pieces_as_they_were_paid(buyer, till, desk, run_jobs):
    tea, cup = sku("Tea", price_minor=3_333), sku("Cup", price_minor=101)
    orders.set_freight(flat_minor=700, free_from_minor=None)
    order = buyer.order({tea: 3, cup: 1}, member_coupon_id=held(buyer, coupon(1_000)))
    first, second = order.lines.order_by("position")
    pay(buyer, till, run_jobs, order)
    for key, lines, more in (
        ("a", [{"line_id": str(first.pk), "quantity": 2}], {}),
        ("b", [{"line_id": str(second.pk), "amount_minor": 50}], {"freight_minor": 100}),
    ):
        body = {"lines": lines, "reason": "broken", **more}
        asked = desk.post(f"/orders/{order.pk}/returns", body, **{"Idempotency-Key": key})
        assert asked.status_code == 201, asked.content
    assert desk.refund(order, "c").status_code == 200
    told = explained(buyer, order)["refund"]
    assert [
        [(s["label"]["en"], s["rule"], s["amount_minor"]) for s in one["steps"]] for one in told
    ] == [
        [("Tea: Paid × pieces", "pieces", 6_006)],
        [("Cup: As agreed", "agreed", 50), ("Delivery", "freight", 100)],
        [
            ("Tea: Paid × pieces", "pieces", 3_003),
            ("Cup: Paid × pieces", "pieces", 41),
            ("Delivery", "freight", 600),
        ],
    ]
    assert told[0]["steps"][0]["inputs"] == {
        "title": "Tea", "quantity": 2, "of_quantity": 3, "paid_minor": 9_009,
        "discount_minor": 990, "quantity_before": 0, "refunded_before_minor": 0,
    }  # fmt: skip


# Violations


def _claimed_unseen(order, mine):
    Coupon.objects.update(claimed_count=0)


def _lines_lie(order, mine):
    order.lines.update(discount_minor=999)


def _coupon_let_go(order, mine):
    MemberCoupon.objects.filter(pk=mine).update(state="claimed", order_id=None)


def _coupon_elsewhere(order, mine):
    MemberCoupon.objects.filter(pk=mine).update(order_id=uuid4())


@pytest.mark.parametrize(
    ("plant", "expected"),
    [
        (_claimed_unseen, ["I3 coupon "]),
        (_lines_lie, ["I3 order "]),
        (_coupon_let_go, ["I10: coupon ", "I3 order "]),
        (_coupon_elsewhere, ["I3 coupon ", "I3 order "]),
    ],
)
def test_a_planted_violation_is_named(buyer, plant, expected):
    mine = held(buyer, coupon())
    order = buyer.order({sku(price_minor=2_000): 1}, member_coupon_id=mine)
    in_order()
    plant(order, mine)
    told = sorted(proofs_of_shop())
    assert len(told) == len(expected), told
    for sentence, beginning in zip(told, expected, strict=True):
        assert sentence.startswith(beginning)
