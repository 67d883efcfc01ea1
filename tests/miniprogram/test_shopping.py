"""From the home page into the cart: what is chosen is what lies there."""

from playwright.sync_api import expect

from tests.miniprogram.shops import DRAGON_WELL, GAIWAN, JASMINE


def open_product(phone, title: str) -> None:
    phone.open()
    phone.tap(phone.button(title))
    expect(phone.title).to_have_text(title)


def value(phone, name: str):
    return phone.inner.get_by_role("radio", name=name, exact=True)


def test_a_sku_is_chosen_and_lies_in_the_cart_with_its_price(phone_of, tea):
    phone = phone_of(tea)
    open_product(phone, DRAGON_WELL)
    phone.tap(phone.button("加入购物车"))
    expect(value(phone, "50 g")).to_be_visible()
    phone.tap(value(phone, "125 g"))
    expect(value(phone, "罐装 Tin")).to_have_attribute("aria-disabled", "true")
    phone.poke(value(phone, "罐装 Tin"))
    expect(value(phone, "罐装 Tin")).to_have_attribute("aria-checked", "false")
    phone.tap(value(phone, "袋装 Pouch"))
    phone.sees("剩 9 件")
    phone.tap(phone.button("增加"))
    phone.tap(phone.inner.locator("wx-view[role=dialog]").get_by_role("button", name="加入购物车"))
    phone.sees("已加入购物车")
    phone.tap(phone.button("购物车 2", exact=True))
    phone.sees("125 g")
    expect(phone.inner.get_by_label("317.60元").locator("visible=true")).to_be_visible()


def test_nothing_goes_into_the_cart_while_a_spec_is_open(phone_of, tea):
    phone = phone_of(tea)
    open_product(phone, DRAGON_WELL)
    phone.tap(phone.button("立即购买"))
    phone.tap(value(phone, "50 g"))
    phone.tap(phone.inner.locator("wx-view[role=dialog]").get_by_role("button", name="立即购买"))
    phone.sees("请先选择包装 Pack")
    assert not [r for r in phone.requests if "/cart/lines" in r]


def test_what_is_sold_out_cannot_be_chosen(phone_of, tea):
    phone = phone_of(tea)
    open_product(phone, GAIWAN)
    phone.tap(phone.button("加入购物车"))
    expect(value(phone, "影青 Pale celadon")).to_have_attribute("aria-disabled", "true")
    phone.poke(value(phone, "影青 Pale celadon"))
    expect(value(phone, "影青 Pale celadon")).to_have_attribute("aria-checked", "false")


def test_what_has_no_specs_is_chosen_already(phone_of, tea):
    phone = phone_of(tea)
    open_product(phone, JASMINE)
    phone.tap(phone.button("立即购买"))
    phone.sees("剩 1 件")
    phone.tap(phone.inner.locator("wx-view[role=dialog]").get_by_role("button", name="立即购买"))
    expect(phone.title).to_have_text("确认订单")
    phone.sees(JASMINE)


def test_somebody_else_has_an_empty_cart(phone_of, tea):
    phone = phone_of(tea)
    phone.open()
    phone.tab("购物车")
    phone.sees("购物车是空的")
    phone.tap(phone.button("去逛逛"))
    expect(phone.title).to_have_text(tea.name)


def test_an_ended_token_is_renewed_without_a_word(phone_of, tea):
    phone = phone_of(tea)
    phone.open()
    phone.frame.evaluate("wx.setStorageSync('token', 'ended')")
    phone.tab("购物车")
    phone.sees("购物车是空的")
    assert phone.frame.evaluate("wx.getStorageSync('token')") not in {"", "ended"}
    assert len([r for r in phone.requests if r.endswith("/v1/login")]) == 1


def test_the_list_of_all_products_has_each_once(phone_of, tea):
    phone = phone_of(tea)
    phone.open()
    phone.tab("分类")
    phone.sees("没有更多了")
    titles = phone.inner.locator("wx-page:not([wx-hidden]) .one [aria-label][role=button]")
    names = [name.strip() for name in titles.evaluate_all("all => all.map(e => e.ariaLabel)")]
    assert len(names) == len(set(names)) == len(tea.owner.products(state="on_sale"))
