"""What `session_key` is for (§1.3): old encrypted data, and the signature of `rawData`.

Our mini-program uses neither; they are here for programs that do, and hold to WeChat's vectors.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7


class OpenDataRefused(ValueError):
    """The data does not open under this session, or is another app's. It says nothing more."""


def decrypted(*, appid: str, session_key: str, iv: str, encrypted_data: str) -> dict[str, Any]:
    """Open `encryptedData` (AES-128-CBC, all base64) of `appid`. Raises OpenDataRefused."""
    try:
        key, start = base64.b64decode(session_key, validate=True), base64.b64decode(iv)
        decryptor = Cipher(AES128(key), CBC(start)).decryptor()
        padded = decryptor.update(base64.b64decode(encrypted_data)) + decryptor.finalize()
        unpadder = PKCS7(128).unpadder()
        content = json.loads(unpadder.update(padded) + unpadder.finalize())
    except ValueError:
        raise OpenDataRefused("the data does not open under this session") from None
    if not isinstance(content, dict) or _owner_of(content) != appid:
        raise OpenDataRefused("the data is another app's")
    return content


def is_signed(*, raw_data: str, session_key: str, signature: str) -> bool:
    """Say whether `signature` is WeChat's over the text of `rawData`."""
    proper = hashlib.sha1((raw_data + session_key).encode()).hexdigest()  # noqa: S324 - WeChat's
    return hmac.compare_digest(proper.encode(), signature.encode())


def _owner_of(content: Mapping[str, Any]) -> object:
    watermark = content.get("watermark")
    return watermark.get("appid") if isinstance(watermark, Mapping) else None
