"""Who there is, and how the rules find somebody for what is to happen."""

from collections.abc import Callable
from typing import Any

from tests.soak.model import BuyerModel, Errand, OrderModel, ShopModel
from tests.soak.world import Answer, Clerk, World

MOST_BUYERS = 6


class Cast:
    """The actors of a world. All that is chosen is chosen by `world.rng`."""

    def __init__(self, world: World) -> None:
        self.world, self.rng = world, world.rng
        self.errands: list[Errand] = []
        self.users = 0
        self.shops = [self._shop(staged) for staged in world.stage.shops]

    def _shop(self, staged: Any) -> ShopModel:
        base = f"/b/{staged.public_id}/v1"
        return ShopModel(
            public_id=staged.public_id,
            appid=staged.appid,
            sub_mchid=staged.sub_mchid,
            prices={sku: price for _, sku, price, _ in staged.skus},
            products={sku: product for product, sku, _, _ in staged.skus},
            owner=Clerk(self.world, base, {"Accept-Language": "en"}, staged.owner),
            manager=Clerk(self.world, base, {"Accept-Language": "en"}, staged.manager),
            counted={sku: stock for _, sku, _, stock in staged.skus},
        )

    def _newcomer(self, shop: ShopModel) -> str:
        self.users += 1
        clerk = Clerk(self.world, f"/s/{shop.public_id}/v1", {"Accept-Language": "en"})
        buyer = BuyerModel(shop, f"user-{self.users}", clerk)
        said = self._sign_in(buyer)
        if said.startswith("200"):
            shop.buyers.append(buyer)
        return said

    def _sign_in(self, buyer: BuyerModel) -> str:
        told = self.world.wechat.control("POST", "login", appid=buyer.shop.appid, user=buyer.user)
        body = {"appid": buyer.shop.appid, "code": told["code"]}
        answer = buyer.clerk.ask("POST", "/login", body)
        if answer and answer.status == 200:
            buyer.clerk.headers["Authorization"] = f"Bearer {answer.json['token']}"
            buyer.openid, buyer.member = told["openid"], answer.json["member"]["id"]
        return self._said(answer)

    def _by(self, buyer: BuyerModel, method: str, path: str, body: Any = None,
            **headers: str) -> Answer | None:  # fmt: skip
        """Ask as a buyer; one whose sign-in ran out signs in and asks again."""
        answer = buyer.clerk.ask(method, path, body, **headers)
        if answer and answer.status == 401:
            self._sign_in(buyer)
            answer = buyer.clerk.ask(method, path, body, **headers)
        return answer

    @staticmethod
    def _said(answer: Answer | None, about: str = "") -> str:
        said = answer.said if answer else "nobody answered"
        return f"{about} {said}" if about else said

    def _member(self, buyer: BuyerModel) -> Any:
        return buyer.member

    def _any_shop(self) -> ShopModel:
        return self.rng.choice(self.shops)

    def _any_buyer(self, wanted: Callable[[BuyerModel], bool] = lambda _: True) -> Any:
        found = [b for shop in self.shops for b in shop.buyers if wanted(b)]
        return self.rng.choice(found) if found else None

    def _any_sku(self, shop: ShopModel) -> str:
        return self.rng.choice(sorted(shop.prices))

    def _any_order(
        self, wanted: Callable[[OrderModel], bool] = lambda _: True
    ) -> OrderModel | None:
        """One of the newer orders, most often one of the newest."""
        shop = self._any_shop()
        found = [o for buyer in shop.buyers for o in buyer.orders[-12:] if wanted(o)]
        return self.rng.choice(found) if found else None

    def _number(self, order: OrderModel) -> str:
        prepay = order.sheets[-1]["package"].removeprefix("prepay_id=")
        sql = "SELECT out_trade_no FROM prepays WHERE prepay_id = ?"
        return str(self.world.wechat.books(sql, prepay)[0]["out_trade_no"])

    def _key(self) -> dict[str, str]:
        return {"Idempotency-Key": f"key-{self.rng.getrandbits(64):x}"}

    def _decide_transfer(self, action: str) -> str | None:
        rows = self.world.wechat.books(
            "SELECT transfer_bill_no FROM transfers WHERE state IN"
            " ('ACCEPTED', 'PROCESSING', 'WAIT_USER_CONFIRM') ORDER BY transfer_bill_no"
        )
        if not rows:
            return None
        number = self.rng.choice(rows)["transfer_bill_no"]
        status, _ = self.world.wechat.attempt("POST", f"transfers/{number}", action=action)
        return f"{number} {action} {status}"
