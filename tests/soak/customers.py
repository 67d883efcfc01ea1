"""What customers do: at our doors, and in WeChat when they pay."""

from typing import Any

from tests.soak.cast import MOST_BUYERS, Cast
from tests.soak.model import Errand, OrderModel
from tests.soak.world import Answer, Clerk, Violation

ADDRESS = {
    "recipient": "收货人", "phone": "13800001234", "province": "浙江省", "city": "杭州市",
    "district": "西湖区", "street": "文三路 1 号",
}  # fmt: skip
COMES = {"recipient": "取货人", "phone": "13800001234"}
CALLBACK_PLANS = (
    *({"callback": "normal"},) * 5,
    {"callback": "drop"},
    {"callback": "duplicate", "times": 3},
    {"callback": "delay", "delay_seconds": 400},
    {"callback": "delay", "delay_seconds": 4_000},
)


class Customers(Cast):
    """The rules of customers."""

    def newcomer(self) -> str | None:
        shop = self._any_shop()
        return self._newcomer(shop) if len(shop.buyers) < MOST_BUYERS else None

    def browse(self) -> str | None:
        buyer = self._any_buyer()
        paths = ["/home", "/products", "/categories", "/me", "/cart", "/orders", "/wallet",
                 "/products/" + self.rng.choice(sorted(set(buyer.shop.products.values()))),
                 "/search?q=Tea", "/wallet/entries", "/withdrawals", "/aftersales"]  # fmt: skip
        path = self.rng.choice(paths)
        return self._said(self._by(buyer, "GET", path), path)

    def fill_cart(self) -> str | None:
        buyer = self._any_buyer()
        sku, count = self._any_sku(buyer.shop), self.rng.randrange(1, 4)
        answer = self._by(buyer, "POST", "/cart/lines", {"sku_id": sku, "quantity": count})
        return self._said(answer)

    def order(self) -> str | None:
        buyer = self._any_buyer()
        if not buyer.address:
            answer = self._by(buyer, "POST", "/addresses", ADDRESS)
            if answer and answer.status == 201:
                buyer.address = answer.json["id"]
            return self._said(answer)
        skus = self.rng.sample(sorted(buyer.shop.prices), self.rng.choice((1, 1, 2, 3)))
        pieces = {sku: self.rng.choice((1, 1, 2, 5)) for sku in skus}
        body: dict[str, Any] = {"address_id": buyer.address}
        if self.rng.random() < 0.2:
            body = {"pickup": {"point_id": buyer.shop.point, **COMES}}
        if self.rng.random() < 0.2:
            pieces = {}
            body["from_cart"] = True
        else:
            body["lines"] = [{"sku_id": s, "quantity": n} for s, n in pieces.items()]
        key = f"order-{self.rng.getrandbits(64):x}"
        errand = Errand(buyer, body, key, pieces, set())
        return self._order(errand)

    def repeat_errand(self) -> str | None:
        """Ask again where the answer was lost, and sometimes where it was not."""
        if not self.errands:
            return None
        return self._order(self.errands.pop(self.rng.randrange(len(self.errands))))

    def _order(self, errand: Errand) -> str:
        shop, buyer = errand.buyer.shop, errand.buyer
        errand.costs.add(shop.cost(errand.pieces, is_fetched=errand.is_fetched))
        answer = self._by(buyer, "POST", "/orders", errand.body, **{"Idempotency-Key": errand.key})
        if answer is None:
            self.errands.append(errand)
            return "nobody answered"
        if answer.status == 201:
            if shop.is_locked:
                raise Violation("a locked shop took an order")
            self._ordered(errand, answer)
            if not errand.is_done and self.rng.random() < 0.05:
                errand.is_done = True
                self.errands.append(errand)  # the buyer taps again
        return answer.said

    def _ordered(self, errand: Errand, answer: Answer) -> None:
        buyer, told = errand.buyer, answer.json
        known = [order for order in buyer.orders if order.id == told["id"]]
        if known:
            if known[0].total != told["total_minor"]:
                raise Violation(f"a repeated order costs {told['total_minor']}")
            return
        if errand.pieces and told["total_minor"] not in errand.costs:
            raise Violation(f"an order of {errand.costs} costs {told['total_minor']}")
        made = OrderModel(
            told["id"], buyer, told["total_minor"], dict(errand.pieces), is_fetched=errand.is_fetched
        )
        buyer.orders.append(made)

    def pay(self) -> str | None:
        is_new = self.rng.random() < 0.85
        order = self._any_order(lambda o: not (is_new and o.is_tapped))
        if order is None:
            return None
        answer = self._by(order.buyer, "POST", f"/orders/{order.id}/pay", {})
        if answer is None or answer.status != 200:
            return self._said(answer)
        if order.buyer.shop.is_locked:
            raise Violation("a locked shop let a buyer pay")
        order.sheets.append(answer.json)
        if self.rng.random() < 0.15:
            return f"{answer.status} put aside"
        return f"{answer.status} {self._tap(order, answer.json)}"

    def pay_by_an_old_sheet(self) -> str | None:
        """Whatever happened meanwhile: WeChat knows the sheet."""
        order = self._any_order(lambda o: bool(o.sheets))
        return self._tap(order, self.rng.choice(order.sheets)) if order else None

    def refuse_to_pay(self) -> str | None:
        order = self._any_order(lambda o: bool(o.sheets))
        return self._tap(order, order.sheets[-1], action="refuse") if order else None

    def _tap(self, order: OrderModel, sheet: dict[str, Any], **wish: Any) -> str:
        buyer = order.buyer
        plan = self.rng.choice(CALLBACK_PLANS)
        told = self.world.wechat.control(
            "POST", "pay", **sheet, appid=buyer.shop.appid, openid=buyer.openid, **plan, **wish
        )
        order.is_tapped = order.is_tapped or told["errMsg"] == "requestPayment:ok"
        return f"{told['errMsg']} {told.get('transaction_id', '')}"

    def refresh(self) -> str | None:
        order = self._any_order()
        if order is None:
            return None
        return self._said(self._by(order.buyer, "POST", f"/orders/{order.id}/refresh"))

    def cancel(self) -> str | None:
        order = self._any_order()
        if order is None:
            return None
        return self._said(self._by(order.buyer, "POST", f"/orders/{order.id}/cancel"))

    def confirm_receipt(self) -> str | None:
        order = self._any_order()
        if order is None:
            return None
        return self._said(self._by(order.buyer, "POST", f"/orders/{order.id}/confirm-receipt"))

    def ask_back(self) -> str | None:
        order = self._any_order()
        if order is None:
            return None
        body = {"order_id": order.id, "reason": self.rng.choice(("not_wanted", "damaged"))}
        answer = self._by(order.buyer, "POST", "/aftersales", body, **self._key())
        if answer and answer.status == 201:
            order.buyer.aftersales.append(answer.json["id"])
        return self._said(answer)

    def take_request_back(self) -> str | None:
        buyer = self._any_buyer()
        if not buyer.aftersales:
            return None
        path = f"/aftersales/{self.rng.choice(buyer.aftersales[-5:])}/cancel"
        return self._said(self._by(buyer, "POST", path))

    def stranger(self) -> str | None:
        """Look at what belongs to somebody else, there or here, with a token of one's own."""
        order, other = self._any_order(), self._any_buyer()
        if order is None or other is order.buyer:
            return None
        home = order.buyer.shop.public_id
        clerk = Clerk(self.world, f"/s/{home}/v1", dict(other.clerk.headers))
        verb = self.rng.choice(("", "/pay", "/cancel", "/refresh", "/confirm-receipt"))
        answer = clerk.ask("POST" if verb else "GET", f"/orders/{order.id}{verb}")
        if answer and answer.status not in {401, 403, 404}:
            raise Violation(f"a stranger was answered {answer.status} by {verb or 'show'}")
        desk = self.rng.choice(self.shops)
        if desk.public_id != home:
            clerk = Clerk(self.world, f"/b/{home}/v1", {})
            clerk.client = desk.owner.client
            told = clerk.ask("GET", f"/orders/{order.id}")
            if told and told.status not in {401, 403, 404}:
                raise Violation(f"another shop's owner was answered {told.status}")
        return self._said(answer)

    def withdraw(self) -> str | None:
        buyer = self._any_buyer(lambda b: b.credited > 0)
        if buyer is None:
            return None
        amount = self.rng.choice((100, 777, 2_500, 21_000))
        body = {"amount_minor": amount}
        answer = self._by(buyer, "POST", "/withdrawals", body, **self._key())
        if answer and answer.status == 201:
            buyer.withdrawals.append(answer.json["id"])
        return self._said(answer)

    def cancel_withdrawal(self) -> str | None:
        buyer = self._any_buyer(lambda b: bool(b.withdrawals))
        if buyer is None:
            return None
        path = f"/withdrawals/{self.rng.choice(buyer.withdrawals[-4:])}"
        verb = self.rng.choice(("/cancel", "/refresh"))
        return self._said(self._by(buyer, "POST", path + verb))

    def take_the_money(self) -> str | None:
        """Confirm in WeChat that one takes what was transferred."""
        return self._decide_transfer("confirm")
