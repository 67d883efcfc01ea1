"""The cart shows the prices of now, and says apart what cannot be bought."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shop.cart.models import CartLine
from shop.catalog.models import Product, Sku
from shop.inventory import actions as inventory
from tenants import context
from tests.shop.buying import Buyer, refused
from tests.shop.catalogue import product, sku, skus

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer(shop):
    return Buyer(shop, "wx00000000000000aa")


def test_an_empty_cart_is_a_cart(buyer):
    assert buyer.get("/cart").json() == {
        "lines": [], "invalid": [], "currency": "CNY", "selected_count": 0, "goods_minor": 0,
    }  # fmt: skip


def test_the_cart_shows_what_was_added_at_the_price_of_now(buyer):
    tea = product("Tea", price_minor=990, stock=10)
    (one,) = skus(tea)
    assert buyer.add(one.pk, 2).status_code == 200
    Sku.objects.filter(pk=one.pk).update(price_minor=1_000)
    assert buyer.get("/cart").json() == {
        "lines": [
            {
                "sku_id": str(one.pk), "product_id": str(tea.pk), "title": "Tea", "label": "",
                "image_url": None, "price_minor": 1_000, "quantity": 2, "amount_minor": 2_000,
                "available": 10, "selected": True,
            }
        ],
        "invalid": [], "currency": "CNY", "selected_count": 2, "goods_minor": 2_000,
    }  # fmt: skip


def test_adding_again_adds_up(buyer):
    tea = sku()
    buyer.add(tea, 2)
    (line,) = buyer.add(tea, 3).json()["lines"]
    assert line["quantity"] == 5


def test_wechat_changes_and_removes_lines_within_a_post(buyer):
    tea, cup = sku("Tea"), sku("Cup")
    buyer.add(tea)
    buyer.add(cup)
    override = "X-HTTP-Method-Override"
    changed = buyer.post(f"/cart/lines/{tea}", {"quantity": 7}, **{override: "PATCH"}).json()
    assert [line["quantity"] for line in changed["lines"]] == [1, 7]
    left = buyer.post("/cart/lines", {"sku_ids": [str(tea)]}, **{override: "DELETE"}).json()
    assert [line["sku_id"] for line in left["lines"]] == [str(cup)]
    assert buyer.post(f"/cart/lines/{cup}", {"quantity": 2}, **{override: "GET"}).status_code == 405


def test_adding_ticks_a_line_again(buyer):
    tea = sku()
    buyer.add(tea)
    assert buyer.patch(f"/cart/lines/{tea}", {"selected": False}).json()["goods_minor"] == 0
    assert buyer.add(tea).json()["lines"][0]["selected"] is True


def test_the_newest_line_stands_first_and_totals_count_ticked_lines_only(buyer):
    tea, cup = sku("Tea", price_minor=100), sku("Cup", price_minor=7)
    buyer.add(tea, 2)
    buyer.add(cup, 3)
    cart = buyer.patch(f"/cart/lines/{tea}", {"selected": False}).json()
    assert [line["title"] for line in cart["lines"]] == ["Cup", "Tea"]
    assert (cart["selected_count"], cart["goods_minor"]) == (3, 21)


def test_a_quantity_is_set_and_the_tick_stays(buyer):
    tea = sku()
    buyer.add(tea, 2)
    (line,) = buyer.patch(f"/cart/lines/{tea}", {"quantity": 7}).json()["lines"]
    assert (line["quantity"], line["selected"]) == (7, True)


def test_what_is_not_in_the_cart_cannot_be_changed(buyer):
    tea = sku()
    refused(buyer.patch(f"/cart/lines/{tea}", {"quantity": 7}), 404, "not_in_cart")
    refused(buyer.patch(f"/cart/lines/{tea}", {}), 404, "not_in_cart")
    assert not CartLine.objects.exists()


@pytest.mark.parametrize("quantity", [0, -1, 1000, "2; --", 1.5, None])
def test_a_quantity_is_from_1_to_999(buyer, quantity):
    answer = buyer.post("/cart/lines", {"sku_id": str(sku()), "quantity": quantity})
    refused(answer, 422, "input_invalid")
    assert not CartLine.objects.exists()


def test_a_line_holds_999_and_not_more(buyer):
    tea = sku(stock=2000)
    assert buyer.add(tea, 999).status_code == 200
    refused(buyer.add(tea, 1), 409, "too_many_of_one_item")
    assert buyer.get("/cart").json()["lines"][0]["quantity"] == 999


def test_a_cart_holds_100_lines_and_a_full_one_still_takes_more_of_the_same(buyer):
    (first, *rest) = skus(product(choices={"Size": [str(n) for n in range(101)]}))
    CartLine.objects.bulk_create(
        CartLine(member=buyer.member, sku=one, quantity=1) for one in [first, *rest[:99]]
    )
    refused(buyer.add(rest[99].pk), 409, "cart_is_full")
    assert buyer.add(first.pk).status_code == 200
    assert CartLine.objects.count() == 100
    assert CartLine.objects.get(sku=first).quantity == 2


def test_what_is_not_for_sale_cannot_be_added(buyer):
    hidden, retired = product("Hidden"), sku("Retired")
    Product.objects.filter(pk=hidden.pk).update(state="hidden")
    Sku.objects.filter(pk=retired).update(state="retired")
    for sku_id in (skus(hidden)[0].pk, retired, uuid4()):
        refused(buyer.add(sku_id), 409, "sku_not_for_sale")
    assert not CartLine.objects.exists()


def test_lines_that_cannot_be_bought_stand_apart_with_the_reason(buyer):
    hidden, retired, gone, short = (sku(t) for t in ("Hidden", "Retired", "Gone", "Short"))
    for sku_id in (hidden, retired, gone, short):
        buyer.add(sku_id, 3)
    Product.objects.filter(skus=hidden).update(state="hidden")
    Sku.objects.filter(pk=retired).update(state="retired")
    inventory.adjust(sku_id=gone, on_hand=0, reason="broken", by="test")
    inventory.adjust(sku_id=short, on_hand=2, reason="broken", by="test")
    cart = buyer.get("/cart").json()
    assert (cart["lines"], cart["goods_minor"]) == ([], 0)
    assert [(x["title"], x["reason"], x["available"]) for x in cart["invalid"][:2]] == [
        ("Short", "short_stock", 2), ("Gone", "sold_out", 0),
    ]  # fmt: skip
    assert [x["reason"] for x in cart["invalid"][2:]] == ["not_for_sale", "not_for_sale"]


def test_lines_are_taken_out_and_strangers_ids_are_no_matter(buyer):
    tea, cup = sku("Tea"), sku("Cup")
    buyer.add(tea)
    buyer.add(cup)
    cart = buyer.delete("/cart/lines", {"sku_ids": [str(tea), str(uuid4())]}).json()
    assert [line["title"] for line in cart["lines"]] == ["Cup"]


def test_lines_are_ticked_together(shop, buyer):
    tea, cup = sku("Tea", price_minor=100), sku("Cup", price_minor=7)
    stranger = Buyer(shop, "wx00000000000000aa", "openid-2")
    for each in (buyer, stranger):
        each.add(tea)
        each.add(cup)
    assert buyer.patch("/cart/lines", {"selected": False}).json()["goods_minor"] == 0
    some = {"selected": True, "sku_ids": [str(tea), str(uuid4())]}
    assert buyer.patch("/cart/lines", some).json()["goods_minor"] == 100
    assert buyer.patch("/cart/lines", {"selected": True}).json()["goods_minor"] == 107
    assert stranger.get("/cart").json()["goods_minor"] == 107
    refused(buyer.patch("/cart/lines", {"sku_ids": [str(tea)]}), 422, "input_invalid")


def test_another_option_of_the_same_product_takes_the_quantity_along(buyer):
    small, large = skus(product(choices={"Size": ["S", "L"]}))
    buyer.add(small.pk, 4)
    answer = buyer.post(f"/cart/lines/{small.pk}/replace", {"sku_id": str(large.pk)})
    (line,) = answer.json()["lines"]
    assert (line["sku_id"], line["quantity"]) == (str(large.pk), 4)


def test_another_option_that_is_in_the_cart_already_adds_up(buyer):
    small, large = skus(product(choices={"Size": ["S", "L"]}))
    buyer.add(small.pk, 4)
    buyer.add(large.pk, 1)
    answer = buyer.post(f"/cart/lines/{small.pk}/replace", {"sku_id": str(large.pk)})
    assert [x["quantity"] for x in answer.json()["lines"]] == [5]


def test_a_refused_replacement_leaves_the_line(buyer):
    small, large = skus(product(choices={"Size": ["S", "L"]}))
    cup = sku("Cup")
    buyer.add(small.pk, 4)
    path = f"/cart/lines/{small.pk}/replace"
    refused(buyer.post(path, {"sku_id": str(cup)}), 422, "not_same_product")
    Sku.objects.filter(pk=large.pk).update(state="retired")
    refused(buyer.post(path, {"sku_id": str(large.pk)}), 409, "sku_not_for_sale")
    refused(buyer.post(f"/cart/lines/{cup}/replace", {"sku_id": str(cup)}), 404, "not_in_cart")
    assert list(CartLine.objects.values_list("sku_id", "quantity")) == [(small.pk, 4)]


def test_each_buyer_sees_their_own_cart(shop, buyer):
    buyer.add(sku())
    other = Buyer(shop, "wx00000000000000aa", "openid-2")
    assert other.get("/cart").json()["lines"] == []


def test_another_shop_knows_neither_the_token_nor_the_goods(buyer, shop, other_shop):
    tea = sku()
    with context.activate(other_shop):
        stranger = Buyer(other_shop, "wx00000000000000aa")
        refused(stranger.add(tea), 409, "sku_not_for_sale")
    buyer._base = f"/s/{other_shop.public_id}/v1"
    refused(buyer.get("/cart"), 401, "sign_in_needed")


@pytest.mark.parametrize("extra", [{"price_minor": 1}, {"member": 1}])
def test_unknown_fields_are_refused(buyer, extra):
    answer = buyer.post("/cart/lines", {"sku_id": str(sku()), "quantity": 1, **extra})
    refused(answer, 422, "input_invalid")


def statements(call):
    with CaptureQueriesContext(connection) as seen:
        assert call().status_code == 200
    return len(seen)


def test_a_cart_of_30_lines_costs_as_many_statements_as_one_of_1(buyer):
    (first, *rest) = skus(product(choices={"Size": [str(n) for n in range(30)]}))
    buyer.add(first.pk)
    alone = statements(lambda: buyer.get("/cart"))
    for one in rest:
        buyer.add(one.pk)
    assert statements(lambda: buyer.get("/cart")) == alone == 2


def test_adding_costs_two_statements(buyer):
    tea = sku()
    buyer.add(tea)
    assert statements(lambda: buyer.add(tea)) == 2
