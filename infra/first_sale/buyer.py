"""The customer's part: look around, order, pay, follow, confirm."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from infra.first_sale.catalogue import Catalogue, Ware
from infra.first_sale.checking import Checker, eventually
from infra.first_sale.expected import Purchase
from infra.first_sale.owner import every_row
from infra.first_sale.visitors import MiniProgram

Row = dict[str, Any]
Control = Callable[[str, str, dict[str, Any] | None], Any]
ADDRESS = {
    "recipient": "收件人",
    "phone": "13800001234",
    "province": "浙江省",
    "city": "杭州市",
    "district": "西湖区",
    "street": "龙井路 1 号",
}


@dataclass
class Buyer:
    """A customer with a mini-program. `wechat` is the hand on WeChat's own side."""

    program: MiniProgram
    check: Checker
    wechat: Control
    shop: str
    appid: str
    openid: str = ""
    address_id: str = ""

    @property
    def api(self) -> str:
        """Return the path of the shop's storefront."""
        return f"/s/{self.shop}/v1"

    def sign_in(self, user: str) -> None:
        """Sign in through WeChat, and leave an address."""
        told = self.wechat("POST", "login", {"appid": self.appid, "user": user})
        self.openid = told["openid"]
        self.program.sign_in(f"{self.api}/login", appid=self.appid, code=told["code"])
        added = self.program.send("POST", f"{self.api}/addresses", ADDRESS, wanted=201)
        self.address_id = added["id"]

    def browse(self, catalogue: Catalogue) -> int:
        """Walk through the list, five at a time, and compare every product with the file."""
        found = list(every_row(self.program.get, f"{self.api}/products", {"limit": 5}))
        products = catalogue.products
        self.check.same("在售商品数 · products on sale", len(found), len(products))
        by_title = {wares[0].title: wares for wares in products.values()}
        for card in found:
            wares = by_title[card["title"]]
            prices = [ware.price_minor for ware in wares]
            self.check.figures(
                card["title"],
                card,
                {
                    "price_minor": min(prices),
                    "max_price_minor": max(prices),
                    "is_available": any(ware.stock for ware in wares),
                },
            )
        return len(found)

    def find(self, ware: Ware, siblings: list[Ware]) -> str:
        """Search for a ware, open its page, compare each of its SKUs with the file; return it."""
        found = self.program.get(f"{self.api}/search", q=ware.title[:64])["items"]
        hits = [card["id"] for card in found if card["title"] == ware.title]
        self.check.same(f"搜索 · search for {ware.title}", len(hits), 1)
        page = self.program.get(f"{self.api}/products/{hits[0]}")
        skus = {_values(sku, page["specs"]): sku for sku in page["skus"]}
        self.check.same(
            f"{ware.title} 规格、单价、库存 · options, prices, stock",
            {values: (sku["price_minor"], sku["available"]) for values, sku in skus.items()},
            {each.values: (each.price_minor, each.stock) for each in siblings},
        )
        return str(skus[ware.values]["id"])

    def fill_cart(self, bought: Purchase, sku_ids: list[str]) -> None:
        """Put everything into the cart and compare its total."""
        cart: Row = {}
        for sku_id, (_, quantity) in zip(sku_ids, bought.lines, strict=True):
            line = {"sku_id": sku_id, "quantity": quantity}
            cart = self.program.send("POST", f"{self.api}/cart/lines", line)
        self.check.figures("购物车 · cart", cart, {"goods_minor": bought.goods})
        self.check.same("无效商品 · lines that cannot be bought", cart["invalid"], [])

    def order(self, bought: Purchase, wish: Row) -> Row:
        """Ask what it costs, order it, order it again with the same key; return the order."""
        preview = self.program.send(
            "POST", f"{self.api}/checkout/preview", wish | {"address_id": self.address_id}
        )
        figures = {
            "goods_minor": bought.goods,
            "freight_minor": bought.freight,
            "total_minor": bought.total,
        }
        self.check.figures("结算预览 · preview", preview, figures)
        explained = sum(reason["amount_minor"] for reason in preview["explain"])
        self.check.same("金额说明之和 · the explanation's sum", explained, bought.total)
        order = self._create(
            wish | {"address_id": self.address_id, "expected_total_minor": bought.total}
        )
        self.check.figures("订单 · order", self.look(order["id"]), figures)
        self.check.same("新订单状态 · a new order's state", order["state"], "unpaid")
        return order

    def look(self, order_id: str) -> Row:
        """Return an order as its buyer sees it."""
        return dict(self.program.get(f"{self.api}/orders/{order_id}"))

    def pay(self, order_id: str) -> str:
        """Pay in WeChat with the parameters the platform signed; return WeChat's order number."""
        asked = self.program.send("POST", f"{self.api}/orders/{order_id}/pay", {})
        sheet = asked | {"appid": self.appid, "openid": self.openid, "wait": True}
        told = self.wechat("POST", "pay", sheet)
        self.check.same("微信支付 · WeChat Pay", told["errMsg"], "requestPayment:ok")
        self.check.same("支付回调 · the callback's answer", told["callback_statuses"], [204])
        return str(told["out_trade_no"])

    def wait_until(self, order_id: str, state: str) -> Row:
        """Wait until the order is in this state."""
        return eventually(
            f"订单变为 {state} · the order's becoming {state}",
            lambda: found if (found := self.look(order_id))["state"] == state else None,
        )

    def confirm_receipt(self, order_id: str, out_trade_no: str) -> Row:
        """Confirm receipt: inside WeChat, which settles the money, and then at the shop."""
        self.wechat("POST", f"orders/{out_trade_no}/confirm_receipt", None)
        path = f"{self.api}/orders/{order_id}/confirm-receipt"
        return dict(self.program.send("POST", path))

    def _create(self, wish: Row) -> Row:
        key = {"Idempotency-Key": secrets.token_hex(16)}
        first, again = (
            self.program.ask("POST", f"{self.api}/orders", wanted=201, json=wish, headers=key)
            for _ in range(2)
        )
        self.check.same("重复下单 · the same order twice", again.content, first.content)
        self.check.same("重放标记 · the replay's mark", again.headers["Idempotent-Replay"], "true")
        return dict(first.json())


def _values(sku: Row, specs: list[Row]) -> tuple[str, ...]:
    """Return the values of a SKU in the order of the product's specs."""
    chosen = set(sku["value_ids"])
    return tuple(v["value"] for spec in specs for v in spec["values"] if v["id"] in chosen)
