"""Pushes as text: the fields of a message as XML or JSON, and a reply read back (CONTRACT §9)."""

import json
import re
from typing import Any
from xml.etree import ElementTree

from .fields import parse_json

LONGEST_REPLY_BYTES = 64 * 1024
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


class UnreadableReply(ValueError):
    """What the platform answered is neither `success` nor a message."""


def as_xml(fields: dict[str, Any]) -> str:
    """One <xml> document: numbers bare, texts in CDATA, objects nested, lists repeated."""
    return f"<xml>{_elements(fields)}</xml>"


def _elements(fields: dict[str, Any]) -> str:
    return "".join(_element(name, value) for name, value in fields.items())


def _element(name: str, value: object) -> str:
    if not NAME.fullmatch(name):
        raise ValueError(f"{name} cannot name an XML element")
    if isinstance(value, list | tuple):
        return "".join(_element(name, each) for each in value)
    if isinstance(value, dict):
        return f"<{name}>{_elements(value)}</{name}>"
    if isinstance(value, bool):
        value = int(value)
    if isinstance(value, int | float):
        return f"<{name}>{value}</{name}>"
    return f"<{name}>{_cdata(str(value))}</{name}>"


def _cdata(text: str) -> str:
    clean = UNPRINTABLE.sub("", text).replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{clean}]]>"


def as_json(fields: dict[str, Any]) -> str:
    """The same message as JSON: the wrapper that XML puts around `List` is absent (§7)."""
    flat: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(value, dict) and set(value) == {"List"}:
            flat["List"] = value["List"]
        else:
            flat[name] = value
    return json.dumps(flat, ensure_ascii=False, separators=(",", ":"))


def read_reply(text: str) -> dict[str, Any]:
    """The fields of a reply, XML or JSON; raises UnreadableReply."""
    if len(text.encode()) > LONGEST_REPLY_BYTES:
        raise UnreadableReply("the reply is too long")
    try:
        told = parse_json(text.encode()) if text.lstrip().startswith("{") else _from_xml(text)
    except UnreadableReply:
        raise
    except (ValueError, ElementTree.ParseError) as error:
        raise UnreadableReply("neither success, nor XML, nor JSON") from error
    if not isinstance(told, dict):
        raise UnreadableReply("the reply is not a message")
    return told


def _from_xml(text: str) -> object:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise UnreadableReply("a reply must not declare entities")
    return _value(ElementTree.fromstring(text))  # noqa: S314 - declarations were refused above


def _value(node: ElementTree.Element) -> object:
    if len(node) == 0:
        return node.text or ""
    told: dict[str, Any] = {}
    for child in node:
        value = _value(child)
        if child.tag in told:
            before = told[child.tag]
            told[child.tag] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            told[child.tag] = value
    return told
