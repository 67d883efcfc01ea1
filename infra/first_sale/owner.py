"""The owner's part: sign up, open the shop, connect WeChat, import, ship, give back."""

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.first_sale.checking import Checker, Difference, eventually
from infra.first_sale.expected import Freight
from infra.first_sale.visitors import Browser

Row = dict[str, Any]


@dataclass
class Owner:
    """A person who opens a shop with nothing but a browser."""

    browser: Browser
    check: Checker
    email: str
    shop: str = ""

    @property
    def api(self) -> str:
        """Return the path of the shop's backoffice."""
        return f"/b/{self.shop}/v1"

    def sign_up(self) -> None:
        """Make an account on the portal."""
        password = secrets.token_urlsafe(16)
        form = {"email": self.email, "password1": password}
        arrived = self.browser.fill_in("/accounts/signup/", form)
        self.check.same("注册后的页面 · the page after signing up", arrived, "/start/")

    def open_shop(self, name: str) -> float:
        """Name the shop and wait until it stands; return the seconds that took."""
        began = time.monotonic()
        arrived = self.browser.fill_in("/start/", {"name": name}, action="/shops/")
        self.shop = arrived.removeprefix("/shops/").strip("/")
        eventually(
            "小铺开张 · the shop's opening",
            lambda: self.browser.get(f"/shops/{self.shop}/state.json")["is_ready"],
        )
        took = time.monotonic() - began
        told = self.browser.get(f"{self.api}/shop")
        self.check.same("小铺状态 · the shop's state", told["state"], "trial")
        self.check.same("我的角色 · my role", told["role"], "owner")
        return took

    def remove_samples(self) -> int:
        """Take the sample goods away once they are there; return how many there were."""
        samples = eventually("示例商品 · the samples", self.products)
        page = f"/shops/{self.shop}/"
        self.browser.fill_in(page, {}, action=f"{page}samples/remove/")
        self.check.same("剩余示例 · samples left", self.products(state="on_sale"), [])
        return len(samples)

    def connect_wechat(self, *, appid: str, sub_mchid: str) -> None:
        """Enter the two numbers WeChat gave."""
        numbers = {"appid": appid, "sub_mchid": sub_mchid}
        self.browser.fill_in(f"/shops/{self.shop}/wechat/", numbers)
        told = self.browser.get(f"{self.api}/shop")["wechat"]
        self.check.same("已连接微信 · WeChat", told, {"appids": [appid], "sub_mchid": sub_mchid})

    def import_file(self, path: Path, *, dry_run: bool = False) -> Row:
        """Hand a product file in; return the import. A file with errors changes nothing."""
        with path.open("rb") as content:
            answer = self.browser.ask(
                "POST",
                f"{self.api}/imports",
                wanted=201,
                files={"file": (path.name, content, "text/csv")},
                data={"dry_run": str(dry_run).lower()},
            )
        told: Row = answer.json()
        outcome = "previewed" if dry_run else "done"
        self.check.same("导入错误 · errors in the file", told["errors"], [])
        self.check.same("导入结果 · outcome", told["outcome"], outcome)
        return told

    def read_import(self, import_id: str) -> Row:
        """Return an import, with how its pictures are coming along."""
        return dict(self.browser.get(f"{self.api}/imports/{import_id}"))

    def publish_drafts(self) -> None:
        """Put on sale what the file left as a draft."""
        for product in self.products(state="draft"):
            self.browser.send("POST", f"{self.api}/products/{product['id']}/publish")

    def set_freight(self, rule: Freight) -> None:
        """Say what delivery costs."""
        wish = {"flat_minor": rule.flat_minor, "free_from_minor": rule.free_from_minor}
        self.check.same(
            "运费规则 · delivery rule",
            self.browser.send("PUT", f"{self.api}/orders/freight", wish),
            wish,
        )

    def products(self, state: str = "") -> list[Row]:
        """Return all of the shop's products."""
        return list(self._all("/products", **({"state": state} if state else {})))

    def stock(self) -> dict[str, tuple[int, int]]:
        """Return pieces on hand and reserved, by SKU."""
        return {row["sku_id"]: (row["on_hand"], row["reserved"]) for row in self._all("/stock")}

    def order(self, order_id: str) -> Row:
        """Return an order as staff see it."""
        return dict(self.browser.get(f"{self.api}/orders/{order_id}"))

    def ship(self, order_id: str, carrier: str, number: str, line_id: str | None = None) -> Row:
        """Note a parcel: all of one line, or whatever is left."""
        wish: Row = {"carrier_code": carrier, "tracking_number": number}
        if line_id is not None:
            lines = {line["id"]: line for line in self.order(order_id)["lines"]}
            wish["lines"] = [{"line_id": line_id, "quantity": lines[line_id]["quantity"]}]
        path = f"{self.api}/orders/{order_id}/parcels"
        return dict(self.browser.send("POST", path, wish))

    def refund(self, order_id: str, reason: str) -> None:
        """Give all of the money back; the same request again changes nothing."""
        path, key = f"{self.api}/orders/{order_id}/refund", secrets.token_hex(16)
        headers = {"Idempotency-Key": key}
        first, again = (
            self.browser.ask("POST", path, json={"reason": reason}, headers=headers)
            for _ in range(2)
        )
        self.check.same("重复的退款请求 · the refund asked twice", again.content, first.content)

    def statement(self, days: list[str]) -> dict[str, int]:
        """Return the figures of the statements of these days, added up."""
        total: dict[str, int] = {}
        for day in days:
            told = self.browser.get(f"{self.api}/statements/{day}")
            for name, figure in told.items():
                if name.endswith(("_minor", "_count")):
                    total[name] = total.get(name, 0) + figure
        return total

    def lines_behind(self, figure: str, days: list[str]) -> list[Row]:
        """Return the journal lines that make up a figure."""
        return [
            line for day in days for line in self._all(f"/statements/{day}/lines", figure=figure)
        ]

    def balances(self) -> dict[str, int]:
        """Return what every account of the books holds."""
        told = self.browser.get(f"{self.api}/ledger/balances")
        return {row["account"]: row["amount_minor"] for row in told["balances"]}

    def _all(self, path: str, **query: Any) -> Iterator[Row]:
        """Yield the rows of every page of a list."""
        return every_row(self.browser.get, self.api + path, query)


def every_row(get: Any, path: str, query: dict[str, Any]) -> Iterator[Row]:
    """Yield the rows of every page of a list; raise Difference for one that never ends."""
    cursor: str | None = None
    for _ in range(1_000):
        page = get(path, **query, **({"cursor": cursor} if cursor else {}))
        yield from page["items"]
        cursor = page["next"]
        if not cursor:
            return
    raise Difference(f"{path}：列表没有尽头\n{path}: the list has no end")
