"""What the people of a shop do."""

from typing import Any

from billing.wallets import actions as wallets
from kernel.money import Money
from tenants import context, directory
from tests.soak.cast import Cast
from tests.soak.model import ShopModel
from tests.soak.world import Violation


class Staff(Cast):
    """The rules of owners and managers."""

    def reprice(self) -> str | None:
        shop = self._any_shop()
        sku = self._any_sku(shop)
        path = f"/products/{shop.products[sku]}"
        seen = shop.owner.ask("GET", path)
        if seen is None:
            return "nobody answered"
        price = max(1, shop.prices[sku] + self.rng.choice((-300, -1, 1, 250)))
        body = {"prices": [{"sku_id": sku, "price_minor": price}]}
        answer = shop.owner.ask(
            "PATCH", path + "/prices", body, **{"If-Match": str(seen.json["version"])}
        )
        now = shop.owner.ask("GET", path) if answer is None else None
        if (answer and answer.status == 200) or (now and now.json["skus"][0]["price_minor"] == price):
            shop.prices[sku] = price
        return self._said(answer)

    def restock(self) -> str | None:
        shop = self._any_shop()
        sku, delta = self._any_sku(shop), self.rng.choice((-2, 1, 5, 20))
        before = self._on_hand(shop, sku)
        body = {"delta": delta, "reason": "counted"}
        answer = shop.manager.ask("POST", f"/stock/{sku}/adjust", body)
        shop.counted[sku] += self._on_hand(shop, sku) - before
        return self._said(answer)

    def _on_hand(self, shop: ShopModel, sku: str) -> int:
        found = None
        while found is None:
            found = shop.owner.ask("GET", "/stock?limit=100")
        return int(next(r["on_hand"] for r in found.json["items"] if r["sku_id"] == sku))

    def change_freight(self) -> str | None:
        shop = self._any_shop()
        flat, free_from = self.rng.choice(((0, None), (800, 9_900), (1_200, None)))
        answer = None
        while answer is None:
            body = {"flat_minor": flat, "free_from_minor": free_from}
            answer = shop.owner.ask("PUT", "/orders/freight", body)
        if answer.status == 200:
            shop.freight = (flat, free_from)
        return self._said(answer)

    def ship(self) -> str | None:
        order = self._any_order()
        if order is None:
            return None
        desk, path = order.buyer.shop.manager, f"/orders/{order.id}"
        seen = desk.ask("GET", path)
        if seen is None or seen.json["state"] != "paid":
            return self._said(seen, "looked")
        body = {"carrier_code": "SF", "tracking_number": f"SF{self.rng.randrange(10**10):010d}"}
        line = self.rng.choice(seen.json["lines"])
        left = line["quantity"] - line["quantity_shipped"] - line["quantity_cancelled"]
        if self.rng.random() < 0.25 and left > 0:
            body["lines"] = [{"line_id": line["id"], "quantity": self.rng.randrange(1, left + 1)}]
        return self._said(desk.ask("POST", path + "/parcels", body))

    def make_ready(self) -> str | None:
        """Lay an order at the counter; one that is sent must refuse."""
        order = self._any_order()
        if order is None:
            return None
        answer = order.buyer.shop.manager.ask("POST", f"/orders/{order.id}/ready")
        if answer and answer.status == 200 and not order.is_fetched:
            raise Violation(f"order {order.id} is sent, and lies at the counter")
        return self._said(answer)

    def hand_over(self) -> str | None:
        """The buyer shows the code of the order; sometimes a wrong one is read."""
        order = self._any_order(lambda o: o.is_fetched and o.is_tapped)
        if order is None:
            return None
        seen = self._by(order.buyer, "GET", f"/orders/{order.id}")
        ticket = seen.json["ticket"] if seen and seen.status == 200 else None
        if ticket is None:
            return self._said(seen, "looked")
        code, is_wrong = ticket["code"], self.rng.random() < 0.2
        if is_wrong:
            code = f"{(int(code) + 1) % 10**6:06d}"
        path = f"/orders/{order.id}/hand-over"
        answer = order.buyer.shop.manager.ask("POST", path, {"code": code})
        if is_wrong and answer and answer.status == 200:
            raise Violation(f"order {order.id} was handed over for a wrong code")
        return self._said(answer, "wrong" if is_wrong else "right")

    def refund(self) -> str | None:
        order = self._any_order()
        if order is None:
            return None
        desk, path = order.buyer.shop.owner, f"/orders/{order.id}/refund"
        return self._said(desk.ask("POST", path, {"reason": "broken"}, **self._key()))

    def refund_a_part(self) -> str | None:
        order = self._any_order()
        if order is None:
            return None
        desk, path = order.buyer.shop.owner, f"/orders/{order.id}"
        seen = desk.ask("GET", path)
        if seen is None or seen.json["state"] in {"unpaid", "cancelled"}:
            return self._said(seen, "looked")
        line = self.rng.choice(seen.json["lines"])
        part: dict[str, Any] = {"line_id": line["id"], "quantity": 1}
        if self.rng.random() < 0.5:
            part = {"line_id": line["id"], "amount_minor": self.rng.choice((1, 50, 700))}
        body = {"lines": [part], "reason": "a part", "is_restocked": self.rng.random() < 0.5}
        answer = desk.ask("POST", path + "/returns", body, **self._key())
        if answer and answer.status == 201 and answer.json["state"] == "waiting":
            order.buyer.shop.returns.append((order.id, answer.json["id"]))
        return self._said(answer)

    def second_person(self) -> str | None:
        shop = self._any_shop()
        if not shop.returns:
            return None
        order, row = shop.returns.pop()
        verb = self.rng.choice(("approve", "approve", "decline"))
        return self._said(shop.manager.ask("POST", f"/orders/{order}/returns/{row}/{verb}"))

    def answer_request(self) -> str | None:
        buyer = self._any_buyer(lambda b: bool(b.aftersales))
        if buyer is None:
            return None
        path = f"/aftersales/{self.rng.choice(buyer.aftersales[-5:])}"
        if self.rng.random() < 0.7:
            return self._said(buyer.shop.owner.ask("POST", path + "/agree", {}))
        return self._said(buyer.shop.owner.ask("POST", path + "/refuse", {"answer": "no"}))

    def look_at_pages(self) -> str | None:
        shop = self._any_shop()
        path = self.rng.choice(
            ("/orders", "/statements", "/period", "/ledger/balances", "/today", "/wallets",
             "/withdrawals", "/differences", "/orders/shipping-alarms", "/aftersales")
        )  # fmt: skip
        return self._said(shop.owner.ask("GET", path), path)

    def owe_commission(self) -> str | None:
        """A member earned a commission; later it may be taken back."""
        buyer = self._any_buyer()
        member = self._member(buyer)
        amount = Money(self.rng.choice((300, 1_234, 30_000)))
        reference = f"line-{self.rng.getrandbits(64):x}"
        why = {"order_number": "2611280000000001", "base_minor": 10, "rate_bp": 1_000}
        shop = directory.shop_by_public_id(buyer.shop.public_id)
        assert shop is not None
        with context.activate(shop):
            if buyer.credited > 20_000 and self.rng.random() < 0.3:
                wallets.claw_back(holder=member, amount=amount, reference=reference, why=why)
                buyer.credited -= amount.minor
                return f"back {amount.minor}"
            wallets.credit(holder=member, amount=amount, reference=reference, why=why)
        buyer.credited += amount.minor
        return f"{amount.minor}"

    def decide_withdrawal(self) -> str | None:
        buyer = self._any_buyer(lambda b: bool(b.withdrawals))
        if buyer is None:
            return None
        desk = self.rng.choice((buyer.shop.owner, buyer.shop.manager))
        path = f"/withdrawals/{self.rng.choice(buyer.withdrawals[-4:])}"
        verb = self.rng.choice(("approve",) * 6 + ("reject", "stop", "retry", "paid-by-hand"))
        body = {"answer": "so"} if verb in {"reject", "paid-by-hand"} else None
        return f"{verb} " + self._said(desk.ask("POST", f"{path}/{verb}", body))
