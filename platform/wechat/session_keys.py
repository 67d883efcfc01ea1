"""Whether a `session_key` that WeChat once gave is still the user's (§1.5).

Nothing of ours depends on it: no official page says whether the key of the signature is the text
of the session key or the bytes behind it.
"""

import base64
import hmac
from enum import StrEnum

from wechat import callers
from wechat.errors import WeChatRefused

_BAD_SIGNATURE = "87009"


class KeyForm(StrEnum):
    """What is taken for the key: the base64 text, as WxJava does, or the bytes behind it."""

    TEXT = "text"
    BYTES = "bytes"


def is_alive(appid: str, *, openid: str, session_key: str, form: KeyForm = KeyForm.TEXT) -> bool:
    """Ask whether the session still lives. Raises a WeChatFailure."""
    query = {
        "openid": openid,
        "signature": signature_of(session_key, form=form),
        "sig_method": "hmac_sha256",
    }
    try:
        callers.app_get(appid, "/wxa/checksession", call="session_keys.is_alive", query=query)
    except WeChatRefused as failure:
        if failure.code != _BAD_SIGNATURE:
            raise
        return False
    return True


def signature_of(session_key: str, *, form: KeyForm) -> str:
    """Return the HMAC-SHA256 of the empty text under the session key, in hex."""
    key = session_key.encode() if form is KeyForm.TEXT else base64.b64decode(session_key)
    return hmac.new(key, b"", "sha256").hexdigest()
