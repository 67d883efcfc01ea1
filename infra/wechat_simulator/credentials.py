"""The secrets of one simulated WeChat: what the operator is handed, and what WeChat keeps."""

import base64
import datetime
import json
import os
import secrets
import string
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from . import crypto

LONGEST_SERIAL_BITS = 159
ALPHANUMERIC = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Credentials:
    """Both sides' secrets. `handed` is exactly the content of credentials.json."""

    handed: dict[str, Any]
    kept: dict[str, str]

    @property
    def mchid(self) -> str:
        return str(self.handed["pay"]["sp_mchid"])

    @property
    def sp_appid(self) -> str:
        return str(self.handed["pay"]["sp_appid"])

    @property
    def apiv3_key(self) -> str:
        return str(self.handed["pay"]["apiv3_key"])

    @property
    def merchant_serial_no(self) -> str:
        return str(self.handed["pay"]["merchant_serial_no"])

    @property
    def public_key_id(self) -> str:
        return str(self.handed["pay"]["wechatpay_public_key_id"])

    @property
    def component(self) -> dict[str, str]:
        return dict(self.handed["component"])

    @property
    def merchant_public_key(self) -> rsa.RSAPublicKey:
        return crypto.private_key(self.handed["pay"]["merchant_private_key_pem"]).public_key()

    @property
    def wechatpay_private_key(self) -> rsa.RSAPrivateKey:
        return crypto.private_key(self.kept["wechatpay_private_key_pem"])

    @property
    def platform_private_key(self) -> rsa.RSAPrivateKey:
        return crypto.private_key(self.kept["platform_private_key_pem"])

    def load_all(self) -> None:
        """Parse every key now, so that the first customer does not wait for it."""
        _ = (self.merchant_public_key, self.wechatpay_private_key, self.platform_private_key)

    @property
    def platform_serial_no(self) -> str:
        return self.kept["platform_serial_no"]


def load(directory: Path, base_url: str) -> Credentials:
    """Read the credentials in `directory`, minting them first if absent; sets the base URLs.

    Both files have mode 0600. Raises OSError or json.JSONDecodeError when they are unreadable.
    """
    public, private = directory / "credentials.json", directory / "wechat_private.json"
    if public.exists() and private.exists():
        handed, kept = json.loads(public.read_text()), json.loads(private.read_text())
    else:
        handed, kept = _mint()
        _write(private, kept)
    if handed.get("api_base") != base_url:
        handed = {**handed, "api_base": base_url, "pay_base": base_url}
        _write(public, handed)
    return Credentials(handed, kept)


def _write(path: Path, content: dict[str, Any]) -> None:
    """Replace `path` in one step, so that a crash never leaves half a file."""
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def appid() -> str:
    """A new appid: wx and 16 hex digits."""
    return "wx" + secrets.token_hex(8)


def digits(count: int) -> str:
    """`count` random decimal digits."""
    return "".join(secrets.choice(string.digits) for _ in range(count))


def text(count: int) -> str:
    """`count` random letters and digits."""
    return "".join(secrets.choice(ALPHANUMERIC) for _ in range(count))


def _mint() -> tuple[dict[str, Any], dict[str, str]]:
    merchant, wechatpay, platform = (new_key() for _ in range(3))
    serial = _serial()
    handed = {
        "api_base": "",
        "pay_base": "",
        "component": {
            "appid": appid(),
            "appsecret": secrets.token_hex(16),
            "token": text(32),
            "encoding_aes_key": base64.b64encode(secrets.token_bytes(32)).decode().rstrip("="),
        },
        "pay": {
            "sp_mchid": "1900" + digits(6),
            "sp_appid": appid(),
            "merchant_private_key_pem": private_pem(merchant),
            "merchant_serial_no": merchant_serial(),
            "apiv3_key": text(32),
            "wechatpay_public_key_id": "PUB_KEY_ID_0" + digits(31),
            "wechatpay_public_key_pem": public_pem(wechatpay),
        },
    }
    kept = {
        "wechatpay_private_key_pem": private_pem(wechatpay),
        "platform_private_key_pem": private_pem(platform),
        "platform_serial_no": f"{serial:040X}",
        "platform_certificate_pem": _certificate(platform, serial),
    }
    return handed, kept


def platform_key(pem: str, now: float) -> dict[str, Any]:
    """A platform certificate over the key `pem`, as a row of the table platform_keys."""
    serial = _serial()
    return {
        "serial_no": f"{serial:040X}",
        "private_key_pem": pem,
        "certificate_pem": _certificate(crypto.private_key(pem), serial),
        "created_at": now,
    }


def merchant_serial() -> str:
    """40 hex digits, small enough for a certificate."""
    return secrets.choice("1234567") + secrets.token_hex(20)[1:].upper()


def merchant_certificate(pem: str, serial_no: str) -> str:
    """What the console calls apiclient_cert.pem; "" when the serial fits no certificate."""
    serial = int(serial_no, 16)
    if serial.bit_length() > LONGEST_SERIAL_BITS:
        return ""
    return _certificate(crypto.private_key(pem), serial)


def _serial() -> int:
    """Begins with one zero: enough to trip who loses it, and whole bytes for who counts in them."""
    return int("0" + secrets.choice("123456789ABCDEF") + secrets.token_hex(19), 16)


def new_key() -> rsa.RSAPrivateKey:
    """A fresh RSA key pair of 2048 bits."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private_pem(key: rsa.RSAPrivateKey) -> str:
    """PKCS#8 text of a key."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def public_pem(key: rsa.RSAPrivateKey) -> str:
    """The public half of a key, as text."""
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def _certificate(key: rsa.RSAPrivateKey, serial: int) -> str:
    """A ten-year platform certificate; its serial starts with a zero on purpose (§11.1)."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tenpay.com sign (simulated)")])
    start = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
