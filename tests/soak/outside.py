"""What nobody of a shop does: WeChat's faults, the wire's, forgers, death, and the platform's staff."""

from collections.abc import Callable

from tenants import context, standing
from tenants.models import Tenant
from tests.soak.cast import Cast
from tests.soak.model import ShopModel

FORGERIES = (
    "bad_signature", "signtest", "wrong_serial", "missing_signature", "old_timestamp",
    "other_mchid", "other_sub_mchid", "other_appid", "amount_plus_one", "amount_minus_one",
    "other_currency", "unknown_order", "other_payer", "wrong_apiv3_key", "not_json",
)  # fmt: skip
MONEY_PATHS = (
    "/v3/pay/partner/transactions/jsapi",
    "/v3/pay/partner/transactions/out-trade-no/",
    "/v3/refund/domestic/refunds",
    "/v3/fund-app/mch-transfer/",
    "/v3/profitsharing/",
    "/v3/",
    "/wxa/",
    "/",
)
SERVER_FAULTS = (
    "500", "429", "system_error", "-1", "cut_after_commit", "half_body", "html",
    "bad_signature", "signtest",
)  # fmt: skip
CALLBACK_FAULTS = ("lose_callbacks", "drop_callbacks", "duplicate_callbacks", "reorder_callbacks")


class Outside(Cast):
    """The rules of the outside."""

    def fault_of_wechat(self) -> str | None:
        wish = {
            "kind": self.rng.choice(SERVER_FAULTS), "path_prefix": self.rng.choice(MONEY_PATHS),
            "times": self.rng.choice((1, 1, 2, 6)),
        }  # fmt: skip
        self.world.wechat.control("POST", "faults", **wish)
        return " ".join(str(part) for part in wish.values())

    def fault_of_callbacks(self) -> str | None:
        kind = self.rng.choice(CALLBACK_FAULTS)
        wish = {"kind": kind, "path_prefix": "/hooks/", "times": self.rng.choice((1, 3)),
                "seconds": 700}  # fmt: skip
        self.world.wechat.control("POST", "faults", **wish)
        return kind

    def storm(self) -> str | None:
        """From now on calls to WeChat are lost on the wire, in either direction."""
        self.world.storm = self.rng.choice((0.0, 0.02, 0.1, 0.5))
        return f"{self.world.storm}"

    def calm(self) -> str | None:
        self.world.storm = 0.0
        told = self.world.wechat.control("DELETE", "faults")
        return str(told["removed_count"])

    def death(self) -> str | None:
        """The next process to work, whoever it works for, dies at a door."""
        self.world.die_next = self.rng.choice((1, 2, 3, 5, 8, 13, 21, 34, 55))
        return str(self.world.die_next)

    def lock(self) -> str | None:
        """Shut a shop: nothing new begins there, and what began is finished."""
        shop = self._any_shop()
        if shop.is_locked:
            return None
        self._move(shop, standing.lock)
        shop.is_locked = True
        return "locked"

    def unlock(self) -> str | None:
        """Open the shops that are shut."""
        locked = [shop for shop in self.shops if shop.is_locked]
        for shop in locked:
            self._move(shop, standing.unlock)
            shop.is_locked = False
        return f"{len(locked)} unlocked" if locked else None

    @staticmethod
    def _move(shop: ShopModel, move: Callable[..., Tenant]) -> None:
        with context.public():
            tenant = Tenant.objects.get(public_id=shop.public_id)
            move(tenant=tenant, reason="looked into", by="staff@example.com")

    def forge(self) -> str | None:
        """Somebody sends what WeChat did not; nothing of it may count."""
        order = self._any_order(lambda o: bool(o.sheets))
        if order is None:
            return None
        number = self._number(order)
        forge = self.rng.choice(FORGERIES)
        status, told = self.world.wechat.attempt(
            "POST", f"orders/{number}/callback", forge=forge
        )
        return f"{forge} {status} {told.get('statuses')}"

    def replay_callback(self) -> str | None:
        order = self._any_order(lambda o: bool(o.sheets))
        if order is None:
            return None
        status, told = self.world.wechat.attempt(
            "POST", f"orders/{self._number(order)}/callback", times=2
        )
        return f"{status} {told.get('statuses')}"

    def refund_goes_wrong(self) -> str | None:
        rows = self.world.wechat.books(
            "SELECT out_refund_no FROM refunds WHERE state IN ('PROCESSING', 'ABNORMAL')"
            " ORDER BY created_at, out_refund_no"
        )
        if not rows:
            return None
        number = self.rng.choice(rows)["out_refund_no"]
        ending = self.rng.choice(("ABNORMAL", "CLOSED", "SUCCESS"))
        status, _ = self.world.wechat.attempt("POST", f"refunds/{number}", status=ending)
        return f"{number} {ending} {status}"

    def transfer_ends(self) -> str | None:
        return self._decide_transfer(self.rng.choice(("expire", "fail")))

    def receipt_at_wechat(self) -> str | None:
        order = self._any_order(lambda o: bool(o.sheets))
        if order is None:
            return None
        path = f"orders/{self._number(order)}/confirm_receipt"
        return str(self.world.wechat.attempt("POST", path)[0])
