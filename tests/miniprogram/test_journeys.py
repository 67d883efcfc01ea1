"""The journeys that a release must pass: `make journeys`, `make journeys ROUNDS=3`.

The fixture of the phones demands of each that no page threw, the framework neither failed nor
warned, no unknown `wx.*` was called, and nothing came from a foreign host.
"""

import pytest
from playwright.sync_api import expect

from infra.first_sale.checking import eventually
from infra.first_sale.expected import Freight
from tests.miniprogram.customer import ask, orders, signed_in
from tests.miniprogram.purchases import PAY, look, ordered, paid
from tests.miniprogram.shops import DRAGON_WELL, JASMINE
from tests.miniprogram.test_account import HOME, addresses, fill
from tests.miniprogram.test_after_purchase import open_order, state
from tests.miniprogram.test_buying import PUER, REFUSE, WHITE, at_checkout, choose, sku
from tests.miniprogram.test_look import rgb

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module", autouse=True)
def _delivery(tea):
    tea.owner.set_freight(Freight(flat_minor=800, free_from_minor=20_000))


def test_01_browse_search_buy_pay_and_receive(phone_of, tea):
    phone = signed_in(phone_of(tea))
    phone.tab("首页")
    phone.tap(phone.button(DRAGON_WELL))
    expect(phone.title).to_have_text(DRAGON_WELL)
    phone.back()
    phone.tap(phone.button("搜索商品"))
    phone.inner.get_by_role("textbox").fill("寿眉 aged")
    phone.tap(phone.button("搜索", exact=True))
    expect(phone.title).to_have_text("寿眉 aged")
    phone.tap(phone.button(WHITE))
    choose(phone, deed="立即购买")
    expect(phone.title).to_have_text("确认订单")
    phone.sees("龙井路 1 号")
    phone.inner.get_by_label("备注").locator("textarea").fill("请用礼盒")
    expect(phone.inner.get_by_label("8.00元").locator("visible=true")).to_be_visible()
    expect(phone.inner.get_by_label("51.99元").locator("visible=true")).to_be_visible()
    phone.tap(phone.button("提交订单"))
    phone.answer(PAY)
    phone.sees("支付成功")
    [order] = orders(phone)
    assert (order["state"], order["total_minor"], order["freight_minor"]) == ("paid", 5199, 800)
    assert ask(phone, "GET", f"/orders/{order['id']}")["remark"] == "请用礼盒"
    phone.sees(order["number"])
    tea.owner.ship(order["id"], "SF", "SF7000000101")
    phone.tap(phone.button("查看订单"))
    state(phone, "待收货")
    phone.sees("顺丰速运 SF7000000101")
    phone.tap(phone.button("确认收货"))
    phone.answer("确定")
    state(phone, "已完成")
    assert look(phone, order["id"])["state"] == "completed"


def test_01b_claim_a_coupon_buy_with_it_and_get_a_part_back(phone_of, tea):
    """Two pieces of 43.99, ten off: one piece is worth 38.99 when it comes back."""
    fits = tea.give_out("春日立减", amount_minor=1_000, least_minor=4_000)
    unfit = tea.give_out("大额满减", amount_minor=9_000, least_minor=100_000)
    try:
        phone = signed_in(phone_of(tea))
        phone.tab("首页")
        phone.tap(phone.button("领券"))
        expect(phone.title).to_have_text("优惠券")
        for title in ("春日立减", "大额满减"):
            phone.tap(phone.button(f"领取 {title}"))
            expect(phone.button(f"领取 {title}")).to_have_count(0)
        phone.tap(phone.inner.get_by_role("tab", name="可使用"))
        phone.sees("减 ¥10.00")
        phone.back()
        phone.sees(DRAGON_WELL)
        expect(phone.button("领券")).to_have_count(0)
        at_checkout(phone, tea, WHITE, quantity=2)
        expect(phone.inner.get_by_label("85.98元").locator("visible=true")).to_be_visible()
        phone.tap(phone.button("优惠券 可用 1 张"))
        phone.sees("还差 ¥912.02 可用")
        phone.tap(phone.inner.get_by_role("radio", name="不使用优惠券"))
        expect(phone.inner.get_by_label("95.98元").locator("visible=true")).to_be_visible()
        phone.tap(phone.button("优惠券 可用 1 张"))
        phone.tap(phone.inner.get_by_role("radio", name="春日立减"))
        expect(phone.inner.get_by_label("85.98元").locator("visible=true")).to_be_visible()
        phone.tap(phone.button("提交订单"))
        phone.answer(PAY)
        phone.sees("支付成功")
        [order] = orders(phone)
        assert (order["state"], order["discount_minor"], order["total_minor"]) == (
            "paid", 1_000, 8_598,
        )  # fmt: skip
        assert ask(phone, "GET", "/coupons/mine")["counts"] == {
            "usable": 1, "used": 1, "expired": 0,
        }  # fmt: skip
        [line] = look(phone, order["id"])["lines"]
        tea.owner.browser.ask(
            "POST",
            f"{tea.owner.api}/orders/{order['id']}/returns",
            wanted=201,
            json={"lines": [{"line_id": line["id"], "quantity": 1}], "reason": "少发一件"},
            headers={"Idempotency-Key": f"part-{order['id']}"},
        )
        eventually(
            "部分退款到账 · a part of the money is back",
            lambda: look(phone, order["id"])["refunded_minor"] == 3_899,
        )
        phone.tap(phone.button("查看订单"))
        off = phone.inner.get_by_label("负10.00元", exact=True).locator("visible=true")
        expect(off).to_be_visible()
        expect(phone.inner.get_by_label("38.99元").locator("visible=true")).to_be_visible()
    finally:
        tea.stop_coupons(fits, unfit)


def test_02_refuse_the_payment_then_pay_again(phone_of, tea):
    phone = signed_in(phone_of(tea))
    ask(phone, "POST", "/cart/lines", {"sku_id": sku(tea, WHITE), "quantity": 2})
    phone.tab("首页")
    phone.tab("购物车")
    phone.tap(phone.button("结算 (2)"))
    phone.tap(phone.button("提交订单"))
    phone.answer(REFUSE)
    phone.sees("尚未支付")
    expect(phone.text("支付成功")).to_have_count(0)
    assert [order["state"] for order in orders(phone)] == ["unpaid"]
    phone.tap(phone.button("重新支付"))
    phone.answer(PAY)
    phone.sees("支付成功")
    assert [order["state"] for order in orders(phone)] == ["paid"]
    assert ask(phone, "GET", "/cart")["lines"] == []


def test_03_the_sku_sells_out_while_one_pays(phone_of, books):
    last = sku(books, JASMINE)
    slow, quick = signed_in(phone_of(books)), signed_in(phone_of(books))
    ask(slow, "POST", "/cart/lines", {"sku_id": last})
    slow.tab("首页")
    slow.tab("购物车")
    slow.tap(slow.button("结算 (1)"))
    slow.sees("提交订单")
    at_checkout(quick, books, JASMINE)
    quick.tap(quick.button("提交订单"))
    quick.answer(REFUSE)
    quick.sees("尚未支付")
    try:
        slow.tap(slow.button("提交订单"))
        slow.sees("所选商品刚刚售罄或下架")
        slow.answer("知道了")
        slow.sees("无法下单")
        expect(slow.button("提交订单")).to_have_count(0)
        assert orders(slow) == []
        slow.tap(slow.button("返回"))
        slow.sees("已售罄")
    finally:
        [order] = orders(quick)
        ask(quick, "POST", f"/orders/{order['id']}/cancel")


def test_04_cancel_an_order(phone_of, tea):
    phone = signed_in(phone_of(tea))
    order = ordered(phone, tea, WHITE)
    open_order(phone, order)
    phone.sees("请在")
    phone.tap(phone.button("取消订单"))
    phone.answer("取消")
    assert look(phone, order["id"])["state"] == "unpaid"
    phone.tap(phone.button("取消订单"))
    phone.answer("确定")
    state(phone, "已取消")
    expect(phone.button("立即支付")).to_have_count(0)
    assert look(phone, order["id"])["state"] == "cancelled"
    phone.tap(phone.button("再次购买"))
    expect(phone.title).to_have_text("购物车")
    phone.sees(WHITE)


def test_05_ask_for_a_refund(phone_of, tea):
    phone = signed_in(phone_of(tea))
    order = paid(phone, tea, WHITE)
    open_order(phone, order)
    phone.tap(phone.button("申请退款"))
    expect(phone.title).to_have_text("退款")
    phone.tap(phone.button("提交申请"))
    phone.sees("请选择退款原因")
    assert ask(phone, "GET", "/aftersales")["items"] == []
    phone.tap(phone.inner.get_by_role("radio", name="商品损坏"))
    phone.inner.locator("textarea").locator("visible=true").fill("盖子碎了")
    phone.tap(phone.button("提交申请"))
    state(phone, "等待店主处理")
    phone.sees("盖子碎了")
    [asked] = ask(phone, "GET", "/aftersales")["items"]
    assert (asked["reason"], asked["description"]) == ("damaged", "盖子碎了")
    browser, api = tea.owner.browser, tea.owner.api
    rows = browser.get(f"{api}/aftersales", state="requested")["items"]
    [row] = [row for row in rows if row["order"]["number"] == order["number"]]
    browser.send("POST", f"{api}/aftersales/{row['id']}/agree", {"parcels_count": 0})
    phone.back()
    phone.sees("店主已同意，退款处理中")
    eventually(
        "退款到账 · the money's return",
        lambda: look(phone, order["id"])["state"] == "refunded",
    )
    phone.tap(phone.button("退款 店主已同意"))
    eventually(
        "申请完成 · the request's end",
        lambda: ask(phone, "GET", f"/aftersales/{row['id']}")["state"] == "refunded",
    )
    phone.frame.evaluate("getCurrentPages().at(-1).reload()")
    state(phone, "退款成功")
    phone.back()
    state(phone, "已退款")
    phone.sees("退款已原路退回")
    expect(phone.button("申请退款")).to_have_count(0)


def test_06_write_change_and_remove_an_address(phone_of, tea):
    phone = phone_of(tea)
    phone.open("/pages/me/me")
    phone.tap(phone.text("收货地址"))
    phone.sees("还没有收货地址")
    phone.tap(phone.button("新增收货地址"))
    phone.tap(phone.button("保存"))
    phone.sees("请填写收货人")
    fill(phone, {**HOME, "手机号": "abc"})
    phone.tap(phone.button("保存"))
    phone.sees("请输入正确的电话号码")
    assert addresses(phone) == []
    fill(phone, HOME)
    phone.tap(phone.button("保存"))
    phone.sees("龙井路 2 号")
    phone.sees("默认")
    [made] = addresses(phone)
    assert {k: made[k] for k in ("recipient", "phone", "city", "district", "is_default")} == {
        "recipient": "王芳", "phone": "+86 138-0013-8000", "city": "杭州市", "district": "",
        "is_default": True,
    }  # fmt: skip
    phone.tap(phone.button("编辑 王芳 的地址"))
    expect(phone.title).to_have_text("编辑收货地址")
    fill(phone, {"详细地址": "龙井路 3 号", "区县": "西湖区"})
    phone.tap(phone.button("保存"))
    phone.sees("西湖区 龙井路 3 号")
    phone.tap(phone.button("编辑 王芳 的地址"))
    phone.tap(phone.button("删除地址"))
    phone.answer("确定")
    phone.sees("还没有收货地址")
    assert addresses(phone) == []


def test_07_two_parcels(phone_of, tea):
    phone = signed_in(phone_of(tea))
    order = paid(phone, tea, WHITE, PUER)
    first, second = order["lines"]
    tea.owner.ship(order["id"], "SF", "SF7000000002", first["id"])
    open_order(phone, order)
    phone.sees("部分商品已发货")
    phone.sees("包裹 1 / 1")
    tea.owner.ship(order["id"], "ZTO", "ZTO7000000003")
    phone.frame.evaluate("getCurrentPages().at(-1).reload()")
    state(phone, "待收货")
    panels = phone.inner.locator(".panel").locator("visible=true")
    for number, heading, line in (
        ("SF7000000002", "包裹 1 / 2", first),
        ("ZTO7000000003", "包裹 2 / 2", second),
    ):
        parcel = panels.filter(has_text=heading)
        expect(parcel).to_contain_text(number)
        expect(parcel).to_contain_text(f"{line['title']}")
    expect(panels.filter(has_text="包裹 1 / 2")).not_to_contain_text(second["title"])


# The eighth, the owner ships from the phone, is in test_owner.py.


def test_09_two_shops_in_their_brand_colours(phone_of, tea, books):
    """One bundle, two products: colour, name, words and picture are each shop's own."""
    books.decorate(tab_labels={"home": "书架", "cart": "书袋"})
    try:
        seen = [front_of(phone_of(shop), shop, text) for shop, text in ((tea, WHITE_TEXT), (books, INK))]
    finally:
        books.decorate(tab_labels={})
    for name, (one, other) in zip(seen[0], zip(*(s.values() for s in seen), strict=True), strict=True):
        assert one != other, name
    assert seen[1]["tabs"] == ["书架", "分类", "书袋", "我的"]


WHITE_TEXT, INK = "rgb(255, 255, 255)", "rgb(26, 26, 26)"


def front_of(phone, shop, text: str) -> dict[str, object]:
    """Look at a shop's front and at a product; return what makes it this shop's own."""
    phone.open()
    expect(phone.title).to_have_text(shop.name)
    head = phone.text(shop.name, exact=True).first.locator("xpath=..")
    ground = phone.style(head, "background-color")
    assert (ground, phone.style(head, "color")) == (rgb(shop.colour), text)
    tabs = phone.page.get_by_role("tab")
    current = tabs.first.evaluate("e => getComputedStyle(e).color")
    labels = [label.strip() for label in tabs.all_inner_texts()]
    announced = phone.text("欢迎您").first.inner_text()
    phone.tap(phone.button(JASMINE))
    buy = phone.button("立即购买")
    expect(buy.first).to_be_visible()
    assert phone.style(buy, "background-color") == rgb(shop.colour)
    assert phone.style(buy, "color") == text
    return {
        "head": ground,
        "current tab": current,
        "tabs": labels,
        "announcement": announced,
        "button": phone.style(buy, "background-color"),
        "words on it": phone.style(buy, "color"),
    }


def test_09b_a_change_of_theme_shows_without_a_release(phone_of, books):
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


def test_10_a_module_that_is_off_is_unreachable(phone_of, books):
    """A deep link shows the guard, other doors are gone, and the API refuses whoever asks it."""
    book = books.product(JASMINE)
    deep = f"/packages/shop/product/product?id={book['id']}"
    before = phone_of(books)
    before.open()
    expect(before.button(JASMINE)).to_be_visible()
    books.open_parts("owner")
    try:
        late = phone_of(books)
        late.open(deep)
        late.sees("本店没有开通这个功能")
        assert not [r for r in late.requests if "/v1/products/" in r]
        told = refused(late, f"/products/{book['id']}")
        assert (told["status"], told["code"]) == (403, "module_off")
        late.tap(late.button("首页", exact=True))
        late.sees(f"{books.name} 欢迎您")
        expect(late.button("搜索商品")).to_have_count(0)
        expect(late.button(JASMINE)).to_have_count(0)
        late.tab("购物车")
        late.sees("本店没有开通这个功能")
        before.tap(before.button(JASMINE))  # a phone that has not heard of it yet
        before.sees("本店没有开通这个功能")
    finally:
        books.open_parts("shop", "owner")
    late.tab("分类")
    late.sees(WHITE)


_TRY = """path => new Promise(done => { const { apiBase, tenant } = wx.getExtConfigSync()
  wx.request({ url: `${apiBase}/s/${tenant}/v1${path}`, success: ({ data }) => done(data) }) })"""


def refused(phone, path: str) -> dict[str, object]:
    """Ask the API as the phone could, and return the problem."""
    return dict(phone.frame.evaluate(_TRY, path))


def test_11_offline_and_a_server_that_fails(phone_of, tea):
    phone = phone_of(tea)
    phone.open()
    phone.sees(DRAGON_WELL)
    phone.context.set_offline(True)
    phone.tap(phone.button(DRAGON_WELL))
    phone.sees("网络未连接")
    expect(phone.button("重试")).to_be_visible()
    phone.context.set_offline(False)
    expect(phone.title).to_have_text(DRAGON_WELL)
    broken = {"status": 500, "body": "<h1>oops</h1>", "content_type": "text/html"}
    phone.page.route("**/v1/home", lambda route: route.fulfill(**broken))
    phone.open()
    phone.sees("出了点问题")
    phone.page.unroute("**/v1/home")
    phone.tap(phone.button("重试"))
    phone.sees(DRAGON_WELL)


def test_12_english_all_the_way(phone_of, tea):
    phone = signed_in(phone_of(tea), language="en")
    phone.tab("Home")
    phone.tap(phone.button("Search this shop"))
    phone.inner.get_by_role("textbox").fill("pu'er")
    phone.tap(phone.button("Search", exact=True))
    phone.tap(phone.button(PUER))
    choose(phone, "10", opens="Buy now", deed="Buy now")
    expect(phone.title).to_have_text("Check out")
    phone.sees("To pay")
    phone.tap(phone.button("Place order"))
    phone.answer(REFUSE)
    phone.sees("Not paid yet")
    phone.tap(phone.button("Pay again"))
    phone.answer(PAY)
    phone.sees("The shop will send your order soon")
    assert [order["total_minor"] for order in orders(phone)] == [3650]
