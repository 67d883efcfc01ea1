"""The shop front: one statement, and what staff make of it."""

from typing import Any

import pytest
from django.test import Client

from kernel.identifiers import uuid7
from shop.catalog import actions as catalog
from shop.home.models import Banner, Front
from shop.home.schemas import HomeOut, TabLabels, ThemeOut
from shop.media.models import Image
from tenants import context
from tests.shop.catalogue import product

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shops_are_known(settings):
    """Whose shop it is is asked once: counts of queries must not depend on the machine's speed."""
    settings.TENANT_CACHE_SECONDS = 600


@pytest.fixture
def front(shop):
    def get(**headers: str) -> Any:
        return Client(headers=headers).get(f"/s/{shop.public_id}/v1/home")

    return get


@pytest.fixture
def office(shop, owner):
    client = Client()
    with context.public():
        client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")

    def call(body: Any = None, version: int | None = None) -> Any:
        path = f"/b/{shop.public_id}/v1/home"
        if body is None:
            return client.get(path)
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        return client.patch(path, body, content_type="application/json", headers=headers)

    return call


def stored() -> Image:
    return Image.objects.create(state="stored", small_key="s", medium_key="m", large_key="l")


def test_a_new_shop_shows_its_name_and_its_newest_goods(shop, front):
    made = [product(f"P{i}") for i in range(11)]
    body = HomeOut.model_validate_json(front().content, strict=True)
    assert (body.name, body.announcement) == (shop.name, "")
    assert (body.banners, body.categories, body.chosen) == ([], [], [])
    assert [card.id for card in body.newest] == [p.pk for p in reversed(made[1:])]


def test_a_decorated_front_shows_it_all(shop, front, office):
    one, two, hidden = product("One"), product("Two"), product("Hidden")
    catalog.hide(product=hidden, by="test")
    shelf = catalog.add_category(name="茶")
    catalog.add_category(name="绿茶", parent_id=shelf.pk)
    catalog.add_category(name="秘密", is_visible=False)
    image, waiting = stored(), Image.objects.create()
    answer = office(
        {
            "announcement": "新店开业",
            "chosen_product_ids": [str(two.pk), str(hidden.pk), str(one.pk)],
            "shows_newest": False,
            "banners": [
                {"image_id": str(image.pk), "title": "Sale", "product_id": str(one.pk)},
                {"image_id": str(waiting.pk)},
                {"image_id": str(image.pk), "product_id": str(hidden.pk)},
            ],
        },
        version=1,
    )
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    assert len(answer.json()["banners"]) == 3
    body = HomeOut.model_validate_json(front().content, strict=True)
    assert body.announcement == "新店开业"
    assert [card.title for card in body.chosen] == ["Two", "One"]
    assert body.newest == []
    assert [c.name for c in body.categories] == ["茶"]
    assert [(b.title, b.image_url, b.product_id) for b in body.banners] == [
        ("Sale", "/media/l", one.pk),
        ("", "/media/l", None),
    ]


def test_the_front_is_one_statement_and_not_sent_twice(shop, front, django_assert_num_queries):
    product()
    front()
    with django_assert_num_queries(1):
        first = front()
    for i in range(29):
        product(f"P{i}")
        catalog.add_category(name=f"C{i}")
    with django_assert_num_queries(1):
        second = front()
    assert first.headers["ETag"] != second.headers["ETag"]
    assert front(**{"If-None-Match": second.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"chosen_product_ids": [str(uuid7())]}, "block_product_unknown"),
        ({"banners": [{"image_id": str(uuid7())}]}, "image_unknown"),
        ({"announcement": "x" * 201}, "input_invalid"),
        ({"announcement": None}, "input_invalid"),
        ({"colour": "red"}, "input_invalid"),
    ],
)
def test_what_does_not_fit_changes_nothing(shop, office, body, code):
    answer = office({"shows_newest": False, **body}, version=1)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Front.objects.exists()
    assert not Banner.objects.exists()


def test_a_stale_decoration_is_refused(shop, office):
    assert office({"announcement": "a"}, version=1).status_code == 200
    stale = office({"announcement": "b"}, version=1)
    assert (stale.status_code, stale.json()["code"]) == (412, "changed_meanwhile")
    assert office({"announcement": "b"}).json()["code"] == "version_missing"
    assert office().json()["announcement"] == "a"


@pytest.fixture
def theme(shop):
    def get(**headers: str) -> Any:
        return Client(headers=headers).get(f"/s/{shop.public_id}/v1/theme")

    return get


def test_a_new_shop_has_a_whole_theme(shop, theme):
    body = ThemeOut.model_validate_json(theme().content, strict=True)
    assert (body.name, body.logo_url, body.currency) == (shop.name, None, shop.currency)
    assert (body.palette[6], body.on_brand, body.language) == ("#1f7a5c", "#ffffff", "zh-Hans")
    assert (body.modules, body.tab_labels, body.service_phone) == (
        ["shop", "owner"],
        TabLabels(),
        "",
    )


def test_a_change_of_look_shows_at_once(theme, office):
    logo = stored()
    before = theme()
    look = {
        "brand_colour": "#FFD400",
        "logo_id": str(logo.pk),
        "language": "en",
        "tab_labels": {"cart": "Basket"},
        "service_phone": "+86 571 1234",
    }
    answer = office(look, version=1)
    assert answer.status_code == 200, answer.content
    assert answer.json()["brand_colour"] == "#ffd400"
    again = theme(if_none_match=before.headers["ETag"])
    assert again.status_code == 200
    body = ThemeOut.model_validate_json(again.content, strict=True)
    assert (body.palette[6], body.on_brand, body.logo_url) == ("#ffd400", "#1a1a1a", "/media/m")
    assert (body.language, body.tab_labels.cart) == ("en", "Basket")
    assert theme(if_none_match=again.headers["ETag"]).status_code == 304
    assert office({"logo_id": None}, version=2).json()["logo_id"] is None
    assert theme().json()["logo_url"] is None


@pytest.mark.parametrize(
    ("look", "code"),
    [
        ({"brand_colour": "red"}, "input_invalid"),
        ({"brand_colour": None}, "input_invalid"),
        ({"tab_labels": {"orders": "Mine"}}, "input_invalid"),
        ({"logo_id": str(uuid7())}, "image_unknown"),
    ],
)
def test_a_look_that_cannot_be_is_refused(theme, office, look, code):
    before = theme().content
    answer = office(look, version=1)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert theme().content == before
