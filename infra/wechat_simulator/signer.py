"""WeChat Pay's own signature on answers and callbacks, in either trust mode (CONTRACT §4.2-4.3)."""

import itertools
import time
from typing import Any

from . import credentials, crypto
from .clock import rfc3339
from .credentials import Credentials
from .store import Store

TRUST_MODES = ("public_key", "certificate", "alternate")


class Signer:
    """Signs with the WeChat Pay public-key pair, or with the platform certificate's pair.

    The setting `trust` chooses: public_key, certificate, or alternate (one after the other,
    as during a merchant's switch).
    """

    def __init__(self, store: Store, keys: Credentials) -> None:
        self._store, self._keys = store, keys
        self._turn = itertools.count()

    def headers(
        self,
        body: bytes,
        *,
        prefers_certificate: bool = False,
        shift_seconds: int = 0,
    ) -> dict[str, str]:
        """The Wechatpay-* headers over `body`; `shift_seconds` moves the timestamp honestly."""
        timestamp, nonce = str(int(time.time()) + shift_seconds), credentials.text(32)
        if prefers_certificate or self._is_certificate_turn():
            key, serial = self._keys.platform_private_key, self._keys.platform_serial_no
        else:
            key, serial = self._keys.wechatpay_private_key, self._keys.public_key_id
        return {
            "Wechatpay-Timestamp": timestamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Signature": crypto.sign(key, crypto.answer_text(timestamp, nonce, body)),
            "Wechatpay-Serial": serial,
            "Wechatpay-Signature-Type": crypto.SCHEME,
        }

    def names_certificate(self, serial: str) -> bool:
        """Whether a request's Wechatpay-Serial names the certificate, zero kept or lost."""
        return serial.lstrip("0").upper() == self._keys.platform_serial_no.lstrip("0")

    def names_public_key(self, serial: str) -> bool:
        return serial == self._keys.public_key_id

    def certificates(self) -> dict[str, Any]:
        """GET /v3/certificates: the platform certificate, sealed with the APIv3 key (§4.3)."""
        pem, nonce = self._keys.kept["platform_certificate_pem"], credentials.text(12)
        certificate = crypto.x509_dates(pem)
        sealed = crypto.seal(self._keys.apiv3_key, nonce, "certificate", pem.encode())
        return {
            "data": [
                {
                    "serial_no": self._keys.platform_serial_no,
                    "effective_time": rfc3339(certificate[0]),
                    "expire_time": rfc3339(certificate[1]),
                    "encrypt_certificate": {
                        "algorithm": "AEAD_AES_256_GCM",
                        "nonce": nonce,
                        "associated_data": "certificate",
                        "ciphertext": sealed,
                    },
                }
            ]
        }

    def _is_certificate_turn(self) -> bool:
        trust = self._store.settings()["trust"]
        return trust == "certificate" or (trust == "alternate" and next(self._turn) % 2 == 1)
