"""Seals tokens before they reach the database: a stolen dump opens no shop."""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from wechat.errors import WeChatFailure


class SealBroken(WeChatFailure):
    """A stored token cannot be opened: it was sealed under a SECRET_KEY we no longer have."""


def seal(text: str) -> str:
    """Encrypt `text` under the current SECRET_KEY; an empty text stays empty."""
    return _fernet().encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """Open what `seal` made, also under SECRET_KEY_FALLBACKS. Raises SealBroken."""
    if not sealed:
        return ""
    try:
        return _fernet().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise SealBroken("a stored token does not open under the present SECRET_KEY") from None


def _fernet() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([_derived(key) for key in keys])


@lru_cache(maxsize=8)
def _derived(secret_key: str) -> Fernet:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"xiaopu wechat.vault 1")
    return Fernet(base64.urlsafe_b64encode(derive.derive(secret_key.encode())))
