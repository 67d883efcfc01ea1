"""The catalogue: what buyers see, and how staff change it."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from kernel.identifiers import uuid7
from shop.catalog import actions, differences, queries
from shop.catalog.models import Category, Product, ProductImage, Sku, Spec, SpecValue
from shop.catalog.schemas import (
    CategoryTree,
    ProductOut,
    ProductPage,
    StaffProductOut,
    StaffProductPage,
)
from shop.catalog.states import ProductState
from shop.catalog.wanted import WantedImage, WantedProduct, WantedSku
from shop.inventory import actions as inventory
from shop.media.models import Image
from tenants import context
from tenants.models import Account, Membership
from tests.shop.catalogue import product, skus

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shops_are_known(settings):
    """Whose shop it is is asked once: counts of queries must not depend on the machine's speed."""
    settings.TENANT_CACHE_SECONDS = 600


def picture(word: str = "p", state: str = "stored") -> Image:
    keys = {f"{size}_key": f"t/{word}/{size}.webp" for size in ("small", "medium", "large")}
    return Image.objects.create(state=state, **(keys if state == "stored" else {}))


@pytest.fixture
def store(shop):
    def get(path: str, **headers: str) -> Any:
        return Client(headers=headers).get(f"/s/{shop.public_id}/v1{path}")

    return get


@pytest.fixture
def office(shop, owner):
    client = Client()
    with context.public():
        client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")

    def call(method: str, path: str, body: Any = None, **headers: str) -> Any:
        more = {} if body is None else {"data": body, "content_type": "application/json"}
        path = f"/b/{shop.public_id}/v1{path}"
        return getattr(client, method)(path, headers=headers, **more)

    return call


# --- what buyers see -----------------------------------------------------------------------------


def test_the_list_shows_what_is_on_sale_newest_first(shop, store):
    old = product("Old", price_minor=500)
    product("Draft", state=ProductState.DRAFT)
    hidden = product("Hidden")
    actions.hide(product=hidden, by="test")
    new = product("New", choices={"Size": ["S", "L"]}, stock=0)
    page = ProductPage.model_validate_json(store("/products").content, strict=True)
    assert [item.id for item in page.items] == [new.pk, old.pk]
    assert page.next is None
    assert page.items[1].model_dump() == {
        "id": old.pk,
        "title": "Old",
        "subtitle": "",
        "price_minor": 500,
        "max_price_minor": 500,
        "compare_price_minor": None,
        "currency": "CNY",
        "image_url": None,
        "is_available": True,
    }
    assert page.items[0].is_available is False


@pytest.mark.parametrize(
    ("prices", "shown"),
    [
        ([(500, 800)], 800),
        ([(500, None)], None),
        ([(500, 500)], None),
        ([(500, 400)], None),
        ([(500, 700), (900, 2_000)], 700),
        ([(500, 700), (500, 600)], 600),
        ([(500, 700), (500, None)], None),
    ],
)
def test_a_card_compares_its_lowest_price_and_claims_no_more_than_is_so(shop, store, prices, shown):
    names = [str(number) for number in range(len(prices))]
    made = product("Tea", choices={"Size": names})
    for row, (price, compared) in zip(skus(made), prices, strict=True):
        Sku.objects.filter(pk=row.pk).update(price_minor=price, compare_price_minor=compared)
    Product.objects.filter(pk=made.pk).update(min_price_minor=500)
    assert store("/products").json()["items"][0]["compare_price_minor"] == shown


def test_an_empty_shop_has_empty_lists(shop, store):
    assert store("/products").json() == {"items": [], "next": None}
    assert store("/categories").json() == {"items": []}
    assert store("/search?q=x").json() == {"items": [], "next": None}


@pytest.mark.parametrize("sort", ["newest", "price_asc", "price_desc"])
def test_pages_follow_each_other_without_gaps_or_repeats(shop, store, sort):
    made = [product(f"P{i}", price_minor=100 * (i % 3 + 1)) for i in range(7)]
    seen: list[str] = []
    cursor = ""
    for expected in (3, 3, 1):
        page = store(f"/products?sort={sort}&limit=3{cursor}").json()
        assert len(page["items"]) == expected
        seen += [item["id"] for item in page["items"]]
        cursor = f"&cursor={page['next']}"
    assert page["next"] is None
    key = {
        "newest": lambda p: (0, p.pk.int),
        "price_asc": lambda p: (p.min_price_minor, p.pk.int),
        "price_desc": lambda p: (p.min_price_minor, p.pk.int),
    }[sort]
    wanted = sorted(made, key=key, reverse=sort != "price_asc")
    assert seen == [str(p.pk) for p in wanted]


def test_a_list_keeps_what_fits_and_goes_on_from_there(shop, store):
    shelf = actions.add_category(name="Tea")
    for i in range(6):
        product(f"Tea {i}", price_minor=100 * i + 1, stock=i % 3, category_id=shelf.pk)
    product("Tea elsewhere", price_minor=300)

    def titles(path: str) -> list[str]:
        first = store(f"{path}&limit=1").json()
        rest = store(f"{path}&limit=9&cursor={first['next']}").json() if first["next"] else None
        return [item["title"] for page in (first, rest) if page for item in page["items"]]

    within = f"category={shelf.pk}&min_price_minor=100&max_price_minor=401"
    for list_of in ("/products?", "/search?q=tea&"):
        assert titles(list_of + within) == ["Tea 4", "Tea 3", "Tea 2", "Tea 1"]
        kept = f"{list_of}{within}&in_stock=true"
        assert titles(kept) == ["Tea 4", "Tea 2", "Tea 1"]
        assert titles(f"{kept}&sort=price_asc") == ["Tea 1", "Tea 2", "Tea 4"]
        assert titles(f"{kept}&sort=price_desc") == ["Tea 4", "Tea 2", "Tea 1"]
        assert titles(f"{list_of}min_price_minor=502") == []
        assert store(f"{list_of}min_price_minor=-1").status_code == 422


@pytest.mark.parametrize("path", ["/products?", "/search?q=tea&"])
def test_a_narrowed_list_is_one_statement(shop, store, django_assert_num_queries, path):
    asked = f"{path}min_price_minor=1&max_price_minor=999&in_stock=true&sort=price_asc"
    product("Tea")
    store(asked)
    with django_assert_num_queries(1):
        assert len(store(asked).json()["items"]) == 1


def test_a_cursor_survives_inserts_and_deletes(shop, store):
    for i in range(4):
        product(f"P{i}")
    first = store("/products?limit=2").json()
    product("Newer")
    actions.hide(product=Product.objects.get(pk=first["items"][1]["id"]), by="test")
    second = store(f"/products?limit=2&cursor={first['next']}").json()
    assert [item["title"] for item in second["items"]] == ["P1", "P0"]


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJuZXdlc3QiXQ", "WyJuZXdlc3QiLCAiYSJd", "%00",
                                    "WyJwcmljZV9hc2MiLCAxZTk5OSwgIngiXQ"])  # fmt: skip
def test_a_foreign_cursor_is_refused(shop, store, cursor):
    answer = store(f"/products?cursor={cursor}")
    assert (answer.status_code, answer.json()["code"]) == (422, "cursor_invalid")


def test_a_cursor_of_another_sort_is_refused(shop, store):
    for i in range(2):
        product(f"P{i}")
    cursor = store("/products?limit=1").json()["next"]
    assert store(f"/products?sort=price_asc&cursor={cursor}").status_code == 422
    assert store(f"/search?q=P&cursor={cursor}").status_code == 422


def test_limits_are_limits(shop, store):
    for limit in (0, 101):
        assert store(f"/products?limit={limit}").status_code == 422
    assert store("/products?sort=random").status_code == 422


def test_categories_are_a_tree_with_counts(shop, store):
    clothes = actions.add_category(name="衣服", position=2)
    shirts = actions.add_category(name="衬衫", parent_id=clothes.pk)
    tea = actions.add_category(name="茶", position=1)
    actions.add_category(name="秘密", is_visible=False)
    product("Shirt", category_id=shirts.pk)
    product("Coat", category_id=clothes.pk)
    product("Draft", category_id=clothes.pk, state=ProductState.DRAFT)
    answer = store("/categories")
    CategoryTree.model_validate_json(answer.content, strict=True)
    assert answer.json()["items"] == [
        {"id": str(tea.pk), "name": "茶", "product_count": 0, "children": []},
        {
            "id": str(clothes.pk),
            "name": "衣服",
            "product_count": 2,
            "children": [
                {"id": str(shirts.pk), "name": "衬衫", "product_count": 1, "children": []}
            ],
        },
    ]
    titles = [p["title"] for p in store(f"/products?category={clothes.pk}").json()["items"]]
    assert titles == ["Coat", "Shirt"]
    assert len(store(f"/products?category={shirts.pk}").json()["items"]) == 1
    assert store(f"/products?category={uuid7()}").json()["items"] == []
    actions.edit_category(category=clothes, is_visible=False)
    for category in (clothes, shirts):
        assert store(f"/products?category={category.pk}").json()["items"] == []


def test_the_detail_is_a_matrix_of_what_exists_and_what_is_left(shop, store):
    image, of_red = picture("a"), picture("b")
    made = actions.create(
        wanted=WantedProduct(
            code="shirt",
            title="衬衫",
            description_html="<p onclick=x>Soft<script>alert(1)</script></p>",
            state=ProductState.ON_SALE,
            spec_names=("Colour", "Size"),
            skus=(
                WantedSku(("Red", "L"), price_minor=900, compare_price_minor=1200),
                WantedSku(("Red", "S"), price_minor=800),
                WantedSku(("Blue", "S"), price_minor=850, code="B-S", weight_grams=200),
            ),
            images=(WantedImage(image.pk, "front"), WantedImage(of_red.pk, "", ("Red", "L"))),
        )
    )
    red_l, red_s, blue_s = skus(made)
    inventory.adjust(sku_id=red_s.pk, on_hand=5, reason="x", by="x")
    answer = store(f"/products/{made.pk}")
    body = ProductOut.model_validate_json(answer.content, strict=True)
    assert body.description_html == "<p>Soft</p>"
    assert (body.price_minor, body.max_price_minor) == (800, 900)
    assert [(s.name, [v.value for v in s.values]) for s in body.specs] == [
        ("Colour", ["Red", "Blue"]),
        ("Size", ["L", "S"]),
    ]
    value = {v.value: v.id for s in body.specs for v in s.values}
    assert [(s.id, set(s.value_ids), s.price_minor, s.available) for s in body.skus] == [
        (red_l.pk, {value["Red"], value["L"]}, 900, 0),
        (red_s.pk, {value["Red"], value["S"]}, 800, 5),
        (blue_s.pk, {value["Blue"], value["S"]}, 850, 0),
    ]
    assert [s.label for s in body.skus] == ["Red / L", "Red / S", "Blue / S"]
    assert [(i.url, i.alt, i.sku_id) for i in body.images] == [
        ("/media/t/a/large.webp", "front", None),
        ("/media/t/b/large.webp", "", red_l.pk),
    ]
    assert store("/products").json()["items"][0]["image_url"] == "/media/t/a/medium.webp"


def test_only_stored_pictures_are_shown(shop, store):
    waiting = picture(state="pending")
    made = product(images=(WantedImage(waiting.pk),))
    assert store(f"/products/{made.pk}").json()["images"] == []
    assert store("/products").json()["items"][0]["image_url"] is None


def test_what_is_not_on_sale_is_not_found(shop, store):
    made = product()
    actions.hide(product=made, by="test")
    for id_ in (made.pk, uuid7()):
        answer = store(f"/products/{id_}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_the_same_answer_is_not_sent_twice(shop, store):
    made = product()
    for path in ("/products", f"/products/{made.pk}", "/categories", "/search?q=Tea"):
        first = store(path)
        etag = first.headers["ETag"]
        assert etag.startswith('"')
        again = store(path, **{"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == etag
        assert store(path, **{"If-None-Match": '"other"'}).status_code == 200


def test_reads_are_one_statement_whatever_their_size(shop, store, django_assert_num_queries):
    made = product(choices={"Size": ["S"]})
    paths = ("/products", f"/products/{made.pk}", "/categories", "/search?q=Tea")
    store("/products")  # asks whose shop it is
    for path in paths:
        with django_assert_num_queries(1):
            assert store(path).status_code == 200
    for i in range(29):
        product(f"Tea {i}", choices={"Size": ["S", "M"]})
        actions.add_category(name=f"C{i}")
    for path in paths:
        with django_assert_num_queries(1):
            assert store(path).status_code == 200
    assert len(store("/products?limit=30").json()["items"]) == 30


def test_nothing_of_another_shop_is_seen(shop, other_shop, store):
    with context.activate(other_shop):
        theirs = product("Theirs")
    assert store("/products").json()["items"] == []
    assert store(f"/products/{theirs.pk}").status_code == 404
    assert queries.skus_for_sale([uuid7()]) == {}


def test_skus_for_sale_says_all_that_an_order_must_know(shop, django_assert_num_queries):
    image = picture("a")
    made = product("Tee", choices={"Size": ["S", "L"]}, images=(WantedImage(image.pk),))
    small, large = skus(made)
    plain = skus(product("Mug", stock=None))[0]
    with django_assert_num_queries(1):
        known = queries.skus_for_sale([small.pk, large.pk, plain.pk, uuid7()])
    assert set(known) == {small.pk, large.pk, plain.pk}
    assert known[small.pk] == queries.SkuForSale(
        sku_id=small.pk, product_id=made.pk, code="", title="Tee", label="S", price_minor=990,
        image_url="/media/t/a/small.webp", weight_grams=0, available=10, on_sale=True,
    )  # fmt: skip
    assert (known[plain.pk].label, known[plain.pk].available) == ("", 0)
    actions.hide(product=made, by="test")
    assert queries.skus_for_sale([small.pk])[small.pk].on_sale is False


# --- how staff change it -------------------------------------------------------------------------

SHIRT = {
    "title": "Shirt",
    "spec_names": ["Size"],
    "skus": [{"values": ["S"], "price_minor": 500}, {"values": ["L"], "price_minor": 600}],
}


def test_a_product_is_created_published_changed_and_hidden(shop, office, store):
    made = office("post", "/products", SHIRT)
    assert made.status_code == 201
    body = StaffProductOut.model_validate_json(made.content)
    assert (body.code, body.state, body.version) == ("shirt", "draft", 1)
    path = f"/products/{body.id}"
    assert store(path).status_code == 404
    published = office("post", f"{path}/publish").json()
    assert (published["state"], published["version"]) == ("on_sale", 2)
    assert office("post", f"{path}/publish").json()["version"] == 2
    assert store(path).status_code == 200
    changed = office("patch", path, {"title": "Shirt!"}, **{"If-Match": '"2"'})
    assert (changed.json()["title"], changed.json()["version"]) == ("Shirt!", 3)
    assert [s["id"] for s in changed.json()["skus"]] == [str(s.id) for s in body.skus]
    assert office("post", f"{path}/hide").json()["state"] == "hidden"
    assert store(path).status_code == 404


def test_a_stale_edit_is_refused_and_changes_nothing(shop, office):
    path = f"/products/{product('Tea').pk}"
    assert office("patch", path, {"title": "B"}, **{"If-Match": "1"}).status_code == 200
    stale = office("patch", path, {"title": "C"}, **{"If-Match": "1"})
    assert (stale.status_code, stale.json()["code"]) == (412, "changed_meanwhile")
    assert stale.json()["facts"] == {"version": 2}
    assert office("patch", path, {"title": "C"}).status_code == 428
    assert Product.objects.get().title == "B"


def test_prices_change_by_sku_and_the_card_with_them(shop, office, store):
    made = product("Tea", choices={"Size": ["S", "L"]}, price_minor=500)
    small, large = skus(made)
    path = f"/products/{made.pk}"
    change = {"prices": [{"sku_id": str(large.pk), "price_minor": 900}]}
    answer = office("patch", f"{path}/prices", change, **{"If-Match": "1"})
    assert answer.status_code == 200, answer.content
    told = StaffProductOut.model_validate_json(answer.content)
    assert [(s.id, s.price_minor) for s in told.skus] == [(small.pk, 500), (large.pk, 900)]
    assert (told.price_minor, told.max_price_minor, told.version) == (500, 900, 2)
    assert [s["price_minor"] for s in store(path).json()["skus"]] == [500, 900]
    [card] = store("/products").json()["items"]
    assert (card["price_minor"], card["max_price_minor"]) == (500, 900)


def test_a_price_that_cannot_be_is_refused_and_changes_nothing(shop, office):
    made, other = product("Tea", price_minor=500), product("Other")
    [one], [foreign] = skus(made), skus(other)
    path = f"/products/{made.pk}/prices"

    def ask(sku, price, version="1"):
        prices = [{"sku_id": str(sku.pk), "price_minor": price}]
        answer = office("patch", path, {"prices": prices}, **{"If-Match": version})
        return answer.status_code, answer.json()["code"]

    assert ask(one, 0) == (409, "product_has_no_price")
    assert ask(foreign, 5) == (422, "sku_not_of_product")
    assert ask(one, 5, "2") == (412, "changed_meanwhile")
    assert ask(one, -1) == (422, "input_invalid")
    assert office("patch", path, {"prices": []}, **{"If-Match": "1"}).status_code == 422
    made.refresh_from_db()
    assert (made.min_price_minor, made.version) == (500, 1)
    assert skus(made)[0].price_minor == 500


@pytest.mark.parametrize(
    "change", [{"title": None}, {"skus": [{"price_minor": 1}]}, {"spec_names": []}, {"code": "x"}]
)
def test_an_edit_that_does_not_fit_is_refused(shop, office, change):
    path = f"/products/{product('Tea').pk}"
    answer = office("patch", path, change, **{"If-Match": "1"})
    assert (answer.status_code, answer.json()["code"]) == (422, "input_invalid")
    assert Product.objects.get().version == 1


def test_an_edit_can_take_the_category_away_and_change_skus(shop, office):
    made = product("Tea", category_id=actions.add_category(name="茶").pk)
    change = {"category_id": None, "spec_names": [], "skus": [{"price_minor": 5}]}
    answer = office("patch", f"/products/{made.pk}", change, **{"If-Match": "1"})
    assert (answer.json()["category_id"], answer.json()["price_minor"]) == (None, 5)
    assert [s["id"] for s in answer.json()["skus"]] == [str(s.pk) for s in skus(made)]


def test_an_edit_that_changes_nothing_keeps_the_version(shop, office):
    path = f"/products/{product('Tea', choices={'Size': ['S', 'L']}).pk}"
    answer = office("patch", path, {"title": "Tea"}, **{"If-Match": "1"})
    assert answer.json()["version"] == 1


def test_skus_left_out_are_retired_and_come_back_as_themselves(shop):
    made = product("Shirt", choices={"Size": ["S", "L"]})
    small, large = skus(made)
    less = {"spec_names": ("Size",), "skus": (WantedSku(("S",), price_minor=700),)}
    made = actions.edit(product=made, version=1, changes=less, by="test")
    assert (made.min_price_minor, made.max_price_minor) == (700, 700)
    assert [s.pk for s in skus(made)] == [small.pk]
    large.refresh_from_db()
    assert (large.state, large.label, large.spec_value_ids) == ("retired", "L", [])
    assert queries.skus_for_sale([large.pk])[large.pk].on_sale is False
    assert list(SpecValue.objects.values_list("value", flat=True)) == ["S"]
    more = {**less, "skus": (WantedSku(("L",), price_minor=1), WantedSku(("S",), price_minor=2))}
    actions.edit(product=made, version=2, changes=more, by="test")
    assert [s.pk for s in skus(made)] == [large.pk, small.pk]
    assert Sku.objects.count() == 2


def test_a_renamed_spec_keeps_its_values_and_skus(shop):
    made = product("Shirt", choices={"Size": ["S", "L"]})
    before = list(SpecValue.objects.order_by("position").values_list("pk", flat=True))
    ids = [s.pk for s in skus(made)]
    sold = tuple(WantedSku((v,), price_minor=990) for v in ("S", "L"))
    actions.edit(product=made, version=1, changes={"spec_names": ("尺码",), "skus": sold}, by="test")
    assert list(Spec.objects.values_list("name", flat=True)) == ["尺码"]
    assert list(SpecValue.objects.order_by("position").values_list("pk", flat=True)) == before
    assert [s.pk for s in skus(made)] == ids


def test_a_sku_whose_values_are_renamed_is_found_by_its_code(shop):
    made = actions.create(
        wanted=WantedProduct(
            code="", title="Shirt", spec_names=("Size",),
            skus=(WantedSku(("Small",), code="X-1", price_minor=1),),
        )
    )  # fmt: skip
    [before] = skus(made)
    renamed = (WantedSku(("S",), code="X-1", price_minor=1),)
    in_english = {"spec_names": ("Size",), "skus": renamed}
    actions.edit(product=made, version=1, changes=in_english, by="test")
    [after] = skus(made)
    assert (after.pk, after.label) == (before.pk, "S")


def test_specs_can_be_added_and_taken_away(shop):
    made = product("Mug")
    [plain] = skus(made)
    two = tuple(WantedSku((c,), price_minor=5) for c in ("Red", "Blue"))
    coloured = {"spec_names": ("Colour",), "skus": two}
    actions.edit(product=made, version=1, changes=coloured, by="test")
    assert [s.label for s in skus(made)] == ["Red", "Blue"]
    back = {"spec_names": (), "skus": (WantedSku(price_minor=9),)}
    actions.edit(product=made, version=2, changes=back, by="test")
    assert [s.pk for s in skus(made)] == [plain.pk]
    assert not Spec.objects.exists()
    assert not SpecValue.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"skus": [{"values": ["S"], "price_minor": 1}, {"values": ["S"], "price_minor": 2}]},
        {"skus": [{"values": [], "price_minor": 1}]},
        {"spec_names": ["Size", "Size"], "skus": [{"values": ["S", "L"], "price_minor": 1}]},
        {"images": [{"image_id": str(uuid7())}]},
        {"category_id": str(uuid7())},
        {"skus": []},
        {"skus": [{"values": ["S"], "price_minor": -1}]},
        {"skus": [{"values": ["S"], "price_minor": 1.5}]},
        {"title": " "},
        {"title": "x" * 256},
        {"description_html": "a\x00b"},
        {"surprise": 1},
    ],
)
def test_what_does_not_fit_is_refused_and_leaves_nothing(shop, office, change):
    answer = office("post", "/products", {**SHIRT, **change})
    assert answer.status_code == 422
    assert not Product.objects.exists()
    assert not Sku.objects.exists()


def test_two_products_never_share_a_code(shop, office):
    assert office("post", "/products", {**SHIRT, "code": "a"}).status_code == 201
    taken = office("post", "/products", {**SHIRT, "code": "a"})
    assert (taken.status_code, taken.json()["code"]) == (409, "product_code_taken")
    assert office("post", "/products", SHIRT).json()["code"] == "shirt"
    assert office("post", "/products", SHIRT).json()["code"] == "shirt-2"
    assert Product.objects.count() == 3


def test_what_is_free_is_not_put_on_sale(shop, office):
    free = product("Gift", price_minor=0, state=ProductState.DRAFT)
    answer = office("post", f"/products/{free.pk}/publish")
    assert (answer.status_code, answer.json()["code"]) == (409, "product_has_no_price")
    assert Product.objects.get().state == "draft"


def test_staff_find_products_by_state_and_words(shop, office):
    product("绿茶")
    product("红茶", state=ProductState.DRAFT)
    product("Coffee")
    page = StaffProductPage.model_validate_json(office("get", "/products").content)
    assert [p.title for p in page.items] == ["Coffee", "红茶", "绿茶"]
    assert page.items[2].available == 10
    assert [p["title"] for p in office("get", "/products?q=茶").json()["items"]] == ["红茶", "绿茶"]
    drafts = office("get", "/products?state=draft").json()["items"]
    assert [p["title"] for p in drafts] == ["红茶"]
    assert office("get", "/products?q=绿茶&state=draft").json()["items"] == []
    first = office("get", "/products?limit=2").json()
    rest = office("get", f"/products?limit=2&cursor={first['next']}").json()
    assert [p["title"] for p in rest["items"]] == ["绿茶"]


def test_staff_lists_cost_the_same_for_1_and_30_rows(shop, office, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as queries_:
            assert office("get", path).status_code == 200
        return len(queries_)

    paths = ("/products", "/categories", "/stock")
    product("One")
    actions.add_category(name="One")
    office("get", "/stock")  # asks whose shop it is
    before = [cost(path) for path in paths]
    for i in range(29):
        product(f"P{i}", choices={"Size": ["S"]})
        actions.add_category(name=f"C{i}")
    assert [cost(path) for path in paths] == before


def test_categories_are_kept_in_order(shop, office):
    top = office("post", "/categories", {"name": "衣服"}).json()
    sub = office("post", "/categories", {"name": "衬衫", "parent_id": top["id"]}).json()
    for body, code in (
        ({"name": "衣服"}, "category_name_taken"),
        ({"name": "x", "parent_id": sub["id"]}, "category_too_deep"),
        ({"name": "Tea > Green"}, "category_name_unfit"),
        ({"name": "x", "parent_id": str(uuid7())}, "category_unknown"),
    ):
        answer = office("post", "/categories", body)
        assert answer.json()["code"] == code
    answer = office("patch", f"/categories/{top['id']}", {"parent_id": sub["id"]})
    assert answer.json()["code"] == "category_too_deep"
    answer = office("patch", f"/categories/{sub['id']}", {"name": "衬衫>T恤"})
    assert (answer.status_code, answer.json()["code"]) == (422, "category_name_unfit")
    renamed = office("patch", f"/categories/{sub['id']}", {"name": "T恤", "position": 3}).json()
    assert (renamed["name"], renamed["position"], renamed["parent_id"]) == ("T恤", 3, top["id"])
    in_use = office("delete", f"/categories/{top['id']}")
    assert (in_use.status_code, in_use.json()["code"]) == (409, "category_in_use")
    assert office("delete", f"/categories/{sub['id']}").status_code == 204
    assert office("delete", f"/categories/{top['id']}").status_code == 204
    assert not Category.objects.exists()


def test_fulfilment_reads_and_strangers_do_not(shop, office):
    made = product()
    with context.public():
        packer = Account.objects.create_user("pack@example.com", "correct horse battery staple")
        Membership.objects.create(account=packer, tenant_id=shop.id, role="fulfilment")
        stranger = Account.objects.create_user("who@example.com", "correct horse battery staple")
    base = f"/b/{shop.public_id}/v1"
    for account, read, write in ((packer, 200, 403), (stranger, 401, 401), (None, 401, 401)):
        client = Client()
        if account is not None:
            with context.public():
                client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(f"{base}/products").status_code == read
        assert client.get(f"{base}/stock").status_code == read
        assert client.post(f"{base}/products/{made.pk}/hide").status_code == write
        adjusting = client.post(
            f"{base}/stock/{skus(made)[0].pk}/adjust",
            {"on_hand": 1, "reason": "x"},
            content_type="application/json",
        )
        assert adjusting.status_code == write
    assert Product.objects.get().state == "on_sale"


def test_staff_count_stock_and_find_what_runs_low(shop, office, store):
    low, plenty = skus(product("Low", stock=2))[0], skus(product("Plenty", stock=50))[0]
    listed = office("get", "/stock").json()
    assert [row["title"] for row in listed["items"]] == ["Plenty", "Low"]
    assert [r["sku_id"] for r in office("get", "/stock?at_most=5").json()["items"]] == [str(low.pk)]
    first = office("get", "/stock?limit=1").json()
    second = office("get", f"/stock?limit=1&cursor={first['next']}").json()
    assert [r["title"] for r in second["items"]] == ["Low"]
    assert second["next"] is None
    path = f"/stock/{low.pk}/adjust"
    counted = office("post", path, {"delta": 3, "reason": "delivery"})
    assert counted.json() == {"sku_id": str(low.pk), "on_hand": 5, "reserved": 0, "available": 5}
    assert office("post", path, {"delta": -9, "reason": "x"}).json()["code"] == "stock_is_promised"
    assert office("post", path, {"reason": "x"}).status_code == 422
    assert office("post", path, {"delta": 1, "reason": "x\x00"}).status_code == 422
    assert office("get", "/stock?q=%00").status_code == 422
    assert office("get", "/products?q=%00").status_code == 422
    assert store("/search?q=%00").status_code == 422
    unknown = office("post", f"/stock/{uuid7()}/adjust", {"on_hand": 1, "reason": "x"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "sku_unknown")
    assert plenty.stock.on_hand == 50


def test_saving_what_is_there_changes_nothing(shop):
    image = picture()
    product("Shirt", choices={"C": ["红", "蓝"], "S": ["S", "L"]}, images=(WantedImage(image.pk),))
    [tree] = differences.load([Product.objects.get()])
    wanted = differences.wanted_of(tree)
    changes = actions.save_many(wanted=[wanted], by="test")
    assert (changes.created, changes.updated) == ([], [])
    assert len(changes.unchanged) == 1
    changes = actions.save_many(wanted=[replace(wanted, vendor="V")], by="test")
    assert len(changes.updated) == 1
    assert ProductImage.objects.count() == 1


def told(made):
    """The history, the oldest line first."""
    return [(step.before, step.after, step.by) for step in made.steps.order_by("id")]


def test_each_act_on_state_or_price_is_one_line_of_history_and_repeats_are_none(shop):
    made = product("Shirt", price_minor=990, choices={"Size": ["S", "L"]})
    small, large = (str(sku.pk) for sku in skus(made))
    for _ in range(2):
        actions.hide(product=made, by="ann")
    actions.publish(product=made, by="bob")
    made = actions.reprice(product=made, version=3, prices={skus(made)[1].pk: 1_200}, by="ann")
    actions.reprice(product=made, version=4, prices={skus(made)[1].pk: 1_200}, by="ann")
    less = {"spec_names": ("Size",), "skus": (WantedSku(("S",), price_minor=700),)}
    made = actions.edit(product=made, version=5, changes=less, by="bob")
    actions.edit(product=made, version=6, changes={"title": "Shirts"}, by="bob")
    [tree] = differences.load([Product.objects.get()])
    wanted = replace(differences.wanted_of(tree), state=ProductState.DRAFT)
    actions.save_many(wanted=[wanted], by="file")
    assert told(made) == [
        ({"state": "on_sale"}, {"state": "hidden"}, "ann"),
        ({"state": "hidden"}, {"state": "on_sale"}, "bob"),
        ({"prices": {large: 990}}, {"prices": {large: 1_200}}, "ann"),
        ({"prices": {small: 990, large: 1_200}}, {"prices": {small: 700}}, "bob"),
        ({"state": "on_sale"}, {"state": "draft"}, "file"),
    ]


def test_an_act_that_is_taken_back_leaves_no_history(shop):
    made = product("Tea")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        actions.hide(product=made, by="ann")
        assert len(told(made)) == 1
        raise ZeroDivisionError
    assert told(made) == []


def test_the_staffs_door_says_who_it_was(shop, office):
    made = product("Tea")
    office("post", f"/products/{made.pk}/hide")
    office("post", f"/products/{made.pk}/publish")
    [sku] = skus(made)
    prices = {"prices": [{"sku_id": str(sku.pk), "price_minor": 5}]}
    office("patch", f"/products/{made.pk}/prices", prices, **{"If-Match": "3"})
    change = {"spec_names": [], "skus": [{"price_minor": 6}]}
    office("patch", f"/products/{made.pk}", change, **{"If-Match": "4"})
    assert [by for _, _, by in told(made)] == ["tea@example.com"] * 4
