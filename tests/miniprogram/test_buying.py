"""From a search to a payment, and every way in which it can go another way."""

import pytest
from playwright.sync_api import expect

from infra.first_sale.expected import Freight
from tests.miniprogram.customer import ask, orders, signed_in
from tests.miniprogram.shops import DRAGON_WELL, GAIWAN, JASMINE
from tests.miniprogram.views import pages

WHITE = "老寿眉 Aged White"
"""No specs, ¥43.99, forty pieces."""
PUER = "熟普小沱 Ripe Pu'er"
"""Ten for ¥28.50, or fifty for ¥123.45."""
OOLONG = "凤凰单丛 Phoenix Oolong"
PAY, REFUSE = "支付 · Pay", "取消 · Cancel"
PREPAY = "/v3/pay/partner/transactions/jsapi"


_TO_THE_END = """async e => { e.scrollTo(0, 0)
  await new Promise(done => setTimeout(done, 100)); e.scrollTo(0, e.scrollHeight) }"""


@pytest.fixture(scope="module", autouse=True)
def _delivery(tea):
    tea.owner.set_freight(Freight(flat_minor=800, free_from_minor=20_000))


def sheet(phone, name: str):
    """A button of the sheet from which a SKU is chosen."""
    return phone.inner.locator("wx-view[role=dialog]").get_by_role("button", name=name)


def choose(phone, *values: str, deed: str, opens: str = "立即购买") -> None:
    """Choose a SKU of the product that is shown."""
    phone.tap(phone.button(opens))
    for value in values:
        phone.tap(phone.inner.get_by_role("radio", name=value, exact=True))
    phone.tap(sheet(phone, deed))


def sku(shop, title: str, label: str = "") -> str:
    [found] = [s["id"] for s in shop.product(title)["skus"] if s["label"] == label or not label]
    return str(found)


def at_checkout(phone, shop, title: str, quantity: int = 1, label: str = "") -> None:
    found = sku(shop, title, label)
    path = f"/packages/shop/checkout/checkout?sku={found}&quantity={quantity}"
    phone.frame.evaluate("url => wx.navigateTo({ url })", path)


def test_what_was_searched_is_offered_again_and_forgotten_on_request(phone_of, tea):
    tea.decorate(hot_words=["春茶", "Pu'er"])
    try:
        phone = phone_of(tea)
        phone.open("/packages/shop/search/search")
        phone.sees("春茶")
        phone.inner.get_by_role("textbox").fill("大红袍")
        phone.tap(phone.button("搜索", exact=True))
        phone.sees("没有找到符合的商品")
        phone.back()
        phone.tap(phone.button("清空输入"))
        expect(phone.button("大红袍")).to_be_visible()
        phone.tap(phone.button("清空历史"))
        expect(phone.button("大红袍")).to_have_count(0)
        phone.tap(phone.button("Pu'er"))
        expect(phone.button(PUER)).to_be_visible()
    finally:
        tea.decorate(hot_words=[])


def test_products_are_suggested_while_one_types(phone_of, tea):
    phone = phone_of(tea)
    phone.open("/packages/shop/search/search")
    phone.inner.get_by_role("textbox").press_sequentially("凤凰")
    phone.tap(phone.button(OOLONG))
    expect(phone.title).to_have_text(OOLONG)


def test_a_list_is_sorted_and_narrowed(phone_of, tea):
    phone = phone_of(tea)
    phone.open("/packages/shop/products/products")
    phone.sees(WHITE)
    cards = phone.inner.locator(".product-grid [role=button]").locator("visible=true")
    phone.tap(phone.button("价格"))
    expect(cards.first).to_contain_text(PUER)
    phone.tap(phone.button("筛选", exact=True))
    fields = phone.inner.locator("wx-view[role=dialog]").get_by_role("textbox")
    fields.nth(0).fill("50")
    fields.nth(1).fill("60.5")
    phone.tap(sheet(phone, "确定"))
    expect(cards).to_have_count(2)
    expect(cards.first).to_contain_text(GAIWAN)
    expect(cards.last).to_contain_text(OOLONG)
    phone.tap(phone.button("已筛选"))
    phone.tap(sheet(phone, "重置"))
    phone.tap(sheet(phone, "确定"))
    expect(cards).to_have_count(len(tea.owner.products(state="on_sale")))


def test_categories_have_two_levels(phone_of, books):
    api, browser = books.owner.api, books.owner.browser

    def shelf(**wish):
        return browser.send("POST", f"{api}/categories", wish, wanted=201)["id"]

    below = shelf(name="盖碗", parent_id=shelf(name="茶具"))
    gaiwan = books.product(GAIWAN)
    browser.ask(
        "PATCH",
        f"{api}/products/{gaiwan['id']}",
        json={"category_id": below},
        headers={"If-Match": f'"{gaiwan["version"]}"'},
    )
    phone = phone_of(books)
    phone.open("/pages/categories/categories")
    cards = phone.inner.locator(".one").locator("visible=true")
    expect(cards.nth(1)).to_be_visible()
    phone.tap(phone.inner.get_by_role("tab", name="茶具"))
    expect(cards).to_have_count(1)
    phone.tap(phone.inner.get_by_role("tab", name="盖碗"))
    expect(cards).to_have_count(1)
    expect(cards).to_contain_text(GAIWAN)


def test_a_long_list_comes_in_pages_of_20_and_new_goods_disturb_nothing(phone_of, books):
    api, browser = books.owner.api, books.owner.browser
    made_here: list[str] = []

    def put_on_sale(title: str) -> None:
        made = browser.send(
            "POST",
            f"{api}/products",
            {"title": title, "skus": [{"price_minor": 100}]},
            wanted=201,
        )
        browser.send("POST", f"{api}/products/{made['id']}/publish")
        made_here.append(made["id"])

    for number in range(45):
        put_on_sale(f"线装书 {number:02}")
    phone = phone_of(books)
    phone.open("/packages/shop/products/products?q=线装书")
    cards = phone.inner.locator(".product-grid [role=button]").locator("visible=true")
    expect(cards).to_have_count(20)
    put_on_sale("线装书 新到")
    for count in (40, 45):
        phone.inner.locator("wx-page:not([wx-hidden])").evaluate(_TO_THE_END)
        expect(cards).to_have_count(count)
    phone.sees("没有更多了")
    labels = cards.evaluate_all("all => all.map(e => e.ariaLabel)")
    said = [label.removesuffix(" 售罄") for label in labels]
    assert said == [f"线装书 {number:02} 1.00元" for number in reversed(range(45))]
    asked = [request for request in phone.requests if "/v1/search?" in request]
    assert len(asked) == 3
    assert all("limit=20" in request for request in asked)
    for product_id in made_here:
        browser.send("POST", f"{api}/products/{product_id}/hide")


def test_the_cart_changes_and_says_how_much_is_in_it(phone_of, tea):
    phone = signed_in(phone_of(tea))
    ask(phone, "POST", "/cart/lines", {"sku_id": sku(tea, PUER, "10")})
    ask(phone, "POST", "/cart/lines", {"sku_id": sku(tea, WHITE)})
    phone.tab("首页")
    phone.tab("购物车")
    badge = phone.page.get_by_role("tab", name="购物车").locator("sup")
    expect(badge).to_have_text("2")
    phone.tap(phone.button(f"增加 {PUER}"))
    phone.tap(phone.button(f"增加 {PUER}"))
    expect(badge).to_have_text("4")
    expect(phone.inner.get_by_label("129.49元")).to_be_visible()
    phone.tap(phone.button("更换规格"))
    phone.tap(phone.inner.get_by_role("radio", name="50", exact=True))
    phone.tap(sheet(phone, "确定"))
    expect(phone.inner.get_by_label("414.34元")).to_be_visible()
    phone.tap(phone.inner.get_by_role("checkbox", name=WHITE))
    expect(phone.button("结算 (3)")).to_be_visible()
    phone.tap(phone.inner.get_by_role("checkbox", name="全选"))
    expect(phone.button("结算 (4)")).to_be_visible()
    phone.tap(phone.button("管理"))
    phone.tap(phone.inner.get_by_role("checkbox", name="全选"))
    phone.tap(phone.button("删除 (2)"))
    phone.answer("删除")
    phone.sees("购物车是空的")
    expect(badge).to_have_count(0)


def test_what_cannot_be_bought_stands_apart_with_a_way_out(phone_of, tea):
    api, browser = tea.owner.api, tea.owner.browser
    oolong, puer = sku(tea, OOLONG, "50 g"), tea.product(PUER)
    small = sku(tea, PUER, "50")
    phone = signed_in(phone_of(tea))
    ask(phone, "POST", "/cart/lines", {"sku_id": small})
    ask(phone, "POST", "/cart/lines", {"sku_id": oolong, "quantity": 9})
    ask(phone, "POST", "/cart/lines", {"sku_id": sku(tea, WHITE)})

    def stock(pieces: int) -> None:
        wish = {"on_hand": pieces, "reason": "counted"}
        browser.send("POST", f"{api}/stock/{oolong}/adjust", wish)

    stock(3)
    browser.send("POST", f"{api}/products/{puer['id']}/hide")
    try:
        phone.tab("首页")
        phone.tab("购物车")
        phone.sees("已失效")
        phone.sees("仅剩 3 件")
        phone.sees("已下架")
        expect(phone.button("结算 (1)")).to_be_visible()
        phone.tap(phone.button("改为 3 件"))
        expect(phone.button("结算 (4)")).to_be_visible()
        phone.tap(phone.button("清空失效商品"))
        expect(phone.text("已失效")).to_have_count(0)
        assert len(ask(phone, "GET", "/cart")["lines"]) == 2
    finally:
        stock(25)
        browser.send("POST", f"{api}/products/{puer['id']}/publish")


def test_one_of_two_things_sells_out_and_the_new_total_is_said(phone_of, books):
    last, other = sku(books, JASMINE), sku(books, WHITE)
    slow, quick = signed_in(phone_of(books)), signed_in(phone_of(books))
    for each in (last, other):
        ask(slow, "POST", "/cart/lines", {"sku_id": each})
    at = "/packages/shop/checkout/checkout"
    slow.frame.evaluate("url => wx.navigateTo({ url })", at)
    slow.sees(JASMINE)
    at_checkout(quick, books, JASMINE)
    quick.tap(quick.button("提交订单"))
    quick.answer(REFUSE)
    quick.sees("尚未支付")
    try:
        slow.tap(slow.button("提交订单"))
        slow.sees(f"已不能购买：{JASMINE}")
        slow.sees("¥121.76 变为 ¥43.99")
        slow.answer("知道了")
        assert orders(slow) == []
        slow.tap(slow.button("提交订单"))
        slow.answer(PAY)
        slow.sees("支付成功")
        assert [order["total_minor"] for order in orders(slow)] == [4399]
    finally:
        [order] = orders(quick)
        ask(quick, "POST", f"/orders/{order['id']}/cancel")


def test_an_order_whose_answer_is_lost_is_made_once(phone_of, tea):
    phone = signed_in(phone_of(tea))
    at_checkout(phone, tea, WHITE)
    phone.sees("提交订单")
    lost = []

    def lose(route):
        lost.append(route.fetch().status)
        route.abort()

    phone.page.route("**/v1/orders", lose)
    phone.tap(phone.button("提交订单"))
    phone.sees("再次提交不会重复下单")
    phone.page.unroute("**/v1/orders")
    assert lost == [201]
    phone.tap(phone.button("提交订单"))
    phone.answer(PAY)
    phone.sees("支付成功")
    assert [order["state"] for order in orders(phone)] == ["paid"]


def test_a_checkout_without_an_address_asks_for_one(phone_of, tea):
    phone = phone_of(tea)
    phone.open("/pages/cart/cart")
    phone.sees("购物车是空的")
    at_checkout(phone, tea, WHITE)
    expect(phone.button("添加收货地址")).to_be_visible()
    phone.tap(phone.button("提交订单"))
    phone.sees("请先添加收货地址")
    assert orders(phone) == []


def test_what_a_friend_gets_names_the_thing_and_leads_to_it(phone_of, tea):
    phone = phone_of(tea)
    phone.open()
    phone.sees(DRAGON_WELL)
    card = "getCurrentPages().at(-1).onShareAppMessage()"
    home = phone.frame.evaluate(card)
    assert (home["title"], home["path"]) == (tea.name, "/pages/home/home")
    base = phone.frame.evaluate("wx.getExtConfigSync().apiBase")
    with_picture = "getCurrentPages().at(-1).setData({ logo: '/media/logo.webp' })"
    phone.frame.evaluate(with_picture)
    assert phone.frame.evaluate(card)["imageUrl"] == f"{base}/media/logo.webp"
    phone.tap(phone.button(DRAGON_WELL))
    expect(phone.button("分享")).to_be_visible()
    phone.tap(phone.button("分享"))
    phone.sees(f"shared: {DRAGON_WELL}")
    product = phone.frame.evaluate(card)
    assert product["title"] == DRAGON_WELL
    assert product["path"] == f"/packages/shop/product/product?id={tea.product(DRAGON_WELL)['id']}"
    assert product["path"].partition("?")[0].lstrip("/") in pages()
    assert product["imageUrl"].startswith(f"{base}/media/")


def test_a_payment_that_wechat_does_not_take_now_is_admitted(phone_of, tea, stage):
    phone = signed_in(phone_of(tea))
    at_checkout(phone, tea, WHITE)
    stage.wechat("POST", "faults", {"kind": "500", "path_prefix": PREPAY, "times": -1})
    try:
        phone.tap(phone.button("提交订单"))
        phone.sees("尚未支付")
        assert [r.split()[0] for r in phone.requests if r.endswith("/pay")] == ["POST"]
        expect(phone.text("支付成功")).to_have_count(0)
    finally:
        stage.wechat("DELETE", "faults")
    phone.tap(phone.button("重新支付"))
    phone.answer(PAY)
    phone.sees("支付成功")


def test_what_nobody_can_tell_is_not_claimed(phone_of, tea):
    phone = signed_in(phone_of(tea))
    at_checkout(phone, tea, WHITE)
    away = {"status": 503, "content_type": "application/problem+json", "body": "{}"}
    phone.page.route("**/refresh", lambda route: route.fulfill(**away))
    phone.tap(phone.button("提交订单"))
    phone.answer(PAY)
    phone.sees("正在确认支付结果")
    expect(phone.text("暂未确认支付结果")).to_be_visible(timeout=40_000)
    expect(phone.button("重新支付")).to_have_count(0)
    phone.page.unroute("**/refresh")
    phone.tap(phone.button("再查一次"))
    phone.sees("支付成功")


@pytest.mark.parametrize(
    ("width", "font", "language"),
    [(320, 23, "en"), (320, 16, "zh_CN"), (375, 23, "zh_CN"), (430, 16, "en"), (430, 23, "zh_CN")],
)
def test_nothing_is_cut_off_on_the_way_to_an_order(phone_of, books, width, font, language):
    phone = signed_in(phone_of(books, width=width), language=language, font=font)
    ask(phone, "POST", "/cart/lines", {"sku_id": sku(books, PUER, "50"), "quantity": 3})
    ask(phone, "POST", "/cart/lines", {"sku_id": sku(books, OOLONG, "100 g"), "quantity": 5})

    def visit(page: str, proof) -> None:
        verb = "switchTab" if page.startswith("/pages/") else "navigateTo"
        phone.frame.evaluate(f"url => wx.{verb}({{ url }})", page)
        expect(proof.first).to_be_visible()
        assert (page, phone.overflow()) == (page, [])

    visit("/pages/categories/categories", phone.text(WHITE))
    visit("/pages/cart/cart", phone.text(PUER))
    phone.tap(phone.inner.locator(".options").locator("visible=true"))
    expect(phone.inner.get_by_role("radio").first).to_be_visible()
    assert phone.overflow() == []
    visit("/packages/shop/products/products", phone.text(WHITE))
    phone.tap(phone.inner.locator(".sort").nth(2))
    expect(phone.inner.get_by_role("textbox").first).to_be_visible()
    assert phone.overflow() == []
    visit("/packages/shop/search/search", phone.inner.locator(".go").locator("visible=true"))
    visit("/packages/shop/checkout/checkout", phone.text("龙井路 1 号"))
    phone.tap(phone.inner.locator(".bar wx-button").locator("visible=true"))
    phone.answer(REFUSE)
    expect(phone.inner.locator(".unpaid")).to_be_visible()
    assert phone.overflow() == []
    [order] = orders(phone)
    ask(phone, "POST", f"/orders/{order['id']}/cancel")
