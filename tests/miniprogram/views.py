"""Every page of the template as somebody can find it: where, after what, and what is in it.

A page of app.json that has no view here fails test_looks: whoever adds a page adds how it is seen.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.first_sale.buyer import ADDRESS
from infra.first_sale.checking import eventually
from infra.stage.stage import Stage
from tests.miniprogram.customer import ask, orders
from tests.miniprogram.friends import buys_through
from tests.miniprogram.phone import Phone
from tests.miniprogram.purchases import look, ordered, paid, shipped
from tests.miniprogram.shops import OpenShop
from tests.miniprogram.staff import linked

APP = Path(__file__).resolve().parents[2] / "miniprogram_template" / "miniprogram" / "app.json"


@dataclass(frozen=True)
class View:
    """One look at a page. `path` and `then` name what is in the shop as {name}."""

    name: str
    path: str
    then: str = ""
    """What a person does next, as a script on the page `p`."""
    awaits: str = ""
    """What the page's data have after that."""

    @property
    def page(self) -> str:
        return self.path.partition("?")[0].lstrip("/")


VIEWS = (
    View("home", "/pages/home/home"),
    View("categories", "/pages/categories/categories"),
    View("cart", "/pages/cart/cart"),
    View("cart-managing", "/pages/cart/cart", "p.manage()"),
    View(
        "cart-spec",
        "/pages/cart/cart",
        "p.changeSpec({currentTarget: {dataset: {id: '{product}', sku: '{sku}'}}})",
    ),
    View("me", "/pages/me/me"),
    View("product", "/packages/shop/product/product?id={product}"),
    View("product-sku", "/packages/shop/product/product?id={product}", "p.choose()"),
    View("product-plain", "/packages/shop/product/product?id={plain}"),
    View("product-sold-out", "/packages/shop/product/product?id={sold_out}"),
    View("products", "/packages/shop/products/products"),
    View("products-filter", "/packages/shop/products/products", "p.openFilter()"),
    View("search", "/packages/shop/search/search"),
    View(
        "search-typing",
        "/packages/shop/search/search",
        "p.type({detail: {value: '{word}'}})",
        awaits="suggestions.length",
    ),
    View("checkout", "/packages/shop/checkout/checkout"),
    View(
        "checkout-coupons",
        "/packages/shop/checkout/checkout",
        "p.selectComponent('#coupon-slot').open()",
    ),
    View("coupons", "/packages/shop/coupons/coupons"),
    View("coupons-mine", "/packages/shop/coupons/coupons?tab=usable"),
    View("coupons-used", "/packages/shop/coupons/coupons?tab=used"),
    View("order-discounted", "/packages/shop/order/order?id={discounted}"),
    View("checkout-pickup", "/packages/shop/checkout/checkout", "p.fetchIt()", awaits="pointId"),
    View("result-unpaid", "/packages/shop/result/result?id={unpaid}"),
    View("result-paid", "/packages/shop/result/result?id={paid}"),
    View("orders", "/packages/shop/orders/orders"),
    View("order-unpaid", "/packages/shop/order/order?id={unpaid}"),
    View("order-paid", "/packages/shop/order/order?id={paid}"),
    View("order-shipped", "/packages/shop/order/order?id={shipped}"),
    View("order-preparing", "/packages/shop/order/order?id={fetched}"),
    View("order-ready", "/packages/shop/order/order?id={ready}"),
    View("order-completed", "/packages/shop/order/order?id={completed}"),
    View("order-cancelled", "/packages/shop/order/order?id={cancelled}"),
    View("refund-ask", "/packages/shop/refund/refund?order={completed}"),
    View("refund-asked", "/packages/shop/refund/refund?order={paid}"),
    View("distribution", "/packages/shop/distribution/distribution"),
    View("wallet", "/packages/shop/wallet/wallet"),
    View("wallet-name", "/packages/shop/wallet/wallet", "p.setData({needsName: true})"),
    View("addresses", "/packages/shop/addresses/addresses"),
    View("address", "/packages/shop/address/address?id={address}"),
    View("address-new", "/packages/shop/address/address", "p.save()"),
    View("staff-today", "/packages/owner/today/today"),
    View("staff-orders", "/packages/owner/orders/orders"),
    View("staff-order", "/packages/owner/order/order?id={paid}"),
    View("staff-order-shipped", "/packages/owner/order/order?id={shipped}"),
    View("staff-refunds", "/packages/owner/refunds/refunds"),
    View("staff-products", "/packages/owner/products/products"),
    View("staff-product", "/packages/owner/product/product?id={product}"),
    View(
        "staff-product-wrong",
        "/packages/owner/product/product?id={plain}",
        "p.typePrice({currentTarget: {dataset: {at: 0}}, detail: {value: 'x'}}); p.save()",
    ),
)
"""A page's first view is the one whose loading, error and offline states are looked at."""

EMPTY = (
    View("home-empty", "/pages/home/home"),
    View("categories-empty", "/pages/categories/categories"),
    View("cart-empty", "/pages/cart/cart"),
    View("me-visitor", "/pages/me/me"),
    View("products-empty", "/packages/shop/products/products?q=nothing%20of%20this%20name"),
    View("orders-empty", "/packages/shop/orders/orders"),
    View("distribution-closed", "/packages/shop/distribution/distribution"),
    View("wallet-empty", "/packages/shop/wallet/wallet"),
    View("coupons-empty", "/packages/shop/coupons/coupons?tab=expired"),
    View("addresses-empty", "/packages/shop/addresses/addresses"),
    View("checkout-without-address", "/packages/shop/checkout/checkout?sku={plain_sku}&quantity=1"),
    View("staff-stranger", "/packages/owner/today/today"),
)
"""What somebody sees who is here for the first time, or in a shop that has nothing yet."""

NOTHING = {
    "**/v1/home": {"chosen": [], "newest": [], "banners": [], "categories": []},
    "**/v1/categories": {"items": []},
}
"""What a shop without goods answers, for the two pages that show what the shop has."""


def pages() -> list[str]:
    """Return every page that app.json names."""
    app = json.loads(APP.read_text())
    inside = [f"{sub['root']}/{page}" for sub in app["subPackages"] for page in sub["pages"]]
    return [*app["pages"], *inside]


def furnish(phone: Phone, shop: OpenShop, stage: Stage) -> dict[str, str]:
    """Give the person an order in every state, a full cart, two addresses and a wallet that moved;
    return the ids.

    The phone is linked to the owner too: one WeChat user may buy in the shop and work in it.
    """
    products = shop.owner.products(state="on_sale")
    details = [shop.product(product["title"]) for product in products]
    with_specs = [each for each in details if len(each["skus"]) > 1]
    [product, *_] = with_specs or details
    plain = next((each for each in details if len(each["skus"]) == 1), details[-1])
    titles = [each["title"] for each in details]
    given = {"product": product["id"], "plain": plain["id"], "plain_sku": plain["skus"][0]["id"]}

    ask(phone, "POST", "/addresses", LONG_ADDRESS)
    given["address"] = ask(phone, "GET", "/addresses")["items"][0]["id"]
    _earn_and_withdraw(phone, shop, stage, titles[0])
    given["unpaid"] = ordered(phone, shop, titles[0])["id"]
    given["paid"] = paid(phone, shop, titles[1])["id"]
    asked = {"order_id": given["paid"], "reason": "other", "description": "拍错了，想换一件大的。"}
    ask(phone, "POST", "/aftersales", asked)
    given["shipped"] = _in_two_parcels(phone, shop, titles[2], titles[3])
    for point in POINTS:
        shop.owner.browser.send("POST", f"{shop.owner.api}/pickup-points", point, wanted=201)
    given["fetched"] = _to_fetch(phone, shop, titles[0])
    given["ready"] = _to_fetch(phone, shop, titles[1])
    shop.owner.browser.send("POST", f"{shop.owner.api}/orders/{given['ready']}/ready")
    done = shipped(phone, shop, titles[4], number="SF1000000000003")["id"]
    given["completed"] = done
    ask(phone, "POST", f"/orders/{done}/confirm-receipt", {})
    given["cancelled"] = ordered(phone, shop, titles[5])["id"]
    ask(phone, "POST", f"/orders/{given['cancelled']}/cancel", {})

    given["discounted"] = _with_coupons(phone, shop, titles[0])
    given["sku"] = product["skus"][-1]["id"]
    scarce, gone = (other for other in details[-4:-2])
    wanted = [(given["sku"], 2), (given["plain_sku"], 1), (scarce["skus"][0]["id"], 1)]
    wanted.append((gone["skus"][0]["id"], 5))
    for sku, quantity in wanted:
        ask(phone, "POST", "/cart/lines", {"sku_id": sku, "quantity": quantity})
    for sku in scarce["skus"]:
        _stock(shop, sku["id"], 0)
    _stock(shop, gone["skus"][0]["id"], 2)
    given["sold_out"] = scarce["id"]
    given["word"] = product["title"].split()[-1]
    assert len(orders(phone)) == 8
    linked(phone, shop)
    return given


LONG_ADDRESS: dict[str, Any] = {
    **ADDRESS,
    "recipient": "欧阳静宜",
    "province": "新疆维吾尔自治区",
    "city": "博尔塔拉蒙古自治州",
    "district": "博乐市",
    "street": "青得里大街与北京路交叉口西北侧人民广场小区 12 号楼 3 单元 1502 室",
    "is_default": True,
}


def _earn_and_withdraw(phone: Phone, shop: OpenShop, stage: Stage, title: str) -> None:
    """A commission in the wallet; of it one withdrawal refused, one to take, one to be looked at."""
    shop.let_recommend(hold_days=0, rate_bp=3_000)
    shop.let_withdraw()
    code = ask(phone, "POST", "/distribution/apply", {})["code"]
    buys_through(code, shop, stage, title)
    earned = lambda: ask(phone, "GET", "/wallet")["available_minor"]  # noqa: E731
    eventually("佣金入账 · the commission in the wallet", earned)
    wish = {"amount_minor": 100}
    refused, taken, _ = (ask(phone, "POST", "/withdrawals", wish)["id"] for _ in range(3))
    shop.answer_withdrawal(refused, "reject", answer="本月推广数据仍在核对，请下月五日以后再次申请提现。")
    shop.answer_withdrawal(taken, "approve")
    state = lambda: ask(phone, "GET", f"/withdrawals/{taken}")["state"]  # noqa: E731
    eventually("待确认 · the transfer", lambda: state() == "wait_user_confirm")


def _with_coupons(phone: Phone, shop: OpenShop, title: str) -> str:
    """Coupons of every look to claim and in the person's hands; one is used for an order."""
    percent = {"kind": "percent", "rate_bp": 1_200, "most_minor": 2_000}
    made = [
        shop.give_out("新人立减", amount_minor=100, per_member=2),
        shop.give_out("店庆折扣，感谢一路相伴的每一位老顾客朋友", **percent),
        shop.give_out("大额满减", amount_minor=20_000, least_minor=500_000),
    ]
    mine = [ask(phone, "POST", f"/coupons/{each}/claim", {})["id"] for each in (*made, made[0])]
    sku = shop.product(title)["skus"][0]["id"]
    address = ask(phone, "GET", "/addresses")["items"][0]["id"]
    wish = {"lines": [{"sku_id": sku, "quantity": 2}], "address_id": address}
    order = ask(phone, "POST", "/orders", {**wish, "member_coupon_id": mine[-1]})
    return str(order["id"])


POINTS: tuple[dict[str, Any], ...] = (
    {"name": "总店", "address": "浙江省杭州市西湖区文三路 1 号", "hours": "每天 9:00–21:00",
     "phone": "0571-88880000"},
    {"name": "博尔塔拉蒙古自治州博乐市人民广场旗舰体验店", "address": "新疆维吾尔自治区博尔塔拉蒙古自治州博乐市"
     "青得里大街与北京路交叉口西北侧人民广场小区 12 号楼 1 层 101", "hours": "周一至周五 10:00–19:30，周末及法定节假日"
     " 11:00–18:00，午间照常营业", "phone": "0909-8888000"},
)  # fmt: skip


def _to_fetch(phone: Phone, shop: OpenShop, title: str) -> str:
    """A paid order that the person comes for, at the point with the longest name."""
    point = ask(phone, "GET", "/pickup-points")["items"][-1]
    pickup = {"point_id": point["id"], "recipient": "欧阳静宜", "phone": "13800001234"}
    return str(paid(phone, shop, title, pickup=pickup)["id"])


def _in_two_parcels(phone: Phone, shop: OpenShop, *titles: str) -> str:
    order = paid(phone, shop, *titles)
    first, second = (line["id"] for line in order["lines"])
    shop.owner.ship(order["id"], "SF", "SF1000000000001", line_id=first)
    shop.owner.ship(order["id"], "ZTO", "ZT1000000000002", line_id=second)
    return str(look(phone, order["id"])["id"])


def _stock(shop: OpenShop, sku: str, on_hand: int) -> None:
    wish = {"on_hand": on_hand, "reason": "counted"}
    shop.owner.browser.send("POST", f"{shop.owner.api}/stock/{sku}/adjust", wish)
