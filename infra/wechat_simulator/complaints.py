"""Customers' complaints and what the merchant answers (CONTRACT §4.14)."""

import datetime
from typing import Any

from . import credentials, crypto
from .callbacks import Callbacks
from .clock import CHINA, Clock, rfc3339
from .fields import Fields, callback_url_problem
from .merchants import Merchant, Merchants, plain_number
from .payments import Payments
from .refusals import ControlRefusal, PayRefusal, param_error
from .store import Row, Store

MOST_DAYS = 30
PENDING, PROCESSING, PROCESSED = "PENDING", "PROCESSING", "PROCESSED"


class Complaints:
    """One callback address per merchant; a provider hears about all its sub-merchants."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        merchants: Merchants,
        payments: Payments,
        callbacks: Callbacks,
    ) -> None:
        self._store, self._clock, self._merchants = store, clock, merchants
        self._payments, self._callbacks = payments, callbacks

    # --- the callback address -----------------------------------------------------------------

    def set_url(self, merchant: Merchant, body: dict[str, Any], *, is_new: bool) -> dict[str, Any]:
        """POST (new) or PUT …/complaint-notifications {url} → {mchid, url}."""
        url = Fields(body).text("url", 255)
        if is_new and self._url(merchant):
            raise PayRefusal(400, "INVALID_REQUEST", "投诉通知回调地址已存在")
        problem = callback_url_problem(url, self._store.settings()["plain_http_hosts"])
        if problem:
            raise param_error("/url", url, problem)
        self._merchants.register_url(merchant.mchid, "complaint_url", url)
        return {"mchid": merchant.mchid, "url": url}

    def url(self, merchant: Merchant) -> dict[str, Any]:
        """GET …/complaint-notifications; 404 RESOURCE_NOT_EXISTS."""
        if not self._url(merchant):
            raise PayRefusal(404, "RESOURCE_NOT_EXISTS", "投诉通知回调地址不存在")
        return {"mchid": merchant.mchid, "url": self._url(merchant)}

    def remove_url(self, merchant: Merchant) -> None:
        self._merchants.register_url(merchant.mchid, "complaint_url", "")

    # --- reading ------------------------------------------------------------------------------

    def page(self, merchant: Merchant, asked: dict[str, str]) -> dict[str, Any]:
        """GET …/complaints-v2?begin_date&end_date&limit&offset&complainted_mchid."""
        start, end = _day(asked, "begin_date"), _day(asked, "end_date")
        if not 0 <= end - start <= MOST_DAYS * 86400:
            raise param_error("/end_date", asked["end_date"], "must lie at most 30 days after")
        limit, offset = _count(asked, "limit", 10, 50), _count(asked, "offset", 0, 10**6)
        rows = self._store.rows(
            "SELECT * FROM complaints WHERE mchid = ? AND created_at >= ? AND created_at < ?"
            " AND ? IN ('', sub_mchid, mchid) ORDER BY created_at",
            *(merchant.mchid, start, end + 86400, asked.get("complainted_mchid", "")),
        )
        shown = [self._describe(row) for row in rows[offset : offset + limit]]
        return {"data": shown, "limit": limit, "offset": offset, "total_count": len(rows)}

    def detail(self, merchant: Merchant, number: str) -> dict[str, Any]:
        """GET …/complaints-v2/{complaint_id}; payer_phone is encrypted to the merchant."""
        return self._describe(self._own(merchant, number))

    def history(self, merchant: Merchant, number: str, asked: dict[str, str]) -> dict[str, Any]:
        """GET …/{complaint_id}/negotiation-historys."""
        self._own(merchant, number)
        limit, offset = _count(asked, "limit", 100, 300), _count(asked, "offset", 0, 10**6)
        sql = "SELECT * FROM negotiations WHERE complaint_id = ? ORDER BY id DESC"
        rows = self._store.rows(sql, number)
        shown = [
            {
                "log_id": str(row["id"]),
                "operator": row["operator"],
                "operate_time": rfc3339(row["created_at"]),
                "operate_type": row["operate_type"],
                "operate_details": row["content"],
            }
            for row in rows[offset : offset + limit]
        ]
        return {"data": shown, "limit": limit, "offset": offset, "total_count": len(rows)}

    # --- the merchant's side ------------------------------------------------------------------

    def respond(self, merchant: Merchant, number: str, body: dict[str, Any]) -> None:
        """POST …/{complaint_id}/response: PENDING becomes PROCESSING."""
        row = self._own(merchant, number, body)
        content = Fields(body).text("response_content", 200)
        with self._store.transaction():
            self._move(row, PROCESSING)
            self._note(number, "商户", "MERCHANT_RESPONSE", content)

    def complete(self, merchant: Merchant, number: str, body: dict[str, Any]) -> None:
        """POST …/{complaint_id}/complete; 400 INVALID_REQUEST before any response."""
        row = self._own(merchant, number, body)
        if row["state"] != PROCESSING:
            raise PayRefusal(400, "INVALID_REQUEST", "投诉单当前状态不允许反馈处理完成")
        with self._store.transaction():
            self._move(row, PROCESSED)
            self._note(number, "商户", "MERCHANT_CONFIRM_COMPLETE", "")

    def refund_progress(self, merchant: Merchant, number: str, body: dict[str, Any]) -> None:
        """POST …/{complaint_id}/update-refund-progress {action APPROVE|REJECT, …}."""
        self._own(merchant, number)
        action = Fields(body).one_of("action", ("APPROVE", "REJECT"))
        self._note(number, "商户", f"MERCHANT_{action}_REFUND", "")

    # --- the customer's side ------------------------------------------------------------------

    def create(self, key: str, detail: str, phone: str) -> str:
        """A customer complains about a paid order; returns the complaint_id."""
        order = self._payments.find(key)
        if order is None or order["paid_at"] is None:
            raise ControlRefusal(404, "no such paid order")
        number = "2000" + credentials.digits(24)
        entry = {
            "complaint_id": number,
            "mchid": order["mchid"],
            "sub_mchid": order["sub_mchid"] or "",
            "out_trade_no": key,
            "detail": detail or "商品与描述不符",
            "phone": phone,
            "state": PENDING,
            "created_at": self._clock.now(),
        }
        with self._store.transaction():
            self._store.insert("complaints", entry)
            self._note(number, "用户", "USER_CREATE_COMPLAINT", str(entry["detail"]))
            self._tell(str(order["mchid"]), number, "COMPLAINT.CREATE", "CREATE_COMPLAINT")
        return number

    def reply(self, number: str, content: str) -> None:
        """The customer writes again; a processed complaint is pending once more."""
        row = self._store.find("SELECT * FROM complaints WHERE complaint_id = ?", number)
        if row is None:
            raise ControlRefusal(404, "no such complaint")
        with self._store.transaction():
            self._move(row, PENDING)
            self._note(number, "用户", "USER_RESPONSE", content)
            self._tell(str(row["mchid"]), number, "COMPLAINT.STATE_CHANGE", "USER_RESPONSE")

    def all(self) -> list[Row]:
        return self._store.rows("SELECT * FROM complaints ORDER BY created_at DESC LIMIT 100")

    # --- inside -------------------------------------------------------------------------------

    def _tell(self, mchid: str, number: str, event_type: str, action: str) -> None:
        self._callbacks.announce(
            event_type,
            about=(number, action),
            notify_url=self._merchants.url(mchid, "complaint_url"),
            plaintext={"complaint_id": number, "action_type": action},
            mchid=mchid,
        )

    def _move(self, row: Row, state: str) -> None:
        sql = "UPDATE complaints SET state = ? WHERE complaint_id = ?"
        self._store.run(sql, state, row["complaint_id"])

    def _note(self, number: str, operator: str, kind: str, content: str) -> None:
        entry = {"complaint_id": number, "operator": operator, "operate_type": kind}
        said = {"content": content, "created_at": self._clock.now()}
        self._store.insert("negotiations", {**entry, **said})

    def _own(self, merchant: Merchant, number: str, body: dict[str, Any] | None = None) -> Row:
        sql = "SELECT * FROM complaints WHERE complaint_id = ? AND mchid = ?"
        row = self._store.find(sql, number, merchant.mchid)
        if row is None:
            raise PayRefusal(404, "RESOURCE_NOT_EXISTS", "投诉单不存在")
        if body is not None:
            named = Fields(body).text("complainted_mchid", 64)
            if named != (row["sub_mchid"] or row["mchid"]):
                raise PayRefusal(403, "NO_AUTH", "被诉商户号与投诉单不符")
        return row

    def _url(self, merchant: Merchant) -> str:
        return self._merchants.url(merchant.mchid, "complaint_url")

    def _describe(self, row: Row) -> dict[str, Any]:
        order = self._payments.find(str(row["out_trade_no"]))
        key = self._merchants.public_keys(str(row["mchid"]))[0]
        answer = {
            "complaint_id": row["complaint_id"],
            "complaint_time": rfc3339(row["created_at"]),
            "complaint_detail": row["detail"],
            "complainted_mchid": row["sub_mchid"] or row["mchid"],
            "complaint_state": row["state"],
            "complaint_full_refunded": False,
            "incoming_user_response": row["state"] == PENDING,
            "user_complaint_times": 1,
        }
        if row["phone"]:
            answer["payer_phone"] = crypto.conceal(key, str(row["phone"]))
        if order is not None:
            info = {
                "transaction_id": order["transaction_id"],
                "out_trade_no": plain_number(str(order["out_trade_no"])),
                "amount": order["total_fen"],
            }
            answer |= {"payer_openid": order["openid"], "complaint_order_info": [info]}
        return answer


def _day(asked: dict[str, str], name: str) -> float:
    text = asked.get(name, "")
    try:
        day = datetime.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=CHINA)
    except ValueError as error:
        raise param_error(f"/{name}", text, "must be YYYY-MM-DD") from error
    return day.timestamp()


def _count(asked: dict[str, str], name: str, default: int, most: int) -> int:
    text = asked.get(name, str(default))
    if not text.isdecimal() or int(text) > most:
        raise param_error(f"/{name}", text, f"must be 0 to {most}")
    return int(text)
