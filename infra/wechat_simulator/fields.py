"""Reading one JSON object strictly, as pay v3 does: right type, right length, or PARAM_ERROR."""

import ipaddress
import json
import re
from typing import Any
from urllib.parse import urlsplit

from .refusals import PayRefusal, param_error

NUMBER_PATTERN = re.compile(r"[0-9A-Za-z_\-|*]{6,32}")
REFUND_NUMBER_PATTERN = re.compile(r"[0-9A-Za-z_\-|*@]{1,64}")


class Fields:
    """The fields of one object; every refusal names the field by its path in the body."""

    def __init__(self, data: object, path: str = "") -> None:
        if not isinstance(data, dict):
            raise param_error(path or "/", type(data).__name__, "must be an object")
        self._data: dict[str, Any] = data
        self._path = path

    def __contains__(self, name: str) -> bool:
        return self._data.get(name) is not None

    def text(self, name: str, longest: int, *, pattern: re.Pattern[str] | None = None) -> str:
        """A required text of 1 to `longest` characters."""
        value = self._data.get(name)
        if value is None or value == "":
            raise self.wrong(name, value, "is required")
        if not isinstance(value, str):
            raise self.wrong(name, value, "must be a text")
        if len(value) > longest:
            raise self.wrong(name, value, f"is longer than {longest}")
        if pattern is not None and not pattern.fullmatch(value):
            raise self.wrong(name, value, f"must match {pattern.pattern}")
        return value

    def maybe_text(self, name: str, longest: int) -> str:
        """An optional text; "" when it is absent."""
        return self.text(name, longest) if name in self and self._data[name] != "" else ""

    def whole(self, name: str, least: int) -> int:
        """A required whole number, never a text or a fraction."""
        value = self._data.get(name)
        if value is None:
            raise self.wrong(name, value, "is required")
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.wrong(name, value, "must be a whole number")
        if not least <= value <= 10**11:
            raise self.wrong(name, value, f"must be at least {least}")
        return value

    def flag(self, name: str) -> bool:
        """An optional true or false; False when it is absent."""
        value = self._data.get(name)
        if value is not None and not isinstance(value, bool):
            raise self.wrong(name, value, "must be true or false")
        return bool(value)

    def needed_flag(self, name: str) -> bool:
        """A required true or false."""
        if name not in self:
            raise self.wrong(name, None, "is required")
        return self.flag(name)

    def one_of(self, name: str, choices: tuple[str, ...]) -> str:
        """A required text that is one of `choices`."""
        value = self.text(name, 64)
        if value not in choices:
            raise self.wrong(name, value, f"must be one of {', '.join(choices)}")
        return value

    def children(self, name: str, most: int) -> "list[Fields]":
        """A required list of 1 to `most` objects."""
        value = self._data.get(name)
        if not isinstance(value, list) or not 1 <= len(value) <= most:
            raise self.wrong(name, type(value).__name__, f"must be a list of 1 to {most}")
        return [Fields(item, f"{self._path}/{name}/{i}") for i, item in enumerate(value)]

    def child(self, name: str) -> "Fields":
        if name not in self:
            raise self.wrong(name, None, "is required")
        return Fields(self._data[name], f"{self._path}/{name}")

    def notify_url(self, name: str, *, plain_hosts: list[str]) -> str:
        """A required callback address; see `callback_url_problem`."""
        url = self.text(name, 256)
        problem = callback_url_problem(url, plain_hosts)
        if problem:
            raise self.wrong(name, url, problem)
        return url

    def wrong(self, name: str, value: object, issue: str) -> PayRefusal:
        return param_error(f"{self._path}/{name}", value, issue)


def callback_url_problem(url: str, plain_hosts: list[str]) -> str:
    """Why WeChat would not call `url`, or "" (§4.5): no query, https, no private address.

    Deviation: http is allowed to loopback hosts and to `plain_hosts`, for local work.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return "is not an address"
    if parts.scheme not in ("http", "https") or not host:
        return "must be an absolute https address"
    if parts.query or "?" in url or "#" in url:
        return "must not carry a query or a fragment"
    is_local = is_loopback(host) or host in plain_hosts
    if parts.scheme == "http" and not is_local:
        return "must be https"
    return "must not be a private address" if not is_local and _is_private(host) else ""


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only mean this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def parse_json(body: bytes) -> object:
    """Parse UTF-8 JSON; raises ValueError, also for half characters and endless nesting."""
    try:
        data = json.loads(body)
        json.dumps(data, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return data


def json_object(body: bytes) -> dict[str, Any]:
    """The body as a JSON object; raises PayRefusal 400 PARAM_ERROR."""
    try:
        data = parse_json(body)
    except ValueError as error:
        raise PayRefusal(400, "PARAM_ERROR", "请求体不是合法的JSON") from error
    if not isinstance(data, dict):
        raise PayRefusal(400, "PARAM_ERROR", "请求体必须是JSON对象")
    return data
