"""WeChat Pay's own signature on answers and callbacks, in either trust mode (CONTRACT §4.2-4.3)."""

import itertools
import time
from typing import Any

from . import credentials, crypto
from .clock import rfc3339
from .merchants import Merchant, Merchants
from .store import Store

PUBLIC_KEY, CERTIFICATE = "public_key", "certificate"
TRUST_MODES = ("adaptive", PUBLIC_KEY, CERTIFICATE, "alternate")


class Signer:
    """Signs with a merchant's WeChat Pay public-key pair, or with the platform certificate's.

    The setting `trust` chooses: adaptive (as the merchant's own requests show: who downloads
    certificates works with them, who names its public key with that), public_key, certificate,
    or alternate (one after the other, as during a merchant's switch).
    """

    def __init__(self, store: Store, merchants: Merchants) -> None:
        self._store, self._merchants = store, merchants
        self._turn = itertools.count()

    def headers(
        self,
        body: bytes,
        merchant: Merchant,
        *,
        prefers_certificate: bool = False,
        shift_seconds: int = 0,
    ) -> dict[str, str]:
        """The Wechatpay-* headers over `body`; `shift_seconds` moves the timestamp honestly."""
        timestamp, nonce = str(int(time.time()) + shift_seconds), credentials.text(32)
        if prefers_certificate or self._is_certificate_turn(merchant):
            newest = self._merchants.platform_keys()[0]
            key, serial = crypto.private_key(newest["private_key_pem"]), str(newest["serial_no"])
        else:
            key, serial = merchant.wechatpay_private_key, merchant.public_key_id
        return {
            "Wechatpay-Timestamp": timestamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Signature": crypto.sign(key, crypto.answer_text(timestamp, nonce, body)),
            "Wechatpay-Serial": serial,
            "Wechatpay-Signature-Type": crypto.SCHEME,
        }

    def named(self, serial: str, merchant: Merchant) -> str:
        """What a request's Wechatpay-Serial names: public_key, certificate or "" (nothing).

        A certificate's leading zero may be lost and its letters may be small.
        """
        if serial == merchant.public_key_id:
            return PUBLIC_KEY
        known = {str(row["serial_no"]).lstrip("0") for row in self._merchants.platform_keys()}
        return CERTIFICATE if serial.lstrip("0").upper() in known else ""

    def reveal(self, ciphertext: str, merchant: Merchant) -> str:
        """Decrypt a sensitive field of a request (§4.4); raises CannotDecrypt."""
        own = merchant.wechatpay_private_key
        platform = [
            crypto.private_key(row["private_key_pem"]) for row in self._merchants.platform_keys()
        ]
        for key in (own, *platform):
            try:
                return crypto.reveal(key, ciphertext)
            except crypto.CannotDecrypt:
                continue
        raise crypto.CannotDecrypt("not encrypted for WeChat Pay")

    def certificates(self, merchant: Merchant) -> dict[str, Any]:
        """GET /v3/certificates: every platform certificate, sealed with the APIv3 key (§4.3)."""
        rows = self._merchants.platform_keys()
        return {"data": [_certificate(dict(row), merchant.apiv3_key) for row in rows]}

    def _is_certificate_turn(self, merchant: Merchant) -> bool:
        trust = self._store.settings()["trust"]
        if trust == "adaptive":
            trust = self._merchants.trust(merchant.mchid)
        return trust == CERTIFICATE or (trust == "alternate" and next(self._turn) % 2 == 1)


def _certificate(row: dict[str, Any], apiv3_key: str) -> dict[str, Any]:
    pem, nonce = str(row["certificate_pem"]), credentials.text(12)
    start, end = crypto.x509_dates(pem)
    return {
        "serial_no": row["serial_no"],
        "effective_time": rfc3339(start),
        "expire_time": rfc3339(end),
        "encrypt_certificate": {
            "algorithm": "AEAD_AES_256_GCM",
            "nonce": nonce,
            "associated_data": "certificate",
            "ciphertext": crypto.seal(apiv3_key, nonce, "certificate", pem.encode()),
        },
    }
