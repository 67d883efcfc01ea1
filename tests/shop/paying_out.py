"""A shop that pays out through the simulator: a member, an owner, and WeChat's own hand."""

from typing import Any

from django.test import Client

from billing.wallets import actions as wallets
from billing.withdrawals import transferring
from billing.withdrawals.models import Withdrawal
from kernel import identifiers
from kernel.money import Money
from tenants import actions as tenants
from tenants import context
from tenants.context import Shop
from tenants.models import Tenant
from tests.shop.buying import Buyer
from tests.wechat_simulator.stage import Simulated, payload_bytes
from wechat import breaker
from wechat.credentials import Credentials

RULES = {
    "is_open": True, "minimum_minor": 100, "fee_bp": 100, "fee_fixed_minor": 10,
    "daily_minor": 200_000, "daily_count": 5, "second_approval_from_minor": 50_000,
}  # fmt: skip


class PayOut:
    """One shop at the simulator."""

    def __init__(self, simulated: Simulated, shop: Shop, settings: Any) -> None:
        breaker.reset()
        self.simulated, self.shop = simulated, shop
        settings.WECHAT = Credentials.read(simulated.program.directory / "credentials.json")
        settings.PUBLIC_URL = "http://127.0.0.1:9"  # nobody there: callbacks are carried by hand
        made = simulated.control("POST", "mini_programs", name="Teahouse")
        self.appid, self.sub_mchid = made["appid"], made["sub_mchid"]
        with context.public():
            tenant = Tenant.objects.get(pk=shop.id)
            tenants.connect_wechat(tenant=tenant, appid=self.appid, sub_mchid=self.sub_mchid)
        with context.activate(shop):
            transferring.ask_grant()

    def member(self, user: str = "alice") -> Buyer:
        """Somebody who is signed in."""
        told = self.simulated.control("POST", "login", appid=self.appid, user=user)
        return Buyer(self.shop, self.appid, openid=told["openid"])

    def transfers(self, number: str) -> list[dict[str, Any]]:
        """Every transfer that WeChat has under a number."""
        rows = self.simulated.control("GET", "transfers")["transfers"]
        return [row for row in rows if row["out_bill_no"] == number]

    def decides(self, number: str, action: str, **wish: Any) -> None:
        """The person confirms, or WeChat lets it fail or expire."""
        self.simulated.control("POST", f"transfers/{number}", action=action, **wish)

    def calls_back(self, number: str, **wish: str) -> int:
        """Carry the callback of a transfer to our door; return the status of our answer."""
        (row,) = self.transfers(number)
        asked = "&".join(f"{k}={v}" for k, v in {"part": row["transfer_bill_no"], **wish}.items())
        made = self.simulated.control("GET", f"callback_request/{number}?{asked}")
        with context.public():
            answer = Client().post(
                "/" + made["url"].split("/", 3)[3],
                payload_bytes(made),
                content_type="application/json",
                headers=made["headers"],
            )
        return answer.status_code


def credit(buyer: Buyer, minor: int, reference: str = "") -> None:
    """Owe a member so much commission."""
    why = {"order_number": "2611280000000001", "base_minor": minor * 10, "rate_bp": 1_000}
    wallets.credit(
        holder=buyer.member.pk,
        amount=Money(minor),
        reference=reference or identifiers.opaque(12),
        why=why,
    )


def claw_back(buyer: Buyer, minor: int, reference: str = "") -> None:
    """Take commission back."""
    wallets.claw_back(
        holder=buyer.member.pk,
        amount=Money(minor),
        reference=reference or identifiers.opaque(12),
        why={"order_number": "2611280000000001", "reason": "refunded"},
    )


def ask(buyer: Buyer, minor: int, *, key: str = "", **more: Any) -> Any:
    """Ask for money of the wallet; the raw answer."""
    headers = {"Idempotency-Key": key or identifiers.opaque(20)}
    return buyer.post("/withdrawals", {"amount_minor": minor, **more}, **headers)


def asked(buyer: Buyer, minor: int, **more: Any) -> Withdrawal:
    """Ask for money of the wallet; the withdrawal."""
    answer = ask(buyer, minor, **more)
    assert answer.status_code == 201, answer.content
    return Withdrawal.objects.get(pk=answer.json()["id"])
