"""Sub-merchant onboarding: submitted, looked at, signed, finished (CONTRACT §4.13)."""

import json
from collections.abc import Iterator
from typing import Any

from . import credentials, crypto
from .clock import Clock
from .fields import Fields
from .merchants import Merchant, Merchants
from .refusals import ControlRefusal, PayRefusal
from .signer import Signer
from .store import Row, Store
from .uploads import Uploads

PREFIX = "APPLYMENT_STATE_"
SIGN_PATH = "/public/apply4ec_sign/s"
STATES = {
    "EDITTING": "编辑中",
    "AUDITING": "审核中",
    "REJECTED": "已驳回",
    "TO_BE_CONFIRMED": "待账户验证",
    "TO_BE_SIGNED": "待签约",
    "SIGNING": "开通权限中",
    "FINISHED": "已完成",
    "CANCELED": "已作废",
}
REQUIRED = (
    *("contact_info", "subject_info", "business_info", "settlement_info", "bank_account_info"),
)
SUBJECTS = tuple(
    f"SUBJECT_TYPE_{name}"
    for name in ("INDIVIDUAL", "ENTERPRISE", "INSTITUTIONS", "OTHERS", "MICRO", "GOVERNMENT")
)
SEALED = (
    *("contact_name", "contact_id_number", "mobile_phone", "contact_email", "id_card_name"),
    *("id_card_number", "id_card_address", "id_doc_name", "id_doc_number", "account_name"),
    *("account_number", "ubo_id_doc_name", "ubo_id_doc_number", "ubo_id_doc_address"),
)
PICTURES = (
    *("license_copy", "cert_copy", "id_card_copy", "id_card_national", "id_doc_copy"),
    *("mini_program_pics", "store_entrance_pic", "indoor_pic", "qualifications"),
)
REPLACEABLE = ("EDITTING", "REJECTED", "CANCELED")


class Applyments:
    """The tester moves them on; FINISHED makes a sub-merchant, bound to no app yet."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        merchants: Merchants,
        signer: Signer,
        uploads: Uploads,
        base_url: str,
    ) -> None:
        self._store, self._clock, self._merchants = store, clock, merchants
        self._signer, self._uploads, self._base_url = signer, uploads, base_url

    # --- the API ------------------------------------------------------------------------------

    def submit(self, merchant: Merchant, body: dict[str, Any]) -> dict[str, Any]:
        """POST /v3/applyment4sub/applyment/ → {applyment_id}; again only after a refusal."""
        fields = Fields(body)
        code = fields.text("business_code", 124)
        for name in REQUIRED:
            fields.child(name)
        fields.child("subject_info").one_of("subject_type", SUBJECTS)
        self._check_sealed(merchant, body)
        self._check_pictures(merchant, body)
        number = int("2000" + credentials.digits(12))
        entry = {
            "mchid": merchant.mchid,
            "business_code": code,
            "request": json.dumps(body, ensure_ascii=False),
            "state": "AUDITING",
            "message": STATES["AUDITING"],
            "details": "[]",
            "created_at": self._clock.now(),
        }
        with self._store.transaction():
            known = self._store.find(
                "SELECT * FROM applyments WHERE mchid = ? AND business_code = ?",
                *(merchant.mchid, code),
            )
            if known is not None:
                if known["state"] not in REPLACEABLE:
                    raise PayRefusal(400, "INVALID_REQUEST", "该业务申请编号已存在申请单")
                number = int(known["applyment_id"])
                self._store.run("DELETE FROM applyments WHERE applyment_id = ?", number)
            self._store.insert("applyments", {"applyment_id": number, **entry})
        return {"applyment_id": number}

    def by_code(self, merchant: Merchant, code: str) -> dict[str, Any]:
        """GET …/applyment/business_code/{code}; 404 RESOURCE_NOT_EXISTS."""
        sql = "SELECT * FROM applyments WHERE mchid = ? AND business_code = ?"
        return self._answer(self._store.find(sql, merchant.mchid, code))

    def by_id(self, merchant: Merchant, number: str) -> dict[str, Any]:
        """GET …/applyment/applyment_id/{id}; 404 RESOURCE_NOT_EXISTS."""
        sql = "SELECT * FROM applyments WHERE mchid = ? AND applyment_id = ?"
        return self._answer(self._store.find(sql, merchant.mchid, number))

    # --- moving on ----------------------------------------------------------------------------

    def move(self, number: str, state: str, details: list[dict[str, Any]]) -> dict[str, Any]:
        """To any state; REJECTED takes audit_detail rows, FINISHED mints the sub-merchant."""
        row = self.find(number)
        short = state.removeprefix(PREFIX)
        if row is None:
            raise ControlRefusal(404, "no such applyment")
        if short not in STATES:
            raise ControlRefusal(400, f"state must be one of {', '.join(STATES)}")
        if row["state"] == "FINISHED":
            raise ControlRefusal(409, "the applyment is finished")
        with self._store.transaction():
            sub_mchid = str(row["sub_mchid"])
            if short in ("TO_BE_SIGNED", "SIGNING", "FINISHED") and not sub_mchid:
                name = json.loads(row["request"])["business_info"].get("merchant_shortname", "")
                sub_mchid = self._merchants.add_sub_merchant(str(row["mchid"]), str(name))
            self._store.run(
                "UPDATE applyments SET state = ?, message = ?, details = ?, sub_mchid = ?"
                " WHERE applyment_id = ?",
                *(short, STATES[short], json.dumps(details, ensure_ascii=False)),
                *(sub_mchid, number),
            )
        return self._answer(self.find(number))

    def sign(self, number: str) -> None:
        """The legal person signs on WeChat's page; 409 in any other state."""
        row = self.find(number)
        if row is None or row["state"] not in ("TO_BE_CONFIRMED", "TO_BE_SIGNED"):
            raise ControlRefusal(409, "the application is not waiting for a signature")
        self.move(number, "FINISHED", [])

    def find(self, number: str) -> Row | None:
        return self._store.find("SELECT * FROM applyments WHERE applyment_id = ?", number)

    def all(self) -> list[Row]:
        return self._store.rows("SELECT * FROM applyments ORDER BY created_at DESC LIMIT 500")

    # --- reading ------------------------------------------------------------------------------

    def _answer(self, row: Row | None) -> dict[str, Any]:
        if row is None:
            raise PayRefusal(404, "RESOURCE_NOT_EXISTS", "申请单不存在")
        answer = {
            "business_code": row["business_code"],
            "applyment_id": row["applyment_id"],
            "applyment_state": PREFIX + row["state"],
            "applyment_state_msg": row["message"],
        }
        if row["state"] in ("TO_BE_CONFIRMED", "TO_BE_SIGNED", "SIGNING"):
            address = f"{self._base_url}{SIGN_PATH}?applymentId={row['applyment_id']}"
            answer["sign_url"] = address
        if row["sub_mchid"]:
            answer["sub_mchid"] = row["sub_mchid"]
        if row["state"] == "REJECTED":
            answer["audit_detail"] = json.loads(row["details"])
        return answer

    def _check_sealed(self, merchant: Merchant, body: dict[str, Any]) -> None:
        for path, name, value in _leaves(body, ""):
            if name in SEALED and value:
                try:
                    self._signer.reveal(str(value), merchant)
                except crypto.CannotDecrypt as error:
                    issue = f"参数错误: {path} 敏感信息解密失败"
                    raise PayRefusal(400, "PARAM_ERROR", issue) from error

    def _check_pictures(self, merchant: Merchant, body: dict[str, Any]) -> None:
        for path, name, value in _leaves(body, ""):
            if name in PICTURES and value and not self._uploads.is_known(merchant, value):
                raise PayRefusal(400, "PARAM_ERROR", f"参数错误: {path} media_id不存在")


def _leaves(value: object, path: str, name: str = "") -> Iterator[tuple[str, str, object]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}/{key}", str(key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(inner, f"{path}/{index}", name)
    else:
        yield path, name, value
