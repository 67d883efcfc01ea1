"""What WeChat pushes: proved, opened, flattened; and how a reply is sealed (CONTRACT §3.1, §9).

The AES and the XML are wechatpy's (`PrpCrypto`, `WeChatSigner`, xmltodict), the tested core of
it. Its `decrypt_message` is not used: it compares signatures in variable time and lets a
truncated or foreign text out as ValueError, IndexError or ExpatError (LIBS §2, 13).

Note [modes]. WeChat knows three: plain, compatible (the message in plain and sealed) and safe
(sealed). The signature of a plain push covers token, time and nonce, but not the message. So only
an app of our own that the operator registered without an EncodingAESKey may send in plain; in
compatible mode we read the sealed half. XML or JSON is told by the first character of the body,
whatever its Content-Type says.
"""

import base64
import hmac
import json
import re
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar
from xml.parsers.expat import ExpatError

import xmltodict  # type: ignore[import-untyped]  # ships no types; comes with wechatpy
from wechatpy.crypto import PrpCrypto
from wechatpy.exceptions import WeChatException
from wechatpy.utils import WeChatSigner

from kernel import clock
from wechat import metrics
from wechat.configured import credentials
from wechat.credentials import ComponentCredentials, OwnApp

MAX_BODY_BYTES = 65_536
MAX_DEPTH = 8
WINDOW_SECONDS = 900
"""How far the timestamp of a push may be from now. WeChat repeats an unanswered push within
minutes; whoever stores what was pushed under a unique digest is safe from replays inside it."""

_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_ECHO = re.compile(r"[0-9A-Za-z_\-]{1,128}")
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")

# The libraries carry no annotations; these are their signatures, said once.
_crypto: Callable[[bytes], Any] = PrpCrypto
_signer: Callable[[], Any] = WeChatSigner
_parse_xml: Callable[..., Any] = xmltodict.parse
Keys = ComponentCredentials | OwnApp
_T = TypeVar("_T")


class BadPush(Exception):
    """Not a push to act on: answer 4xx, do nothing. `reason` is a short stable word.

    One of: too_large, missing_parameter, timestamp, encrypt_type, not_xml, not_json, signature,
    ciphertext, shape.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def open_component_push(query: Mapping[str, str], body: bytes) -> dict[str, str]:
    """Prove and decrypt a push to the authorisation events URL; return its fields as text.

    Nested fields are joined with dots (`info.name`), repeated ones carry their place
    (`List.0.TemplateId`). Answer `success` in plain text within 5 s, also for an InfoType we do
    not know. A push may come twice. Raises BadPush; never reaches out.
    """
    return _counted(lambda: _opened(query, body, credentials().component))


def open_app_push(appid: str, query: Mapping[str, str], body: bytes) -> dict[str, str]:
    """Prove and open a push to the message URL of the app that its path names.

    Sealed with the component's key, or with the app's own where the operator gave us that. See
    Note [modes]. What it returns and raises is as of `open_component_push`.
    """
    return _counted(lambda: _opened(query, body, _keys_of(appid)))


def echo(appid: str, query: Mapping[str, str]) -> str:
    """Return the `echostr` by which WeChat asks whether a message URL is ours (§9).

    Raises BadPush.
    """

    def proved() -> str:
        _check_window(query)
        _check_signature("signature", query, _keys_of(appid).token)
        text = query.get("echostr", "")
        if not _ECHO.fullmatch(text):
            raise BadPush("shape")
        return text

    return _counted(proved)


def is_sealed(query: Mapping[str, str]) -> bool:
    """Say whether a push came sealed; then its reply must be sealed too."""
    return query.get("encrypt_type") == "aes"


def is_json(body: bytes) -> bool:
    """Say whether a body is JSON; else it is XML. See Note [modes]."""
    return body.lstrip()[:1] == b"{"


def seal_reply(appid: str, reply: str, *, nonce: str, as_json: bool) -> str:
    """Seal a reply to a sealed push: `{"Encrypt","MsgSignature","TimeStamp","Nonce"}`, or the XML.

    `nonce` may be that of the push (§9).
    """
    keys = _keys_of(appid)
    encrypt = _crypto(_aes_key(keys)).encrypt(reply, keys.appid).decode()
    timestamp = int(clock.now().timestamp())
    signature = _signature(keys.token, str(timestamp), nonce, encrypt)
    if as_json:
        whole = {"Encrypt": encrypt, "MsgSignature": signature, "TimeStamp": timestamp}
        return json.dumps(whole | {"Nonce": nonce})
    return (
        f"<xml><Encrypt><![CDATA[{encrypt}]]></Encrypt>"
        f"<MsgSignature><![CDATA[{signature}]]></MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
    )


def rows(fields: Mapping[str, str], name: str) -> tuple[dict[str, str], ...]:
    """Return the entries of a list, be it written as one object or as many, in a wrapper or not.

    `rows({"Wrapper.List.0.Id": "a", "Wrapper.List.1.Id": "b"}, "List")` is
    `({"Id": "a"}, {"Id": "b"})`; `rows({"List.Id": "a"}, "List")` is `({"Id": "a"},)`.
    """
    inside = re.compile(rf"(?:.*\.)?{re.escape(name)}\.(?:([0-9]+)\.)?(.+)")
    found: dict[int, dict[str, str]] = {}
    for path, value in fields.items():
        if match := inside.fullmatch(path):
            found.setdefault(int(match[1] or 0), {})[match[2]] = value
    return tuple(found[place] for place in sorted(found))


def _counted(run: Callable[[], _T]) -> _T:
    try:
        result = run()
    except BadPush as error:
        metrics.callbacks.labels("push", error.reason).inc()
        raise
    metrics.callbacks.labels("push", "ok").inc()
    return result


def _keys_of(appid: str) -> Keys:
    known = credentials()
    return next((own for own in known.own_apps if own.appid == appid), known.component)


def _opened(query: Mapping[str, str], body: bytes, keys: Keys) -> dict[str, str]:
    if len(body) > MAX_BODY_BYTES:
        raise BadPush("too_large")
    if is_sealed(query):
        return dict(_flat(_parsed(_unsealed(query, body, keys))))
    if not isinstance(keys, OwnApp) or keys.encoding_aes_key:
        raise BadPush("encrypt_type")
    _check_window(query)
    _check_signature("signature", query, keys.token)
    return dict(_flat(_parsed(body)))


def _unsealed(query: Mapping[str, str], body: bytes, keys: Keys) -> bytes:
    if not keys.encoding_aes_key:
        raise BadPush("encrypt_type")
    encrypt = _parsed(body).get("Encrypt")
    if not isinstance(encrypt, str) or not encrypt:
        raise _no_push(body)
    _check_window(query)
    _check_signature("msg_signature", query, keys.token, encrypt)
    return _decrypted(encrypt, keys).encode()


def _check_window(query: Mapping[str, str]) -> None:
    """Refuse what was signed long ago or lies ahead: a replay, or a clock that is wrong."""
    timestamp = query.get("timestamp", "")
    if not timestamp:
        raise BadPush("missing_parameter")
    if not _TIMESTAMP.fullmatch(timestamp):
        raise BadPush("timestamp")
    if abs(clock.now().timestamp() - int(timestamp)) > WINDOW_SECONDS:
        raise BadPush("timestamp")


def _check_signature(name: str, query: Mapping[str, str], token: str, *signed: str) -> None:
    claimed, timestamp, nonce = (query.get(key, "") for key in (name, "timestamp", "nonce"))
    if not (claimed and timestamp and nonce):
        raise BadPush("missing_parameter")
    right = _signature(token, timestamp, nonce, *signed)
    if not hmac.compare_digest(right.encode(), claimed.encode("utf-8", "replace")):
        raise BadPush("signature")


def _signature(*parts: str) -> str:
    signer = _signer()
    signer.add_data(*parts)
    return str(signer.signature)


def _aes_key(keys: Keys) -> bytes:
    return base64.b64decode(keys.encoding_aes_key + "=")


def _decrypted(encrypt: str, keys: Keys) -> str:
    """Decrypt; the id at the end must be the component's, also for a shop's push (§3.1)."""
    try:
        return str(_crypto(_aes_key(keys)).decrypt(encrypt, keys.appid))
    except (ValueError, IndexError, struct.error, WeChatException):
        raise BadPush("ciphertext") from None


def _parsed(body: bytes) -> dict[str, Any]:
    return _json(body) if is_json(body) else _xml(body)


def _no_push(body: bytes) -> BadPush:
    return BadPush("not_json" if is_json(body) else "not_xml")


def _json(body: bytes) -> dict[str, Any]:
    """Parse an object; numbers stay as they are written."""
    try:
        content = json.loads(body, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        raise BadPush("not_json") from None
    return dict(content)


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


def _flat(
    content: Mapping[str, Any], prefix: str = "", depth: int = 1
) -> Iterator[tuple[str, str]]:
    """Yield paths and texts; refuse what is nested deeper than any push, or cannot be stored."""
    if depth > MAX_DEPTH:
        raise BadPush("shape")
    for name, value in content.items():
        if isinstance(value, list):
            value = {str(place): item for place, item in enumerate(value)}
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.", depth + 1)
            continue
        text = _text(value)
        if _UNWRITABLE.search(prefix + name + text):
            raise BadPush("shape")
        yield f"{prefix}{name}", text


def _text(value: object) -> str:
    """Write a leaf as text: nothing as nothing, truth as JSON does, the rest as it came."""
    if value is None:
        return ""
    return json.dumps(value) if isinstance(value, bool) else str(value)
