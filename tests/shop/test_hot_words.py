"""What the search page offers: the owner's words, else what sells best."""

from typing import Any

import pytest
from django.test import Client

from shop.catalog import actions as catalog
from shop.catalog.models import Sku
from shop.home.models import Front
from shop.home.queries import HOT_WORDS_SHOWN
from tenants import context
from tests.shop.buying import Buyer
from tests.shop.catalogue import product, skus

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shops_are_known(settings):
    """Whose shop it is is asked once: counts of queries must not depend on the machine's speed."""
    settings.TENANT_CACHE_SECONDS = 600


@pytest.fixture
def words(shop):
    def get(**headers: str) -> Any:
        return Client(headers=headers).get(f"/s/{shop.public_id}/v1/search/hot-words")

    return get


@pytest.fixture
def office(shop, owner):
    client = Client()
    with context.public():
        client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")

    def send(wanted: list[str], version: int = 1) -> Any:
        return client.patch(
            f"/b/{shop.public_id}/v1/home",
            {"hot_words": wanted},
            content_type="application/json",
            headers={"If-Match": f'"{version}"'},
        )

    return send


@pytest.fixture
def buyer(shop):
    return Buyer(shop, "wx00000000000000aa")


def given_away(title: str, buyer: Buyer, quantity: int) -> Any:
    """Sell what costs nothing: such an order is paid at once."""
    made = product(title, stock=quantity)
    Sku.objects.filter(product=made).update(price_minor=0)
    buyer.order({skus(made)[0].pk: quantity})
    return made


def test_a_shop_that_sold_nothing_offers_nothing(shop, words):
    product("Tea")
    assert words().json() == {"items": []}


def test_what_sells_best_is_offered_first_and_only_while_it_is_on_sale(buyer, words):
    given_away("Cup", buyer, 1)
    given_away("Tea", buyer, 3)
    gone = given_away("Pot", buyer, 9)
    catalog.hide(product=gone, by="test")
    unpaid = product("Kettle", price_minor=990, stock=5)
    buyer.order({skus(unpaid)[0].pk: 5})
    assert words().json() == {"items": ["Tea", "Cup"]}


def test_words_are_few_short_and_each_once(buyer, words):
    for number in range(HOT_WORDS_SHOWN + 2):
        given_away(f"{number} " + "长" * 100, buyer, number + 1)
    given_away("Tea", buyer, 20)
    given_away("Tea", buyer, 30)
    items = words().json()["items"]
    assert items[0] == "Tea"
    assert len(items) == len(set(items)) == HOT_WORDS_SHOWN
    assert max(len(word) for word in items) == 64


def test_the_owners_words_take_the_place_of_all_others(buyer, words, office):
    given_away("Tea", buyer, 3)
    answer = office(["春茶", " 礼盒 ", "春茶"])
    assert (answer.status_code, answer.json()["hot_words"]) == (200, ["春茶", "礼盒"])
    assert words().json() == {"items": ["春茶", "礼盒"]}
    assert office([], version=2).status_code == 200
    assert words().json() == {"items": ["Tea"]}


@pytest.mark.parametrize("wanted", [[""], ["x" * 21], ["a\nb"], ["w"] * 11, None])
def test_words_that_do_not_fit_change_nothing(shop, office, wanted):
    answer = office(wanted)
    assert (answer.status_code, answer.json()["code"]) == (422, "input_invalid")
    assert not Front.objects.exists()


def test_it_is_one_statement_and_not_sent_twice(buyer, words, django_assert_num_queries):
    given_away("Tea", buyer, 1)
    words()
    with django_assert_num_queries(1):
        told = words()
    assert words(**{"If-None-Match": told.headers["ETag"]}).status_code == 304
