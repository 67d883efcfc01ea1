"""Who sells and who pays in a prepay request, in either mode (CONTRACT §4.6)."""

from dataclasses import dataclass

from .apps import Apps
from .fields import Fields
from .merchants import Merchant, Merchants
from .refusals import PayRefusal, param_error


@dataclass(frozen=True)
class Parties:
    """The columns of an order that name people and apps; no payer yet for NATIVE, APP and H5."""

    mode: str
    sp_appid: str | None
    sub_appid: str | None
    sub_mchid: str | None
    sp_openid: str | None
    openid: str | None
    payer_appid: str


class PartyReader:
    """Reads and checks the parties against what this WeChat knows."""

    def __init__(self, merchants: Merchants, apps: Apps) -> None:
        self._merchants, self._apps = merchants, apps

    def partner(self, merchant: Merchant, fields: Fields, *, needs_payer: bool) -> Parties:
        """A provider sells for its sub-merchant. 400 MCH_NOT_EXISTS, APPID_MCHID_NOT_MATCH."""
        sp_appid, sp_mchid = fields.text("sp_appid", 32), fields.text("sp_mchid", 32)
        sub_mchid, sub_appid = fields.text("sub_mchid", 32), fields.maybe_text("sub_appid", 32)
        _check_merchant(merchant, sp_mchid, "sp_mchid")
        if merchant.kind == "direct":
            raise PayRefusal(403, "NO_AUTH", "商户号不是服务商")
        appids = self._merchants.appids(merchant, sub_mchid)
        if appids is None:
            raise PayRefusal(400, "MCH_NOT_EXISTS", "特约商户号不存在")
        if sp_appid != merchant.appid or (sub_appid and sub_appid not in appids):
            raise PayRefusal(400, "APPID_MCHID_NOT_MATCH", "appid和mch_id不匹配")
        sp_openid, openid = "", ""
        if needs_payer:
            sp_openid, openid = self._payer(fields, sp_appid, sub_appid)
        return Parties(
            mode="partner",
            sp_appid=sp_appid,
            sub_appid=sub_appid or None,
            sub_mchid=sub_mchid,
            sp_openid=sp_openid or None,
            openid=openid or None,
            payer_appid=sub_appid or sp_appid,
        )

    def direct(self, merchant: Merchant, fields: Fields, *, needs_payer: bool) -> Parties:
        """A merchant sells for itself. 400 APPID_MCHID_NOT_MATCH."""
        appid = fields.text("appid", 32)
        _check_merchant(merchant, fields.text("mchid", 32), "mchid")
        if not self._sells_in(merchant, appid):
            raise PayRefusal(400, "APPID_MCHID_NOT_MATCH", "appid和mch_id不匹配")
        openid = None
        if needs_payer:
            payer = fields.child("payer")
            openid = payer.text("openid", 128)
            self._check_openid(payer, appid, openid)
        return Parties("direct", None, None, None, None, openid, appid)

    def _payer(self, fields: Fields, sp_appid: str, sub_appid: str) -> tuple[str, str]:
        payer = fields.child("payer")
        sp_openid, openid = payer.maybe_text("sp_openid", 128), payer.maybe_text("sub_openid", 128)
        if bool(sp_openid) == bool(openid):
            raise payer.wrong("sub_openid", openid, "give exactly one of sp_openid, sub_openid")
        if openid and not sub_appid:
            raise fields.wrong("sub_appid", None, "is required with sub_openid")
        self._check_openid(payer, sub_appid if openid else sp_appid, openid or sp_openid)
        if openid:
            sp_openid = self._apps.same_person_elsewhere(sub_appid, openid, sp_appid)
        return sp_openid, openid

    def _sells_in(self, merchant: Merchant, appid: str) -> bool:
        if appid in self._merchants.bound(merchant.mchid):
            return True
        app = self._apps.find(appid)
        return merchant.is_first and app is not None and bool(app["is_direct"])

    def _check_openid(self, payer: Fields, appid: str, openid: str) -> None:
        if not self._apps.knows(appid, openid):
            raise payer.wrong("openid", openid, "无效的openid: not a user of this appid")


def _check_merchant(merchant: Merchant, mchid: str, name: str) -> None:
    if mchid != merchant.mchid:
        raise param_error(f"/{name}", mchid, "must be the merchant that signed the request")
