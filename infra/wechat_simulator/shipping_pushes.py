"""What WeChat tells an app about its deliveries, and receipt by time (CONTRACT §5.2, §5.3)."""

from typing import Any

from .agenda import Agenda
from .app_pushes import AppPushes
from .clock import Clock
from .payments import Payments
from .refusals import ControlRefusal
from .shipping import VIRTUAL, Shipping
from .special_shipping import SpecialShipping
from .store import Row, Store

AUTOMATIC, BY_HAND = 1, 2
DAY_SECONDS = 86400
SETTINGS: dict[str, Any] = {
    "receipt_days": 10,
    "receipt_virtual_days": 2,
    "shipping_remind_seconds": 48 * 3600,
}


class ShippingPushes:
    """Settings, in virtual time, 0 for never: `receipt_days` and `receipt_virtual_days` until a
    delivered order counts as received (unverified), `shipping_remind_seconds` until an unshipped
    order is complained about."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        agenda: Agenda,
        payments: Payments,
        shipping: Shipping,
        special: SpecialShipping,
        pushes: AppPushes,
    ) -> None:
        self._store, self._clock, self._agenda = store, clock, agenda
        self._payments, self._shipping, self._pushes = payments, shipping, pushes
        self._special = special
        store.own("", SETTINGS)
        agenda.handle("automatic_receipt", self._receive)
        agenda.handle("shipping_reminder", self._remind)
        payments.watched_by(self.paid)
        shipping.watched_by(self)

    # --- what happened ------------------------------------------------------------------------

    def paid(self, order: Row) -> None:
        """In a managed app's money is frozen: a reminder is due unless it ships."""
        wait = float(self._store.settings()["shipping_remind_seconds"])
        if wait and order["funds"] == "frozen":
            number = str(order["out_trade_no"])
            self._agenda.add("shipping_reminder", number, after_seconds=wait)

    def shipped(self, order: Row, logistics: int) -> None:
        """The first settlement push, and receipt by time."""
        settings, number = self._store.settings(), str(order["out_trade_no"])
        name = "receipt_virtual_days" if logistics == VIRTUAL else "receipt_days"
        wait, now = float(settings[name]) * DAY_SECONDS, self._clock.now()
        if wait:
            self._agenda.add("automatic_receipt", number, after_seconds=wait)
        told = {"shipped_time": int(now), "estimated_settlement_time": int(now + wait)}
        self._push_settlement(order, told)

    def received(self, order: Row, *, is_automatic: bool) -> None:
        """The second settlement push."""
        self._agenda.cancel("automatic_receipt", str(order["out_trade_no"]))
        now = int(self._clock.now())
        told = {
            "confirm_receive_method": AUTOMATIC if is_automatic else BY_HAND,
            "confirm_receive_time": now,
            "settlement_time": now,
        }
        self._push_settlement(order, told)

    def _push_settlement(self, order: Row, told: dict[str, int]) -> None:
        fields = {"Event": "trade_manage_order_settlement", **_named(order), **told}
        self._pushes.send(str(order["payer_appid"]), fields)

    # --- what time does -----------------------------------------------------------------------

    async def _receive(self, entry_id: int, number: str) -> None:
        with self._store.transaction():
            self._agenda.done(entry_id)
            order = self._payments.find(number)
            if order is not None and order["confirmed_at"] is None:
                self._shipping.confirm_receipt(number, is_automatic=True)

    async def _remind(self, entry_id: int, number: str) -> None:
        with self._store.transaction():
            self._agenda.done(entry_id)
            order, shipment = self._payments.find(number), self._shipping.of_order(number)
            is_waiting = shipment is None or not shipment["is_finished"]
            is_special = self._special.of(number) is not None
            if order is not None and order["state"] == "SUCCESS" and is_waiting and not is_special:
                self.remind(number)

    # --- at the tester's command --------------------------------------------------------------

    def remind(self, number: str) -> int:
        """Push trade_manage_remind_shipping of an order; returns the push's id."""
        order = self._payments.find(number)
        if order is None or order["paid_at"] is None:
            raise ControlRefusal(404, "no such paid order")
        words = "您有一笔订单尚未发货，请及时录入发货信息"
        fields = {"Event": "trade_manage_remind_shipping", **_named(order), "msg": words}
        return self._pushes.send(str(order["payer_appid"]), fields)

    def remind_access(self, appid: str) -> int:
        """Push trade_manage_remind_access_api: the app must begin to upload deliveries."""
        words = "请尽快接入发货信息管理服务"
        return self._pushes.send(appid, {"Event": "trade_manage_remind_access_api", "msg": words})


def _named(order: Row) -> dict[str, Any]:
    return {
        "transaction_id": order["transaction_id"],
        "merchant_id": order["mchid"],
        "sub_merchant_id": order["sub_mchid"] or "",
        "merchant_trade_no": order["out_trade_no"],
        "pay_time": int(order["paid_at"]),
    }
