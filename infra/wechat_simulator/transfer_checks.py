"""What WeChat asks of a transfer before it accepts the bill (CONTRACT §4.12)."""

from typing import Any

from . import crypto
from .apps import Apps
from .clock import CHINA_SECONDS, Clock
from .fields import Fields
from .merchants import Merchant, Merchants
from .refusals import PayRefusal
from .signer import Signer
from .store import Row, Store

SCENES = ("1000", "1002", "1004", "1005", "1009", "1010", "1011", "1013")
MOST_REPORTS = 10
DAY_SECONDS = 86400


class TransferChecks:
    """Payee, scene, name, daily sums, and the grants of sub-merchants to their provider."""

    def __init__(
        self, store: Store, clock: Clock, merchants: Merchants, apps: Apps, signer: Signer
    ) -> None:
        self._store, self._clock, self._merchants = store, clock, merchants
        self._apps, self._signer = apps, signer

    def payee(self, merchant: Merchant, sub_mchid: str, fields: Fields) -> tuple[str, str]:
        """The app and the person. 400 APPID_MCHID_NOT_MATCH, PARAM_ERROR; 403 NO_AUTH."""
        names = [n for n in ("appid", "sp_appid", "sub_appid") if n in fields] or ["appid"]
        appid = fields.text(names[-1], 32)
        own = self._merchants.bound(merchant.mchid) | {merchant.appid}
        app = self._apps.find(appid)
        if merchant.is_first and app is not None and app["is_direct"]:
            own |= {appid}
        if sub_mchid:
            own |= self._granted(merchant, sub_mchid)
        if appid not in own:
            raise PayRefusal(400, "APPID_MCHID_NOT_MATCH", "appid和商户号不匹配")
        openid = fields.text("openid", 64)
        if not self._apps.knows(appid, openid):
            raise fields.wrong("openid", openid, "无效的openid: not a user of this appid")
        return appid, openid

    def _granted(self, merchant: Merchant, sub_mchid: str) -> set[str]:
        appids = self._merchants.appids(merchant, sub_mchid)
        grant = self.grant(merchant.mchid, sub_mchid)
        if appids is None or grant is None or grant["state"] != "AUTHORIZED":
            raise PayRefusal(403, "NO_AUTH", "特约商户未授权服务商发起商家转账")
        return appids

    def scene(self, fields: Fields) -> None:
        """A known scene, and at least one report about it."""
        fields.one_of("transfer_scene_id", SCENES)
        for report in fields.children("transfer_scene_report_infos", MOST_REPORTS):
            report.text("info_type", 15)
            report.text("info_content", 32)

    def person_name(self, merchant: Merchant, fields: Fields, *, is_needed: bool) -> str:
        """The decrypted user_name; required from 2,000 yuan on."""
        read = fields.text if is_needed else fields.maybe_text
        sealed = read("user_name", 1024)
        try:
            return self._signer.reveal(sealed, merchant) if sealed else ""
        except crypto.CannotDecrypt as error:
            raise fields.wrong("user_name", sealed, "must be encrypted for WeChat Pay") from error

    def notify_url(self, fields: Fields) -> str:
        """Optional; clients send null or leave it out."""
        if not fields.maybe_text("notify_url", 256):
            return ""
        hosts = self._store.settings()["plain_http_hosts"]
        return fields.notify_url("notify_url", plain_hosts=hosts)

    def check_sums(self, mchid: str, sub_mchid: str, entry: dict[str, Any]) -> None:
        """403 RULE_LIMIT when the merchant or the person had enough for today."""
        settings, now = self._store.settings(), self._clock.now()
        today = now - (now + CHINA_SECONDS) % DAY_SECONDS
        alive = "created_at >= ? AND state NOT IN ('FAIL', 'CANCELLED')"
        by_merchant = self._store.number(
            f"SELECT sum(fen) FROM transfers WHERE mchid = ? AND sub_mchid = ? AND {alive}",
            *(mchid, sub_mchid, today),
        )
        by_person = self._store.number(
            "SELECT sum(fen) FROM transfers WHERE mchid = ? AND sub_mchid = ? AND openid = ?"
            f" AND {alive}",
            *(mchid, sub_mchid, entry["openid"], today),
        )
        if by_merchant + entry["fen"] > settings["transfer_merchant_daily_fen"]:
            raise PayRefusal(403, "RULE_LIMIT", "超出商户单日转账额度，请核实产品设置是否准确")
        if by_person + entry["fen"] > settings["transfer_user_daily_fen"]:
            raise PayRefusal(403, "RULE_LIMIT", "超出用户单日收款额度，请核实产品设置是否准确")

    # --- grants -------------------------------------------------------------------------------

    def ask_grant(self, merchant: Merchant, body: dict[str, Any]) -> dict[str, Any]:
        """POST …/partner/sub-mch-authorizations {sub_mchid, out_apply_no}: granted at once."""
        fields = Fields(body)
        sub_mchid, number = fields.text("sub_mchid", 32), fields.text("out_apply_no", 32)
        if self._merchants.appids(merchant, sub_mchid) is None:
            raise PayRefusal(400, "MCH_NOT_EXISTS", "特约商户号不存在")
        self._store.run(
            "INSERT OR REPLACE INTO transfer_grants VALUES (?, ?, ?, 'AUTHORIZED', ?)",
            *(merchant.mchid, sub_mchid, number, self._clock.now()),
        )
        return {"sub_mchid": sub_mchid, "out_apply_no": number, "state": "AUTHORIZED"}

    def find_grant(self, merchant: Merchant, sub_mchid: str) -> dict[str, Any]:
        """GET …/partner/sub-mch-authorizations/{sub_mchid} → {sub_mchid, state, apply_order?}."""
        if self._merchants.appids(merchant, sub_mchid) is None:
            raise PayRefusal(400, "MCH_NOT_EXISTS", "特约商户号不存在")
        row = self.grant(merchant.mchid, sub_mchid)
        if row is None:
            return {"sub_mchid": sub_mchid, "state": "UNAUTHORIZED"}
        asked = {"sub_mchid": sub_mchid, "out_apply_no": row["out_apply_no"], "state": "PASSED"}
        return {"sub_mchid": sub_mchid, "state": row["state"], "apply_order": asked}

    def grant(self, mchid: str, sub_mchid: str) -> Row | None:
        sql = "SELECT * FROM transfer_grants WHERE mchid = ? AND sub_mchid = ?"
        return self._store.find(sql, mchid, sub_mchid)

    def withdraw_grant(self, mchid: str, sub_mchid: str) -> None:
        self._store.run(
            "UPDATE transfer_grants SET state = 'CANCELED' WHERE mchid = ? AND sub_mchid = ?",
            *(mchid, sub_mchid),
        )
