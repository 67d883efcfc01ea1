"""Merchants and their keys: the first one of credentials.json, and any number of others (§4.3)."""

from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from . import credentials, crypto
from .apps import Apps
from .clock import Clock
from .credentials import Credentials
from .fields import callback_url_problem
from .refusals import ControlRefusal
from .store import Row, Store

KINDS = ("provider", "direct")
ROTATIONS = ("merchant_key", "public_key", "platform_certificate")


@dataclass(frozen=True)
class Merchant:
    """One caller of pay v3: a service provider, a direct merchant, or (the first) both."""

    mchid: str
    kind: str
    appid: str
    apiv3_key: str
    public_key_id: str
    wechatpay_private_key_pem: str
    is_first: bool

    @property
    def wechatpay_private_key(self) -> rsa.RSAPrivateKey:
        return crypto.private_key(self.wechatpay_private_key_pem)

    def key(self, number: str) -> str:
        """How the store names this merchant's order or refund `number`: unique over merchants."""
        return number if self.is_first else f"{self.mchid}:{number}"


def plain_number(key: str) -> str:
    """The merchant's own number in a key of the store."""
    return key.rpartition(":")[2]


class Merchants:
    """Who may call, with which keys, for which sub-merchants and apps."""

    def __init__(self, store: Store, clock: Clock, keys: Credentials, apps: Apps) -> None:
        self._store, self._clock = store, clock
        self._keys, self._apps = keys, apps

    def add_first(self) -> None:
        """Write the merchant of credentials.json and WeChat's first platform certificate."""
        if self._find(self._keys.mchid) is not None:
            return
        handed, kept, now = self._keys.handed["pay"], self._keys.kept, self._clock.now()
        with self._store.transaction():
            self._insert(
                self._keys.mchid,
                "both",
                "First merchant",
                self._keys.sp_appid,
                (self._keys.apiv3_key, self._keys.public_key_id, kept["wechatpay_private_key_pem"]),
            )
            self._add_key(
                self._keys.mchid, self._keys.merchant_serial_no, handed["merchant_private_key_pem"]
            )
            platform = {
                "serial_no": kept["platform_serial_no"],
                "private_key_pem": kept["platform_private_key_pem"],
                "certificate_pem": kept["platform_certificate_pem"],
                "created_at": now,
            }
            self._store.insert("platform_keys", platform)

    def first(self) -> Merchant:
        return self.known(self._keys.mchid)

    def find(self, mchid: str) -> Merchant | None:
        row = self._find(mchid)
        if row is None:
            return None
        return Merchant(
            mchid=mchid,
            kind=row["kind"],
            appid=row["appid"],
            apiv3_key=row["apiv3_key"],
            public_key_id=row["public_key_id"],
            wechatpay_private_key_pem=row["wechatpay_private_key_pem"],
            is_first=mchid == self._keys.mchid,
        )

    def known(self, mchid: str) -> Merchant:
        """Raises ControlRefusal 404 for a merchant that does not exist."""
        merchant = self.find(mchid)
        if merchant is None:
            raise ControlRefusal(404, f"no merchant {mchid}")
        return merchant

    def all(self) -> list[Row]:
        return self._store.rows("SELECT * FROM merchants ORDER BY created_at, rowid")

    # --- keys ---------------------------------------------------------------------------------

    def public_key(self, merchant: Merchant, serial_no: str) -> rsa.RSAPublicKey | None:
        """The merchant's key that `serial_no` names; None when unknown or withdrawn."""
        row = self._store.find(
            "SELECT * FROM merchant_keys WHERE mchid = ? AND serial_no = ? AND is_valid = 1",
            merchant.mchid,
            serial_no.upper(),
        )
        return crypto.private_key(row["private_key_pem"]).public_key() if row else None

    def public_keys(self, mchid: str) -> list[rsa.RSAPublicKey]:
        """Every valid key of a merchant, the newest first."""
        return [
            crypto.private_key(row["private_key_pem"]).public_key() for row in self._keys_of(mchid)
        ]

    def serials(self, mchid: str) -> list[str]:
        """The serial numbers of a merchant's valid keys, the newest first."""
        return [str(row["serial_no"]) for row in self._keys_of(mchid)]

    def handed(self, mchid: str) -> dict[str, Any]:
        """What a merchant's console shows, in the shape of `pay` in credentials.json."""
        merchant = self.known(mchid)
        newest = self._keys_of(mchid)[0]
        public = crypto.private_key(merchant.wechatpay_private_key_pem)
        return {
            "kind": merchant.kind,
            "sp_mchid": mchid,
            "sp_appid": merchant.appid,
            "merchant_private_key_pem": newest["private_key_pem"],
            "merchant_serial_no": newest["serial_no"],
            "merchant_certificate_pem": credentials.merchant_certificate(
                newest["private_key_pem"], newest["serial_no"]
            ),
            "valid_serial_nos": self.serials(mchid),
            "apiv3_key": merchant.apiv3_key,
            "wechatpay_public_key_id": merchant.public_key_id,
            "wechatpay_public_key_pem": credentials.public_pem(public),
        }

    def rotate(self, mchid: str, what: str) -> dict[str, Any]:
        """Add a key and return `handed`: earlier merchant keys and certificates stay valid."""
        if what not in ROTATIONS:
            raise ControlRefusal(400, f"what must be one of {', '.join(ROTATIONS)}")
        self.known(mchid)
        pem = credentials.private_pem(credentials.new_key())
        if what == "merchant_key":
            self._add_key(mchid, credentials.merchant_serial(), pem)
        elif what == "public_key":
            self._store.run(
                "UPDATE merchants SET wechatpay_private_key_pem = ?, public_key_id = ?"
                " WHERE mchid = ?",
                pem,
                "PUB_KEY_ID_0" + credentials.digits(31),
                mchid,
            )
        else:
            self._store.insert("platform_keys", credentials.platform_key(pem, self._clock.now()))
        return self.handed(mchid)

    def withdraw_key(self, mchid: str, serial_no: str) -> None:
        """A merchant key is good no longer; the last one cannot be withdrawn."""
        valid = self.serials(mchid)
        if serial_no not in valid or len(valid) == 1:
            raise ControlRefusal(409, "not a valid serial number, or the only one")
        sql = "UPDATE merchant_keys SET is_valid = 0 WHERE serial_no = ?"
        self._store.run(sql, serial_no)

    def platform_keys(self) -> list[Row]:
        """WeChat's platform certificates, the newest, which signs, first."""
        return self._store.rows("SELECT * FROM platform_keys ORDER BY created_at DESC, rowid DESC")

    def trust(self, mchid: str) -> str:
        """How this merchant verifies, as its own requests showed: public_key or certificate."""
        row = self._find(mchid)
        return str(row["trust"]) if row else "public_key"

    def show_trust(self, mchid: str, trust: str) -> None:
        sql = "UPDATE merchants SET trust = ? WHERE mchid = ? AND trust != ?"
        self._store.run(sql, trust, mchid, trust)

    # --- sub-merchants and apps ---------------------------------------------------------------

    def create(self, kind: str, name: str, appid: str) -> dict[str, Any]:
        """A further merchant with keys of its own, for `appid` or a new mini-program."""
        if kind not in KINDS:
            raise ControlRefusal(400, f"kind must be one of {', '.join(KINDS)}")
        if appid and self._apps.find(appid) is None:
            raise ControlRefusal(404, f"no app {appid}")
        mchid, private = "1900" + credentials.digits(6), credentials.new_key()
        wechatpay = credentials.private_pem(credentials.new_key())
        with self._store.transaction():
            own = appid or str(self._apps.create(name, is_trade_managed=False)["appid"])
            secret = (credentials.text(32), "PUB_KEY_ID_0" + credentials.digits(31), wechatpay)
            self._insert(mchid, kind, name or f"Merchant {mchid[-4:]}", own, secret)
            self._add_key(mchid, credentials.merchant_serial(), credentials.private_pem(private))
            self.bind(mchid, own)
        return self.handed(mchid)

    def add_sub_merchant(self, mchid: str, name: str) -> str:
        """A sub-merchant of a provider, bound to no app yet; returns its number."""
        self.known(mchid)
        sub_mchid = "16" + credentials.digits(8)
        entry = {"sub_mchid": sub_mchid, "mchid": mchid, "name": name}
        self._store.insert("sub_merchants", {**entry, "created_at": self._clock.now()})
        return sub_mchid

    def bind(self, mchid: str, appid: str) -> None:
        """Allow a merchant or sub-merchant to be paid inside an app."""
        if self._apps.find(appid) is None:
            raise ControlRefusal(404, f"no app {appid}")
        self._store.run("INSERT OR IGNORE INTO bindings (mchid, appid) VALUES (?, ?)", mchid, appid)

    def appids(self, merchant: Merchant, sub_mchid: str) -> set[str] | None:
        """The apps a sub-merchant is bound to; None unless it is one of this provider's."""
        added = self._store.find("SELECT * FROM sub_merchants WHERE sub_mchid = ?", sub_mchid)
        app = self._apps.of_sub_mchid(sub_mchid)
        if added is not None:
            is_own = added["mchid"] == merchant.mchid
        else:
            is_own = merchant.is_first and app is not None
        if not is_own:
            return None
        return self.bound(sub_mchid) | ({str(app["appid"])} if app else set())

    def bound(self, mchid: str) -> set[str]:
        rows = self._store.rows("SELECT appid FROM bindings WHERE mchid = ?", mchid)
        return {str(row["appid"]) for row in rows}

    def register_url(self, mchid: str, column: str, url: str) -> None:
        """Where sharing results or complaints are told; "" for nowhere."""
        hosts = self._store.settings()["plain_http_hosts"]
        problem = callback_url_problem(url, hosts) if url else ""
        if problem:
            raise ControlRefusal(400, f"the address {problem}")
        if column == "sharing_url":
            self._store.run("UPDATE merchants SET sharing_url = ? WHERE mchid = ?", url, mchid)
        else:
            self._store.run("UPDATE merchants SET complaint_url = ? WHERE mchid = ?", url, mchid)

    def url(self, mchid: str, column: str) -> str:
        row = self._find(mchid)
        return str(row[column]) if row else ""

    def _find(self, mchid: str) -> Row | None:
        return self._store.find("SELECT * FROM merchants WHERE mchid = ?", mchid)

    def _keys_of(self, mchid: str) -> list[Row]:
        return self._store.rows(
            "SELECT * FROM merchant_keys WHERE mchid = ? AND is_valid = 1"
            " ORDER BY created_at DESC, rowid DESC",
            mchid,
        )

    def _insert(
        self, mchid: str, kind: str, name: str, appid: str, secret: tuple[str, str, str]
    ) -> None:
        entry = {
            "mchid": mchid,
            "kind": kind,
            "name": name,
            "appid": appid,
            "apiv3_key": secret[0],
            "public_key_id": secret[1],
            "wechatpay_private_key_pem": secret[2],
            "trust": "public_key",
            "created_at": self._clock.now(),
        }
        self._store.insert("merchants", entry)

    def _add_key(self, mchid: str, serial_no: str, pem: str) -> None:
        entry = {"mchid": mchid, "serial_no": serial_no, "private_key_pem": pem}
        self._store.insert("merchant_keys", {**entry, "created_at": self._clock.now()})
