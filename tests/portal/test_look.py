"""How the shop looks, changed at the owner's desk and seen by customers."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from shop.home import actions, queries
from tenants import context, directory
from tenants.context import Shop
from tenants.models import Tenant
from tenants.states import Role

Person = Callable[..., Client]


@pytest.fixture
def owner(person: Person) -> Client:
    return person("owner@example.com")


@pytest.fixture
def shop(owner: Client, own_shop: Callable[..., Shop]) -> Shop:
    return own_shop(owner.account)


def png(size: int = 400, colour: str = "#aa3311") -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (size, size), colour).save(out, "PNG")
    return SimpleUploadedFile("logo.png", out.getvalue(), "image/png")


def typed(**changes: Any) -> dict[str, Any]:
    """Everything that the form sends, as the page first shows it."""
    shown = {
        "version": 1, "brand_colour": "#1f7a5c", "announcement": "", "service_phone": "",
        "language": "zh-Hans", "hot_words": "", "shows_newest": "on",
        "tab_home": "", "tab_categories": "", "tab_cart": "", "tab_me": "",
    }  # fmt: skip
    return {**shown, **changes}


def send(client: Client, shop: Shop, part: str = "", **fields: Any) -> tuple[int, str]:
    answer = client.post(f"/shops/{shop.public_id}/look/{part}", fields, follow=True)
    return answer.status_code, answer.content.decode()


def theme(client: Client, shop: Shop) -> Any:
    return client.get(f"/s/{shop.public_id}/v1/theme").json()


def test_what_is_saved_is_what_customers_get(owner: Client, shop: Shop) -> None:
    look = typed(
        brand_colour="#AA3311", announcement="  周末八折 ", service_phone="0571 8888",
        hot_words="龙井，, 茶壶\n龙井", language="en", tab_me="我家", logo=png(), shows_newest="",
    )  # fmt: skip
    status, page = send(owner, shop, **look)
    assert (status, "Saved. Customers see it" in page) == (200, True)
    seen = theme(owner, shop)
    assert seen["palette"][6] == "#aa3311"
    assert (seen["language"], seen["service_phone"]) == ("en", "0571 8888")
    assert seen["tab_labels"] == {"home": "", "categories": "", "cart": "", "me": "我家"}
    assert f'<img class="logo" src="{seen["logo_url"]}"' in page
    assert owner.get(f"/s/{shop.public_id}/v1/home").json()["announcement"] == "周末八折"
    words = owner.get(f"/s/{shop.public_id}/v1/search/hot-words").json()
    assert words == {"items": ["龙井", "茶壶"]}
    with context.activate(shop):
        front = queries.front()
    assert (front.version, front.shows_newest) == (2, False)


def test_without_a_new_file_the_logo_stays_until_it_is_taken_away(
    owner: Client, shop: Shop
) -> None:
    send(owner, shop, **typed(logo=png()))
    logo = theme(owner, shop)["logo_url"]
    send(owner, shop, **typed(version=2))
    assert theme(owner, shop)["logo_url"] == logo
    send(owner, shop, **typed(version=3, has_no_logo="on"))
    assert theme(owner, shop)["logo_url"] is None


@pytest.mark.parametrize(
    ("field", "wrong", "said"),
    [
        ("brand_colour", "red", "Enter a valid value."),
        ("service_phone", "call me", "Enter a valid value."),
        ("announcement", "x" * 201, "at most 200 characters"),
        ("hot_words", ",".join("abcdefghijk"), "At most ten words of 20 characters each."),
        ("hot_words", "x" * 21, "At most ten words of 20 characters each."),
        ("announcement", "a\x00b", "Null characters are not allowed."),
        ("language", "fr", "Select a valid choice."),
        ("tab_me", "x" * 13, "at most 12 characters"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_saved(
    owner: Client, shop: Shop, field: str, wrong: str, said: str
) -> None:
    status, page = send(owner, shop, **typed(announcement="typed") | {field: wrong})
    assert (status, said in page) == (422, True)
    with context.activate(shop):
        assert queries.front().version == 1


def test_a_file_that_is_no_picture_is_refused_and_the_words_stay(
    owner: Client, shop: Shop
) -> None:
    file = SimpleUploadedFile("logo.png", b"<svg/>", "image/png")
    status, page = send(owner, shop, **typed(announcement="hello", logo=file))
    assert (status, "hello</textarea>" in page) == (422, True)
    assert "wrong-why" in page
    with context.activate(shop):
        assert queries.front().version == 1


def test_two_who_edit_at_once_do_not_overwrite_each_other_unseen(
    owner: Client, shop: Shop
) -> None:
    with context.activate(shop):
        actions.decorate(version=1, announcement="theirs")
    status, page = send(owner, shop, **typed(announcement="mine"))
    assert (status, "Somebody else changed the look" in page) == (412, True)
    assert "mine</textarea>" in page
    assert 'name="version" value="2"' in page
    assert owner.get(f"/s/{shop.public_id}/v1/home").json()["announcement"] == "theirs"
    send(owner, shop, **typed(version=2, announcement="mine"))
    assert owner.get(f"/s/{shop.public_id}/v1/home").json()["announcement"] == "mine"


def test_parts_are_the_owners_and_what_is_off_answers_nobody(
    owner: Client, shop: Shop, colleague: Person
) -> None:
    manager = colleague(shop, Role.MANAGER, "manager@example.com")
    page = manager.get(f"/shops/{shop.public_id}/look/").content.decode()
    assert "Parts of the mini-program" not in page
    assert send(manager, shop, "parts/", parts=["owner"])[0] == 403
    status, page = send(owner, shop, "parts/", parts=["owner", "market", "nonsense"])
    assert (status, "Within seconds what is off answers nobody" in page) == (200, True)
    assert Tenant.objects.get(pk=shop.id).modules == ["owner"]
    directory.forget()
    assert owner.get(f"/s/{shop.public_id}/v1/products").json()["code"] == "module_off"
    assert 'value="owner" id="part-owner" checked' in page
    assert 'value="shop" id="part-shop"><label' in page


def test_the_phone_stands_beside_the_form(
    owner: Client, shop: Shop, settings: Any, tmp_path: Any
) -> None:
    settings.PREVIEW_URL, settings.PREVIEW_FILES = "http://preview.test:8000", tmp_path
    (tmp_path / "app.html").write_text("app")
    page = owner.get(f"/shops/{shop.public_id}/look/").content.decode()
    assert f'data-renew="/shops/{shop.public_id}/preview.json"' in page
    assert page.count("<rect x=") == 10


def test_the_start_page_leads_to_it_whoever_may_change_it(
    owner: Client, shop: Shop, colleague: Person
) -> None:
    link = f'href="/shops/{shop.public_id}/look/">Change the look'
    packer = colleague(shop, Role.FULFILMENT, "packer@example.com")
    pages = [client.get(f"/shops/{shop.public_id}/").content.decode() for client in (owner, packer)]
    assert [link in page for page in pages] == [True, False]


def test_the_page_speaks_chinese(owner: Client, shop: Shop) -> None:
    chinese = Client(headers={"accept-language": "zh-Hans"})
    chinese.force_login(owner.account, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[attr-defined]
    page = chinese.get(f"/shops/{shop.public_id}/look/").content.decode()
    for words in ("外观", "品牌色", "公告", "搜索热词", "小程序功能"):
        assert words in page
