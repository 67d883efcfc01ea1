"""Order shipping management: parcels, frozen money, confirmed receipt (CONTRACT §5)."""

import json
from typing import Any, Protocol

from .clock import Clock, parse_rfc3339
from .parcels import parcel_of, parcels_of
from .payments import Payments
from .refunds import Refunds
from .refusals import ControlRefusal, WeixinRefusal
from .store import Row, Store

EXPRESS, CITY, VIRTUAL, PICK_UP = 1, 2, 3, 4
UNIFIED, SPLIT = 1, 2
CARRIERS = {
    "SF": "顺丰速运",
    "ZTO": "中通快递",
    "YTO": "圆通速递",
    "STO": "申通快递",
    "YD": "韵达速递",
    "JTSD": "极兔速递",
    "JD": "京东物流",
    "EMS": "中国邮政速递物流",
}


class Watcher(Protocol):
    """Both are called inside the transaction of the change."""

    def shipped(self, order: Row, logistics: int) -> None: ...

    def received(self, order: Row, *, is_automatic: bool) -> None: ...


class Shipping:
    """What the shop tells WeChat it shipped, and what WeChat then does with the money."""

    def __init__(self, store: Store, clock: Clock, payments: Payments, refunds: Refunds) -> None:
        self._store, self._clock = store, clock
        self._payments, self._refunds = payments, refunds
        self._watcher: Watcher | None = None

    def watched_by(self, watcher: Watcher) -> None:
        """Who hears of finished deliveries and confirmed receipts."""
        self._watcher = watcher

    def carriers(self, _: Row, __: dict[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/express/delivery/open_msg/get_delivery_list: a few of WeChat's many."""
        told = [{"delivery_id": code, "delivery_name": name} for code, name in CARRIERS.items()]
        return {"errcode": 0, "errmsg": "ok", "count": len(told), "delivery_list": told}

    # --- upload -------------------------------------------------------------------------------

    def upload(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/sec/order/upload_shipping_info. The errcodes are listed in the README."""
        order = self._order_of_key(app, _object(body, "order_key"))
        payer = _object(body, "payer").get("openid")
        if payer not in (order["openid"], order["sp_openid"]):
            raise WeixinRefusal(10060031, "该笔支付单不属于 openid 所指定的用户")
        logistics, mode = body.get("logistics_type"), body.get("delivery_mode")
        if logistics not in (EXPRESS, CITY, VIRTUAL, PICK_UP):
            raise WeixinRefusal(10060005, "物流类型有误")
        if mode not in (UNIFIED, SPLIT):
            raise WeixinRefusal(10060014, "参数错误: delivery_mode")
        if mode == SPLIT and logistics != EXPRESS:
            raise WeixinRefusal(10060006, "非快递发货时不允许分拆发货")
        if mode == SPLIT and not isinstance(body.get("is_all_delivered"), bool):
            raise WeixinRefusal(10060007, "分拆发货模式下必须填写 is_all_delivered 字段")
        upload_time = _upload_time(body)
        parcels = [parcel_of(p, int(logistics), upload_time) for p in parcels_of(body, int(mode))]
        is_finished = mode == UNIFIED or body["is_all_delivered"]
        with self._store.transaction():
            self._record(order, int(logistics), int(mode), bool(is_finished), upload_time, parcels)
        return {"errcode": 0, "errmsg": "ok"}

    def _record(
        self,
        order: Row,
        logistics: int,
        mode: int,
        is_finished: bool,
        upload_time: str,
        parcels: list[dict[str, Any]],
    ) -> None:
        number = str(order["out_trade_no"])
        if order["state"] == "REFUND" and self._refunds.refunded_fen(number) >= order["total_fen"]:
            raise WeixinRefusal(10060004, "支付单处于不可发货的状态")
        if order["confirmed_at"] is not None:
            raise WeixinRefusal(10060002, "支付单已完成发货，无法继续发货")
        known = self.of_order(number)
        finished_count = int(is_finished)
        if known is not None:
            _check_newer(known, upload_time, parcels)
            finished_count += int(known["finished_count"])
            if known["finished_count"] >= 2:
                raise WeixinRefusal(10060003, "支付单已使用重新发货机会")
            if not known["is_finished"]:
                parcels = _merged(json.loads(known["parcels"]), parcels)
        self._store.run(
            "INSERT OR REPLACE INTO shipments VALUES (?, ?, ?, ?, ?, ?, ?)",
            number,
            logistics,
            mode,
            int(is_finished),
            finished_count,
            upload_time,
            json.dumps(parcels, ensure_ascii=False),
        )
        if is_finished and finished_count == 1 and self._watcher is not None:
            self._watcher.shipped(order, logistics)

    def _order_of_key(self, app: Row, key: dict[str, Any]) -> Row:
        kind = key.get("order_number_type")
        if kind == 2:
            order = self._payments.by_transaction(str(key.get("transaction_id", "")))
        elif kind == 1:
            order = self._payments.find(str(key.get("out_trade_no", "")))
            if order is not None and key.get("mchid") not in (order["sub_mchid"], order["mchid"]):
                order = None
        else:
            raise WeixinRefusal(10060014, "参数错误: order_number_type")
        return self._visible(app, order)

    def _visible(self, app: Row, order: Row | None) -> Row:
        """An order of this app that shipping management has heard of; 10060001 otherwise."""
        delay = float(self._store.settings()["shipping_known_after_seconds"])
        is_known = (
            order is not None
            and order["payer_appid"] == app["appid"]
            and order["paid_at"] is not None
            and order["paid_at"] + delay <= self._clock.now()
        )
        if order is None or not is_known:
            raise WeixinRefusal(10060001, "支付单不存在")
        return order

    # --- reading ------------------------------------------------------------------------------

    def get_order(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/sec/order/get_order by transaction_id, or merchant_id + merchant_trade_no."""
        order = self._visible(app, self._named(body))
        return {"errcode": 0, "errmsg": "ok", "order": self.describe(order)}

    def get_order_list(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/sec/order/get_order_list: newest first, paged by last_index."""
        between = _object(body, "pay_time_range") if body.get("pay_time_range") else {}
        start, end = _whole(between, "begin_time", 0), _whole(between, "end_time", 2**40)
        delay = float(self._store.settings()["shipping_known_after_seconds"])
        rows = self._store.rows(
            "SELECT * FROM orders WHERE payer_appid = ? AND paid_at BETWEEN ? AND ?"
            " AND paid_at <= ? ORDER BY paid_at DESC, out_trade_no",
            app["appid"],
            start,
            end,
            self._clock.now() - delay,
        )
        told = [self.describe(row) for row in rows]
        for name in ("order_state", "openid"):
            if body.get(name):
                told = [order for order in told if order[name] == body[name]]
        first = _whole(body, "last_index", 0)
        last = first + min(_whole(body, "page_size", 100), 100)
        return {
            "errcode": 0,
            "errmsg": "ok",
            "last_index": str(min(last, len(told))),
            "has_more": last < len(told),
            "order_list": told[first:last],
        }

    def describe(self, order: Row) -> dict[str, Any]:
        shipment = self.of_order(str(order["out_trade_no"]))
        parcels = json.loads(shipment["parcels"]) if shipment else []
        return {
            "transaction_id": order["transaction_id"],
            "merchant_id": order["mchid"],
            "sub_merchant_id": order["sub_mchid"] or "",
            "merchant_trade_no": order["out_trade_no"],
            "description": order["description"],
            "paid_amount": order["total_fen"],
            "openid": order["openid"] or order["sp_openid"],
            "trade_create_time": int(order["created_at"]),
            "pay_time": int(order["paid_at"]),
            "order_state": self._state(order, shipment),
            "in_complaint": False,
            "shipping": {
                "delivery_mode": shipment["delivery_mode"] if shipment else 0,
                "logistics_type": shipment["logistics_type"] if shipment else 0,
                "finish_shipping": bool(shipment and shipment["is_finished"]),
                "finish_shipping_count": shipment["finished_count"] if shipment else 0,
                "goods_desc": parcels[0]["goods_desc"] if parcels else "",
                "shipping_list": parcels,
            },
        }

    def _state(self, order: Row, shipment: Row | None) -> int:
        number = str(order["out_trade_no"])
        if self._refunds.refunded_fen(number) >= order["total_fen"]:
            return 5
        if order["confirmed_at"] is not None:
            return 3
        return 2 if shipment and shipment["is_finished"] else 1

    def of_order(self, out_trade_no: str) -> Row | None:
        return self._store.find("SELECT * FROM shipments WHERE out_trade_no = ?", out_trade_no)

    def all(self) -> list[Row]:
        return self._store.rows(
            "SELECT shipments.*, orders.funds, orders.confirmed_at FROM shipments"
            " JOIN orders USING (out_trade_no) ORDER BY upload_time DESC LIMIT 100"
        )

    def named(self, app: Row, body: dict[str, Any]) -> Row:
        """The order that a body names by transaction_id or merchant_trade_no; 10060001."""
        return self._visible(app, self._named(body))

    def _named(self, body: dict[str, Any]) -> Row | None:
        if body.get("transaction_id"):
            return self._payments.by_transaction(str(body["transaction_id"]))
        order = self._payments.find(str(body.get("merchant_trade_no", "")))
        merchants = (body.get("merchant_id"), body.get("sub_merchant_id"))
        is_owner = order is not None and (
            order["mchid"] in merchants or order["sub_mchid"] in merchants
        )
        return order if is_owner else None

    # --- receipt ------------------------------------------------------------------------------

    def remind(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/sec/order/notify_confirm_receive: once per shipped express order."""
        order = self.named(app, body)
        if not isinstance(body.get("received_time"), int):
            raise WeixinRefusal(10060014, "参数错误: received_time")
        shipment = self.of_order(str(order["out_trade_no"]))
        if shipment is None or not shipment["is_finished"] or order["confirmed_at"] is not None:
            raise WeixinRefusal(10060004, "支付单处于不可提醒收货的状态")
        changed = self._store.run(
            "UPDATE orders SET reminded_at = ? WHERE out_trade_no = ? AND reminded_at IS NULL",
            self._clock.now(),
            order["out_trade_no"],
        )
        if not changed:
            raise WeixinRefusal(10060014, "每笔订单仅可提醒一次收货")
        return {"errcode": 0, "errmsg": "ok"}

    def confirm_receipt(self, out_trade_no: str, *, is_automatic: bool = False) -> None:
        """The customer confirms inside WeChat, or time does: the frozen money is settled."""
        with self._store.transaction():
            order = self._payments.find(out_trade_no)
            shipment = self.of_order(out_trade_no)
            if order is None:
                raise ControlRefusal(404, "no such order")
            if order["confirmed_at"] is not None:
                raise ControlRefusal(409, "receipt is already confirmed")
            if shipment is None or not shipment["is_finished"]:
                raise ControlRefusal(409, "the order is not shipped")
            self._store.run(
                "UPDATE orders SET confirmed_at = ?, funds = 'settled' WHERE out_trade_no = ?",
                self._clock.now(),
                out_trade_no,
            )
            if self._watcher is not None:
                self._watcher.received(order, is_automatic=is_automatic)

    def is_managed(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/sec/order/is_trade_managed."""
        _check_own(app, body)
        return {"errcode": 0, "errmsg": "ok", "is_trade_managed": bool(app["is_trade_managed"])}

    def is_confirmed(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/sec/order/is_trade_management_confirmation_completed."""
        _check_own(app, body)
        return {"errcode": 0, "errmsg": "ok", "completed": True}


def _check_own(app: Row, body: dict[str, Any]) -> None:
    if body.get("appid") != app["appid"]:
        raise WeixinRefusal(40013, "invalid appid")


def _object(body: dict[str, Any], name: str) -> dict[str, Any]:
    value = body.get(name)
    if not isinstance(value, dict):
        raise WeixinRefusal(10060014, f"参数错误: {name}")
    return value


def _whole(body: dict[str, Any], name: str, default: int) -> int:
    """A whole number, which WeChat also takes as a text of digits; 0 means the default."""
    text = str(body.get(name) or default)
    if not text.isdecimal() or len(text) > 15:
        raise WeixinRefusal(10060014, f"参数错误: {name}")
    return int(text)


def _upload_time(body: dict[str, Any]) -> str:
    text = body.get("upload_time")
    try:
        parse_rfc3339(str(text))
    except ValueError as error:
        raise WeixinRefusal(268485216, "上传时间非法，请使用 RFC 3339 格式") from error
    return str(text)


def _check_newer(known: Row, upload_time: str, parcels: list[dict[str, Any]]) -> None:
    is_later = parse_rfc3339(upload_time) > parse_rfc3339(known["upload_time"])
    before, after = (_content(p) for p in (json.loads(known["parcels"]), parcels))
    is_same = before == after and bool(known["is_finished"])
    if not is_later or is_same:
        raise WeixinRefusal(10060023, "发货信息未更新")


def _content(parcels: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in parcel.items() if k != "upload_time"} for parcel in parcels]


def _merged(before: list[dict[str, Any]], more: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The parcels of a split delivery so far: a repeated tracking number replaces."""
    by_number = {parcel["tracking_no"]: parcel for parcel in (*before, *more)}
    return list(by_number.values())
