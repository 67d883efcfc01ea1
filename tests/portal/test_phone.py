"""The phone on the start page: there right after sign-up, or a word on what is missing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import signing
from django.test import Client

from kernel import clock
from preview import links
from shop.samples.jobs import add_samples
from tenants import context, standing
from tenants.context import Shop
from tenants.messages import ShopOpened
from tenants.models import Tenant
from tenants.states import Role
from tests.shop import catalogue

Person = Callable[..., Client]
HOST = "http://preview.test:8000"


@pytest.fixture(autouse=True)
def built(settings: Any, tmp_path: Any) -> Any:
    settings.PREVIEW_URL, settings.PREVIEW_FILES = HOST, tmp_path
    (tmp_path / "app.html").write_text("app")
    return tmp_path


@pytest.fixture
def mei(person: Person) -> Client:
    return person()


@pytest.fixture
def shop(mei: Client, own_shop: Callable[..., Shop]) -> Shop:
    """A new shop, whose samples are still on their way."""
    return own_shop(mei.account)


def start_page(client: Client, shop: Shop) -> str:
    return str(client.get(f"/shops/{shop.public_id}/").content.decode())


def put_samples(shop: Shop) -> None:
    """Do what the worker does when it hears that the shop opened."""
    with context.activate(shop):
        add_samples(ShopOpened(shop.id))


def named_by(address: str) -> str:
    """The shop that a link leads to."""
    assert address.startswith(f"{HOST}/preview/")
    return links.read(urlsplit(address).path.split("/")[2])


def test_the_start_page_shows_the_shop_in_a_phone(mei: Client, shop: Shop) -> None:
    put_samples(shop)
    page = start_page(mei, shop)
    address = page.split('<iframe src="')[1].split('"')[0]
    assert named_by(address) == shop.public_id
    assert f'data-renew="/shops/{shop.public_id}/preview.json" data-seconds="900"' in page
    assert "make preview" not in page


@pytest.mark.parametrize(("language", "words"), [("en", "put on your shelves"), ("zh-CN", "摆上示例商品")])
def test_the_phone_of_a_new_shop_comes_with_its_samples(
    mei: Client, shop: Shop, language: str, words: str
) -> None:
    home = f"/shops/{shop.public_id}/"

    def told() -> tuple[list[bool], str]:
        """Whether the page says so, is looked at again, and shows the phone; and its mark."""
        page = mei.get(home, headers={"accept-language": language}).content.decode()
        found = [part in page for part in (words, 'data-waiting="yes"', 'http-equiv="refresh"', "<iframe")]
        return found, page.split('data-mark="')[1].split('"')[0]

    def mark() -> str:
        return str(mei.get(f"{home}samples/state.json").json()["mark"])

    before = mark()
    assert told() == ([True, True, True, False], before)
    put_samples(shop)
    after = mark()
    assert after != before
    assert told() == ([False, False, False, True], after)
    mei.post(f"{home}samples/remove/")
    assert told() == ([False, False, False, True], after)


def test_a_phone_does_not_wait_for_samples_where_goods_are(mei: Client, shop: Shop) -> None:
    with context.activate(shop):
        catalogue.product("Own tea")
    assert "<iframe" in start_page(mei, shop)


def test_a_phone_does_not_wait_for_samples_for_ever(mei: Client, shop: Shop) -> None:
    with clock.at(clock.now() + timedelta(minutes=3)):
        assert "<iframe" in start_page(mei, shop)


def test_the_phone_gets_another_link_before_its_own_ends(
    mei: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = mei.get(f"/shops/{shop.public_id}/preview.json")
    assert first.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    real = signing.time.time
    monkeypatch.setattr(signing.time, "time", lambda: real() + 600)
    second = mei.get(f"/shops/{shop.public_id}/preview.json").json()
    assert second["address"] != first.json()["address"]
    assert (named_by(second["address"]), second["seconds"]) == (shop.public_id, 900)


def test_a_click_leads_to_the_preview_by_a_new_link(mei: Client, shop: Shop) -> None:
    answer = mei.get(f"/shops/{shop.public_id}/preview/")
    assert (answer.status_code, named_by(answer.headers["Location"])) == (302, shop.public_id)


def test_everybody_who_works_there_sees_it_and_nobody_else(
    shop: Shop, person: Person, colleague: Person, visitor: Client
) -> None:
    helper, stranger = colleague(shop, Role.FULFILMENT, "li@example.com"), person("eve@example.com")
    for path in ("preview.json", "preview/"):
        address = f"/shops/{shop.public_id}/{path}"
        assert helper.get(address).status_code in {200, 302}
        assert stranger.get(address).status_code == 404
        assert "/accounts/login/" in visitor.get(address).headers["Location"]


def test_a_locked_shop_gives_no_link(mei: Client, shop: Shop) -> None:
    tenant = Tenant.objects.get(pk=shop.id)
    standing.lock(tenant=tenant, reason="fraud", by="staff@example.com")
    for path in ("preview.json", "preview/"):
        answer = mei.get(f"/shops/{shop.public_id}/{path}")
        assert answer.headers["Location"] == f"/shops/{shop.public_id}/"


@pytest.mark.parametrize(("language", "words"), [("en", "With Node 20 one command"), ("zh-CN", "有 Node 20")])
def test_where_nobody_built_it_the_page_says_what_to_do(
    mei: Client, shop: Shop, built: Any, language: str, words: str
) -> None:
    (built / "app.html").unlink()
    page = mei.get(f"/shops/{shop.public_id}/", headers={"accept-language": language})
    assert (page.status_code, words in page.content.decode()) == (200, True)
    assert b"<code>make preview</code>" in page.content
    assert b"<iframe" not in page.content
    assert mei.get(f"/shops/{shop.public_id}/preview.json").json() == {"address": "", "seconds": 0}
    assert mei.get(f"/shops/{shop.public_id}/preview/").headers["Location"] == f"/shops/{shop.public_id}/"


def test_where_it_has_no_host_the_page_names_the_setting(mei: Client, shop: Shop, settings: Any) -> None:
    settings.PREVIEW_URL = ""
    assert "PREVIEW_URL" in start_page(mei, shop)
