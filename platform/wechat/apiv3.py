"""The manners of api.mch.weixin.qq.com: signed requests, verified answers (CONTRACT §4.1, §4.2)."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from urllib3.filepost import encode_multipart_formdata

from wechat import http, signing
from wechat.api import FILE_READ_SECONDS, json_bytes
from wechat.configured import credentials, merchant
from wechat.errors import BadAnswer, BadResponseSignature, pay_failure_for

_T = TypeVar("_T")


@dataclass(frozen=True)
class _Sealed:
    """A body on its way: the text that is signed is not always all that is sent (§4.1)."""

    content_type: str = "application/json"
    body: bytes = b""
    signed: str = ""
    read_seconds: float | None = None


def asked(
    call: str, method: str, target: str, content: Mapping[str, object] | None = None
) -> dict[str, Any]:
    """Ask WeChat Pay and return its verified answer; `{}` for 204. Raises a WeChatFailure.

    `target` is the path with its query, exactly as it is signed and sent.
    """
    body = json_bytes(content) if content is not None else b""
    sealed = _Sealed(body=body, signed=body.decode())
    return http.settled(call, lambda: _once(call, method, target, sealed), is_read=method == "GET")


def uploaded(call: str, target: str, *, name: str, body: bytes, mime: str) -> dict[str, Any]:
    """Send a file with its `meta`, which alone is signed (§4.1), and return the verified answer.

    `name` needs the ending that fits `mime`. Raises a WeChatFailure.
    """
    meta = json_bytes({"filename": name, "sha256": hashlib.sha256(body).hexdigest()})
    parts = [("meta", ("meta.json", meta, "application/json")), ("file", (name, body, mime))]
    multipart, content_type = encode_multipart_formdata(parts)
    sealed = _Sealed(content_type, multipart, meta.decode(), FILE_READ_SECONDS)
    return http.settled(call, lambda: _once(call, "POST", target, sealed), is_read=False)


def downloaded(call: str, url: str, *, most_bytes: int, read_seconds: float) -> bytes:
    """Return the file at an address WeChat Pay gave us: asked signed, answered unsigned (§4.2).

    The caller proves the file by its hash where there is one. Raises a WeChatFailure; BadAnswer
    for an address that is not WeChat Pay's, which is never asked.
    """
    base, target = _parted(call, url)

    def once() -> bytes:
        question = http.Question(
            call,
            "GET",
            f"{base}{target}",
            _headers("GET", target, _Sealed()),
            read_seconds=read_seconds,
            max_answer_bytes=most_bytes,
        )
        answer = http.ask(question)
        if answer.status != 200:
            raise _failure(call, answer)
        return answer.body

    return http.settled(call, once, is_read=True)


def told(
    call: str, read: Callable[[Mapping[str, Any]], _T], answer: Mapping[str, Any], **about: str
) -> _T:
    """Read an answer that must speak of the numbers in `about`. Raises BadAnswer.

    `read` raises ValueError for what the contract does not promise.
    """
    try:
        found = read(answer)
    except ValueError as error:
        raise BadAnswer(f"{call}: {error}") from None
    for name, asked_about in about.items():
        if answer.get(name) != asked_about:
            raise BadAnswer(f"{call}: the answer is about another {name}")
    return found


def _parted(call: str, url: str) -> tuple[str, str]:
    """Part an address from its host, which is our WeChat Pay, or its twin (§0.1)."""
    parts = urlsplit(url)
    base = f"{parts.scheme}://{parts.netloc}"
    is_twin = parts.scheme == "https" and (parts.hostname or "").endswith(".mch.weixin.qq.com")
    if base != credentials().pay_base and not (is_twin and parts.port in (None, 443)):
        raise BadAnswer(f"{call}: the file is at an address that is not WeChat Pay's")
    return base, parts.path + (f"?{parts.query}" if parts.query else "")


def _once(call: str, method: str, target: str, sealed: _Sealed) -> dict[str, Any]:
    question = http.Question(
        call,
        method,
        f"{credentials().pay_base}{target}",
        _headers(method, target, sealed),
        sealed.body or None,
        read_seconds=sealed.read_seconds,
    )
    return _understood(call, http.ask(question))


def _headers(method: str, target: str, sealed: _Sealed) -> dict[str, str]:
    # Signed anew for each try: WeChat refuses a nonce it has seen.
    mine = merchant()
    return {
        "Authorization": signing.authorization(method, target, sealed.signed, pay=mine),
        "Content-Type": sealed.content_type,
        "Wechatpay-Serial": mine.wechatpay_public_key_id,
    }


def _understood(call: str, answer: http.Answer) -> dict[str, Any]:
    headers = signing.SignatureHeaders.of(answer.headers)
    is_success = answer.status in (200, 204)
    if is_success or headers.signature:
        _verify(call, headers, answer)
    if is_success:
        return _object(call, answer) if answer.body or answer.status == 200 else {}
    raise _failure(call, answer)


def _verify(call: str, headers: signing.SignatureHeaders, answer: http.Answer) -> None:
    """Verify a success always; an error only when it is signed.

    WeChat's own libraries read errors before they look for a signature, and its gateway answers
    some unsigned. An unsigned error is believed as an error; nothing unsigned is ever a success.
    """
    try:
        signing.verify(headers, answer.body, pay=merchant())
    except signing.NotAuthentic as error:
        raise BadResponseSignature(
            f"{call}: {error.reason}", status=answer.status, rid=_request_id(answer)
        ) from None


def _failure(call: str, answer: http.Answer) -> Exception:
    try:
        content = _object(call, answer)
    except BadAnswer:
        content = {}  # a gateway's HTML: the status alone speaks
    code, message = content.get("code", ""), content.get("message", "")
    return pay_failure_for(
        status=answer.status,
        code=code if isinstance(code, str) else "",
        message=message if isinstance(message, str) and message else f"HTTP {answer.status}",
        rid=_request_id(answer),
    )


def _object(call: str, answer: http.Answer) -> dict[str, Any]:
    try:
        content = json.loads(answer.body)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise BadAnswer(f"{call}: not a JSON object", status=answer.status)
    return content


def _request_id(answer: http.Answer) -> str:
    return answer.headers.get("Request-ID", "")
