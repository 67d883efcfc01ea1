"""Money going back: one number per refund, never more than was paid (CONTRACT §4.9)."""

import json
from typing import Any

from . import credentials
from .agenda import Agenda
from .callbacks import Callbacks
from .clock import Clock, rfc3339
from .fields import NUMBER_PATTERN, REFUND_NUMBER_PATTERN, Fields
from .funds import Funds, fee_fen
from .merchants import Merchant, plain_number
from .payments import Payments
from .refusals import ControlRefusal, PayRefusal, param_error
from .store import Row, Store

MOST_REFUNDS = 50
YEAR_SECONDS = 365 * 86400
ENDINGS = ("SUCCESS", "ABNORMAL", "CLOSED")
ABNORMAL_TYPES = ("USER_BANK_CARD", "MERCHANT_BANK_CARD")
RECEIVER = "支付用户零钱"


class Refunds:
    """Accepted as PROCESSING; SUCCESS and REFUND.SUCCESS follow after a virtual delay."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        agenda: Agenda,
        payments: Payments,
        callbacks: Callbacks,
        funds: Funds,
    ) -> None:
        self._store, self._clock, self._agenda = store, clock, agenda
        self._payments, self._callbacks, self._funds = payments, callbacks, funds
        agenda.handle("refund", self._arrive)

    # --- the API ------------------------------------------------------------------------------

    def create(self, merchant: Merchant, body: dict[str, Any]) -> dict[str, Any]:
        """POST /v3/refund/domestic/refunds; the same number and body give the same refund."""
        fields = Fields(body)
        number = merchant.key(fields.text("out_refund_no", 64, pattern=REFUND_NUMBER_PATTERN))
        amount = fields.child("amount")
        refund_fen, total_fen = amount.whole("refund", 1), amount.whole("total", 1)
        if amount.text("currency", 16) != "CNY":
            raise amount.wrong("currency", body["amount"]["currency"], "must be CNY")
        reason = fields.maybe_text("reason", 80)
        notify_url = self._notify_url(fields)
        with self._store.transaction():
            order = self._order(merchant, fields)
            request = _canonical(body, order)
            known = self.find(number)
            if known is not None:
                return self._repeat(known, request)
            self._check(order, refund_fen, total_fen)
            fee_back_fen = self._fee_back(order, refund_fen)
            refund = {
                "out_refund_no": number,
                "out_trade_no": order["out_trade_no"],
                "refund_id": "5030" + credentials.digits(25),
                "refund_fen": refund_fen,
                "reason": reason,
                "notify_url": notify_url,
                "request": request,
                "state": "PROCESSING",
                "created_at": self._clock.now(),
            }
            self._store.insert("refunds", refund)
            terms = {"out_refund_no": number, "fee_back_fen": fee_back_fen}
            self._store.insert("refund_terms", terms)
            self._store.run(
                "UPDATE orders SET state = 'REFUND' WHERE out_trade_no = ?", order["out_trade_no"]
            )
            delay = float(self._store.settings()["refund_delay_seconds"])
            self._agenda.add("refund", number, after_seconds=delay)
            return self._describe(self._known(number), order)

    def query(self, merchant: Merchant, number: str, sub_mchid: str | None) -> dict[str, Any]:
        """GET /v3/refund/domestic/refunds/{out_refund_no}; 404 RESOURCE_NOT_EXISTS."""
        refund = self.find(merchant.key(number))
        order = self._payments.find(str(refund["out_trade_no"])) if refund else None
        if refund is None or order is None or not _is_of(order, merchant, sub_mchid):
            raise PayRefusal(404, "RESOURCE_NOT_EXISTS", "退款单不存在")
        return self._describe(refund, order)

    def apply_abnormal(
        self, merchant: Merchant, refund_id: str, body: dict[str, Any]
    ) -> dict[str, Any]:
        """POST …/refunds/{refund_id}/apply-abnormal-refund: another card for an ABNORMAL refund."""
        fields = Fields(body)
        number = merchant.key(fields.text("out_refund_no", 64, pattern=REFUND_NUMBER_PATTERN))
        kind = fields.one_of("type", ABNORMAL_TYPES)
        if kind == "USER_BANK_CARD":
            for name in ("bank_type", "bank_account", "real_name"):
                fields.text(name, 1024)
        with self._store.transaction():
            refund = self.find(number)
            order = self._payments.find(str(refund["out_trade_no"])) if refund else None
            sub_mchid = fields.maybe_text("sub_mchid", 32) or None
            if refund is None or order is None or not _is_of(order, merchant, sub_mchid):
                raise PayRefusal(404, "RESOURCE_NOT_EXISTS", "退款单不存在")
            if refund["refund_id"] != refund_id or refund["state"] != "ABNORMAL":
                raise PayRefusal(400, "INVALID_REQUEST", "退款单不是异常状态")
            sql = "UPDATE refunds SET state = 'PROCESSING' WHERE out_refund_no = ?"
            self._store.run(sql, number)
            delay = float(self._store.settings()["refund_delay_seconds"])
            self._agenda.add("refund", number, after_seconds=delay)
            return self._describe(self._known(number), order)

    def _notify_url(self, fields: Fields) -> str:
        if "notify_url" not in fields:
            return ""
        hosts = self._store.settings()["plain_http_hosts"]
        return fields.notify_url("notify_url", plain_hosts=hosts)

    def _order(self, merchant: Merchant, fields: Fields) -> Row:
        if ("transaction_id" in fields) == ("out_trade_no" in fields):
            issue = "give exactly one of transaction_id, out_trade_no"
            raise param_error("/transaction_id", None, issue)
        if "transaction_id" in fields:
            order = self._payments.by_transaction(fields.text("transaction_id", 32))
        else:
            number = fields.text("out_trade_no", 32, pattern=NUMBER_PATTERN)
            order = self._payments.find(merchant.key(number))
        sub_mchid = fields.maybe_text("sub_mchid", 32) or None
        if order is None or not _is_of(order, merchant, sub_mchid):
            raise PayRefusal(404, "RESOURCE_NOT_EXISTS", "订单不存在")
        return order

    def _repeat(self, known: Row, request: str) -> dict[str, Any]:
        order = self._payments.find(str(known["out_trade_no"]))
        if order is None or known["request"] != request:
            message = "订单金额或退款金额与之前请求不一致，请核实后再试"
            raise PayRefusal(400, "INVALID_REQUEST", message)
        return self._describe(known, order)

    def _check(self, order: Row, refund_fen: int, total_fen: int) -> None:
        if order["paid_at"] is None:
            raise PayRefusal(400, "INVALID_REQUEST", "订单未支付，不能退款")
        if order["paid_at"] + YEAR_SECONDS < self._clock.now():
            raise PayRefusal(400, "INVALID_REQUEST", "订单已超过可退款的最大期限")
        if total_fen != order["total_fen"]:
            message = "订单金额或退款金额与之前请求不一致，请核实后再试"
            raise PayRefusal(400, "INVALID_REQUEST", message)
        accepted = self.of_order(str(order["out_trade_no"]))
        if len(accepted) >= MOST_REFUNDS:
            raise PayRefusal(400, "INVALID_REQUEST", "部分退款次数超过50次")
        if self.refunded_fen(str(order["out_trade_no"])) + refund_fen > order["total_fen"]:
            raise PayRefusal(400, "INVALID_REQUEST", "申请退款金额大于订单可退金额")

    def _fee_back(self, order: Row, refund_fen: int) -> int:
        """The part of the fee that returns; 403 NOT_ENOUGH when the money is no longer there."""
        refunded = self.refunded_fen(str(order["out_trade_no"]))
        fee_back = fee_fen(order, refunded) - fee_fen(order, refunded + refund_fen)
        missing = refund_fen - fee_back
        if self._funds.is_held(order):
            missing -= self._funds.unsplit(order)
        seller = str(order["sub_mchid"] or order["mchid"])
        if missing > 0 and self._funds.available(seller) < missing:
            raise PayRefusal(403, "NOT_ENOUGH", "基本账户余额不足，请充值后重新发起")
        return fee_back

    def _describe(self, refund: Row, order: Row) -> dict[str, Any]:
        answer = {
            "refund_id": refund["refund_id"],
            "out_refund_no": plain_number(str(refund["out_refund_no"])),
            "transaction_id": order["transaction_id"],
            "out_trade_no": plain_number(str(order["out_trade_no"])),
            "channel": "ORIGINAL",
            "user_received_account": RECEIVER,
            "create_time": rfc3339(refund["created_at"]),
            "status": refund["state"],
            "funds_account": "UNSETTLED" if order["funds"] == "frozen" else "AVAILABLE",
            "amount": {
                "total": order["total_fen"],
                "refund": refund["refund_fen"],
                "from": [],
                "payer_total": order["total_fen"],
                "payer_refund": refund["refund_fen"],
                "settlement_refund": refund["refund_fen"],
                "settlement_total": order["total_fen"],
                "discount_refund": 0,
                "currency": "CNY",
            },
            "promotion_detail": [],
        }
        if refund["success_at"] is not None:
            answer["success_time"] = rfc3339(refund["success_at"])
        return answer

    # --- arriving -----------------------------------------------------------------------------

    async def _arrive(self, entry_id: int, number: str) -> None:
        with self._store.transaction():
            self._agenda.done(entry_id)
            refund = self.find(number)
            if refund is not None and refund["state"] == "PROCESSING":
                self._end(refund, "SUCCESS")

    def decide(self, number: str, ending: str) -> None:
        """The tester ends a PROCESSING refund as SUCCESS, ABNORMAL or CLOSED."""
        if ending not in ENDINGS:
            raise ControlRefusal(400, f"status must be one of {', '.join(ENDINGS)}")
        with self._store.transaction():
            refund = self.find(number)
            if refund is None:
                raise ControlRefusal(404, "no such refund")
            if refund["state"] == "SUCCESS" or refund["state"] == "CLOSED":
                raise ControlRefusal(409, f"the refund is {refund['state']}")
            self._agenda.cancel("refund", number)
            self._end(refund, ending)

    def _end(self, refund: Row, ending: str) -> None:
        number, out_trade_no = str(refund["out_refund_no"]), str(refund["out_trade_no"])
        success_at = self._clock.now() if ending == "SUCCESS" else None
        self._store.run(
            "UPDATE refunds SET state = ?, success_at = ? WHERE out_refund_no = ?",
            ending,
            success_at,
            number,
        )
        order = self._payments.find(out_trade_no)
        if order is not None and ending == "CLOSED" and not self.of_order(out_trade_no):
            self._store.run(
                "UPDATE orders SET state = 'SUCCESS' WHERE out_trade_no = ?", out_trade_no
            )
        if order is not None and refund["notify_url"]:
            said = callback_text(self._known(number), order)
            url = str(refund["notify_url"])
            self._callbacks.announce_refund(f"REFUND.{ending}", out_trade_no, number, url, said)

    # --- reading ------------------------------------------------------------------------------

    def find(self, number: str) -> Row | None:
        return self._store.find("SELECT * FROM refunds WHERE out_refund_no = ?", number)

    def of_order(self, out_trade_no: str) -> list[Row]:
        """Refunds that count against the order: every one but the closed."""
        return self._store.rows(
            "SELECT * FROM refunds WHERE out_trade_no = ? AND state != 'CLOSED'"
            " ORDER BY created_at",
            out_trade_no,
        )

    def refunded_fen(self, out_trade_no: str) -> int:
        return sum(int(row["refund_fen"]) for row in self.of_order(out_trade_no))

    def all(self) -> list[Row]:
        return self._store.rows("SELECT * FROM refunds ORDER BY created_at DESC LIMIT 500")

    def _known(self, number: str) -> Row:
        refund = self.find(number)
        if refund is None:
            raise PayRefusal(404, "RESOURCE_NOT_EXISTS", "退款单不存在")
        return refund


def _is_of(order: Row, merchant: Merchant, sub_mchid: str | None) -> bool:
    return (order["mchid"], order["sub_mchid"]) == (merchant.mchid, sub_mchid)


def callback_text(refund: Row, order: Row) -> dict[str, Any]:
    """The clear text of REFUND.*: `refund_status` here, `status` in the API (§4.9)."""
    if order["mode"] == "partner":
        names = {"sp_mchid": order["mchid"], "sub_mchid": order["sub_mchid"]}
    else:
        names = {"mchid": order["mchid"]}
    answer = {
        **names,
        "transaction_id": order["transaction_id"],
        "out_trade_no": plain_number(str(order["out_trade_no"])),
        "refund_id": refund["refund_id"],
        "out_refund_no": plain_number(str(refund["out_refund_no"])),
        "refund_status": refund["state"],
        "user_received_account": RECEIVER,
        "amount": {
            "total": order["total_fen"],
            "refund": refund["refund_fen"],
            "payer_total": order["total_fen"],
            "payer_refund": refund["refund_fen"],
        },
    }
    if refund["success_at"] is not None:
        answer["success_time"] = rfc3339(refund["success_at"])
    return answer


def _canonical(body: dict[str, Any], order: Row) -> str:
    """The request as compared on repeats: either name of the order means the same."""
    known = {**body, "out_trade_no": order["out_trade_no"]}
    known.pop("transaction_id", None)
    return json.dumps(known, sort_keys=True, ensure_ascii=False)
