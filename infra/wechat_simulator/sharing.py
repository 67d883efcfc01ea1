"""Profit sharing: parts of a payment go to receivers, the rest is released (CONTRACT §4.11)."""

import json
from typing import Any

from . import credentials
from .agenda import Agenda
from .callbacks import Callbacks
from .clock import Clock, rfc3339
from .fields import REFUND_NUMBER_PATTERN, Fields
from .funds import Funds
from .merchants import Merchant, Merchants, plain_number
from .payments import Payments
from .receivers import Receivers
from .refusals import ControlRefusal, PayRefusal
from .store import Row, Store

MOST_SHARINGS, MOST_RECEIVERS = 50, 50
RATIO_WHOLE = 10_000
RELEASE_WORDS = "解冻给分账方"


class Sharing:
    """Accepted as PROCESSING; every receiver's result follows after a virtual delay."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        agenda: Agenda,
        merchants: Merchants,
        payments: Payments,
        funds: Funds,
        receivers: Receivers,
        callbacks: Callbacks,
    ) -> None:
        self._store, self._clock, self._agenda = store, clock, agenda
        self._merchants, self._payments, self._funds = merchants, payments, funds
        self._receivers, self._callbacks = receivers, callbacks
        agenda.handle("sharing", self._arrive)

    # --- the API ------------------------------------------------------------------------------

    def create(self, merchant: Merchant, body: dict[str, Any]) -> dict[str, Any]:
        """POST /v3/profitsharing/orders; the same number and body give the same answer."""
        fields = Fields(body)
        wanted = fields.children("receivers", MOST_RECEIVERS)
        sub_mchid = fields.maybe_text("sub_mchid", 32)
        fields.text("appid", 32)
        is_unfreezing = fields.needed_flag("unfreeze_unsplit")
        shares = [self._share(merchant, sub_mchid, receiver) for receiver in wanted]
        return self._accept(merchant, fields, body, shares, is_unfreezing=is_unfreezing)

    def unfreeze(self, merchant: Merchant, body: dict[str, Any]) -> dict[str, Any]:
        """POST /v3/profitsharing/orders/unfreeze: nothing more will be shared."""
        fields = Fields(body)
        fields.text("description", 80)
        return self._accept(merchant, fields, body, [], is_unfreezing=True)

    def query(self, merchant: Merchant, number: str, asked: dict[str, str]) -> dict[str, Any]:
        """GET /v3/profitsharing/orders/{out_order_no}?transaction_id=[&sub_mchid=]."""
        sharing = self.find(merchant.mchid, number)
        order = self._payments.find(str(sharing["out_trade_no"])) if sharing else None
        is_named = order is not None and order["transaction_id"] == asked.get("transaction_id")
        if sharing is None or not is_named or sharing["sub_mchid"] != asked.get("sub_mchid", ""):
            raise PayRefusal(404, "RESOURCE_NOT_EXISTS", "记录不存在")
        return self.describe(sharing)

    def amounts(self, merchant: Merchant, transaction_id: str) -> dict[str, Any]:
        """GET /v3/profitsharing/transactions/{id}/amounts → {transaction_id, unsplit_amount}."""
        order = self._payments.by_transaction(transaction_id)
        if order is None or order["mchid"] != merchant.mchid:
            raise PayRefusal(404, "RESOURCE_NOT_EXISTS", "订单不存在")
        unsplit = self._funds.unsplit(order) if self._funds.is_sharing_open(order) else 0
        return {"transaction_id": transaction_id, "unsplit_amount": unsplit}

    def config(self, merchant: Merchant, sub_mchid: str) -> dict[str, Any]:
        """GET /v3/profitsharing/merchant-configs/{sub_mchid} → max_ratio, 2000 = 20 %."""
        if self._merchants.appids(merchant, sub_mchid) is None:
            raise PayRefusal(404, "RESOURCE_NOT_EXISTS", "特约商户号不存在")
        ratio = int(self._store.settings()["sharing_max_ratio"])
        return {"sub_mchid": sub_mchid, "max_ratio": ratio}

    # --- accepting ----------------------------------------------------------------------------

    def _share(self, merchant: Merchant, sub_mchid: str, receiver: Fields) -> dict[str, Any]:
        kind, account = self._receivers.known(merchant, sub_mchid, receiver)
        return {
            "detail_id": "3600" + credentials.digits(24),
            "type": kind,
            "account": account,
            "description": receiver.text("description", 80),
            "fen": receiver.whole("amount", 1),
        }

    def _accept(
        self,
        merchant: Merchant,
        fields: Fields,
        body: dict[str, Any],
        shares: list[dict[str, Any]],
        *,
        is_unfreezing: bool,
    ) -> dict[str, Any]:
        number = fields.text("out_order_no", 64, pattern=REFUND_NUMBER_PATTERN)
        transaction_id = fields.text("transaction_id", 32)
        sub_mchid = fields.maybe_text("sub_mchid", 32)
        request = _canonical(body)
        with self._store.transaction():
            known = self.find(merchant.mchid, number)
            if known is not None:
                if known["request"] != request:
                    raise _invalid("请求重入时，参数与首次请求时不一致")
                return self.describe(known)
            order = self._order(merchant, sub_mchid, transaction_id)
            self._check_amounts(order, sum(share["fen"] for share in shares))
            sharing = {
                "id": "3008" + credentials.digits(24),
                "mchid": merchant.mchid,
                "sub_mchid": sub_mchid,
                "out_order_no": number,
                "out_trade_no": order["out_trade_no"],
                "request": request,
                "state": "PROCESSING",
                "is_unfreezing": int(is_unfreezing),
                "created_at": self._clock.now(),
            }
            self._store.insert("sharings", sharing)
            for share in shares:
                self._add_share(str(sharing["id"]), share)
            if is_unfreezing:
                self._release_rest(str(sharing["id"]), order)
            delay = float(self._store.settings()["sharing_delay_seconds"])
            self._agenda.add("sharing", str(sharing["id"]), after_seconds=delay)
            return self.describe(sharing)

    def _order(self, merchant: Merchant, sub_mchid: str, transaction_id: str) -> Row:
        order = self._payments.by_transaction(transaction_id)
        names = (merchant.mchid, sub_mchid or None)
        if order is None or (order["mchid"], order["sub_mchid"]) != names:
            raise PayRefusal(404, "RESOURCE_NOT_EXISTS", "订单不存在")
        if not order["is_shared"]:
            raise _invalid("非分账订单不支持分账")
        if not self._funds.is_sharing_open(order):
            raise _invalid("分账已完结，不支持再次分账")
        if order["funds"] == "frozen":
            raise _invalid("订单未确认收货，资金冻结中，暂不支持分账")
        wait = float(self._store.settings()["sharing_wait_seconds"])
        if order["paid_at"] + wait > self._clock.now():
            raise _invalid("订单处理中，暂时无法分账，请稍后再试")
        sql = "SELECT count(*) FROM sharings WHERE out_trade_no = ?"
        if self._store.number(sql, order["out_trade_no"]) >= MOST_SHARINGS:
            raise PayRefusal(403, "RULE_LIMIT", "单笔订单最多分账50次")
        return order

    def _check_amounts(self, order: Row, fen: int) -> None:
        seller = order["sub_mchid"] or order["mchid"]
        shared = self._store.number(
            "SELECT sum(shares.fen) FROM shares JOIN sharings ON sharings.id = sharing_id"
            " WHERE out_trade_no = ? AND result != 'CLOSED' AND account != ?",
            order["out_trade_no"],
            seller,
        )
        ratio = int(self._store.settings()["sharing_max_ratio"])
        if (shared + fen) * RATIO_WHOLE > order["total_fen"] * ratio:
            raise PayRefusal(403, "RULE_LIMIT", "分账金额超过最大分账比例")
        if fen > self._funds.unsplit(order):
            raise PayRefusal(403, "NOT_ENOUGH", "分账金额大于可分账金额")

    def _release_rest(self, sharing_id: str, order: Row) -> None:
        rest = self._funds.unsplit(order)
        now, number = self._clock.now(), order["out_trade_no"]
        self._store.run("UPDATE terms SET unfrozen_at = ? WHERE out_trade_no = ?", now, number)
        if rest:
            own = {"type": "MERCHANT_ID", "account": order["sub_mchid"] or order["mchid"]}
            detail = {"detail_id": "3600" + credentials.digits(24), "description": RELEASE_WORDS}
            self._add_share(sharing_id, {**own, **detail, "fen": rest})

    def _add_share(self, sharing_id: str, share: dict[str, Any]) -> None:
        started = {"result": "PENDING", "created_at": self._clock.now()}
        self._store.insert("shares", {"sharing_id": sharing_id, **share, **started})

    # --- arriving -----------------------------------------------------------------------------

    async def _arrive(self, entry_id: int, sharing_id: str) -> None:
        with self._store.transaction():
            self._agenda.done(entry_id)
            self._finish(sharing_id, "SUCCESS", "")

    def decide(self, sharing_id: str, result: str, reason: str) -> None:
        """The tester ends every waiting receiver as SUCCESS, or as CLOSED with a reason."""
        if result not in ("SUCCESS", "CLOSED"):
            raise ControlRefusal(400, "result must be SUCCESS or CLOSED")
        sharing = self._store.find("SELECT * FROM sharings WHERE id = ?", sharing_id)
        if sharing is None:
            raise ControlRefusal(404, "no such sharing")
        if sharing["state"] != "PROCESSING":
            raise ControlRefusal(409, f"the sharing is {sharing['state']}")
        with self._store.transaction():
            self._agenda.cancel("sharing", sharing_id)
            self._finish(sharing_id, result, reason if result == "CLOSED" else "")

    def _finish(self, sharing_id: str, result: str, reason: str) -> None:
        self._store.run(
            "UPDATE shares SET result = ?, fail_reason = ?, finished_at = ?"
            " WHERE sharing_id = ? AND result = 'PENDING'",
            *(result, reason, self._clock.now(), sharing_id),
        )
        self._store.run("UPDATE sharings SET state = 'FINISHED' WHERE id = ?", sharing_id)
        sharing = self._store.find("SELECT * FROM sharings WHERE id = ?", sharing_id)
        if sharing is not None and result == "SUCCESS":
            for share in self.shares(sharing_id):
                self._tell(sharing, share)

    def _tell(self, sharing: Row, share: Row) -> None:
        order = self._payments.find(str(sharing["out_trade_no"]))
        if order is None or share["description"] == RELEASE_WORDS:
            return
        names = {"mchid": sharing["mchid"]}
        if sharing["sub_mchid"]:
            names = {"sp_mchid": sharing["mchid"], "sub_mchid": sharing["sub_mchid"]}
        receiver = {"type": share["type"], "account": share["account"], "amount": share["fen"]}
        said = {
            **names,
            "transaction_id": order["transaction_id"],
            "order_id": sharing["id"],
            "out_order_no": sharing["out_order_no"],
            "receiver": {**receiver, "description": share["description"]},
            "success_time": rfc3339(share["finished_at"]),
        }
        mchid = str(sharing["mchid"])
        self._callbacks.announce(
            "PROFITSHARING",
            about=(str(sharing["out_trade_no"]), str(share["detail_id"])),
            notify_url=self._merchants.url(mchid, "sharing_url"),
            plaintext=said,
            mchid=mchid,
        )

    # --- reading ------------------------------------------------------------------------------

    def find(self, mchid: str, out_order_no: str) -> Row | None:
        sql = "SELECT * FROM sharings WHERE mchid = ? AND out_order_no = ?"
        return self._store.find(sql, mchid, out_order_no)

    def shares(self, sharing_id: str) -> list[Row]:
        sql = "SELECT * FROM shares WHERE sharing_id = ? ORDER BY rowid"
        return self._store.rows(sql, sharing_id)

    def all(self, number: str = "") -> list[Row]:
        """Return the newest, with `number` in their out_order_no."""
        sql = "SELECT * FROM sharings WHERE instr(out_order_no, ?)"
        return self._store.rows(f"{sql} ORDER BY created_at DESC LIMIT 500", number)

    def describe(self, sharing: Row | dict[str, Any]) -> dict[str, Any]:
        """A sharing as the API tells it."""
        order = self._payments.find(str(sharing["out_trade_no"]))
        names = {"sub_mchid": sharing["sub_mchid"]} if sharing["sub_mchid"] else {}
        return {
            **names,
            "transaction_id": order["transaction_id"] if order else "",
            "out_order_no": plain_number(str(sharing["out_order_no"])),
            "order_id": sharing["id"],
            "state": sharing["state"],
            "receivers": [_receiver(share) for share in self.shares(str(sharing["id"]))],
        }


def _receiver(share: Row) -> dict[str, Any]:
    answer = {
        "amount": share["fen"],
        "description": share["description"],
        "type": share["type"],
        "account": share["account"],
        "result": share["result"],
        "detail_id": share["detail_id"],
        "create_time": rfc3339(share["created_at"]),
    }
    if share["fail_reason"]:
        answer["fail_reason"] = share["fail_reason"]
    if share["finished_at"] is not None:
        answer["finish_time"] = rfc3339(share["finished_at"])
    return answer


def _canonical(body: dict[str, Any]) -> str:
    """The request as compared on repeats; an encrypted name differs each time by nature."""
    known = json.loads(json.dumps(body))
    for receiver in known.get("receivers", []):
        receiver.pop("name", None)
    return json.dumps(known, sort_keys=True, ensure_ascii=False)


def _invalid(message: str) -> PayRefusal:
    return PayRefusal(400, "INVALID_REQUEST", message)
