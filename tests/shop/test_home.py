"""The shop front: one statement, and what staff make of it."""

from typing import Any

import pytest
from django.test import Client

from kernel.identifiers import uuid7
from shop.catalog import actions as catalog
from shop.home.models import Banner, Front
from shop.home.schemas import HomeOut
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
    catalog.hide(product=hidden)
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
        ({"chosen_product_ids": [str(uuid7())]}, "product_unknown"),
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
