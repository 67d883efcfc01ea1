"""Reads the fields of WeChat Pay's objects; every misfit is one ValueError."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from wechat import moments


def text(content: Mapping[str, Any], name: str) -> str:
    """Return a text that is there and not empty."""
    value = content.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name} is missing")
    return value


def text_or_none(content: Mapping[str, Any], name: str) -> str | None:
    """Return a text, or None when it is absent or empty."""
    return text(content, name) if content.get(name) else None


def fen(content: Mapping[str, Any], name: str) -> int:
    """Return an amount in fen: a JSON integer that is not negative."""
    value = content.get(name)
    if type(value) is not int or value < 0:
        raise ValueError(f"{name} is no amount in fen")
    return value


def mapping(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an object, empty when it is absent."""
    value = content.get(name) or {}
    if not isinstance(value, Mapping):
        raise ValueError(f"{name} is no object")  # noqa: TRY004 - readers catch one kind
    return value


def moment_or_none(content: Mapping[str, Any], name: str) -> datetime | None:
    """Return an aware moment, or None when it is absent or empty."""
    return moments.read_rfc3339(content[name]) if content.get(name) else None


def objects(content: Mapping[str, Any], name: str) -> tuple[Mapping[str, Any], ...]:
    """Return a list of objects, empty when it is absent."""
    items = content.get(name) or []
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        raise ValueError(f"{name} is no list of objects")
    return tuple(items)


def texts(content: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return a list of texts, empty when it is absent."""
    items = content.get(name) or []
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise ValueError(f"{name} is no list of texts")
    return tuple(items)


def flag(content: Mapping[str, Any], name: str) -> bool:
    """Return a yes or no; absent is no."""
    value = content.get(name) or False
    if not isinstance(value, bool):
        raise ValueError(f"{name} is neither true nor false")  # noqa: TRY004 - readers catch one kind
    return value


def number_text(content: Mapping[str, Any], name: str) -> str:
    """Return an id that WeChat spells as a text or as a JSON integer."""
    value = content.get(name)
    return str(value) if type(value) is int else text(content, name)


def moment(content: Mapping[str, Any], name: str) -> datetime:
    """Return an aware moment that is there."""
    return moments.read_rfc3339(content.get(name))


def whole(content: Mapping[str, Any], name: str) -> int | None:
    """Return a whole number that is not negative, or None when it is absent."""
    return fen(content, name) if content.get(name) is not None else None
