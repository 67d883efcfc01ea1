"""Bills: what was traded and what moved, one file per day (CONTRACT §4.10)."""

import datetime
import gzip
import hashlib
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from . import bill_text, credentials, crypto
from .clock import CHINA, Clock
from .funds import ACCOUNTS, Funds
from .merchants import Merchant
from .payments import WITH_TERMS
from .refusals import PayRefusal
from .store import Row, Store

READY_SECONDS = 34 * 3600  # 10:00 of the next day, counted from the day's start
URL_SECONDS = 300
OLDEST_DAYS = 92
BILL_TYPES = ("ALL", "SUCCESS", "REFUND")
REFUNDS = (
    "SELECT refunds.*, orders.*, refunds.state AS refund_state, refunds.created_at AS asked_at,"
    " terms.fee_rate, terms.trade_type, coalesce(fee_back_fen, 0) AS fee_back_fen FROM refunds"
    " JOIN orders USING (out_trade_no) LEFT JOIN terms USING (out_trade_no)"
    " LEFT JOIN refund_terms USING (out_refund_no)"
)


class Bills:
    """Written from 10:00 of the next virtual day on, fetched through an address of 5 minutes."""

    def __init__(self, store: Store, clock: Clock, funds: Funds, base_url: str) -> None:
        self._store, self._clock = store, clock
        self._funds, self._base_url = funds, base_url

    def trade(self, merchant: Merchant, asked: dict[str, str]) -> dict[str, Any]:
        """GET /v3/bill/tradebill → {hash_type, hash_value, download_url}."""
        start = self._start_of_day(asked)
        kind = _choice(asked, "bill_type", BILL_TYPES)
        sub_mchid = asked.get("sub_mchid", "")
        payments = [] if kind == "REFUND" else self._payments(merchant, start, sub_mchid)
        refunds = [] if kind == "SUCCESS" else self._refunds(merchant, start, sub_mchid)
        if not payments and not refunds:
            raise _no_statement()
        text = bill_text.trade(kind, payments, refunds, issued_at=start + READY_SECONDS)
        return self._publish(merchant, text, asked)

    def fund_flow(self, merchant: Merchant, asked: dict[str, str]) -> dict[str, Any]:
        """GET /v3/bill/fundflowbill → {hash_type, hash_value, download_url}."""
        start = self._start_of_day(asked)
        account = _choice(asked, "account_type", ACCOUNTS)
        text = self._flow(merchant.mchid, account, start)
        return self._publish(merchant, text, asked)

    def sub_merchant_fund_flow(
        self, merchant: Merchant, asked: dict[str, str], key: rsa.RSAPublicKey
    ) -> dict[str, Any]:
        """GET /v3/bill/sub-merchant-fundflowbill → {download_bill_count, download_bill_list}.

        The file is encrypted under a key of its own, which is sealed for the merchant's `key`.
        """
        start = self._start_of_day(asked)
        account = _choice(asked, "account_type", ACCOUNTS)
        if asked.get("algorithm") != "AEAD_AES_256_GCM":
            raise _wrong("algorithm", asked.get("algorithm", ""), "must be AEAD_AES_256_GCM")
        text = self._flow(self._owner(merchant, asked.get("sub_mchid", "")), account, start)
        file_key, nonce = credentials.text(32), credentials.text(16)
        told = self._publish(merchant, text, asked, seal=(file_key, nonce))
        part = {**told, "bill_sequence": 1, "nonce": nonce}
        sealed = {**part, "encrypt_key": crypto.conceal(key, file_key)}
        return {"download_bill_count": 1, "download_bill_list": [sealed]}

    def _flow(self, owner: str, account: str, start: float) -> str:
        rows = self._funds.flows(owner, account, start, start + 86400)
        if not rows:
            raise _no_statement()
        opening = self._funds.balance(owner, account, until=start)
        return bill_text.fund_flow(rows, opening)

    def file(self, merchant: Merchant, asked: dict[str, str]) -> tuple[bytes, str]:
        """GET /v3/billdownload/file: body and content type. 404 for a dead address."""
        row = self._store.find(
            "SELECT * FROM bill_files WHERE token = ? AND mchid = ? AND expires_at >= ?",
            asked.get("token", ""),
            merchant.mchid,
            self._clock.now(),
        )
        if row is None:
            raise PayRefusal(404, "RESOURCE_NOT_EXISTS", "下载链接已失效")
        if isinstance(row["body"], bytes):
            return row["body"], "application/octet-stream"
        body = str(row["body"]).encode()
        if asked.get("tartype") == "gzip":
            return gzip.compress(body, mtime=0), "application/x-gzip"
        return body, "text/plain"

    def _publish(
        self,
        merchant: Merchant,
        text: str,
        asked: dict[str, str],
        *,
        seal: tuple[str, str] | None = None,
    ) -> dict[str, Any]:
        token, now = credentials.text(48), self._clock.now()
        suffix = ""
        if asked.get("tar_type"):
            _choice(asked, "tar_type", ("GZIP",))
            suffix = "&tartype=gzip"
        with self._store.transaction():
            self._store.run("DELETE FROM bill_files WHERE expires_at < ?", now)
            body: str | bytes = text
            if seal is not None:
                packed = gzip.compress(text.encode(), mtime=0) if suffix else text.encode()
                body = crypto.encrypt_file(*seal, packed)
            entry = {"token": token, "mchid": merchant.mchid, "body": body}
            self._store.insert("bill_files", {**entry, "expires_at": now + URL_SECONDS})
        digest = hashlib.sha1(text.encode()).hexdigest()  # noqa: S324 - fixed by the protocol
        return {
            "hash_type": "SHA1",
            "hash_value": digest,
            "download_url": f"{self._base_url}/v3/billdownload/file?token={token}{suffix}",
        }

    def _owner(self, merchant: Merchant, sub_mchid: str) -> str:
        """Whose account is asked for: that of one of the merchant's sub-merchants."""
        known = self._store.find(
            "SELECT 1 FROM sub_merchants WHERE sub_mchid = ? AND mchid = ?"
            " UNION SELECT 1 FROM apps WHERE sub_mchid = ?",
            *(sub_mchid, merchant.mchid, sub_mchid),
        )
        if known is None:
            raise _wrong("sub_mchid", sub_mchid, "is not a sub-merchant of yours")
        return sub_mchid

    def _start_of_day(self, asked: dict[str, str]) -> float:
        text = asked.get("bill_date", "")
        try:
            day = datetime.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=CHINA)
        except ValueError as error:
            raise _wrong("bill_date", text, "must be YYYY-MM-DD") from error
        start, now = day.timestamp(), self._clock.now()
        if start < now - OLDEST_DAYS * 86400:
            raise _wrong("bill_date", text, "only the last three months have bills")
        if now < start + READY_SECONDS:
            raise _no_statement()
        return start

    def _payments(self, merchant: Merchant, start: float, sub_mchid: str) -> list[Row]:
        return self._store.rows(
            f"{WITH_TERMS} WHERE mchid = ? AND paid_at >= ? AND paid_at < ?"
            " AND (? = '' OR sub_mchid = ?) ORDER BY paid_at",
            *(merchant.mchid, start, start + 86400, sub_mchid, sub_mchid),
        )

    def _refunds(self, merchant: Merchant, start: float, sub_mchid: str) -> list[Row]:
        return self._store.rows(
            f"{REFUNDS} WHERE mchid = ? AND refunds.created_at >= ? AND refunds.created_at < ?"
            " AND (? = '' OR sub_mchid = ?) ORDER BY refunds.created_at",
            *(merchant.mchid, start, start + 86400, sub_mchid, sub_mchid),
        )


def _choice(asked: dict[str, str], name: str, choices: tuple[str, ...]) -> str:
    value = asked.get(name) or choices[0]
    if value not in choices:
        raise _wrong(name, value, f"must be one of {', '.join(choices)}")
    return value


def _wrong(name: str, value: str, issue: str) -> PayRefusal:
    detail = {"field": name, "value": value, "issue": issue, "location": "query"}
    return PayRefusal(400, "PARAM_ERROR", f"参数错误: {name} {issue}", detail)


def _no_statement() -> PayRefusal:
    return PayRefusal(400, "NO_STATEMENT_EXIST", "账单文件不存在")
