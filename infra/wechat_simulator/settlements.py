"""Where a sub-merchant's money is paid out: its bank account (CONTRACT §4.13)."""

from typing import Any

from . import credentials, crypto
from .clock import Clock, rfc3339
from .fields import Fields
from .merchants import Merchant, Merchants
from .refusals import ControlRefusal, PayRefusal
from .signer import Signer
from .store import Row, Store

ACCOUNT_TYPES = ("ACCOUNT_TYPE_BUSINESS", "ACCOUNT_TYPE_PRIVATE")
RESULTS = ("AUDIT_SUCCESS", "AUDITING", "AUDIT_FAIL")


class Settlements:
    """A change is an application that the tester decides; the newest decided one counts."""

    def __init__(self, store: Store, clock: Clock, merchants: Merchants, signer: Signer) -> None:
        self._store, self._clock = store, clock
        self._merchants, self._signer = merchants, signer

    def modify(self, merchant: Merchant, sub_mchid: str, body: dict[str, Any]) -> dict[str, Any]:
        """POST …/sub_merchants/{sub_mchid}/modify-settlement → {application_no}."""
        self._check_own(merchant, sub_mchid)
        fields = Fields(body)
        entry = {
            "application_no": "1020" + credentials.digits(26),
            "sub_mchid": sub_mchid,
            "account_type": fields.one_of("account_type", ACCOUNT_TYPES),
            "account_bank": fields.text("account_bank", 128),
            "account_name": self._reveal(merchant, fields, "account_name", is_needed=False),
            "account_number": self._reveal(merchant, fields, "account_number", is_needed=True),
            "state": "AUDITING",
            "created_at": self._clock.now(),
        }
        self._store.insert("settlements", entry)
        return {"application_no": entry["application_no"]}

    def current(self, merchant: Merchant, sub_mchid: str) -> dict[str, Any]:
        """GET …/sub_merchants/{sub_mchid}/settlement; the number is masked."""
        self._check_own(merchant, sub_mchid)
        row = self._store.find(
            "SELECT * FROM settlements WHERE sub_mchid = ? AND state = 'AUDIT_SUCCESS'"
            " ORDER BY created_at DESC, rowid DESC LIMIT 1",
            sub_mchid,
        )
        if row is None:
            raise PayRefusal(404, "RESOURCE_NOT_EXISTS", "结算账户不存在")
        return {
            "account_type": row["account_type"],
            "account_bank": row["account_bank"],
            "account_number": _masked(str(row["account_number"])),
            "verify_result": "VERIFY_SUCCESS",
        }

    def application(self, merchant: Merchant, sub_mchid: str, number: str) -> dict[str, Any]:
        """GET …/sub_merchants/{sub_mchid}/application/{application_no}."""
        self._check_own(merchant, sub_mchid)
        sql = "SELECT * FROM settlements WHERE sub_mchid = ? AND application_no = ?"
        row = self._store.find(sql, sub_mchid, number)
        if row is None:
            raise PayRefusal(404, "RESOURCE_NOT_EXISTS", "申请单不存在")
        answer = {
            "account_name": _masked(str(row["account_name"])),
            "account_type": row["account_type"],
            "account_bank": row["account_bank"],
            "account_number": _masked(str(row["account_number"])),
            "verify_result": row["state"],
        }
        if row["state"] != "AUDITING":
            answer["verify_finish_time"] = rfc3339(row["created_at"])
        return answer | ({"verify_fail_reason": row["fail_reason"]} if row["fail_reason"] else {})

    def decide(self, number: str, result: str, reason: str) -> None:
        """The tester's AUDIT_SUCCESS or AUDIT_FAIL."""
        if result not in RESULTS:
            raise ControlRefusal(400, f"result must be one of {', '.join(RESULTS)}")
        sql = "UPDATE settlements SET state = ?, fail_reason = ? WHERE application_no = ?"
        if not self._store.run(sql, result, reason, number):
            raise ControlRefusal(404, "no such application")

    def all(self) -> list[Row]:
        return self._store.rows("SELECT * FROM settlements ORDER BY created_at DESC LIMIT 100")

    def _check_own(self, merchant: Merchant, sub_mchid: str) -> None:
        if self._merchants.appids(merchant, sub_mchid) is None:
            raise PayRefusal(403, "NO_AUTH", "特约商户号与服务商号不匹配")

    def _reveal(self, merchant: Merchant, fields: Fields, name: str, *, is_needed: bool) -> str:
        sealed = fields.text(name, 1024) if is_needed else fields.maybe_text(name, 1024)
        try:
            return self._signer.reveal(sealed, merchant) if sealed else ""
        except crypto.CannotDecrypt as error:
            raise fields.wrong(name, sealed, "must be encrypted for WeChat Pay") from error


def _masked(text: str) -> str:
    return "*" * max(0, len(text) - 4) + text[-4:]
