"""The JSON manners of api.weixin.qq.com: raw UTF-8 in, `errcode` out, one retry rule (§0.2)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from urllib3.filepost import encode_multipart_formdata

from wechat import http
from wechat.configured import credentials
from wechat.errors import BadAnswer, failure_for

FILE_READ_SECONDS = 20.0
"""How long a file may take to go up or come down. Only jobs move files; no customer waits."""

MAX_PICTURE_BYTES = 2_097_152
"""The largest picture read from WeChat: a code, or a reviewer's screenshot."""

_SECRETS = {
    "access_token",
    "component_access_token",
    "component_appsecret",
    "component_secret",
    "component_verify_ticket",
    "secret",
    "authorization_code",
    "authorizer_refresh_token",
    "js_code",
    "code",
    "session_key",
    "signature",
}
"""Parameters and fields that open something: a message that repeats one is cleaned of it."""

_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8")
"""How JPEG, PNG and GIF begin."""


def get(path: str, *, call: str, query: Mapping[str, str]) -> dict[str, Any]:
    """GET and return the answer's object. Raises a WeChatFailure."""
    return _asked(_getting(path, call, query), is_read=True)


def post(
    path: str,
    *,
    call: str,
    query: Mapping[str, str],
    content: Mapping[str, object],
    is_read: bool = False,
    read_seconds: float | None = None,
) -> dict[str, Any]:
    """POST `content` as JSON and return the answer's object. Raises a WeChatFailure.

    `is_read` says that the call changes nothing, so that it is repeated as a GET is;
    `read_seconds` waits longer than usual, for calls of jobs that WeChat is known to chew on.
    """
    question = replace(_posting(path, call, query, content), read_seconds=read_seconds)
    return _asked(question, is_read=is_read)


def picture(
    path: str, *, call: str, query: Mapping[str, str], content: Mapping[str, object] | None = None
) -> bytes:
    """Ask for a picture, by POST when there is a `content`, and return its bytes.

    WeChat answers 200 with a picture or with JSON, and its Content-Type has been seen to lie:
    they are told apart by how the body begins (§0.2). Raises a WeChatFailure.
    """
    question = (
        _getting(path, call, query) if content is None else _posting(path, call, query, content)
    )
    question = replace(question, read_seconds=FILE_READ_SECONDS, max_answer_bytes=MAX_PICTURE_BYTES)
    return http.settled(call, lambda: _seen(question), is_read=True)


def upload(
    path: str, *, call: str, query: Mapping[str, str], name: str, body: bytes, mime: str
) -> dict[str, Any]:
    """POST a file as multipart with the one part `media` (§0.2) and return the answer's object.

    `name` needs the ending that fits `mime`. Raises a WeChatFailure.
    """
    multipart, content_type = encode_multipart_formdata({"media": (name, body, mime)})
    headers = {"Content-Type": content_type}
    question = http.Question(
        call,
        "POST",
        _address(path, query),
        headers,
        multipart,
        read_seconds=FILE_READ_SECONDS,
        secrets=_secrets_in(query),
    )
    return _asked(question, is_read=False)


def json_bytes(content: Mapping[str, object]) -> bytes:
    """Write JSON as raw UTF-8: some endpoints refuse `\\u` escapes with 40033 or 47002 (§0.2)."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _address(path: str, query: Mapping[str, str]) -> str:
    return f"{credentials().api_base}{path}" + (f"?{urlencode(query)}" if query else "")


def _getting(path: str, call: str, query: Mapping[str, str]) -> http.Question:
    return http.Question(call, "GET", _address(path, query), secrets=_secrets_in(query))


def _posting(
    path: str, call: str, query: Mapping[str, str], content: Mapping[str, object]
) -> http.Question:
    return http.Question(
        call,
        "POST",
        _address(path, query),
        {"Content-Type": "application/json"},
        json_bytes(content),
        secrets=_secrets_in(query) + _secrets_in(content),
    )


def _secrets_in(values: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(str(value) for name, value in values.items() if name in _SECRETS and value)


def _asked(question: http.Question, *, is_read: bool) -> dict[str, Any]:
    return http.settled(question.call, lambda: _understood(question), is_read=is_read)


def _understood(question: http.Question) -> dict[str, Any]:
    return _object_in(http.ask(question), question)


def _seen(question: http.Question) -> bytes:
    answer = http.ask(question)
    if answer.status == 200 and answer.body.startswith(_PICTURES):
        return answer.body
    _object_in(answer, question)
    raise BadAnswer(f"{question.call}: neither a picture nor a failure", status=answer.status)


def _object_in(answer: http.Answer, question: http.Question) -> dict[str, Any]:
    call = question.call
    try:
        content = json.loads(answer.body)
        errcode = int(content.get("errcode", 0))  # a JSON string in some answers (§0.2)
    except (ValueError, TypeError, AttributeError):
        raise BadAnswer(f"{call}: not a JSON object", status=answer.status) from None
    if errcode:
        raise failure_for(errcode, question.hushed(str(content.get("errmsg", ""))))
    if answer.status != 200:
        raise BadAnswer(f"{call}: HTTP {answer.status}", status=answer.status)
    return dict(content)


def text_in(answer: Mapping[str, Any], name: str) -> str:
    """Return a text the contract promises. Raises BadAnswer when it is missing or empty."""
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise BadAnswer(f"the answer lacks {name}")
    return value


def text_or_empty(answer: Mapping[str, Any], name: str) -> str:
    """Return a text, or a number spelt as one; empty when it is absent. Raises BadAnswer."""
    value = answer.get(name)
    if value is None:
        return ""
    if not isinstance(value, str | int | float):
        raise BadAnswer(f"{name} in the answer is no text")
    return str(value)


def number_text_in(answer: Mapping[str, Any], name: str) -> str:
    """Return a promised id that WeChat spells as a text or as a number. Raises BadAnswer."""
    value = answer.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise BadAnswer(f"the answer lacks {name}")
    return str(value)


def whole_in(answer: Mapping[str, Any], name: str) -> int:
    """Return a whole number the contract promises, be it spelt as text. Raises BadAnswer."""
    try:
        return int(answer[name])
    except (KeyError, TypeError, ValueError):
        raise BadAnswer(f"the answer lacks {name}") from None


def whole_or(answer: Mapping[str, Any], name: str, absent: int) -> int:
    """Return a whole number, or `absent` when there is none. Raises BadAnswer for other things."""
    return whole_in(answer, name) if answer.get(name) not in (None, "") else absent


def moment_in(answer: Mapping[str, Any], name: str) -> datetime:
    """Return a promised moment, which WeChat writes as Unix seconds. Raises BadAnswer."""
    try:
        return datetime.fromtimestamp(whole_in(answer, name), UTC)
    except (OverflowError, OSError, ValueError):
        raise BadAnswer(f"{name} in the answer is no moment") from None


def object_in(answer: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an object, empty when it is absent. Raises BadAnswer for other things."""
    value = answer.get(name) or {}
    if not isinstance(value, Mapping):
        raise BadAnswer(f"{name} in the answer is no object")
    return value


def texts_in(answer: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return a list of texts, empty when it is absent. Raises BadAnswer for other things."""
    items = answer.get(name) or []
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise BadAnswer(f"{name} in the answer is no list of texts")
    return tuple(items)


def objects_in(answer: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    """Give the objects of a list, none when it is absent. Raises BadAnswer for other things."""
    items = answer.get(name) or []
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        raise BadAnswer(f"{name} in the answer is no list of objects")
    yield from items
