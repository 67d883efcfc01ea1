"""The manners of api.mch.weixin.qq.com: signed requests, verified answers (CONTRACT §4.1, §4.2)."""

import json
from collections.abc import Mapping
from typing import Any

from wechat import http, signing
from wechat.api import json_bytes
from wechat.configured import credentials
from wechat.errors import BadAnswer, BadResponseSignature, pay_failure_for


def asked(
    call: str, method: str, target: str, content: Mapping[str, object] | None = None
) -> dict[str, Any]:
    """Ask WeChat Pay and return its verified answer; `{}` for 204. Raises a WeChatFailure.

    `target` is the path with its query, exactly as it is signed and sent.
    """
    body = json_bytes(content) if content is not None else b""
    return http.settled(call, lambda: _once(call, method, target, body), is_read=method == "GET")


def _once(call: str, method: str, target: str, body: bytes) -> dict[str, Any]:
    # Signed anew for each try: WeChat refuses a nonce it has seen.
    mine = credentials()
    headers = {
        "Authorization": signing.authorization(method, target, body.decode(), pay=mine.pay),
        "Content-Type": "application/json",
        "Wechatpay-Serial": mine.pay.wechatpay_public_key_id,
    }
    question = http.Question(call, method, f"{mine.pay_base}{target}", headers, body or None)
    return _understood(call, http.ask(question))


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
        signing.verify(headers, answer.body, pay=credentials().pay)
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
