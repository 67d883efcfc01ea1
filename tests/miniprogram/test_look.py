"""One bundle, two shops: the look is the API's, and reads well in either language and size."""

import pytest
from playwright.sync_api import expect

from tests.miniprogram.shops import DRAGON_WELL
from tests.miniprogram.test_after_purchase import WHITE


def rgb(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


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


def test_what_a_price_was_is_struck_and_said_on_lists_and_the_products_page(phone_of, tea):
    phone = phone_of(tea)
    phone.open("/packages/shop/products/products")
    phone.sees(WHITE)
    was = phone.inner.get_by_text("¥53.00", exact=True).locator("visible=true")
    expect(was).to_have_count(1)
    assert "line-through" in phone.style(was, "text-decoration-line")
    phone.tap(phone.button(WHITE))
    expect(phone.title).to_have_text(WHITE)
    expect(phone.inner.get_by_label("43.99元，原价53.00元").locator("visible=true")).to_have_count(1)


def test_each_tab_has_an_icon_and_the_open_one_its_own(phone_of, tea):
    phone = phone_of(tea)
    phone.open()
    phone.sees(DRAGON_WELL)
    icons = "() => [...document.querySelectorAll('#tabs img')].map(i => [i.src, i.naturalWidth])"
    before = phone.page.evaluate(icons)
    assert [wide for _, wide in before] == [81] * 4
    phone.tab("我的")
    phone.sees("未登录")
    after = phone.page.evaluate(icons)
    changed = [at for at, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]]
    assert changed == [0, 3]
