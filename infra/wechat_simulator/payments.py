"""Orders of money: prepay, query, close, and what happens when the customer pays (§4.6-4.8)."""

import json
import secrets
import time
from dataclasses import dataclass
from typing import Any

from . import credentials, crypto
from .apps import Apps
from .callbacks import CallbackPlan, Callbacks
from .clock import Clock, parse_rfc3339, rfc3339
from .credentials import Credentials
from .fields import NUMBER_PATTERN, Fields
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
}


@dataclass(frozen=True)
class Parties:
    """Who sells and who pays in one prepay request."""

    mode: str
    sp_appid: str | None
    sub_appid: str | None
    sub_mchid: str | None
    sp_openid: str | None
    openid: str | None
    payer_appid: str


class Payments:
    """One merchant number, in partner mode (as the provider) and in direct mode (as itself)."""

    def __init__(
        self, store: Store, clock: Clock, keys: Credentials, apps: Apps, callbacks: Callbacks
    ) -> None:
        self._store, self._clock, self._keys = store, clock, keys
        self._apps, self._callbacks = apps, callbacks

    # --- prepay -------------------------------------------------------------------------------

    def prepay(self, mode: str, body: dict[str, Any]) -> dict[str, Any]:
        """POST …/transactions/jsapi. `mode` is partner or direct. Answers {prepay_id}."""
        fields = Fields(body)
        parties = self._partner(fields) if mode == "partner" else self._direct(fields)
        out_trade_no = fields.text("out_trade_no", 32, pattern=NUMBER_PATTERN)
        amount = fields.child("amount")
        order = {
            "out_trade_no": out_trade_no,
            "mchid": self._keys.mchid,
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
            known = self.find(out_trade_no)
            if known is None:
                self._check_expiry(fields, float(order["expires_at"]))
                started = {"request": request, "state": "NOTPAY", "created_at": self._clock.now()}
                self._store.insert("orders", {**order, **started})
            else:
                self._check_repeat(known, parties, request)
            return {"prepay_id": self._new_prepay(out_trade_no)}

    def _partner(self, fields: Fields) -> Parties:
        sp_appid, sp_mchid = fields.text("sp_appid", 32), fields.text("sp_mchid", 32)
        sub_mchid, sub_appid = fields.text("sub_mchid", 32), fields.maybe_text("sub_appid", 32)
        self._check_merchant(sp_mchid, "sp_mchid")
        app = self._apps.of_sub_mchid(sub_mchid)
        if app is None:
            raise PayRefusal(400, "MCH_NOT_EXISTS", "特约商户号不存在")
        if sp_appid != self._keys.sp_appid or (sub_appid and app["appid"] != sub_appid):
            raise PayRefusal(400, "APPID_MCHID_NOT_MATCH", "appid和mch_id不匹配")
        payer = fields.child("payer")
        sp_openid, openid = payer.maybe_text("sp_openid", 128), payer.maybe_text("sub_openid", 128)
        if bool(sp_openid) == bool(openid):
            raise payer.wrong("sub_openid", openid, "give exactly one of sp_openid, sub_openid")
        if openid and not sub_appid:
            raise fields.wrong("sub_appid", None, "is required with sub_openid")
        payer_appid = sub_appid if openid else sp_appid
        self._check_openid(payer, payer_appid, openid or sp_openid)
        if openid:
            sp_openid = self._apps.same_person_elsewhere(sub_appid, openid, sp_appid)
        return Parties(
            mode="partner",
            sp_appid=sp_appid,
            sub_appid=sub_appid or None,
            sub_mchid=sub_mchid,
            sp_openid=sp_openid,
            openid=openid or None,
            payer_appid=sub_appid or sp_appid,
        )

    def _direct(self, fields: Fields) -> Parties:
        appid = fields.text("appid", 32)
        self._check_merchant(fields.text("mchid", 32), "mchid")
        app = self._apps.find(appid)
        if app is None or not app["is_direct"]:
            raise PayRefusal(400, "APPID_MCHID_NOT_MATCH", "appid和mch_id不匹配")
        payer = fields.child("payer")
        openid = payer.text("openid", 128)
        self._check_openid(payer, appid, openid)
        return Parties("direct", None, None, None, None, openid, appid)

    def _check_merchant(self, mchid: str, name: str) -> None:
        if mchid != self._keys.mchid:
            issue = "must be the merchant that signed the request"
            raise param_error(f"/{name}", mchid, issue)

    def _check_openid(self, payer: Fields, appid: str, openid: str) -> None:
        if not self._apps.knows(appid, openid):
            raise payer.wrong("openid", openid, "无效的openid: not a user of this appid")

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

    def find(self, out_trade_no: str) -> Row | None:
        return self._store.find("SELECT * FROM orders WHERE out_trade_no = ?", out_trade_no)

    def by_transaction(self, transaction_id: str) -> Row | None:
        return self._store.find("SELECT * FROM orders WHERE transaction_id = ?", transaction_id)

    def query(self, mode: str, order: Row | None, asked: dict[str, str]) -> dict[str, Any]:
        """GET …/out-trade-no/{n} and …/id/{n}; `asked` is the query string's fields."""
        own = self._owned(mode, order, asked)
        return describe(own)

    def close(self, mode: str, out_trade_no: str, body: dict[str, Any]) -> None:
        """POST …/close, answered with a signed 204. 400 ORDERPAID, 400 ORDER_CLOSED."""
        with self._store.transaction():
            order = self._owned(mode, self.find(out_trade_no), body)
            if order["state"] in ("SUCCESS", "REFUND"):
                raise PayRefusal(400, "ORDERPAID", "订单已支付，不能发起关单")
            if order["state"] == "CLOSED":
                raise PayRefusal(400, "ORDER_CLOSED", "订单已关闭，无需继续关单")
            self._store.run(
                "UPDATE orders SET state = 'CLOSED', closed_at = ? WHERE out_trade_no = ?",
                self._clock.now(),
                out_trade_no,
            )

    def _owned(self, mode: str, order: Row | None, asked: dict[str, Any]) -> Row:
        names = ("sp_mchid", "sub_mchid") if mode == "partner" else ("mchid",)
        for name in names:
            if not isinstance(asked.get(name), str) or not asked[name]:
                raise param_error(f"/{name}", asked.get(name), "is required")
        if asked[names[0]] != self._keys.mchid:
            raise PayRefusal(403, "NO_AUTH", "商户号与签名的商户号不一致")
        missing = PayRefusal(404, "ORDER_NOT_EXIST", "订单不存在")
        if order is None or order["mode"] != mode:
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
        if not crypto.is_signed(self._keys.merchant_public_key, signed, sheet["paySign"]):
            raise ControlRefusal(409, "paySign is wrong")
        openid = sheet.get("openid")
        if openid and openid not in (order["openid"], order["sp_openid"]):
            raise ControlRefusal(409, "this person is not the payer of the prepay")
        return order

    def pay(self, out_trade_no: str, *, plan: CallbackPlan) -> tuple[str, int | None]:
        """The customer pays: state, money and the coming callback in one transaction.

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
            paid = self._settle(order)
            entry = self._callbacks.announce_payment(
                out_trade_no,
                notify_url=str(paid["notify_url"]),
                plaintext=describe(paid, is_callback=True),
                plan=plan,
            )
            return str(paid["transaction_id"]), entry

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
    answer: dict[str, Any] = _names(order)
    answer |= {
        "out_trade_no": order["out_trade_no"],
        "trade_state": state,
        "trade_state_desc": STATE_WORDS[state],
        "attach": order["attach"],
        "promotion_detail": [],
        "amount": {"total": order["total_fen"], "currency": order["currency"]},
    }
    if order["paid_at"] is not None:
        answer |= {
            "transaction_id": order["transaction_id"],
            "trade_type": "JSAPI",
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
