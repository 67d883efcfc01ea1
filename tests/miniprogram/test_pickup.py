"""The thirteenth journey: a customer chooses pick-up, the staff make ready, scan and hand over."""

import pytest
from playwright.sync_api import expect

from infra.first_sale.checking import eventually
from infra.first_sale.expected import Freight
from tests.miniprogram.customer import orders, signed_in
from tests.miniprogram.purchases import PAY, look
from tests.miniprogram.test_after_purchase import state
from tests.miniprogram.test_buying import WHITE, at_checkout
from tests.miniprogram.test_owner import desk  # noqa: F401 - a fixture
from tests.shop.buying import POINT

OTHER = {**POINT, "name": "余杭店", "address": "杭州市余杭区仓前街 2 号"}


@pytest.fixture
def points(tea):
    """Two points where the shop hands over; afterwards it only sends."""
    tea.owner.set_freight(Freight(flat_minor=800, free_from_minor=20_000))
    browser, path = tea.owner.browser, f"{tea.owner.api}/pickup-points"
    made = [browser.send("POST", path, point, wanted=201) for point in (POINT, OTHER)]
    yield made
    for point in browser.get(path)["items"]:
        browser.ask("DELETE", f"{path}/{point['id']}", wanted=204)


def radio(phone, name: str):
    return phone.inner.get_by_role("radio", name=name).locator("visible=true")


def entry(phone, label: str):
    return phone.inner.get_by_label(label).locator("input").locator("visible=true").last


@pytest.mark.journey
def test_13_fetch_an_order_at_the_shop(phone_of, tea, stage, points, desk):  # noqa: F811
    customer = signed_in(phone_of(tea))
    at_checkout(customer, tea, WHITE)
    customer.sees("龙井路 1 号")
    expect(customer.inner.get_by_label("51.99元").locator("visible=true")).to_be_visible()
    customer.tap(radio(customer, "到店自提"))
    customer.sees("每天 9:00–21:00")
    customer.tap(radio(customer, "余杭店"))
    expect(customer.inner.get_by_label("43.99元").locator("visible=true").first).to_be_visible()
    entry(customer, "取货人").fill("")
    customer.tap(customer.button("提交订单"))
    customer.sees("请填写取货人")
    assert orders(customer) == []
    entry(customer, "取货人").fill("王芳")
    customer.tap(customer.button("提交订单"))
    customer.answer(PAY)
    customer.sees("支付成功")
    customer.sees("店主正在备货，备好后可到店自提")
    customer.tap(customer.button("查看订单"))
    state(customer, "待备货")
    [made] = orders(customer)
    order = look(customer, made["id"])
    assert (order["total_minor"], order["freight_minor"]) == (4399, 0)
    assert (order["pickup"]["name"], order["address"]["recipient"]) == ("余杭店", "王芳")
    code = order["ticket"]["code"]
    customer.sees(f"{code[:3]} {code[3:]}")
    expect(customer.inner.get_by_label("取货码").locator("visible=true").first).to_be_visible()

    owner = desk()
    owner.tap(owner.button("待自提订单 1"))
    owner.tap(owner.button(order["number"]))
    owner.sees(f"{WHITE} × 1")
    owner.tap(owner.button("备货完成"))
    owner.sees("待自提")
    customer.frame.evaluate("getCurrentPages().at(-1).reload()")
    state(customer, "待自提")
    expect(customer.button("确认取货")).to_be_visible()

    owner.back()
    owner.tap(owner.button("扫码"))
    owner.inner.locator(".wxui-mask input, .wxui-mask textarea").fill(f"{order['number']}-{code}")
    owner.answer("确定")
    expect(owner.inner.locator("input").locator("visible=true").last).to_have_value(code)
    owner.tap(owner.button("核销并交付"))
    state(owner, "已自提")
    customer.frame.evaluate("getCurrentPages().at(-1).reload()")
    state(customer, "已自提")
    expect(customer.text("取货码")).to_have_count(0)
    _money_comes_free(stage)


def test_a_point_that_goes_while_one_looks_is_said_and_another_chosen(phone_of, tea, points):
    customer = signed_in(phone_of(tea))
    at_checkout(customer, tea, WHITE)
    customer.tap(radio(customer, "到店自提"))
    expect(radio(customer, "西湖店")).to_be_checked()
    path = f"{tea.owner.api}/pickup-points"
    tea.owner.browser.ask("DELETE", f"{path}/{points[0]['id']}", wanted=204)
    customer.tap(customer.button("提交订单"))
    customer.sees("该自提点已停用，请重新选择")
    expect(radio(customer, "西湖店")).to_have_count(0)
    expect(radio(customer, "余杭店")).to_be_checked()
    assert orders(customer) == []
    tea.owner.browser.ask("DELETE", f"{path}/{points[1]['id']}", wanted=204)
    customer.tap(customer.button("提交订单"))
    customer.sees("本店暂不支持到店自提")
    expect(radio(customer, "到店自提")).to_have_count(0)
    customer.sees("龙井路 1 号")


def _money_comes_free(stage) -> None:
    """WeChat heard that the newest order was fetched; when the buyer confirms there, it pays out."""
    number = stage.wechat("GET", "orders")["orders"][0]["out_trade_no"]
    told = lambda: stage.wechat("GET", f"orders/{number}")["shipping"]  # noqa: E731
    shipping = eventually("发货信息录入 · the shipping upload", told)
    assert (shipping["logistics_type"], shipping["finish_shipping"]) == (4, True)
    assert shipping["shipping_list"][0]["goods_desc"] == f"{WHITE} × 1"
    stage.wechat("POST", f"orders/{number}/confirm_receipt", {})
    assert stage.wechat("GET", f"orders/{number}")["funds"] == "settled"
