"""The customer's own pages: addresses, name, consent, language, signing in and out."""

import pytest
from playwright.sync_api import expect

from infra.first_sale.checking import eventually
from tests.miniprogram.customer import ask, signed_in
from tests.miniprogram.purchases import go
from tests.miniprogram.test_after_purchase import WHITE

HOME = {"收货人": "王芳", "手机号": "+86 138-0013-8000", "省份": "浙江省", "城市": "杭州市", "详细地址": "龙井路 2 号"}


def open_addresses(phone, query: str = "") -> None:
    go(phone, f"/packages/shop/addresses/addresses{query}")
    expect(phone.button("新增收货地址")).to_be_visible()


def fill(phone, values: dict[str, str]) -> None:
    for label, value in values.items():
        phone.inner.get_by_label(label).locator("input").locator("visible=true").fill(value)


def addresses(phone) -> list:
    return list(ask(phone, "GET", "/addresses")["items"])


def test_another_address_becomes_the_default(phone_of, tea):
    phone = signed_in(phone_of(tea))
    open_addresses(phone)
    phone.tap(phone.button("新增收货地址"))
    fill(phone, HOME)
    phone.tap(phone.inner.get_by_role("switch").locator("visible=true"))
    phone.tap(phone.button("保存"))
    expect(phone.button("编辑 王芳 的地址")).to_be_visible()
    assert addresses(phone)[0]["recipient"] == "王芳"
    assert [one["is_default"] for one in addresses(phone)] == [True, False]


def test_a_region_is_chosen_in_wechats_picker(phone_of, tea):
    phone = phone_of(tea)
    phone.open("/packages/shop/addresses/addresses")
    phone.tap(phone.button("新增收货地址"))
    phone.tap(phone.button("选择省市区"))
    phone.inner.locator(".wxui-mask input").fill("广东省 深圳市 南山区")
    phone.answer("确定")
    fill(phone, {"收货人": "王芳", "手机号": "13800138000", "详细地址": "科技路 1 号"})
    phone.tap(phone.button("保存"))
    phone.sees("深圳市 南山区")
    [made] = addresses(phone)
    where = [made[name] for name in ("province", "city", "district")]
    assert where == ["广东省", "深圳市", "南山区"]


def test_wechats_address_is_taken_after_consent_only(phone_of, tea):
    phone = phone_of(tea)
    phone.open("/packages/shop/addresses/addresses")
    phone.tap(phone.button("导入微信地址"))
    phone.sees("隐私保护提示")
    phone.tap(phone.button("不同意"))
    phone.sees("需要您同意隐私保护指引才能继续")
    assert addresses(phone) == []
    phone.tap(phone.button("导入微信地址"))
    phone.tap(phone.inner.get_by_role("link", name="用户隐私保护指引").locator("visible=true"))
    phone.answer("确定")
    phone.tap(phone.button("同意", exact=True))
    phone.answer("取消")
    assert addresses(phone) == []
    phone.tap(phone.button("导入微信地址"))
    phone.answer("确定")
    phone.sees("预览收货人")
    [taken] = addresses(phone)
    assert (taken["city"], taken["district"], taken["is_default"]) == ("杭州市", "西湖区", True)


def test_an_address_is_chosen_at_checkout(phone_of, tea):
    phone = signed_in(phone_of(tea))
    other = {"recipient": "王芳", "phone": "13800138000", "province": "浙江省", "city": "杭州市",
             "street": "龙井路 2 号"}  # fmt: skip
    ask(phone, "POST", "/addresses", other)
    sku = tea.product(WHITE)["skus"][0]["id"]
    go(phone, f"/packages/shop/checkout/checkout?sku={sku}&quantity=1")
    phone.tap(phone.button("更换收货地址"))
    phone.tap(phone.button("王芳 13800138000"))
    expect(phone.title).to_have_text("确认订单")
    phone.sees("龙井路 2 号")
    phone.tap(phone.button("提交订单"))
    phone.answer("取消 · Cancel")
    phone.sees("尚未支付")
    [order] = ask(phone, "GET", "/orders")["items"]
    shown = ask(phone, "GET", f"/orders/{order['id']}")
    assert shown["address"]["recipient"] == "王芳"


def test_nobody_signs_in_before_it_is_needed(phone_of, tea):
    phone = phone_of(tea)
    phone.open()
    phone.tab("我的")
    phone.sees("未登录")
    assert not [r for r in phone.requests if r.endswith(("/v1/login", "/v1/me"))]
    phone.tap(phone.button("待付款", exact=True))
    phone.sees("还没有订单")
    assert len([r for r in phone.requests if r.endswith("/v1/login")]) == 1
    phone.back()
    phone.sees("微信用户")
    phone.tap(phone.text("退出登录"))
    phone.answer("确定")
    phone.sees("未登录")
    assert phone.frame.evaluate("wx.getStorageSync('token')") == ""


def test_a_nickname_is_asked_for_and_what_becomes_of_it_is_said(phone_of, tea):
    phone = signed_in(phone_of(tea))
    phone.tab("我的")
    phone.tap(phone.button("修改昵称"))
    phone.inner.locator(".wxui-mask input").fill("茶客")
    phone.answer("保存")
    expect(phone.text("茶客").first).to_be_visible()  # in its place, or as being checked
    eventually("昵称 · the nickname", lambda: ask(phone, "GET", "/me")["nickname"] == "茶客")
    phone.tab("首页")
    phone.tab("我的")
    name = phone.inner.get_by_role("heading", name="茶客", exact=True)
    expect(name.locator("visible=true")).to_be_visible()
    expect(phone.text("正在审核")).to_have_count(0)


def test_a_nickname_that_is_not_accepted_is_said(phone_of, books):
    books.owner.browser.send(
        "POST", f"{books.owner.api}/moderation/words", {"word": "赌场"}, wanted=201
    )
    phone = signed_in(phone_of(books))
    phone.tab("我的")
    phone.tap(phone.button("修改昵称"))
    phone.inner.locator(".wxui-mask input").fill("赌场老板")
    phone.answer("保存")
    phone.sees("新昵称“赌场老板”没有通过审核")
    phone.sees("微信用户")


def test_service_privacy_and_what_this_shop_is(phone_of, tea):
    phone = phone_of(tea)
    phone.open("/pages/me/me", language="en")
    phone.sees("Cloudleaf is an independent shop in WeChat.")
    phone.tap(phone.button("Chat with us"))
    phone.answer("确定")
    phone.tap(phone.text("Privacy"))
    phone.answer("确定")


@pytest.mark.parametrize("width", [320, 375, 430])
@pytest.mark.parametrize("font", [16, 23])
def test_nothing_of_the_account_is_cut_off(phone_of, books, width, font):
    phone = signed_in(phone_of(books, width=width), font=font, language="en" if font > 16 else "zh_CN")
    phone.tab("Me" if font > 16 else "我的")
    expect(phone.inner.get_by_role("heading").locator("visible=true").first).to_be_visible()
    assert phone.overflow() == []
    [address] = addresses(phone)
    for path in ("addresses/addresses", "address/address", f"address/address?id={address['id']}"):
        go(phone, f"/packages/shop/{path}")
        phone.frame.wait_for_function("() => getCurrentPages().at(-1).data.status === 'ready'")
        assert phone.overflow() == [], path
