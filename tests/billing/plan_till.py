"""WeChat Pay for the platform's own invoices: codes that are paid, closed, refunded, called back."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client

from kernel import clock
from tests.credentials import credentials, keys
from tests.shop.buying import _sealed, _signed
from wechat import pay
from wechat.errors import OrderNotExist, OrderPaid, WeChatFailure, WeChatRefused

ADDRESS = "/hooks/wechatpay-platform"


class PlanTill:
    """What the platform ordered in its own name, by out_trade_no."""

    def __init__(self, patch: Any, settings: Any) -> None:
        settings.WECHAT = credentials()
        self.orders: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, tuple[str, int, int]] = {}
        self.refunds_end = "SUCCESS"
        self.failure: WeChatFailure | None = None
        for name in ("prepay_native", "query", "close", "refund", "query_refund"):
            patch.setattr(pay, name, getattr(self, f"_{name}"))

    def pays(self, number: str) -> None:
        order = self.orders[number]
        assert order["state"] == "NOTPAY", order["state"]
        order.update(state="SUCCESS", transaction="42" + str(uuid4().int)[:26], at=clock.now())

    def told(self, number: str, **wrong: Any) -> dict[str, Any]:
        order = self.orders[number]
        return {
            "out_trade_no": number, "transaction_id": order["transaction"],
            "trade_state": "SUCCESS", "mchid": keys()["mchid_partner"],
            "appid": credentials().pay.sp_appid, "payer": {"openid": "o-owner"},
            "amount": {"total": order["fen"], "currency": "CNY"},
            "success_time": order["at"].isoformat(timespec="seconds"), **wrong,
        }  # fmt: skip

    def calls_back(self, number: str, event: str = "", **wrong: Any) -> int:
        body = _sealed(self.told(number, **wrong), event or f"EV-{number}")
        return self.sends(body, _signed(body))

    def sends(self, body: bytes, headers: dict[str, str]) -> int:
        answer = Client().post(ADDRESS, body, content_type="application/json", headers=headers)
        return answer.status_code

    def _prepay_native(self, *, sub_mchid: None, appid: str, out_trade_no: str, amount_fen: int,
                       expires_at: Any, **_: Any) -> str:  # fmt: skip
        self._fail()
        assert sub_mchid is None
        assert expires_at > clock.now() + timedelta(minutes=1)
        order = self.orders.setdefault(out_trade_no, {"fen": amount_fen, "state": "NOTPAY"})
        if order["fen"] != amount_fen:
            raise WeChatRefused("another order under this number", code="INVALID_REQUEST")
        return f"weixin://wxpay/bizpayurl?pr={out_trade_no}"

    def _query(self, *, sub_mchid: None, out_trade_no: str) -> pay.Transaction:
        self._fail()
        order = self.orders.get(out_trade_no)
        if order is None:
            raise OrderNotExist("unknown", code="ORDER_NOT_EXIST")
        is_paid = order["state"] == "SUCCESS"
        return pay.Transaction(
            out_trade_no=out_trade_no, transaction_id=order.get("transaction"),
            trade_state=order["state"], sp_mchid=keys()["mchid_partner"], sub_mchid="",
            sub_appid=credentials().pay.sp_appid, payer_openid="o" if is_paid else None,
            amount_fen=order["fen"] if is_paid else None, currency="CNY" if is_paid else None,
            success_at=order.get("at"),
        )  # fmt: skip

    def _close(self, *, sub_mchid: None, out_trade_no: str) -> None:
        self._fail()
        if self.orders[out_trade_no]["state"] == "SUCCESS":
            raise OrderPaid("paid", code="ORDERPAID")
        self.orders[out_trade_no]["state"] = "CLOSED"

    def _refund(self, *, out_trade_no: str, out_refund_no: str, amount_fen: int, total_fen: int,
                **_: Any) -> pay.RefundResult:  # fmt: skip
        self._fail()
        self.refunds.setdefault(out_refund_no, (out_trade_no, amount_fen, total_fen))
        return self._query_refund(out_refund_no=out_refund_no)

    def _query_refund(self, *, out_refund_no: str, **_: Any) -> pay.RefundResult:
        self._fail()
        if out_refund_no not in self.refunds:
            raise OrderNotExist("unknown", code="RESOURCE_NOT_EXISTS")
        number, amount, total = self.refunds[out_refund_no]
        return pay.RefundResult(
            refund_id=f"50{out_refund_no}", out_refund_no=out_refund_no, out_trade_no=number,
            transaction_id="42", status=self.refunds_end, amount_fen=amount, total_fen=total,
            currency="CNY", received_account=None,
            success_at=clock.now() if self.refunds_end == "SUCCESS" else None,
        )  # fmt: skip

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure
