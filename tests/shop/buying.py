"""A buyer with a telephone, and a WeChat Pay of one dictionary that keeps WeChat's own rules."""

import base64
import json
import threading
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.test import Client

from billing.payments import accepting
from billing.payments.models import Attempt
from kernel import clock, identifiers
from shop.inventory.models import Stock
from shop.members import actions as members
from shop.members.models import Member
from shop.orders.models import Order
from tenants import actions as tenants
from tenants import context
from tenants.context import Shop
from tenants.models import Account, Merchant, Tenant
from tests.credentials import credentials, keys
from wechat import pay, shipping, transfers
from wechat.errors import OrderNotExist, WeChatFailure, WeChatRefused

ADDRESS = {
    "recipient": "收货人",
    "phone": "13800001234",
    "province": "浙江省",
    "city": "杭州市",
    "district": "西湖区",
    "street": "文三路 1 号",
}


POINT = {
    "name": "西湖店", "address": "杭州市西湖区文三路 1 号", "hours": "每天 9:00–21:00", "phone": "0571-88880000",
}  # fmt: skip


class Till:
    """WeChat Pay and shipping of one shop: what was ordered, paid, closed, refunded, told."""

    def __init__(self, patch: pytest.MonkeyPatch, settings: Any, shop: Shop) -> None:
        self.shop, self.orders, self.refunds = shop, {}, {}
        self._one_at_a_time = threading.Lock()
        """At WeChat an order is paid or closed, never both."""
        self.uploads: list[dict[str, Any]] = []
        self.pickups: list[dict[str, Any]] = []
        """What WeChat heard of parcels, and of what buyers fetched."""
        self.failure: WeChatFailure | None = None
        """Raised by every call while it is set."""
        settings.WECHAT = credentials()
        for name in ("prepay", "query", "close", "refund", "query_refund"):
            patch.setattr(pay, name, getattr(self, f"_{name}"))
        patch.setattr(shipping, "upload", self._upload)
        patch.setattr(shipping, "upload_pickup", self._upload_pickup)
        for name in ("ask_grant", "grant_of"):
            patch.setattr(transfers, name, self._grant)
        self.appid, self.sub_mchid = f"wx{uuid4().hex[:16]}", str(uuid4().int)[:10]
        with context.public():
            tenant = Tenant.objects.get(pk=shop.id)
            tenants.connect_wechat(tenant=tenant, appid=self.appid, sub_mchid=self.sub_mchid)
            self.notify_token = Merchant.objects.get(tenant=tenant).notify_token

    def pays(self, number: str) -> pay.Transaction:
        """The buyer pays: from here on WeChat says so to whoever asks."""
        order = self.orders[number]
        transaction_id, at = "42" + str(uuid4().int)[:26], clock.now()
        with self._one_at_a_time:
            if order["trade_state"] != "NOTPAY":
                raise AssertionError(f"{number} is {order['trade_state']}")
            order.update(trade_state="SUCCESS", transaction_id=transaction_id, success_at=at)
        return self._transaction(number)

    def calls_back(self, number: str, event: str | None = None) -> int:
        """Send the signed callback of a payment; return the status of our answer."""
        told = self._transaction(number)
        plain = {
            "out_trade_no": number, "transaction_id": told.transaction_id,
            "trade_state": told.trade_state, "sp_mchid": told.sp_mchid,
            "sub_mchid": told.sub_mchid, "sp_appid": "wx0000000000000100",
            "sub_appid": told.sub_appid, "payer": {"sub_openid": told.payer_openid},
            "amount": {"total": told.amount_fen, "currency": told.currency},
            "success_time": told.success_at.isoformat(timespec="seconds"),
        }  # fmt: skip
        body = _sealed(plain, event or f"EV-{number}")
        with context.public():
            answer = Client().post(
                f"/hooks/wechatpay/{self.notify_token}",
                body,
                content_type="application/json",
                headers=_signed(body),
            )
        return answer.status_code

    def tells(self, number: str) -> None:
        """Apply a payment without the callback's road."""
        accepting.apply_success(out_trade_no=number, transaction=self._transaction(number))

    def _prepay(self, *, sub_mchid: str, sub_appid: str, openid: str, out_trade_no: str,
                amount_fen: int, **_: Any) -> str:  # fmt: skip
        self._fail()
        asked = (sub_mchid, sub_appid, openid, amount_fen)
        order = self.orders.setdefault(out_trade_no, {"asked": asked, "trade_state": "NOTPAY"})
        if order["asked"] != asked:
            raise WeChatRefused("another order under this number", code="INVALID_REQUEST")
        if order["trade_state"] != "NOTPAY":
            raise WeChatRefused("closed", code="ORDER_CLOSED")
        return f"wx{out_trade_no}"

    def _query(self, *, sub_mchid: str, out_trade_no: str) -> pay.Transaction:
        self._fail()
        if out_trade_no not in self.orders:
            raise OrderNotExist("unknown", code="ORDER_NOT_EXIST")
        return self._transaction(out_trade_no)

    def _close(self, *, sub_mchid: str, out_trade_no: str) -> None:
        self._fail()
        order = self.orders[out_trade_no]
        with self._one_at_a_time:
            if order["trade_state"] == "SUCCESS":
                raise WeChatRefused("paid", code="ORDERPAID")
            order["trade_state"] = "CLOSED"

    def _refund(self, *, out_trade_no: str, out_refund_no: str, amount_fen: int, total_fen: int,
                **_: Any) -> pay.RefundResult:  # fmt: skip
        self._fail()
        self.refunds.setdefault(out_refund_no, (out_trade_no, amount_fen, total_fen))
        return self._query_refund(out_refund_no=out_refund_no)

    def _query_refund(self, *, out_refund_no: str, **_: Any) -> pay.RefundResult:
        self._fail()
        if out_refund_no not in self.refunds:
            raise OrderNotExist("unknown", code="RESOURCE_NOT_EXISTS")
        out_trade_no, amount_fen, total_fen = self.refunds[out_refund_no]
        return pay.RefundResult(
            refund_id=f"50{out_refund_no}", out_refund_no=out_refund_no,
            out_trade_no=out_trade_no, transaction_id="42", status="SUCCESS",
            amount_fen=amount_fen, total_fen=total_fen, currency="CNY",
            received_account=None, success_at=clock.now(),
        )  # fmt: skip

    def _upload(self, **told: Any) -> None:
        self._fail()
        self.uploads.append(told)

    def _upload_pickup(self, **told: Any) -> None:
        self._fail()
        self.pickups.append(told)

    def _grant(self, **_: Any) -> transfers.Grant:
        self._fail()
        return transfers.Grant(self.sub_mchid, "AUTHORIZED", None)

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure

    def _transaction(self, number: str) -> pay.Transaction:
        order = self.orders[number]
        sub_mchid, sub_appid, openid, amount_fen = order["asked"]
        is_paid = order["trade_state"] == "SUCCESS"
        success_at: datetime | None = order.get("success_at")
        return pay.Transaction(
            out_trade_no=number,
            transaction_id=order.get("transaction_id"),
            trade_state=order["trade_state"],
            sp_mchid=keys()["mchid_partner"],
            sub_mchid=sub_mchid,
            sub_appid=sub_appid,
            payer_openid=openid if is_paid else None,
            amount_fen=amount_fen if is_paid else None,
            currency="CNY" if is_paid else None,
            success_at=success_at,
        )


class Buyer:
    """A member at the storefront's door, as the mini-program speaks to it."""

    def __init__(self, shop: Shop, appid: str, openid: str = "openid-1") -> None:
        signed_in = members.sign_in(appid=appid, openid=openid)
        self.member: Member = signed_in.member
        self._base = f"/s/{shop.public_id}/v1"
        self._client = Client(
            headers={"Authorization": f"Bearer {signed_in.token}", "Accept-Language": "en"}
        )
        self._address: str | None = None

    def get(self, path: str, **query: Any) -> Any:
        return self._client.get(self._base + path, query)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._send("post", path, body, **headers)

    def patch(self, path: str, body: Any) -> Any:
        return self._send("patch", path, body)

    def delete(self, path: str, body: Any) -> Any:
        return self._send("delete", path, body)

    @property
    def address(self) -> str:
        """The id of the buyer's address; made when first asked for."""
        if self._address is None:
            self._address = self.post("/addresses", ADDRESS).json()["id"]
        return self._address

    def add(self, sku_id: UUID, quantity: int = 1) -> Any:
        return self.post("/cart/lines", {"sku_id": str(sku_id), "quantity": quantity})

    def buy(self, demand: dict[UUID, int] | None = None, *, key: str = "", **more: Any) -> Any:
        """Order these, or what is ticked in the cart; the raw answer."""
        lines = [{"sku_id": str(s), "quantity": n} for s, n in (demand or {}).items()]
        what = {"lines": lines} if demand is not None else {"from_cart": True}
        body = {**({} if "pickup" in more else {"address_id": self.address}), **what, **more}
        return self.post("/orders", body, **{"Idempotency-Key": key or identifiers.opaque(20)})

    def order(self, demand: dict[UUID, int] | None = None, **more: Any) -> Order:
        """Order these; the order."""
        answer = self.buy(demand, **more)
        assert answer.status_code == 201, answer.content
        return Order.objects.get(pk=answer.json()["id"])

    def collect(self, demand: dict[UUID, int], point_id: str, **more: Any) -> Order:
        """Order these and fetch them at this point; the order."""
        pickup = {"point_id": point_id, "recipient": "取货人", "phone": "13800001234"}
        return self.order(demand, pickup=pickup, **more)

    def prepay(self, order: Order) -> str:
        """Ask for the payment; return the number under which WeChat knows it."""
        answer = self.post(f"/orders/{order.pk}/pay", {})
        assert answer.status_code == 200, answer.content
        return answer.json()["package"].removeprefix("prepay_id=wx")

    def _send(self, method: str, path: str, body: Any, **headers: str) -> Any:
        send = getattr(self._client, method)
        content = "" if body is None else json.dumps(body)
        return send(self._base + path, content, content_type="application/json", headers=headers)


class Desk:
    """A member of the shop's staff at the backoffice's door."""

    def __init__(self, shop: Shop, account: Account) -> None:
        self._base = f"/b/{shop.public_id}/v1"
        self._client = Client(headers={"Accept-Language": "en"})
        with context.public():
            self._client.force_login(account, "django.contrib.auth.backends.ModelBackend")

    def get(self, path: str, **query: Any) -> Any:
        return self._client.get(self._base + path, query)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        content = "" if body is None else json.dumps(body)
        return getattr(self._client, method)(
            self._base + path, content, content_type="application/json", headers=headers
        )

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("post", path, body, **headers)

    def ship(self, order: Order, number: str = "SF1234567890", **more: Any) -> Any:
        body = {"carrier_code": "SF", "tracking_number": number, **more}
        return self.post(f"/orders/{order.pk}/parcels", body)

    def offer_pickup(self, **changes: Any) -> str:
        """Add a pick-up point; its id."""
        answer = self.post("/pickup-points", {**POINT, **changes})
        assert answer.status_code == 201, answer.content
        return str(answer.json()["id"])

    def hand_over(self, order: Order, code: str | None = None) -> Any:
        body = {"code": code or order.pickup_code}
        return self.post(f"/orders/{order.pk}/hand-over", body)

    def refund(self, order: Order, key: str = "refund-1") -> Any:
        headers = {"Idempotency-Key": key}
        return self.post(f"/orders/{order.pk}/refund", {"reason": "broken"}, **headers)


def attempt_numbers(order: Order) -> list[str]:
    rows = Attempt.objects.filter(payment__order_id=order.pk).order_by("id")
    return list(rows.values_list("out_trade_no", flat=True))


@lru_cache
def _private() -> Any:
    return load_pem_private_key(keys()["wechatpay_public_key_private_pem"].encode(), None)


def _signed(body: bytes) -> dict[str, str]:
    timestamp = str(int(clock.now().timestamp()))
    text = b"%s\nNONCE\n%s\n" % (timestamp.encode(), body)
    return {
        "Wechatpay-Timestamp": timestamp,
        "Wechatpay-Nonce": "NONCE",
        "Wechatpay-Signature": base64.b64encode(
            _private().sign(text, PKCS1v15(), SHA256())
        ).decode(),
        "Wechatpay-Serial": keys()["wechatpay_public_key_id"],
        "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
    }


def _sealed(plain: dict[str, Any], event: str) -> bytes:
    nonce, about = "0123456789ab", "transaction"
    cipher = AESGCM(keys()["apiv3_key"].encode())
    sealed = cipher.encrypt(nonce.encode(), json.dumps(plain).encode(), about.encode())
    resource = {
        "original_type": about, "algorithm": "AEAD_AES_256_GCM", "associated_data": about,
        "nonce": nonce, "ciphertext": base64.b64encode(sealed).decode(),
    }  # fmt: skip
    return json.dumps(
        {
            "id": event, "create_time": clock.now().isoformat(), "summary": "支付成功",
            "resource_type": "encrypt-resource", "event_type": "TRANSACTION.SUCCESS",
            "resource": resource,
        },
        ensure_ascii=False,
    ).encode()  # fmt: skip


def refused(answer: Any, status: int, code: str) -> None:
    """Assert that the answer is this refusal."""
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content


def level(sku_id: UUID) -> tuple[int, int]:
    """How many pieces are on hand and reserved."""
    stock = Stock.objects.get(pk=sku_id)
    return stock.on_hand, stock.reserved


def history(order: Order) -> list[tuple[str, str]]:
    """The order's states with their reasons, the oldest first."""
    return list(order.steps.order_by("at", "pk").values_list("state", "reason"))
