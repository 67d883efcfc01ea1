"""One bundle, two shops: the look is the API's, and reads well in either language and size."""

import pytest
from playwright.sync_api import expect

from tests.miniprogram.shops import DRAGON_WELL, JASMINE


def rgb(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


def test_two_shops_have_two_colours_from_one_bundle(phone_of, tea, books):
    for shop, text in ((tea, "rgb(255, 255, 255)"), (books, "rgb(26, 26, 26)")):
        phone = phone_of(shop)
        phone.open()
        expect(phone.title).to_have_text(shop.name)
        head = phone.text(shop.name, exact=True).first.locator("xpath=..")
        assert phone.style(head, "background-color") == rgb(shop.colour)
        assert phone.style(head, "color") == text
        phone.tap(phone.button(JASMINE))
        buy = phone.button("立即购买")
        expect(buy.first).to_be_visible()
        assert phone.style(buy, "background-color") == rgb(shop.colour)
        assert phone.style(buy, "color") == text


def test_a_change_of_look_shows_without_a_release(phone_of, books):
    phone = phone_of(books)
    phone.open()
    head = phone.text(books.name, exact=True).first.locator("xpath=..")
    expect(head).to_have_css("background-color", rgb("#ffc400"))
    books.decorate(brand_colour="#7b1fa2")
    try:
        phone.tab("我的")
        phone.tab("首页")
        phone.page.locator("#menu").tap()
        phone.page.get_by_role("menuitem", name="Home").tap()
        expect(phone.text(books.name, exact=True).first.locator("xpath=..")).to_have_css(
            "background-color", rgb("#7b1fa2")
        )
    finally:
        books.decorate(brand_colour="#ffc400")


def test_english_where_wechat_speaks_it_and_chinese_where_one_chooses(phone_of, tea):
    phone = phone_of(tea)
    phone.open(language="en")
    expect(phone.page.get_by_role("tab", name="Cart")).to_be_visible()
    phone.sees("New")
    phone.tab("Me")
    phone.sees("Not signed in")
    phone.tap(phone.text("Language"))
    phone.answer("简体中文")
    phone.sees("未登录")
    expect(phone.title).to_have_text("我的")
    phone.tab("首页")
    phone.sees("新品")


@pytest.mark.parametrize("width", [320, 375, 430])
@pytest.mark.parametrize("font", [16, 23])
def test_nothing_is_cut_off_at_any_width_or_text_size(phone_of, tea, width, font):
    phone = phone_of(tea, width=width)
    phone.open(font=font)
    phone.sees(DRAGON_WELL)
    assert phone.overflow() == []
    phone.tap(phone.button(DRAGON_WELL))
    expect(phone.title).to_have_text(DRAGON_WELL)
    assert phone.overflow() == []
    phone.tap(phone.button("立即购买"))
    expect(phone.inner.get_by_role("radio").first).to_be_visible()
    assert phone.overflow() == []


def test_a_module_that_is_off_cannot_be_reached(phone_of, books):
    path = f"/packages/shop/product/product?id={books.product(JASMINE)['id']}"
    books.open_parts("owner")
    try:
        phone = phone_of(books)
        phone.open(path)
        phone.sees("本店没有开通这个功能")
        assert not [r for r in phone.requests if "/v1/products/" in r]
    finally:
        books.open_parts("shop", "owner")
