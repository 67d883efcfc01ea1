"""The JSON manners of api.weixin.qq.com: raw UTF-8 in, `errcode` out, one retry rule (§0.2)."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from wechat import http
from wechat.configured import credentials
from wechat.errors import BadAnswer, failure_for


def get(path: str, *, call: str, query: Mapping[str, str]) -> dict[str, Any]:
    """GET and return the answer's object. Raises a WeChatFailure."""
    url = f"{credentials().api_base}{path}?{urlencode(query)}"
    return _asked(http.Question(call, "GET", url))


def post(
    path: str, *, call: str, query: Mapping[str, str], content: Mapping[str, object]
) -> dict[str, Any]:
    """POST `content` as JSON and return the answer's object. Raises a WeChatFailure."""
    url = f"{credentials().api_base}{path}" + (f"?{urlencode(query)}" if query else "")
    headers = {"Content-Type": "application/json"}
    return _asked(http.Question(call, "POST", url, headers, json_bytes(content)))


def json_bytes(content: Mapping[str, object]) -> bytes:
    """Write JSON as raw UTF-8: some endpoints refuse `\\u` escapes with 40033 or 47002 (§0.2)."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _asked(question: http.Question) -> dict[str, Any]:
    is_read = question.method == "GET"
    return http.settled(question.call, lambda: _understood(question), is_read=is_read)


def _understood(question: http.Question) -> dict[str, Any]:
    answer = http.ask(question)
    try:
        content = json.loads(answer.body)
        errcode = int(content.get("errcode", 0))  # a JSON string in some answers (§0.2)
    except (ValueError, TypeError, AttributeError):
        raise BadAnswer(f"{question.call}: not a JSON object", status=answer.status) from None
    if errcode:
        raise failure_for(errcode, str(content.get("errmsg", "")))
    if answer.status != 200:
        raise BadAnswer(f"{question.call}: HTTP {answer.status}", status=answer.status)
    return dict(content)


def text_in(answer: Mapping[str, Any], name: str) -> str:
    """Return a text the contract promises. Raises BadAnswer when it is missing or empty."""
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise BadAnswer(f"the answer lacks {name}")
    return value


def whole_in(answer: Mapping[str, Any], name: str) -> int:
    """Return a whole number the contract promises, be it spelt as text. Raises BadAnswer."""
    try:
        return int(answer[name])
    except (KeyError, TypeError, ValueError):
        raise BadAnswer(f"the answer lacks {name}") from None
