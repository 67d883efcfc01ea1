"""What visitors do, over HTTP: a list, a product, a search, a whole purchase."""

import json
import random
import secrets
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlsplit

ADDRESS = {
    "recipient": "测试", "phone": "13800138000", "province": "浙江省", "city": "杭州市",
    "district": "西湖区", "street": "龙井路 1 号",
}  # fmt: skip


class WentWrong(Exception):
    """The platform did not answer as it should; a measurement of errors measures nothing."""


@dataclass(frozen=True)
class Wares:
    """The measured shop, as `infra.bench.wares` tells of it."""

    public_id: str
    schema: str
    appid: str
    categories: list[str]
    products: list[str]
    skus: list[str]
    words: list[str]


class Door:
    """One kept-open connection to a program that speaks JSON."""

    def __init__(self, url: str) -> None:
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
        self.requests = 0

    def call(
        self, method: str, path: str, body: object = None, *, expect: int = 200, **headers: str
    ) -> Any:
        """Send a request and return the JSON of the answer, which must have this status."""
        content = None if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if content is not None:
            named["Content-Type"] = "application/json"
        self._connection.request(method, path, body=content, headers=named)
        answer = self._connection.getresponse()
        received = answer.read()
        self.requests += 1
        if answer.status != expect:
            raise WentWrong(f"{method} {path}: {answer.status} {received[:500]!r}")
        return json.loads(received)

    def close(self) -> None:
        """Hang up; the next call dials again."""
        self._connection.close()


class Visitor:
    """A signed-in member of the measured shop with an address. One to a thread."""

    def __init__(self, door: Door, simulator: Door, wares: Wares, name: str) -> None:
        self.wares, self.random = wares, random.Random(name)  # noqa: S311  # no secret
        self.door, self.simulator = door, simulator
        self.base = f"/s/{wares.public_id}/v1"
        self.token = self._sign_in(name)
        self.address = str(self._call("POST", "/addresses", ADDRESS, expect=201)["id"])

    def list_products(self) -> None:
        """W1: twenty products of a category, with price and picture."""
        category = self.random.choice(self.wares.categories)
        page = self.door.call("GET", f"{self.base}/products?category={category}&limit=20")
        if not page["items"] or not page["items"][0]["image_url"]:
            raise WentWrong("the list is empty, or without pictures")

    def show_product(self) -> None:
        """W2: a product with its SKUs."""
        product = self.random.choice(self.wares.products)
        if len(self.door.call("GET", f"{self.base}/products/{product}")["skus"]) != 3:
            raise WentWrong("the product has not its three SKUs")

    def search(self) -> None:
        """W4: twenty products that hold a word, Chinese or Latin."""
        word = quote(self.random.choice(self.wares.words))
        if not self.door.call("GET", f"{self.base}/search?q={word}&limit=20")["items"]:
            raise WentWrong(f"nothing found for {word}")

    def all_products(self) -> list[str]:
        """Return the ids of all products on sale, the shop's samples included."""
        found: list[str] = []
        path = f"{self.base}/products?limit=50"
        after = ""
        while True:
            page = self.door.call("GET", path + after)
            found += [one["id"] for one in page["items"]]
            if not page["next"]:
                return found
            after = f"&cursor={quote(page['next'])}"

    def order(self) -> str:
        """Preview two items and order them at that price; return the order's id."""
        lines = [{"sku_id": sku, "quantity": 1} for sku in self._two_skus()]
        return self._buy({"lines": lines, "address_id": self.address})

    def check_out(self) -> str:
        """W3: two items into the cart, address, preview, order, pay; return the order's id.

        The simulator has called back, and was answered, when this returns.
        """
        order_id = self.order_from_cart()
        told = self.pay(order_id, {"wait": True})
        if told["callback_statuses"] != [204]:
            raise WentWrong(f"the callback was refused: {told}")
        return order_id

    def keep_in_cart(self) -> None:
        """Put two items into the cart."""
        for sku in self._two_skus():
            self._call("POST", "/cart/lines", {"sku_id": sku, "quantity": 1})

    def order_from_cart(self) -> str:
        """Put two items into the cart, look up the address, preview and order them."""
        self.keep_in_cart()
        address = self._call("GET", "/addresses")["items"][0]["id"]
        return self._buy({"from_cart": True, "address_id": address})

    def pay(self, order_id: str, plan: dict[str, Any]) -> dict[str, Any]:
        """Pay at the simulator, which calls back as the plan says; return what it tells."""
        return self.pay_asked(self.ask_to_pay(order_id), plan)

    def ask_to_pay(self, order_id: str) -> dict[str, Any]:
        """Return what the mini-program hands to WeChat."""
        asked: dict[str, Any] = self._call("POST", f"/orders/{order_id}/pay")
        return asked

    def pay_asked(self, asked: dict[str, Any], plan: dict[str, Any]) -> dict[str, Any]:
        """Pay what was asked for at the simulator; return what it tells."""
        paid = {**asked, **plan, "appid": self.wares.appid}
        told: dict[str, Any] = self.simulator.call("POST", "/_control/pay", paid)
        if told["errMsg"] != "requestPayment:ok":
            raise WentWrong(f"the payment was refused: {told}")
        return told

    def leave(self) -> None:
        """Hang up."""
        self.door.close()
        self.simulator.close()

    def _buy(self, wanted: dict[str, Any]) -> str:
        total = self._call("POST", "/checkout/preview", wanted)["total_minor"]
        wanted = {**wanted, "expected_total_minor": total}
        key = secrets.token_hex(12)
        return str(self._call("POST", "/orders", wanted, expect=201, Idempotency_Key=key)["id"])

    def _two_skus(self) -> list[str]:
        return self.random.sample(self.wares.skus, 2)

    def _sign_in(self, name: str) -> str:
        wish = {"appid": self.wares.appid, "user": name}
        code = self.simulator.call("POST", "/_control/login", wish)["code"]
        login = {"appid": self.wares.appid, "code": code}
        return str(self.door.call("POST", f"{self.base}/login", login)["token"])

    def _call(
        self, method: str, path: str, body: object = None, *, expect: int = 200, **headers: str
    ) -> Any:
        bearer = f"Bearer {self.token}"
        return self.door.call(
            method, self.base + path, body, expect=expect, Authorization=bearer, **headers
        )
