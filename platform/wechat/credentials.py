"""Who the platform is to WeChat: one JSON file, read once, refused by name when wrong.

Imported by the settings, so it needs no Django. Nothing secret appears in any repr.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

_APPID = re.compile(r"wx[0-9A-Za-z]{4,30}")
_MCHID = re.compile(r"[0-9]{6,32}")
_TOKEN = re.compile(r"[0-9A-Za-z]{3,32}")
_AES_KEY = re.compile(r"[0-9A-Za-z+/]{43}")
_SERIAL = re.compile(r"[0-9A-Fa-f]{1,40}")
_PUBLIC_KEY_ID = re.compile(r"PUB_KEY_ID_[0-9A-Za-z]+")
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class CredentialsRefused(ValueError):
    """The file lacks a value or holds one that cannot be right; the message names the value."""


@dataclass(frozen=True)
class ComponentCredentials:
    """The third-party platform: its app, and the keys of its pushes (CONTRACT §3)."""

    appid: str
    appsecret: str = field(repr=False)
    token: str = field(repr=False)
    encoding_aes_key: str = field(repr=False)

    def __post_init__(self) -> None:
        _match("component.appid", _APPID, self.appid)
        _present("component.appsecret", self.appsecret)
        _match("component.token", _TOKEN, self.token)
        _match("component.encoding_aes_key", _AES_KEY, self.encoding_aes_key)


@dataclass(frozen=True)
class PayCredentials:
    """The service provider of WeChat Pay: its merchant key, and the keys WeChat signs with.

    `platform_certificates_pem` is optional: certificates that answers and callbacks may still be
    signed with while a merchant moves to the public key (CONTRACT §4.3).
    """

    sp_mchid: str
    sp_appid: str
    merchant_private_key_pem: str = field(repr=False)
    merchant_serial_no: str
    apiv3_key: str = field(repr=False)
    wechatpay_public_key_id: str
    wechatpay_public_key_pem: str = field(repr=False)
    platform_certificates_pem: tuple[str, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        _match("pay.sp_mchid", _MCHID, self.sp_mchid)
        if self.sp_appid:  # a merchant that sells for itself needs none
            _match("pay.sp_appid", _APPID, self.sp_appid)
        _match("pay.merchant_serial_no", _SERIAL, self.merchant_serial_no)
        _match("pay.wechatpay_public_key_id", _PUBLIC_KEY_ID, self.wechatpay_public_key_id)
        if len(self.apiv3_key) != 32 or not self.apiv3_key.isascii():
            raise CredentialsRefused("pay.apiv3_key must be 32 ASCII characters")
        _ = self.merchant_private_key, self.wechat_keys

    @cached_property
    def merchant_private_key(self) -> RSAPrivateKey:
        """The key our requests are signed with, parsed once."""
        name = "pay.merchant_private_key_pem"
        try:
            key = load_pem_private_key(self.merchant_private_key_pem.encode(), password=None)
        except (ValueError, TypeError):
            raise CredentialsRefused(f"{name} is no PEM private key") from None
        if not isinstance(key, RSAPrivateKey) or key.key_size < 2048:
            raise CredentialsRefused(f"{name} must be an RSA key of 2048 bits or more")
        return key

    @cached_property
    def wechat_keys(self) -> Mapping[str, RSAPublicKey]:
        """The keys WeChat signs with, by `Wechatpay-Serial` as `serial_name` spells it."""
        name = "pay.wechatpay_public_key_pem"
        try:
            key = load_pem_public_key(self.wechatpay_public_key_pem.encode())
        except ValueError:
            raise CredentialsRefused(f"{name} is no PEM public key") from None
        keys = {serial_name(self.wechatpay_public_key_id): _rsa(name, key)}
        for pem in self.platform_certificates_pem:
            keys.update(_certificate_key("pay.platform_certificates_pem", pem))
        return keys


@dataclass(frozen=True)
class OwnApp:
    """An app of our own that pushes to us by itself, not through the component (CONTRACT §9).

    `encoding_aes_key` is empty when the app's console says "plain": its messages are then not
    signed, so choose "compatible" or "safe" where you can.
    """

    appid: str
    token: str = field(repr=False)
    encoding_aes_key: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        _match("own_apps.appid", _APPID, self.appid)
        _match("own_apps.token", _TOKEN, self.token)
        if self.encoding_aes_key:
            _match("own_apps.encoding_aes_key", _AES_KEY, self.encoding_aes_key)


@dataclass(frozen=True)
class Credentials:
    """Everything WeChat needs to know us, and where WeChat is. `own_apps` is optional.

    So are `mp_base` and `open_base`, where owners authorise us at a desk and on a phone (§0.1):
    they are WeChat's own beside WeChat's own API, and else, at a simulator, on the API's host.
    """

    api_base: str
    pay_base: str
    component: ComponentCredentials
    pay: PayCredentials
    own_apps: tuple[OwnApp, ...] = ()
    mp_base: str = ""
    open_base: str = ""

    def __post_init__(self) -> None:
        is_wechat = (urlsplit(self.api_base).hostname or "").endswith(".weixin.qq.com")
        for name, pages in (("mp_base", "mp"), ("open_base", "open")):
            usual = f"https://{pages}.weixin.qq.com" if is_wechat else self.api_base
            object.__setattr__(self, name, getattr(self, name) or usual)
        _match("pay.sp_appid", _APPID, self.pay.sp_appid)
        for name in ("api_base", "pay_base", "mp_base", "open_base"):
            _address(name, getattr(self, name))

    @classmethod
    def read(cls, path: str | Path) -> Credentials:
        """Read the JSON file at `path`. Raises CredentialsRefused, naming the wrong value."""
        try:
            content = json.loads(Path(path).read_text(encoding="utf-8"))
        except OSError as error:
            raise CredentialsRefused(f"{path} cannot be read: {error.strerror}") from None
        except ValueError:
            # The parser's own message may quote the file, and the file is all secrets.
            raise CredentialsRefused(f"{path} is not JSON in UTF-8") from None
        return cls.of(content)

    @classmethod
    def of(cls, content: object) -> Credentials:
        """Build from the file's content: `{api_base, pay_base, component{}, pay{}, own_apps[]}`."""
        whole = _values(cls, "", content)
        component = _values(ComponentCredentials, "component.", whole["component"])
        pay = _values(PayCredentials, "pay.", whole["pay"])
        certificates = pay.pop("platform_certificates_pem", [])
        _texts("", {k: v for k, v in whole.items() if k.endswith("_base")})
        _texts("component.", component)
        _texts("pay.", pay)
        if not isinstance(certificates, list) or not all(isinstance(c, str) for c in certificates):
            raise CredentialsRefused("pay.platform_certificates_pem must be a list of texts")
        return cls(
            api_base=whole["api_base"].rstrip("/"),
            pay_base=whole["pay_base"].rstrip("/"),
            component=ComponentCredentials(**component),
            pay=PayCredentials(**pay, platform_certificates_pem=tuple(certificates)),
            own_apps=_own_apps(whole.get("own_apps", [])),
            mp_base=whole.get("mp_base", "").rstrip("/"),
            open_base=whole.get("open_base", "").rstrip("/"),
        )


def serial_name(serial: str) -> str:
    """Spell a serial one way: certificate serials are numbers and may have lost leading zeros."""
    return serial.upper().lstrip("0") if _SERIAL.fullmatch(serial) else serial


def _own_apps(content: object) -> tuple[OwnApp, ...]:
    if not isinstance(content, list):
        raise CredentialsRefused("own_apps must be a list")
    apps = [_values(OwnApp, "own_apps.", item) for item in content]
    for app in apps:
        _texts("own_apps.", app)
    return tuple(OwnApp(**app) for app in apps)


def _values(kind: type[Any], prefix: str, content: object) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise CredentialsRefused(f"{prefix.rstrip('.') or 'the file'} must be a JSON object")
    known = {f.name for f in fields(kind)}
    optional = {f.name for f in fields(kind) if f.default is not MISSING}
    for name in sorted(known - optional - content.keys()):
        raise CredentialsRefused(f"{prefix}{name} is missing")
    for name in sorted(content.keys() - known):
        raise CredentialsRefused(f"{prefix}{name} is not a name we know")
    return dict(content)


def _texts(prefix: str, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        if not isinstance(value, str):
            raise CredentialsRefused(f"{prefix}{name} must be a text")


def _match(name: str, pattern: re.Pattern[str], value: str) -> None:
    if not pattern.fullmatch(value):
        raise CredentialsRefused(f"{name} must look like {pattern.pattern}")


def _present(name: str, value: str) -> None:
    if not value.strip():
        raise CredentialsRefused(f"{name} is empty")


def _address(name: str, value: str) -> None:
    """Require https; plain http is for a simulator on this machine, for it shows every token."""
    parts = urlsplit(value)
    if not parts.hostname or parts.path or parts.query or parts.fragment or parts.username:
        raise CredentialsRefused(f"{name} must be scheme://host[:port] and nothing more")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise CredentialsRefused(f"{name} must be https, or http to a loopback host")


def _rsa(name: str, key: object) -> RSAPublicKey:
    if not isinstance(key, RSAPublicKey) or key.key_size < 2048:
        raise CredentialsRefused(f"{name} must be an RSA key of 2048 bits or more")
    return key


def _certificate_key(name: str, pem: str) -> dict[str, RSAPublicKey]:
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
    except ValueError:
        raise CredentialsRefused(f"{name} holds a text that is no PEM certificate") from None
    return {f"{certificate.serial_number:X}": _rsa(name, certificate.public_key())}
