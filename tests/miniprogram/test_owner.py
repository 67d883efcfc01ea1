"""The staff at work on a phone: link it, ship, answer refund requests, change goods and prices."""

import pytest
from playwright.sync_api import expect

from infra.first_sale.checking import Checker, eventually
from infra.first_sale.owner import Owner
from infra.first_sale.visitors import Browser
from tests.miniprogram.customer import ask, signed_in
from tests.miniprogram.phone import Phone
from tests.miniprogram.purchases import go, look, paid
from tests.miniprogram.shops import GAIWAN, JASMINE, OpenShop
from tests.miniprogram.staff import as_staff, code_of, field, linked

WHITE = "老寿眉 Aged White"
PUER = "熟普小沱 Ripe Pu'er"


@pytest.fixture
def desk(phone_of, tea):
    """The owner's phone, linked; afterwards no phone is left."""
    yield lambda **how: linked(phone_of(tea, **how), tea)
    browser, api = tea.owner.browser, tea.owner.api
    for row in browser.get(f"{api}/phones")["items"]:
        browser.ask("DELETE", f"{api}/phones/{row['id']}", wanted=204)


def settled(shop: OpenShop) -> None:
    """Ship what earlier tests left unshipped, so that the list is this test's own."""
    waiting = shop.owner.browser.get(f"{shop.owner.api}/orders", to_ship="true", limit=100)
    for number, order in enumerate(waiting["items"]):
        shop.owner.ship(order["id"], "SF", f"SFREST{number:06}")


def answered(shop: OpenShop) -> None:
    """Refuse what earlier tests left to answer, so that the list is this test's own."""
    browser, api = shop.owner.browser, shop.owner.api
    for row in browser.get(f"{api}/aftersales", state="requested", limit=100)["items"]:
        browser.send("POST", f"{api}/aftersales/{row['id']}/refuse", {"answer": "以后再说"})


@pytest.mark.journey
def test_the_owner_ships_two_parcels_from_the_phone(phone_of, tea, desk):
    settled(tea)
    customer = signed_in(phone_of(tea))
    order = paid(customer, tea, WHITE, PUER)
    first, second = order["lines"]
    owner = desk()
    owner.tap(owner.button("待发货订单 1"))
    owner.tap(owner.button(order["number"]))
    owner.sees(second["title"])
    owner.tap(owner.button(f"减少 {second['title']}"))
    owner.tap(owner.button("扫码"))
    owner.inner.locator(".wxui-mask input, .wxui-mask textarea").fill("SF8800000001")
    owner.answer("确定")
    owner.tap(owner.button("发货", exact=True))
    owner.sees("顺丰速运 SF8800000001")
    [parcel] = look(customer, order["id"])["parcels"]
    assert [(c["line_id"], c["quantity"]) for c in parcel["contents"]] == [(first["id"], 1)]
    owner.tap(owner.button("快递公司 顺丰速运"))
    owner.tap(owner.inner.get_by_text("中通快递").locator("visible=true"))
    field_of_number(owner).fill("12")
    owner.tap(owner.button("发货", exact=True))
    owner.sees("运单号为 5 到 40 位字母或数字")
    field_of_number(owner).fill("ZTO8800000002")
    owner.tap(owner.button("发货", exact=True))
    owner.sees("中通快递 ZTO8800000002")
    expect(owner.button("发货", exact=True)).to_have_count(0)
    now = look(customer, order["id"])
    assert (now["state"], len(now["parcels"])) == ("shipped", 2)
    go(customer, f"/packages/shop/order/order?id={order['id']}")
    for number in ("SF8800000001", "ZTO8800000002"):
        customer.sees(number)
    customer.sees("包裹 2 / 2")
    owner.back()
    owner.sees("没有待发货的订单")
    seen = tea.owner.order(order["id"])
    assert [step["state"] for step in seen["steps"]][-1] == "shipped"


def field_of_number(phone: Phone):
    return phone.inner.locator("input.number, .number input").locator("visible=true").last


def test_orders_to_ship_are_found_by_recipient_and_number(phone_of, tea, desk):
    customer = signed_in(phone_of(tea))
    order = paid(customer, tea, WHITE)
    owner = desk()
    go(owner, "/packages/owner/orders/orders")
    search = owner.inner.get_by_label("订单号、手机号、收件人").locator("input").locator("visible=true")
    search.fill("没有这个人")
    owner.tap(owner.button("搜索"))
    owner.sees("没有找到待发货的订单")
    search.fill(order["number"])
    owner.tap(owner.button("搜索"))
    expect(owner.button(order["number"])).to_have_count(1)


def test_a_refund_is_refused_with_a_reason_and_the_next_one_agreed(phone_of, tea, desk):
    answered(tea)
    customer = signed_in(phone_of(tea))
    order = paid(customer, tea, WHITE)
    asked = {"order_id": order["id"], "reason": "damaged", "description": "盖子碎了"}
    ask(customer, "POST", "/aftersales", asked)
    owner = desk()
    owner.tap(owner.button("退款申请 1"))
    owner.sees("盖子碎了")
    owner.tap(owner.button("拒绝"))
    owner.answer("拒绝")
    owner.sees("请写明理由")
    owner.tap(owner.button("拒绝"))
    owner.inner.locator(".wxui-mask input, .wxui-mask textarea").fill("请先拍照给我们")
    owner.answer("拒绝")
    owner.sees("没有退款申请")
    [refused] = ask(customer, "GET", "/aftersales")["items"]
    assert (refused["state"], refused["answer"]) == ("refused", "请先拍照给我们")
    ask(customer, "POST", "/aftersales", {**asked, "description": ""})
    owner.frame.evaluate("getCurrentPages().at(-1).reload()")
    owner.tap(owner.button("同意退款"))
    owner.answer("取消")
    assert look(customer, order["id"])["refund_state"] == "none"
    owner.tap(owner.button("同意退款"))
    owner.answer("确定")
    owner.sees("没有退款申请")
    eventually(
        "退款到账 · the money's return",
        lambda: look(customer, order["id"])["state"] == "refunded",
    )
    owner.tap(owner.inner.get_by_role("tab", name="已处理"))
    owner.sees("请先拍照给我们")


def test_what_is_taken_off_sale_is_gone_for_customers_and_comes_back(phone_of, tea, desk):
    customer = phone_of(tea)
    customer.open("/packages/shop/products/products")
    customer.sees(JASMINE)
    owner = desk()
    owner.tap(owner.button("商品", exact=True))
    search = owner.inner.get_by_label("搜索商品").locator("input").locator("visible=true")
    search.fill("茉莉")
    owner.tap(owner.button("搜索"))
    expect(owner.button("在售")).to_have_count(1)
    owner.tap(owner.button(JASMINE))
    owner.tap(owner.button("下架"))
    owner.sees("已下架")
    customer.frame.evaluate("getCurrentPages().at(-1).reload()")
    expect(customer.text(JASMINE)).to_have_count(0)
    owner.tap(owner.button("上架"))
    expect(owner.button("下架")).to_be_visible()
    customer.frame.evaluate("getCurrentPages().at(-1).reload()")
    customer.sees(JASMINE)


def test_a_price_and_a_count_that_change_on_the_phone_show_to_customers(phone_of, tea, desk):
    product = tea.product(GAIWAN)
    one = product["skus"][0]
    owner = desk()
    go(owner, f"/packages/owner/product/product?id={product['id']}")
    owner.sees(GAIWAN)
    price, stock = field(owner, f"价格 {one['label']}"), field(owner, f"库存 {one['label']}")
    price.fill("abc")
    owner.tap(owner.button("保存"))
    owner.sees("请输入价格，最多两位小数")
    price.fill("12.34")
    stock.fill("77")
    owner.tap(owner.button("保存"))
    owner.sees("已保存")
    now = {sku["id"]: sku for sku in tea.product(GAIWAN)["skus"]}
    assert (now[one["id"]]["price_minor"], now[one["id"]]["on_hand"]) == (1234, 77)
    for other in product["skus"][1:]:
        assert now[other["id"]]["price_minor"] == other["price_minor"]
    customer = phone_of(tea)
    customer.open(f"/packages/shop/product/product?id={product['id']}")
    expect(customer.inner.get_by_label("12.34元").locator("visible=true").first).to_be_visible()


def test_a_price_that_somebody_else_changed_is_not_overwritten(phone_of, tea, desk):
    product = tea.product(WHITE)
    [one] = product["skus"]
    owner = desk()
    go(owner, f"/packages/owner/product/product?id={product['id']}")
    owner.sees(WHITE)
    browser, api = tea.owner.browser, tea.owner.api
    body = {"prices": [{"sku_id": one["id"], "price_minor": one["price_minor"] + 100}]}
    headers = {"If-Match": f'"{product["version"]}"'}
    browser.ask("PATCH", f"{api}/products/{product['id']}/prices", json=body, headers=headers)
    field(owner, "价格").fill("1")
    owner.tap(owner.button("保存"))
    owner.sees("已被他人修改，请核对后再保存")
    now = tea.product(WHITE)
    assert now["skus"][0]["price_minor"] == one["price_minor"] + 100
    body["prices"][0]["price_minor"] = one["price_minor"]  # as others know it
    headers = {"If-Match": f'"{now["version"]}"'}
    browser.ask("PATCH", f"{api}/products/{product['id']}/prices", json=body, headers=headers)


def test_a_stranger_with_a_wrong_code_stays_outside(phone_of, tea):
    phone = phone_of(tea)
    phone.open("/pages/me/me")
    phone.tap(phone.text("店员入口"))
    expect(phone.title).to_have_text("店铺管理")
    field(phone, "绑定码").fill("123")
    phone.tap(phone.button("绑定这部手机"))
    phone.sees("请输入 8 位数字")
    wrong = f"{(int(code_of(tea.owner)) + 1) % 10**8:08}"
    field(phone, "绑定码").fill(wrong)
    phone.tap(phone.button("绑定这部手机"))
    phone.sees("绑定码有误")
    go(phone, "/packages/owner/orders/orders")
    phone.sees("该微信未绑定本店成员")


def test_a_phone_that_is_unlinked_in_the_portal_is_out(phone_of, tea, desk):
    owner = desk()
    [row] = tea.owner.browser.get(f"{tea.owner.api}/phones")["items"]
    tea.owner.browser.ask("DELETE", f"{tea.owner.api}/phones/{row['id']}", wanted=204)
    owner.tap(owner.button("商品", exact=True))
    owner.sees("该微信未绑定本店成员")
    owner.back()
    expect(owner.button("绑定这部手机")).to_be_visible()


def test_who_only_ships_sees_no_money_and_is_refused_by_the_api(stage, phone_of, tea):
    packer = Owner(Browser(stage.url), Checker(), "packer@example.com", tea.id)
    packer.sign_up()
    role = {"email": packer.email, "role": "fulfilment"}
    tea.owner.browser.send("POST", f"{tea.owner.api}/staff", role, wanted=201)
    phone = linked(phone_of(tea), tea, by=packer)
    phone.sees("packer@example.com · 发货员")
    expect(phone.text("收款")).to_have_count(0)
    product = tea.product(WHITE)
    go(phone, f"/packages/owner/product/product?id={product['id']}")
    phone.sees("只有店主和店长可以处理")
    expect(phone.button("下架")).to_have_count(0)
    sku = product["skus"][0]["id"]
    prices = {"prices": [{"sku_id": sku, "price_minor": 1}]}
    refused = [
        as_staff(phone, "POST", f"/products/{product['id']}/hide"),
        as_staff(phone, "PATCH", f"/products/{product['id']}/prices", prices),
        as_staff(phone, "POST", f"/stock/{sku}/adjust", {"on_hand": 0, "reason": "x"}),
        as_staff(phone, "GET", "/statements"),
        as_staff(phone, "GET", "/staff"),
    ]
    assert [(status, told["code"]) for status, told in refused] == [(403, "not_allowed")] * 5
    assert as_staff(phone, "GET", "/orders")[0] == 200
    assert tea.product(WHITE) == product


def test_the_staffs_pages_offline_and_with_a_broken_server(phone_of, tea, desk):
    answered(tea)
    owner = desk()
    owner.context.set_offline(True)
    owner.tap(owner.button("待发货订单"))
    owner.sees("网络未连接")
    owner.context.set_offline(False)
    expect(owner.inner.get_by_label("订单号、手机号、收件人").locator("visible=true").first).to_be_visible()
    broken = {"status": 500, "body": "<h1>oops</h1>", "content_type": "text/html"}
    owner.page.route("**/v1/aftersales*", lambda route: route.fulfill(**broken))
    go(owner, "/packages/owner/refunds/refunds")
    owner.sees("出了点问题")
    owner.page.unroute("**/v1/aftersales*")
    owner.tap(owner.button("重试"))
    owner.sees("没有退款申请")


@pytest.mark.parametrize("width", [320, 430])
def test_nothing_of_the_staffs_pages_is_cut_off(phone_of, tea, desk, width):
    how = {"language": "en", "font": 23} if width == 320 else {}
    customer = signed_in(phone_of(tea))
    order = paid(customer, tea, WHITE, PUER)
    owner = linked(phone_of(tea, width=width), tea, **how)
    product = tea.product(GAIWAN)
    for path, seen in (
        ("orders/orders", order["number"]),
        (f"order/order?id={order['id']}", order["number"]),
        ("refunds/refunds", "Open" if how else "待处理"),
        ("products/products", GAIWAN),
        (f"product/product?id={product['id']}", GAIWAN),
    ):
        go(owner, f"/packages/owner/{path}")
        owner.sees(seen)
        assert owner.overflow() == [], path
    settled(tea)
