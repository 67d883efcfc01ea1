"""Shares given back by the merchants that received them (CONTRACT §4.11)."""

import json
from typing import Any

from . import credentials
from .agenda import Agenda
from .clock import Clock, rfc3339
from .fields import REFUND_NUMBER_PATTERN, Fields
from .funds import Funds
from .merchants import Merchant
from .refusals import PayRefusal, param_error
from .sharing import Sharing
from .store import Row, Store


class ShareReturns:
    """Accepted as PROCESSING; SUCCESS, or FAILED without money, follows after a delay."""

    def __init__(
        self, store: Store, clock: Clock, agenda: Agenda, sharing: Sharing, funds: Funds
    ) -> None:
        self._store, self._clock, self._agenda = store, clock, agenda
        self._sharing, self._funds = sharing, funds
        agenda.handle("share_return", self._arrive)

    def create(self, merchant: Merchant, body: dict[str, Any]) -> dict[str, Any]:
        """POST /v3/profitsharing/return-orders; the same number and body give the same answer."""
        fields = Fields(body)
        number = fields.text("out_return_no", 64, pattern=REFUND_NUMBER_PATTERN)
        entry = {
            "id": "3008" + credentials.digits(24),
            "mchid": merchant.mchid,
            "sub_mchid": fields.maybe_text("sub_mchid", 32),
            "out_return_no": number,
            "return_mchid": fields.text("return_mchid", 32),
            "fen": fields.whole("amount", 1),
            "description": fields.text("description", 80),
            "request": json.dumps(body, sort_keys=True, ensure_ascii=False),
            "result": "PROCESSING",
            "created_at": self._clock.now(),
        }
        with self._store.transaction():
            known = self._find(merchant, number)
            if known is not None:
                if known["request"] != entry["request"]:
                    raise PayRefusal(400, "INVALID_REQUEST", "请求重入时，参数与首次请求时不一致")
                return self._describe(known)
            sharing = self._sharing_of(merchant, fields)
            self._check(sharing, str(entry["return_mchid"]), int(str(entry["fen"])))
            self._store.insert("share_returns", {**entry, "sharing_id": sharing["id"]})
            delay = float(self._store.settings()["sharing_delay_seconds"])
            self._agenda.add("share_return", str(entry["id"]), after_seconds=delay)
            return self._describe(self._known(merchant, number))

    def query(self, merchant: Merchant, number: str, asked: dict[str, str]) -> dict[str, Any]:
        """GET /v3/profitsharing/return-orders/{out_return_no}?out_order_no=[&sub_mchid=]."""
        known = self._known(merchant, number)
        answer = self._describe(known)
        if answer["out_order_no"] != asked.get("out_order_no"):
            raise PayRefusal(404, "RESOURCE_NOT_EXISTS", "记录不存在")
        return answer

    def _sharing_of(self, merchant: Merchant, fields: Fields) -> Row:
        if ("order_id" in fields) == ("out_order_no" in fields):
            raise param_error("/out_order_no", None, "give exactly one of order_id, out_order_no")
        if "order_id" in fields:
            sql = "SELECT * FROM sharings WHERE id = ? AND mchid = ?"
            sharing = self._store.find(sql, fields.text("order_id", 64), merchant.mchid)
        else:
            sharing = self._sharing.find(merchant.mchid, fields.text("out_order_no", 64))
        if sharing is None or sharing["sub_mchid"] != fields.maybe_text("sub_mchid", 32):
            raise PayRefusal(404, "RESOURCE_NOT_EXISTS", "分账单不存在")
        return sharing

    def _check(self, sharing: Row, return_mchid: str, fen: int) -> None:
        received = self._store.number(
            "SELECT sum(fen) FROM shares WHERE sharing_id = ? AND type = 'MERCHANT_ID'"
            " AND account = ? AND result = 'SUCCESS'",
            *(sharing["id"], return_mchid),
        )
        returned = self._store.number(
            "SELECT sum(fen) FROM share_returns WHERE sharing_id = ? AND return_mchid = ?"
            " AND result != 'FAILED'",
            *(sharing["id"], return_mchid),
        )
        if not received:
            raise PayRefusal(400, "INVALID_REQUEST", "回退方不是该分账单的商户接收方")
        if returned + fen > received:
            raise PayRefusal(400, "INVALID_REQUEST", "回退金额超过分账金额")

    async def _arrive(self, entry_id: int, return_id: str) -> None:
        with self._store.transaction():
            self._agenda.done(entry_id)
            row = self._store.find("SELECT * FROM share_returns WHERE id = ?", return_id)
            if row is None or row["result"] != "PROCESSING":
                return
            is_there = self._funds.balance(row["return_mchid"], "BASIC") >= row["fen"]
            self._store.run(
                "UPDATE share_returns SET result = ?, fail_reason = ?, finished_at = ?"
                " WHERE id = ?",
                "SUCCESS" if is_there else "FAILED",
                "" if is_there else "BALANCE_NOT_ENOUGH",
                *(self._clock.now(), return_id),
            )

    def _find(self, merchant: Merchant, number: str) -> Row | None:
        sql = "SELECT * FROM share_returns WHERE mchid = ? AND out_return_no = ?"
        return self._store.find(sql, merchant.mchid, number)

    def _known(self, merchant: Merchant, number: str) -> Row:
        row = self._find(merchant, number)
        if row is None:
            raise PayRefusal(404, "RESOURCE_NOT_EXISTS", "记录不存在")
        return row

    def _describe(self, row: Row) -> dict[str, Any]:
        sql = "SELECT * FROM sharings WHERE id = ?"
        sharing = self._store.find(sql, row["sharing_id"])
        answer = {"sub_mchid": row["sub_mchid"]} if row["sub_mchid"] else {}
        answer |= {
            "order_id": row["sharing_id"],
            "out_order_no": sharing["out_order_no"] if sharing else "",
            "out_return_no": row["out_return_no"],
            "return_id": row["id"],
            "return_mchid": row["return_mchid"],
            "amount": row["fen"],
            "description": row["description"],
            "result": row["result"],
            "create_time": rfc3339(row["created_at"]),
        }
        if row["fail_reason"]:
            answer["fail_reason"] = row["fail_reason"]
        if row["finished_at"] is not None:
            answer["finish_time"] = rfc3339(row["finished_at"])
        return answer
