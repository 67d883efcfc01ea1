"""Reading multipart bodies of pay v3, also those whose header names no boundary (§11.2)."""

import re
from dataclasses import dataclass

from .refusals import PayRefusal

BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
NAME = re.compile(r'[; ]name="?([^";]*)"?', re.IGNORECASE)
FILENAME = re.compile(r"""filename\*?=(?:utf-8'[^']*')?"?([^";\r\n]*)"?""", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """One part: `filename` is "" for a plain field."""

    name: str
    filename: str
    body: bytes


def is_multipart(content_type: str) -> bool:
    return content_type.lower().startswith("multipart/form-data")


def read(content_type: str, body: bytes) -> dict[str, Part]:
    """The parts by name. Raises PayRefusal 400 PARAM_ERROR when there are none."""
    named = BOUNDARY.search(content_type)
    line = named[1].encode() if named else body.split(b"\n", 1)[0].strip()[2:]
    if not line or not body.lstrip().startswith(b"--" + line):
        raise PayRefusal(400, "PARAM_ERROR", "请求体不是合法的multipart/form-data")
    found = {}
    for chunk in body.split(b"--" + line)[1:]:
        head, separator, content = chunk.partition(b"\r\n\r\n")
        if not separator:
            continue
        said = head.decode(errors="replace")
        name, filename = NAME.search(said), FILENAME.search(said)
        if name is not None:
            text = content.removesuffix(b"\r\n")
            found[name[1]] = Part(name[1], filename[1] if filename else "", text)
    return found
