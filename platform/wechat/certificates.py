"""The certificates by which WeChat Pay signs for merchants without its public key (CONTRACT §4.3).

We trust the public key. While a merchant changes over, answers and callbacks may still be signed
by a certificate: the operator lists those in `pay.platform_certificates_pem`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wechat import apiv3, fields, moments, signing
from wechat.configured import merchant
from wechat.errors import BadAnswer
from wechat.signing import NotAuthentic

_CALL = "certificates.valid"


class CertificateSealed(BadAnswer):
    """What WeChat sealed with the merchant's APIv3 key does not open with ours."""


@dataclass(frozen=True, slots=True)
class PlatformCertificate:
    """One of WeChat Pay's certificates; several may be valid at once."""

    serial_no: str
    effective_at: datetime
    expires_at: datetime
    pem: str


def valid() -> list[PlatformCertificate]:
    """Return the certificates that are valid now, the newest first.

    Raises a WeChatFailure; CertificateSealed where the APIv3 key is another.

    What they say is proved twice: the answer is signed, and each is sealed with our APIv3 key.
    """
    answer = apiv3.asked(_CALL, "GET", "/v3/certificates")
    found = apiv3.told(_CALL, lambda told: [_read(c) for c in fields.objects(told, "data")], answer)
    return sorted(found, key=lambda c: c.effective_at, reverse=True)


def _read(told: Mapping[str, Any]) -> PlatformCertificate:
    sealed = fields.mapping(told, "encrypt_certificate")
    try:
        pem = signing.unseal(
            ciphertext=fields.text(sealed, "ciphertext"),
            nonce=fields.text(sealed, "nonce"),
            associated_data=fields.text(sealed, "associated_data"),
            pay=merchant(),
        )
    except NotAuthentic as error:
        raise CertificateSealed(f"{_CALL}: does not open: {error.reason}") from None
    return PlatformCertificate(
        serial_no=fields.text(told, "serial_no"),
        effective_at=moments.read_rfc3339(told.get("effective_time")),
        expires_at=moments.read_rfc3339(told.get("expire_time")),
        pem=pem,
    )
