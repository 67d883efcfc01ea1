"""Combined, pre-sale and test orders, and where delivery messages lead (CONTRACT §5.1)."""

from typing import Any

from .clock import Clock
from .refusals import WeixinRefusal
from .shipping import Shipping
from .store import Row, Store

PRE_SALE, TEST = 1, 2
LONGEST_PATH = 1024
MOST_SUB_ORDERS = 50
OK = {"errcode": 0, "errmsg": "ok"}
SUB_FIELDS = ("order_key", "logistics_type", "delivery_mode", "is_all_delivered", "shipping_list")
TABLES = """
CREATE TABLE IF NOT EXISTS jump_paths (appid TEXT PRIMARY KEY, path TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS special_orders (
  out_trade_no TEXT PRIMARY KEY, kind INTEGER NOT NULL, delay_to INTEGER);
"""


class SpecialShipping:
    """The rest of /wxa/sec/order."""

    def __init__(self, store: Store, clock: Clock, shipping: Shipping) -> None:
        self._store, self._clock, self._shipping = store, clock, shipping
        store.own(TABLES)

    def upload_combined(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/sec/order/upload_combined_shipping_info: all sub-orders or none.

        Each of `sub_orders` is checked as upload_shipping_info checks one order.
        """
        orders = body.get("sub_orders")
        if not isinstance(body.get("order_key"), dict):
            raise WeixinRefusal(10060014, "参数错误: order_key")
        if not isinstance(orders, list) or not 1 <= len(orders) <= MOST_SUB_ORDERS:
            raise WeixinRefusal(10060014, "参数错误: sub_orders")
        shared = {name: body.get(name) for name in ("upload_time", "payer")}
        with self._store.transaction():
            for order in orders:
                if not isinstance(order, dict):
                    raise WeixinRefusal(10060014, "参数错误: sub_orders")
                own = {name: order[name] for name in SUB_FIELDS if name in order}
                self._shipping.upload(app, {**own, **shared})
        return dict(OK)

    def set_jump_path(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/sec/order/set_msg_jump_path {path}."""
        path = body.get("path")
        if not isinstance(path, str) or not path or len(path) > LONGEST_PATH:
            raise WeixinRefusal(10060014, "参数错误: path")
        self._store.run("INSERT OR REPLACE INTO jump_paths VALUES (?, ?)", app["appid"], path)
        return dict(OK)

    def jump_path(self, appid: str) -> str:
        row = self._store.find("SELECT path FROM jump_paths WHERE appid = ?", appid)
        return str(row["path"]) if row else ""

    def mark_special(self, app: Row, body: dict[str, Any]) -> dict[str, Any]:
        """POST /wxa/sec/order/opspecialorder {order_id, type 1 pre-sale | 2 test, delay_to?}.

        `order_id` is the transaction_id. A test order's money is settled at once.
        """
        kind, delay = body.get("type"), body.get("delay_to")
        if kind not in (PRE_SALE, TEST):
            raise WeixinRefusal(10060014, "参数错误: type")
        is_later = isinstance(delay, int) and delay > self._clock.now()
        if kind == PRE_SALE and not is_later:
            raise WeixinRefusal(10060014, "参数错误: delay_to")
        order = self._shipping.named(app, {"transaction_id": str(body.get("order_id") or "-")})
        number = order["out_trade_no"]
        with self._store.transaction():
            self._store.run(
                "INSERT OR REPLACE INTO special_orders VALUES (?, ?, ?)",
                number,
                kind,
                delay if kind == PRE_SALE else None,
            )
            if kind == TEST:
                self._store.run(
                    "UPDATE orders SET funds = 'settled' WHERE out_trade_no = ?", number
                )
        return dict(OK)

    def of(self, out_trade_no: str) -> Row | None:
        sql = "SELECT * FROM special_orders WHERE out_trade_no = ?"
        return self._store.find(sql, out_trade_no)
