"""Who may receive a share of a merchant's payments (CONTRACT §4.11)."""

from typing import Any

from . import crypto
from .clock import Clock
from .fields import Fields
from .merchants import Merchant
from .refusals import PayRefusal
from .signer import Signer
from .store import Store

TYPES = ("MERCHANT_ID", "PERSONAL_OPENID", "PERSONAL_SUB_OPENID")
RELATIONS = (
    *("SERVICE_PROVIDER", "STORE", "STAFF", "STORE_OWNER", "PARTNER", "HEADQUARTER", "BRAND"),
    *("DISTRIBUTOR", "USER", "SUPPLIER", "CUSTOM"),
)
MOST_RECEIVERS = 20_000


class Receivers:
    """The list that receivers/add and receivers/delete keep, per merchant and sub-merchant."""

    def __init__(self, store: Store, clock: Clock, signer: Signer) -> None:
        self._store, self._clock, self._signer = store, clock, signer

    def add(self, merchant: Merchant, body: dict[str, Any]) -> dict[str, Any]:
        """POST /v3/profitsharing/receivers/add; adding one again changes nothing."""
        fields = Fields(body)
        sub_mchid, kind, account = _named(fields)
        fields.text("appid", 32)
        relation = fields.one_of("relation_type", RELATIONS)
        custom = fields.text("custom_relation", 10) if relation == "CUSTOM" else ""
        if kind == "MERCHANT_ID" and "name" not in fields:
            raise fields.wrong("name", None, "is required for merchants")
        entry = {
            "mchid": merchant.mchid,
            "sub_mchid": sub_mchid,
            "type": kind,
            "account": account,
            "name": self._name(merchant, fields),
            "relation_type": relation,
            "custom_relation": custom,
            "created_at": self._clock.now(),
        }
        with self._store.transaction():
            if not self._is_known(merchant, sub_mchid, kind, account):
                sql = "SELECT count(*) FROM receivers WHERE mchid = ? AND sub_mchid = ?"
                if self._store.number(sql, merchant.mchid, sub_mchid) >= MOST_RECEIVERS:
                    raise PayRefusal(403, "RULE_LIMIT", "分账接收方数量超过上限")
                self._store.insert("receivers", entry)
        shown = ("sub_mchid", "type", "account", "name", "relation_type", "custom_relation")
        return {name: body[name] for name in shown if body.get(name)}

    def delete(self, merchant: Merchant, body: dict[str, Any]) -> dict[str, Any]:
        """POST /v3/profitsharing/receivers/delete."""
        fields = Fields(body)
        sub_mchid, kind, account = _named(fields)
        fields.text("appid", 32)
        gone = self._store.run(
            "DELETE FROM receivers WHERE mchid = ? AND sub_mchid = ? AND type = ? AND account = ?",
            *(merchant.mchid, sub_mchid, kind, account),
        )
        if not gone:
            raise PayRefusal(400, "INVALID_REQUEST", "分账接收方不存在")
        return {name: body[name] for name in ("sub_mchid", "type", "account") if body.get(name)}

    def known(self, merchant: Merchant, sub_mchid: str, receiver: Fields) -> tuple[str, str]:
        """Type and account of a receiver in a sharing request; 400 when it was never added."""
        kind, account = receiver.one_of("type", TYPES), receiver.text("account", 64)
        if not self._is_known(merchant, sub_mchid, kind, account):
            raise PayRefusal(400, "INVALID_REQUEST", "非分账接收方，请先添加分账接收方")
        name = self._name(merchant, receiver)
        if name and name != self._stored_name(merchant, sub_mchid, kind, account):
            raise PayRefusal(400, "INVALID_REQUEST", "分账接收方姓名不匹配")
        return kind, account

    def _name(self, merchant: Merchant, fields: Fields) -> str:
        sealed = fields.maybe_text("name", 1024)
        try:
            return self._signer.reveal(sealed, merchant) if sealed else ""
        except crypto.CannotDecrypt as error:
            raise fields.wrong("name", sealed, "must be encrypted for WeChat Pay") from error

    def _stored_name(self, merchant: Merchant, sub_mchid: str, kind: str, account: str) -> str:
        row = self._store.find(
            "SELECT name FROM receivers WHERE mchid = ? AND sub_mchid = ? AND type = ?"
            " AND account = ?",
            *(merchant.mchid, sub_mchid, kind, account),
        )
        return str(row["name"]) if row else ""

    def _is_known(self, merchant: Merchant, sub_mchid: str, kind: str, account: str) -> bool:
        row = self._store.find(
            "SELECT 1 FROM receivers WHERE mchid = ? AND sub_mchid = ? AND type = ?"
            " AND account = ?",
            *(merchant.mchid, sub_mchid, kind, account),
        )
        return row is not None


def _named(fields: Fields) -> tuple[str, str, str]:
    sub_mchid = fields.maybe_text("sub_mchid", 32)
    return sub_mchid, fields.one_of("type", TYPES), fields.text("account", 64)
