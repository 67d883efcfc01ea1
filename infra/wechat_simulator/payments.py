"""Orders of money: prepay, query, close, and what happens when the customer pays (§4.6-4.8)."""

import json
import secrets
import time
from collections.abc import Callable
from typing import Any

from . import credentials, crypto
from .apps import Apps
from .callbacks import CallbackPlan, Callbacks
from .clock import Clock, parse_rfc3339, rfc3339
from .fields import NUMBER_PATTERN, Fields
from .merchants import Merchant, Merchants, plain_number
from .parties import Parties, PartyReader
from .refusals import ControlRefusal, PayRefusal, param_error
from .store import Row, Store

PREPAY_SECONDS = 7200
DEFAULT_LIFE_SECONDS = 7 * 86400
SHORTEST_LIFE_SECONDS = 60
LONGEST_LIFE_SECONDS = 90 * 86400
STATE_WORDS = {
    "SUCCESS": "支付成功",
    "REFUND": "转入退款",
    "NOTPAY": "订单未支付",
    "CLOSED": "订单已关闭",
    "USERPAYING": "用户支付中",
}
WITH_TERMS = (
    "SELECT orders.*, terms.trade_type, terms.fee_rate, terms.is_shared, terms.is_paying,"
    " terms.unfrozen_at FROM orders LEFT JOIN terms ON terms.out_trade_no = orders.out_trade_no"
)


class Payments:
    """Every merchant's orders, in partner mode (as a provider) and in direct mode (as itself).

    An order is found by its key, which is the first merchant's own out_trade_no, and
    `MCHID:out_trade_no` for any other merchant.
    """

    def __init__(
        self, store: Store, clock: Clock, merchants: Merchants, apps: Apps, callbacks: Callbacks
    ) -> None:
        self._store, self._clock, self._merchants = store, clock, merchants
        self._apps, self._callbacks = apps, callbacks
        self._parties = PartyReader(merchants, apps)
        self._paid_watcher: Callable[[Row], None] | None = None

    def watched_by(self, watcher: Callable[[Row], None]) -> None:
        """Who hears of each payment, inside its transaction."""
        self._paid_watcher = watcher

    # --- prepay -------------------------------------------------------------------------------

    def prepay(self, merchant: Merchant, mode: str, trade_type: str, body: dict[str, Any]) -> str:
        """POST …/transactions/jsapi|native|app|h5. `mode` is partner or direct; the prepay_id."""
        fields = Fields(body)
        read = self._parties.partner if mode == "partner" else self._parties.direct
        parties = read(merchant, fields, needs_payer=trade_type == "JSAPI")
        key = merchant.key(fields.text("out_trade_no", 32, pattern=NUMBER_PATTERN))
        amount = fields.child("amount")
        order = {
            "out_trade_no": key,
            "mchid": merchant.mchid,
            **parties.__dict__,
            "description": fields.text("description", 127),
            "attach": fields.maybe_text("attach", 128),
            "notify_url": fields.notify_url(
                "notify_url", plain_hosts=self._store.settings()["plain_http_hosts"]
            ),
            "total_fen": amount.whole("total", 1),
            "currency": amount.maybe_text("currency", 16) or "CNY",
            "expires_at": self._expiry(fields),
        }
        if order["currency"] != "CNY":
            raise amount.wrong("currency", order["currency"], "Currency code is invalid")
        request = _canonical(body)
        with self._store.transaction():
            known = self.find(key)
            if known is None:
                self._check_expiry(fields, float(order["expires_at"]))
                started = {"request": request, "state": "NOTPAY", "created_at": self._clock.now()}
                self._store.insert("orders", {**order, **started})
                self._store.insert("terms", self._terms(key, fields, trade_type))
            else:
                self._check_repeat(known, parties, request)
            return self._new_prepay(key)

    def _terms(self, key: str, fields: Fields, trade_type: str) -> dict[str, Any]:
        is_shared = "settle_info" in fields and fields.child("settle_info").flag("profit_sharing")
        rate = float(self._store.settings()["fee_rate"])
        agreed = {"trade_type": trade_type, "fee_rate": rate, "is_shared": int(is_shared)}
        return {"out_trade_no": key, **agreed}

    def _expiry(self, fields: Fields) -> float:
        text = fields.maybe_text("time_expire", 64)
        if not text:
            return self._clock.now() + DEFAULT_LIFE_SECONDS
        try:
            return self._clock.from_caller(parse_rfc3339(text))
        except ValueError as error:
            raise fields.wrong("time_expire", text, "must be RFC 3339") from error

    def _check_expiry(self, fields: Fields, expires_at: float) -> None:
        left = expires_at - self._clock.now()
        # Two seconds of grace: the caller counted its minute before the request travelled.
        if not SHORTEST_LIFE_SECONDS - 2 <= left <= LONGEST_LIFE_SECONDS:
            raise fields.wrong("time_expire", None, "must lie 1 minute to 90 days ahead")

    def _check_repeat(self, order: Row, parties: Parties, request: str) -> None:
        if order["state"] in ("SUCCESS", "REFUND"):
            raise PayRefusal(400, "ORDERPAID", "该订单已支付")
        if order["state"] == "CLOSED":
            raise PayRefusal(400, "ORDER_CLOSED", "该订单已关闭")
        is_same_shop = (order["mode"], order["sub_mchid"]) == (parties.mode, parties.sub_mchid)
        if not is_same_shop:
            raise PayRefusal(403, "OUT_TRADE_NO_USED", "商户订单号重复")
        if order["request"] != request:
            message = "请求重入时，参数与首次请求时不一致。请检查请求参数是否与首次请求一致。"
            raise PayRefusal(400, "INVALID_REQUEST", message)

    def _new_prepay(self, out_trade_no: str) -> str:
        stamp = rfc3339(self._clock.now())
        when = "".join(character for character in stamp[:19] if character.isdigit())
        prepay_id = f"wx{when}{credentials.digits(3)}{secrets.token_hex(6)}0000"
        entry = {
            "prepay_id": prepay_id,
            "out_trade_no": out_trade_no,
            "expires_at": self._clock.now() + PREPAY_SECONDS,
        }
        self._store.insert("prepays", entry)
        return prepay_id

    # --- query and close ----------------------------------------------------------------------

    def find(self, key: str) -> Row | None:
        """An order with its terms, by its key."""
        return self._store.find(f"{WITH_TERMS} WHERE orders.out_trade_no = ?", key)

    def by_transaction(self, transaction_id: str) -> Row | None:
        return self._store.find(f"{WITH_TERMS} WHERE orders.transaction_id = ?", transaction_id)

    def query(
        self, merchant: Merchant, mode: str, order: Row | None, asked: dict[str, str]
    ) -> dict[str, Any]:
        """GET …/out-trade-no/{n} and …/id/{n}; `asked` is the query string's fields."""
        own = self._owned(merchant, mode, order, asked)
        return describe(own)

    def close(self, merchant: Merchant, mode: str, number: str, body: dict[str, Any]) -> None:
        """POST …/close, answered with a signed 204. 400 ORDERPAID, 400 ORDER_CLOSED."""
        out_trade_no = merchant.key(number)
        with self._store.transaction():
            order = self._owned(merchant, mode, self.find(out_trade_no), body)
            if order["state"] in ("SUCCESS", "REFUND"):
                raise PayRefusal(400, "ORDERPAID", "订单已支付，不能发起关单")
            if order["state"] == "CLOSED":
                raise PayRefusal(400, "ORDER_CLOSED", "订单已关闭，无需继续关单")
            self._store.run(
                "UPDATE orders SET state = 'CLOSED', closed_at = ? WHERE out_trade_no = ?",
                self._clock.now(),
                out_trade_no,
            )

    def _owned(
        self, merchant: Merchant, mode: str, order: Row | None, asked: dict[str, Any]
    ) -> Row:
        names = ("sp_mchid", "sub_mchid") if mode == "partner" else ("mchid",)
        for name in names:
            if not isinstance(asked.get(name), str) or not asked[name]:
                raise param_error(f"/{name}", asked.get(name), "is required")
        if asked[names[0]] != merchant.mchid:
            raise PayRefusal(403, "NO_AUTH", "商户号与签名的商户号不一致")
        missing = PayRefusal(404, "ORDER_NOT_EXIST", "订单不存在")
        if order is None or (order["mode"], order["mchid"]) != (mode, merchant.mchid):
            raise missing
        if mode == "partner" and order["sub_mchid"] != asked["sub_mchid"]:
            raise missing
        return order

    # --- the customer's side ------------------------------------------------------------------

    def order_to_pay(self, prepay_id: str) -> Row:
        """The order a prepay_id still allows to pay; raises ControlRefusal with the reason."""
        prepay = self._store.find("SELECT * FROM prepays WHERE prepay_id = ?", prepay_id)
        order = self.find(str(prepay["out_trade_no"])) if prepay else None
        if prepay is None or order is None:
            raise ControlRefusal(409, "unknown prepay_id")
        if prepay["expires_at"] < self._clock.now():
            raise ControlRefusal(409, "this prepay_id is older than two hours")
        return order

    def check_sheet(self, sheet: dict[str, Any]) -> Row:
        """What wx.requestPayment checks: package, signType, paySign and the payer (§4.6)."""
        package = str(sheet.get("package", ""))
        name, _, prepay_id = package.partition("=")
        if name != "prepay_id":
            raise ControlRefusal(409, "package must be prepay_id=…")
        order = self.order_to_pay(prepay_id)
        appid = str(sheet.get("appid", ""))
        if appid != order["payer_appid"]:
            raise ControlRefusal(409, "the app that calls is not the app of the prepay")
        if sheet.get("signType") != "RSA":
            raise ControlRefusal(409, "signType must be RSA")
        for text in ("timeStamp", "nonceStr", "paySign"):
            if not isinstance(sheet.get(text), str):
                raise ControlRefusal(409, f"{text} must be a text")
        signed = crypto.payment_text(appid, sheet["timeStamp"], sheet["nonceStr"], package)
        keys = self._merchants.public_keys(str(order["mchid"]))
        if not any(crypto.is_signed(key, signed, sheet["paySign"]) for key in keys):
            raise ControlRefusal(409, "paySign is wrong")
        openid = sheet.get("openid")
        if openid and openid not in (order["openid"], order["sp_openid"]):
            raise ControlRefusal(409, "this person is not the payer of the prepay")
        return order

    def show_paying(self, out_trade_no: str, *, is_paying: bool) -> None:
        """The customer is typing a password, or has stopped: trade_state USERPAYING meanwhile."""
        sql = "UPDATE terms SET is_paying = ? WHERE out_trade_no = ?"
        if not self._store.run(sql, int(is_paying), out_trade_no):
            raise ControlRefusal(404, "no such order")

    def pay(
        self, out_trade_no: str, *, plan: CallbackPlan, user: str = "passer-by"
    ) -> tuple[str, int | None]:
        """The customer pays: state, money and the coming callback in one transaction.

        `user` pays an order that names no payer (NATIVE, APP, H5).

        Returns the transaction_id and the agenda entry of the callback (None when dropped).
        Raises ControlRefusal when the order can no longer be paid.
        """
        with self._store.transaction():
            order = self.find(out_trade_no)
            if order is None:
                raise ControlRefusal(404, "no such order")
            if order["state"] != "NOTPAY":
                raise ControlRefusal(409, f"the order is {order['state']}")
            if order["expires_at"] < self._clock.now():
                raise ControlRefusal(409, "time_expire has passed")
            self._name_payer(order, user)
            paid = self._settle(order)
            if self._paid_watcher is not None:
                self._paid_watcher(paid)
            entry = self._callbacks.announce_payment(
                out_trade_no,
                notify_url=str(paid["notify_url"]),
                plaintext=describe(paid, is_callback=True),
                plan=plan,
            )
            return str(paid["transaction_id"]), entry

    def _name_payer(self, order: Row, user: str) -> None:
        if order["openid"] or order["sp_openid"]:
            return
        openid = self._apps.login(str(order["payer_appid"]), user)["openid"]
        is_own = order["mode"] == "direct" or order["sub_appid"]
        sql = "UPDATE orders SET openid = ?, sp_openid = ? WHERE out_trade_no = ?"
        self._store.run(
            sql, openid if is_own else None, None if is_own else openid, order["out_trade_no"]
        )

    def _settle(self, order: Row) -> Row:
        now = self._clock.now()
        seller = self._apps.find(order["sub_appid"] or order["payer_appid"])
        is_frozen = seller is not None and bool(seller["is_trade_managed"])
        day = time.strftime("%Y%m%d", time.gmtime(now + 8 * 3600))
        transaction_id = f"4200{credentials.digits(6)}{day}{credentials.digits(10)}"
        self._store.run(
            "UPDATE orders SET state = 'SUCCESS', transaction_id = ?, paid_at = ?, funds = ?"
            " WHERE out_trade_no = ? AND state = 'NOTPAY'",
            transaction_id,
            now,
            "frozen" if is_frozen else "settled",
            order["out_trade_no"],
        )
        paid = self.find(str(order["out_trade_no"]))
        if paid is None:
            raise ControlRefusal(404, "no such order")
        return paid


def as_if_paid(order: Row, now: float) -> dict[str, Any]:
    """A paid order's description, made up when it is not paid: what a forger would claim."""
    made_up = {"transaction_id": "4200" + credentials.digits(24), "paid_at": now}
    known = {name: order[name] for name in order.keys()}  # noqa: SIM118 - Row iterates values
    return describe(known if known["paid_at"] else {**known, **made_up}, is_callback=True)


def describe(order: Row | dict[str, Any], *, is_callback: bool = False) -> dict[str, Any]:
    """A transaction as WeChat tells it, in answers and in callbacks (§4.7)."""
    state = "SUCCESS" if is_callback else str(order["state"])
    if state == "NOTPAY" and order["is_paying"]:
        state = "USERPAYING"
    answer: dict[str, Any] = _names(order)
    answer |= {
        "out_trade_no": plain_number(str(order["out_trade_no"])),
        "trade_state": state,
        "trade_state_desc": STATE_WORDS[state],
        "attach": order["attach"],
        "promotion_detail": [],
        "amount": {"total": order["total_fen"], "currency": order["currency"]},
    }
    if order["paid_at"] is not None:
        answer |= {
            "transaction_id": order["transaction_id"],
            "trade_type": order["trade_type"] or "JSAPI",
            "bank_type": "OTHERS",
            "success_time": rfc3339(order["paid_at"]),
            "payer": _payer(order),
            "amount": {
                "total": order["total_fen"],
                "payer_total": order["total_fen"],
                "currency": order["currency"],
                "payer_currency": order["currency"],
            },
        }
    return answer


def _names(order: Row | dict[str, Any]) -> dict[str, Any]:
    if order["mode"] == "direct":
        return {"mchid": order["mchid"], "appid": order["payer_appid"]}
    names = {
        "sp_mchid": order["mchid"],
        "sub_mchid": order["sub_mchid"],
        "sp_appid": order["sp_appid"],
    }
    return {**names, "sub_appid": order["sub_appid"]} if order["sub_appid"] else names


def _payer(order: Row | dict[str, Any]) -> dict[str, str]:
    if order["mode"] == "direct":
        return {"openid": order["openid"]}
    payer = {"sp_openid": order["sp_openid"], "sub_openid": order["openid"]}
    return {name: openid for name, openid in payer.items() if openid}


def _canonical(body: dict[str, Any]) -> str:
    """The request as compared on repeats: order of keys and absent defaults do not matter."""
    known = json.loads(json.dumps(body))
    known["amount"].setdefault("currency", "CNY")
    if known.get("time_expire"):
        known["time_expire"] = parse_rfc3339(known["time_expire"])
    return json.dumps(known, sort_keys=True, ensure_ascii=False)
