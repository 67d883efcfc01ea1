"""Search: every word of two or more characters is found wherever it stands, and nothing else is."""

import random

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop.catalog import actions, queries, searching
from shop.catalog.states import ProductState
from shop.catalog.wanted import WantedProduct, WantedSku
from tests.shop.catalogue import product

pytestmark = pytest.mark.django_db


@pytest.fixture
def search(shop):
    def titles(q: str) -> list[str]:
        answer = Client().get(f"/s/{shop.public_id}/v1/search", {"q": q, "limit": 100})
        assert answer.status_code == 200, answer.content
        return [item["title"] for item in answer.json()["items"]]

    return titles


TITLES = [
    "双板滑雪板 Atomic 2026",
    "手机壳 iPhone 15 Pro",
    "发票12号夹",
    "100% 纯棉 T恤",
    "under_score\\back",
    "O'Neill “Hoodie”",
    "Ｆｕｌｌ　Ｗｉｄｔｈ Straße",
    "茶 & 咖啡 | (深焙)",
]


def test_every_substring_of_two_or_more_characters_is_found(shop, search):
    for title in TITLES:
        product(title)
    chosen = random.Random(7)
    for title in TITLES:
        text = searching.normalise(title)
        for _ in range(40):
            start = chosen.randrange(len(text) - 1)
            part = text[start : chosen.randrange(start + 2, len(text) + 1)]
            if len(part.strip()) >= 2:
                assert title in search(part), part


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    title=st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), min_size=2, max_size=30
    ).filter(lambda t: len(searching.normalise(t)) >= 2),
    data=st.data(),
)
def test_recall_is_whole_for_any_title(shop, title, data):
    text = searching.normalise(title)
    start = data.draw(st.integers(0, len(text) - 2))
    part = text[start : data.draw(st.integers(start + 2, len(text)))]
    made = product(title[:30], stock=None)
    body = queries.found(
        q=part, sieve=queries.Sieve(), sort="newest", cursor=None, limit=100
    ).decode()
    asked = searching.ask(part)
    assert not asked.patterns or str(made.pk) in body
    made.skus.all().delete()
    made.delete()


def test_words_may_stand_in_any_order_and_in_any_field(shop, search):
    product("Green Tea", vendor="龙井茶厂", tags=("spring", "有机"), product_type="茶叶")
    product("Green Cup")
    assert search("tea GREEN") == ["Green Tea"]
    assert search("green 龙井") == ["Green Tea"]
    assert search("有机") == search("茶叶") == search("spring") == ["Green Tea"]
    assert search("green") == ["Green Cup", "Green Tea"]
    assert search("green coffee") == []
    assert search("tea龙井") == []  # no match runs from one field into the next


def test_bigrams_alone_do_not_decide(shop, search):
    product("abxbc")
    assert search("abc") == []


def test_signs_of_like_and_quotes_are_just_signs(shop, search):
    for title in ("100% cotton", "100 cotton", "a_b", "axb", "c\\d", "O'Neill", "drop;--"):
        product(title)
    assert search("0%") == ["100% cotton"]
    assert search("a_b") == ["a_b"]
    assert search("c\\d") == ["c\\d"]
    assert search("O'N") == search("o'neill") == ["O'Neill"]
    assert search("%%") == []
    assert search("'; DROP TABLE x; --") == []
    assert search("%") == ["100% cotton"]
    assert search("\\") == ["c\\d"]
    assert search("'") == ["O'Neill"]


def test_width_and_case_do_not_count(shop, search):
    product("ＡＢＣ Straße")
    assert search("abc") == search("ＡＢＣ") == search("STRASSE") == ["ＡＢＣ Straße"]


def test_one_character_is_found_too(shop, search):
    product("红茶")
    product("咖啡")
    assert search("茶") == ["红茶"]
    assert search("茶 红") == ["红茶"]


def test_a_sku_code_finds_its_product_until_it_is_retired(shop, search):
    made = actions.create(
        wanted=WantedProduct(
            code="", title="Mug", skus=(WantedSku(code="MG-0042", price_minor=1),),
            state=ProductState.ON_SALE,
        )
    )  # fmt: skip
    assert search("mg-0042") == ["Mug"]
    renamed = {"skus": (WantedSku(code="N", price_minor=1),)}
    actions.edit(product=made, version=1, changes=renamed, by="test")
    assert search("mg-0042") == []


def test_hidden_products_are_never_found(shop, search):
    hidden = product("Secret")
    product("Secret draft", state=ProductState.DRAFT)
    assert search("Secret") == ["Secret"]
    actions.hide(product=hidden, by="test")
    assert search("Secret") == []
    assert search("s") == []


def test_blanks_alone_find_nothing(shop, search):
    product("Tea")
    assert search("  ") == []
    answer = Client().get(f"/s/{shop.public_id}/v1/search")
    assert answer.status_code == 422
    long = Client().get(f"/s/{shop.public_id}/v1/search", {"q": "x" * 65})
    assert long.status_code == 422


def test_search_pages_follow_each_other(shop):
    for i in range(5):
        product(f"Tea {i}")
    base = f"/s/{shop.public_id}/v1/search"
    first = Client().get(base, {"q": "tea", "limit": 3}).json()
    second = Client().get(base, {"q": "tea", "limit": 3, "cursor": first["next"]}).json()
    titles = [item["title"] for page in (first, second) for item in page["items"]]
    assert titles == ["Tea 4", "Tea 3", "Tea 2", "Tea 1", "Tea 0"]
    assert second["next"] is None


def test_the_index_is_used_where_it_must_be(shop):
    from django.db import connection

    asked = searching.ask("滑雪板")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT 1 FROM catalog_product p WHERE p.search @@ %s::tsquery",
            [asked.bigrams],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "product_search" in plan
