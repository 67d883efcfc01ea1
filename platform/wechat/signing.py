"""Signatures, sealed payloads and sealed fields of WeChat Pay v3 (CONTRACT §4.1, §4.2, §4.4).

The cryptography is wechatpayv3's (`utils`: the part of it that is right, LIBS §3), pinned, and
held to `tests/wechat/vectors.json`. Its client is not used: it opens a new connection per call,
has no timeouts, checks no timestamps, goes to the network for an unknown serial, and logs
Authorization headers. What it lacks is here: the text that is signed, the time window, header
names in any case, and named failures.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from wechatpayv3 import utils

from kernel import clock
from wechat.credentials import PayCredentials, serial_name

SCHEME = "WECHATPAY2-SHA256-RSA2048"
TOLERANCE_SECONDS = 300
_PROBE = "WECHATPAY/SIGNTEST/"

# The library carries no annotations; these are its signatures, said once.
_rsa_sign: Callable[[RSAPrivateKey, str], str] = utils.rsa_sign
_rsa_verify: Callable[[str, str, str, str, RSAPublicKey], bool] = utils.rsa_verify
_aes_decrypt: Callable[[str, str, str, str], str | None] = utils.aes_decrypt
_rsa_encrypt: Callable[[str, RSAPublicKey], str] = utils.rsa_encrypt
_rsa_decrypt: Callable[[str, RSAPrivateKey], str] = utils.rsa_decrypt


class NotAuthentic(Exception):
    """A message does not prove that WeChat Pay wrote it now. `reason` is a short stable word."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class SignatureHeaders:
    """The five headers by which WeChat Pay signs a message."""

    timestamp: str
    nonce: str
    signature: str
    serial: str
    kind: str

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> "SignatureHeaders":
        """Pick the headers out, whatever the case of their names; absent ones are empty."""
        found = {name.lower(): value for name, value in headers.items()}
        names = ("timestamp", "nonce", "signature", "serial", "signature-type")
        return cls(*(found.get(f"wechatpay-{name}", "") for name in names))


def sign(text: str, *, pay: PayCredentials) -> str:
    """Return the base64 RSA-SHA256 signature of our merchant over `text`."""
    return _rsa_sign(pay.merchant_private_key, text)


def authorization(method: str, target: str, body: str, *, pay: PayCredentials) -> str:
    """Return the Authorization header for a request; `target` is the path with its query."""
    nonce, timestamp = fresh_nonce(), unix_seconds()
    signature = sign(f"{method}\n{target}\n{timestamp}\n{nonce}\n{body}\n", pay=pay)
    return (
        f'{SCHEME} mchid="{pay.sp_mchid}",nonce_str="{nonce}",signature="{signature}",'
        f'timestamp="{timestamp}",serial_no="{pay.merchant_serial_no}"'
    )


def verify(headers: SignatureHeaders, body: bytes, *, pay: PayCredentials) -> None:
    """Check time, key and signature over the raw bytes. No network. Raises NotAuthentic.

    The cheap checks come first: a forger costs us a comparison, not an RSA operation.
    """
    if not (headers.timestamp and headers.nonce and headers.signature and headers.serial):
        raise NotAuthentic("missing_header")
    if headers.kind not in ("", SCHEME):
        raise NotAuthentic("signature_type")
    if not _is_now(headers.timestamp):
        raise NotAuthentic("timestamp")
    key = pay.wechat_keys.get(serial_name(headers.serial))
    if key is None:
        raise NotAuthentic("unknown_serial")
    if headers.signature.startswith(_PROBE):
        raise NotAuthentic("signature_probe")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise NotAuthentic("not_utf8") from None
    if not _rsa_verify(headers.timestamp, headers.nonce, text, headers.signature, key):
        raise NotAuthentic("signature")


def unseal(*, ciphertext: str, nonce: str, associated_data: str, pay: PayCredentials) -> str:
    """Decrypt an AES-256-GCM payload with the APIv3 key. Raises NotAuthentic."""
    try:
        plain = _aes_decrypt(nonce, ciphertext, associated_data, pay.apiv3_key)
    except ValueError:  # bad base64, a nonce or tag of the wrong length, not UTF-8
        raise NotAuthentic("ciphertext") from None
    if plain is None:
        raise NotAuthentic("ciphertext")
    return plain


def conceal(text: str, *, pay: PayCredentials) -> tuple[str, str]:
    """Seal a name or number inside a request: base64, and the `Wechatpay-Serial` to send (§4.4)."""
    serial = pay.wechatpay_public_key_id
    return _rsa_encrypt(text, pay.wechat_keys[serial_name(serial)]), serial


def reveal(sealed: str, *, pay: PayCredentials) -> str:
    """Open a name or number that WeChat Pay sealed for our merchant. Raises NotAuthentic."""
    try:
        return _rsa_decrypt(sealed, pay.merchant_private_key)
    except ValueError:  # bad base64, another key, not UTF-8
        raise NotAuthentic("ciphertext") from None


def unix_seconds() -> str:
    """Return now as WeChat writes it: whole seconds since 1970, as text."""
    return str(int(clock.now().timestamp()))


def fresh_nonce() -> str:
    """Return 32 random characters."""
    return secrets.token_hex(16).upper()


def _is_now(timestamp: str) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    return abs(clock.now().timestamp() - int(timestamp)) < TOLERANCE_SECONDS
