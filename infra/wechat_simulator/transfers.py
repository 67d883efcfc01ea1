"""Merchant transfers: money to a person who confirms it in WeChat (CONTRACT §4.12)."""

import json
import re
from typing import Any

from . import credentials
from .agenda import Agenda
from .callbacks import Callbacks
from .clock import Clock, rfc3339
from .fields import Fields
from .funds import Funds
from .merchants import Merchant
from .refusals import ControlRefusal, PayRefusal
from .store import Row, Store
from .transfer_checks import TransferChecks

BILL_PATTERN = re.compile(r"[0-9A-Za-z]{1,32}")
CONFIRM_SECONDS = 86400
CANCEL_SECONDS = 1
NAMED_FROM_FEN = 200_000
OPEN_STATES = ("ACCEPTED", "PROCESSING", "WAIT_USER_CONFIRM")
OVERDUE = "OVERDUE_CLOSE"


class Transfers:
    """A bill waits for its person; it ends as SUCCESS, FAIL or CANCELLED, and is told then."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        agenda: Agenda,
        funds: Funds,
        checks: TransferChecks,
        callbacks: Callbacks,
    ) -> None:
        self._store, self._clock, self._agenda = store, clock, agenda
        self._funds, self._checks, self._callbacks = funds, checks, callbacks
        agenda.handle("transfer_overdue", self._grow_old)
        agenda.handle("transfer_cancel", self._withdraw)

    # --- the API ------------------------------------------------------------------------------

    def create(
        self, merchant: Merchant, body: dict[str, Any], *, is_partner: bool
    ) -> dict[str, Any]:
        """POST …/transfer-bills; the same number and body give the same answer.

        403 NOT_ENOUGH without money in OPERATION, RULE_LIMIT over a daily sum, NO_AUTH without
        the sub-merchant's grant; 400 for the rest.
        """
        fields = Fields(body)
        number = fields.text("out_bill_no", 32, pattern=BILL_PATTERN)
        sub_mchid = fields.text("sub_mchid", 32) if is_partner else ""
        entry = self._read(merchant, sub_mchid, fields)
        request = _canonical(body)
        with self._store.transaction():
            known = self.find(merchant.mchid, number)
            if known is not None:
                if known["request"] != request:
                    raise PayRefusal(400, "INVALID_REQUEST", "请求重入时，参数与首次请求时不一致")
                return self._accepted(known)
            self._checks.check_sums(merchant.mchid, sub_mchid, entry)
            if self._funds.balance(sub_mchid or merchant.mchid, "OPERATION") < entry["fen"]:
                raise PayRefusal(403, "NOT_ENOUGH", "商户运营账户资金不足")
            bill = "1330" + credentials.digits(26)
            self._store.insert(
                "transfers",
                {**entry, "transfer_bill_no": bill, "out_bill_no": number, "request": request},
            )
            self._agenda.add("transfer_overdue", bill, after_seconds=CONFIRM_SECONDS)
            return self._accepted(self._known(merchant, number, sub_mchid))

    def query(self, merchant: Merchant, number: str, sub_mchid: str) -> dict[str, Any]:
        """GET …/transfer-bills/out-bill-no/{n}; 404 NOT_FOUND."""
        return _describe(self._known(merchant, number, sub_mchid))

    def query_by_id(self, merchant: Merchant, bill: str, sub_mchid: str) -> dict[str, Any]:
        """GET …/transfer-bills/transfer-bill-no/{n}; 404 NOT_FOUND."""
        row = self._store.find("SELECT * FROM transfers WHERE transfer_bill_no = ?", bill)
        return _describe(_owned(row, merchant, sub_mchid))

    def cancel(self, merchant: Merchant, number: str, sub_mchid: str) -> dict[str, Any]:
        """POST …/out-bill-no/{n}/cancel: CANCELING now, CANCELLED a moment later."""
        with self._store.transaction():
            row = self._known(merchant, number, sub_mchid)
            if row["state"] not in (*OPEN_STATES, "CANCELING", "CANCELLED"):
                raise PayRefusal(400, "INVALID_REQUEST", "当前单据状态不支持撤销")
            if row["state"] in OPEN_STATES:
                bill = str(row["transfer_bill_no"])
                self._move(bill, "CANCELING", "")
                self._agenda.cancel("transfer_overdue", bill)
                self._agenda.add("transfer_cancel", bill, after_seconds=CANCEL_SECONDS)
            row = self._known(merchant, number, sub_mchid)
        names = ("out_bill_no", "transfer_bill_no", "state")
        return {name: row[name] for name in names} | {"update_time": rfc3339(row["updated_at"])}

    # --- the person, and time -----------------------------------------------------------------

    def decide(self, number: str, action: str, wish: dict[str, Any]) -> dict[str, Any]:
        """confirm, fail with a reason, or expire.

        `package` and `openid`, when given to confirm, must be those of the bill.
        """
        row = self._store.find(
            "SELECT * FROM transfers WHERE out_bill_no = ? OR transfer_bill_no = ?", number, number
        )
        if row is None:
            raise ControlRefusal(404, "no such transfer")
        if row["state"] not in OPEN_STATES:
            raise ControlRefusal(409, f"the transfer is {row['state']}")
        if action == "confirm":
            for name, column in (("package", "package_info"), ("openid", "openid")):
                if wish.get(name) not in (None, row[column]):
                    raise ControlRefusal(409, f"{name} is not that of this bill")
            self._end(row, "SUCCESS", "")
        elif action in ("fail", "expire"):
            reason = OVERDUE if action == "expire" else str(wish.get("reason") or "ACCOUNT_FROZEN")
            self._end(row, "FAIL", reason)
        else:
            raise ControlRefusal(400, "action must be confirm, fail or expire")
        ended = self._store.find(
            "SELECT * FROM transfers WHERE transfer_bill_no = ?", row["transfer_bill_no"]
        )
        return _describe(ended) if ended else {}

    def confirm(self, wish: dict[str, Any]) -> None:
        """Take the money as a person does: all that a mini-program hands over must be the bill's.

        `mchId`, `subMchId` (the partner's only), `appId`, `package`, and the person's `openid`.
        """
        row = self._store.find(
            "SELECT * FROM transfers WHERE package_info = ?", str(wish.get("package", ""))
        )
        columns = {"mchId": "mchid", "subMchId": "sub_mchid", "appId": "appid", "openid": "openid"}
        if row is None or any(wish.get(name, "") != row[columns[name]] for name in columns):
            raise ControlRefusal(409, "this person has no such bill here")
        self.decide(str(row["transfer_bill_no"]), "confirm", {})

    async def _grow_old(self, entry_id: int, bill: str) -> None:
        await self._end_open(entry_id, bill, OPEN_STATES, ("FAIL", OVERDUE))

    async def _withdraw(self, entry_id: int, bill: str) -> None:
        await self._end_open(entry_id, bill, ("CANCELING",), ("CANCELLED", ""))

    async def _end_open(
        self, entry_id: int, bill: str, states: tuple[str, ...], ending: tuple[str, str]
    ) -> None:
        with self._store.transaction():
            self._agenda.done(entry_id)
            row = self._store.find("SELECT * FROM transfers WHERE transfer_bill_no = ?", bill)
            if row is not None and row["state"] in states:
                self._end(row, *ending)

    def _end(self, row: Row, state: str, reason: str) -> None:
        bill = str(row["transfer_bill_no"])
        with self._store.transaction():
            self._agenda.cancel("transfer_overdue", bill)
            self._move(bill, state, reason)
            ended = self._store.find("SELECT * FROM transfers WHERE transfer_bill_no = ?", bill)
            if ended is not None:
                self._callbacks.announce(
                    "MCHTRANSFER.BILL.FINISHED",
                    about=(str(row["out_bill_no"]), bill),
                    notify_url=str(row["notify_url"]),
                    plaintext=_notice(ended),
                    mchid=str(row["mchid"]),
                )

    def _move(self, bill: str, state: str, reason: str) -> None:
        self._store.run(
            "UPDATE transfers SET state = ?, fail_reason = ?, updated_at = ?"
            " WHERE transfer_bill_no = ?",
            *(state, reason, self._clock.now(), bill),
        )

    # --- reading ------------------------------------------------------------------------------

    def _read(self, merchant: Merchant, sub_mchid: str, fields: Fields) -> dict[str, Any]:
        fen = fields.whole("transfer_amount", 1)
        now = self._clock.now()
        appid, openid = self._checks.payee(merchant, sub_mchid, fields)
        self._checks.scene(fields)
        return {
            "mchid": merchant.mchid,
            "sub_mchid": sub_mchid,
            "appid": appid,
            "openid": openid,
            "user_name": self._checks.person_name(
                merchant, fields, is_needed=fen >= NAMED_FROM_FEN
            ),
            "fen": fen,
            "remark": fields.text("transfer_remark", 32),
            "notify_url": self._checks.notify_url(fields),
            "state": "WAIT_USER_CONFIRM",
            "package_info": credentials.text(62) + "==",
            "created_at": now,
            "updated_at": now,
        }

    def find(self, mchid: str, number: str) -> Row | None:
        sql = "SELECT * FROM transfers WHERE mchid = ? AND out_bill_no = ?"
        return self._store.find(sql, mchid, number)

    def all(self, openid: str = "") -> list[Row]:
        """Return the newest, of one person if `openid` names them."""
        sql = "SELECT * FROM transfers WHERE ? IN ('', openid) ORDER BY created_at DESC LIMIT 500"
        return self._store.rows(sql, openid)

    def _known(self, merchant: Merchant, number: str, sub_mchid: str) -> Row:
        return _owned(self.find(merchant.mchid, number), merchant, sub_mchid)

    def _accepted(self, row: Row) -> dict[str, Any]:
        answer = {
            "out_bill_no": row["out_bill_no"],
            "transfer_bill_no": row["transfer_bill_no"],
            "create_time": rfc3339(row["created_at"]),
            "state": row["state"],
        }
        if row["state"] == "WAIT_USER_CONFIRM":
            answer["package_info"] = row["package_info"]
        return answer | ({"fail_reason": row["fail_reason"]} if row["fail_reason"] else {})


def _owned(row: Row | None, merchant: Merchant, sub_mchid: str) -> Row:
    if row is None or (row["mchid"], row["sub_mchid"]) != (merchant.mchid, sub_mchid):
        raise PayRefusal(404, "NOT_FOUND", "记录不存在")
    return row


def _describe(row: Row) -> dict[str, Any]:
    return _notice(row) | {"appid": row["appid"], "transfer_remark": row["remark"]}


def _notice(row: Row) -> dict[str, Any]:
    names = {"mch_id": row["mchid"]}
    if row["sub_mchid"]:
        names = {"sp_mchid": row["mchid"], "sub_mchid": row["sub_mchid"]}
    answer = {
        **names,
        "out_bill_no": row["out_bill_no"],
        "transfer_bill_no": row["transfer_bill_no"],
        "state": row["state"],
        "transfer_amount": row["fen"],
        "openid": row["openid"],
        "create_time": rfc3339(row["created_at"]),
        "update_time": rfc3339(row["updated_at"]),
    }
    return answer | ({"fail_reason": row["fail_reason"]} if row["fail_reason"] else {})


def _canonical(body: dict[str, Any]) -> str:
    """The request as compared on repeats; an encrypted name differs each time by nature."""
    known = {name: value for name, value in body.items() if name != "user_name"}
    return json.dumps(known, sort_keys=True, ensure_ascii=False)
