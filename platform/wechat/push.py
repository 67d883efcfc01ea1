"""What WeChat pushes to the third-party platform: proved, opened, flattened (CONTRACT §3.1).

The AES and the XML are wechatpy's (`PrpCrypto`, `WeChatSigner`, xmltodict), the tested core of
it. Its `decrypt_message` is not used: it compares signatures in variable time and lets a
truncated or foreign text out as ValueError, IndexError or ExpatError (LIBS §2, 13).
"""

import base64
import hmac
import struct
from collections.abc import Callable, Mapping
from typing import Any
from xml.parsers.expat import ExpatError

import xmltodict  # type: ignore[import-untyped]  # ships no types; comes with wechatpy
from wechatpy.crypto import PrpCrypto
from wechatpy.exceptions import WeChatException
from wechatpy.utils import WeChatSigner

from wechat import metrics
from wechat.configured import credentials
from wechat.credentials import ComponentCredentials

MAX_BODY_BYTES = 65_536

# The libraries carry no annotations; these are their signatures, said once.
_crypto: Callable[[bytes], Any] = PrpCrypto
_signer: Callable[[], Any] = WeChatSigner
_parse_xml: Callable[..., Any] = xmltodict.parse


class BadPush(Exception):
    """Not a push to act on: answer 4xx, do nothing. `reason` is a short stable word.

    One of: too_large, missing_parameter, encrypt_type, not_xml, signature, ciphertext.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def open_component_push(query: Mapping[str, str], body: bytes) -> dict[str, str]:
    """Prove and decrypt a push to either URL of the platform; return its fields as text.

    Nested fields are joined with dots (`info.name`), repeated ones carry their place
    (`List.0.TemplateId`). Answer `success` in plain text within 5 s, also for an InfoType or
    Event we do not know. A push may come twice. Raises BadPush; never reaches out.
    """
    try:
        fields = _opened(query, body, credentials().component)
    except BadPush as error:
        metrics.callbacks.labels("push", error.reason).inc()
        raise
    metrics.callbacks.labels("push", "ok").inc()
    return fields


def _opened(
    query: Mapping[str, str], body: bytes, component: ComponentCredentials
) -> dict[str, str]:
    if len(body) > MAX_BODY_BYTES:
        raise BadPush("too_large")
    if query.get("encrypt_type") != "aes":
        raise BadPush("encrypt_type")
    encrypt = _xml(body).get("Encrypt")
    if not isinstance(encrypt, str) or not encrypt:
        raise BadPush("not_xml")
    _check_signature(query, encrypt, component.token)
    return _flat(_xml(_decrypted(encrypt, component).encode()))


def _check_signature(query: Mapping[str, str], encrypt: str, token: str) -> None:
    names = ("msg_signature", "timestamp", "nonce")
    claimed, timestamp, nonce = (query.get(name, "") for name in names)
    if not (claimed and timestamp and nonce):
        raise BadPush("missing_parameter")
    signer = _signer()
    signer.add_data(token, timestamp, nonce, encrypt)
    if not hmac.compare_digest(str(signer.signature).encode(), claimed.encode()):
        raise BadPush("signature")


def _decrypted(encrypt: str, component: ComponentCredentials) -> str:
    """Decrypt; the id at the end must be the component's, also for a tenant's push (§3.1)."""
    key = base64.b64decode(component.encoding_aes_key + "=")
    try:
        return str(_crypto(key).decrypt(encrypt, component.appid))
    except (ValueError, IndexError, struct.error, WeChatException):
        raise BadPush("ciphertext") from None


def _xml(body: bytes) -> dict[str, Any]:
    """Parse one `<xml>` element. Entities are refused: they can grow without bound."""
    try:
        root = _parse_xml(body, disable_entities=True, xml_attribs=False)
    except (ExpatError, ValueError, RecursionError):
        raise BadPush("not_xml") from None
    content = root.get("xml") if isinstance(root, dict) else None
    if not isinstance(content, dict):
        raise BadPush("not_xml")
    return content


def _flat(content: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in content.items():
        if isinstance(value, dict):
            fields |= _flat(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            places = {str(place): item for place, item in enumerate(value)}
            fields |= _flat(places, f"{prefix}{name}.")
        else:
            fields[f"{prefix}{name}"] = "" if value is None else str(value)
    return fields
