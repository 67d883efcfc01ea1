"""The text of a reply as WeChat takes it: its links, and long ones in parts. Pure."""

from collections.abc import Iterator
from html import escape

MOST_BYTES = 2_048
"""Of one message (`wechat.official_account.MAX_TEXT_BYTES`)."""
MOST_PARTS = 5
"""Messages that a customer may be sent for one of theirs (CONTRACT §9)."""


def with_link(text: str, *, appid: str, path: str, title: str) -> str:
    """Return a text with a link that opens a mini-program under it (CONTRACT §9)."""
    link = (
        f'<a data-miniprogram-appid="{escape(appid)}" data-miniprogram-path="{escape(path)}">'
        f"{escape(title)}</a>"
    )
    return f"{text}\n{link}" if text else link


def fits_at_once(text: str) -> bool:
    """Say whether a text fits into the reply that a push is answered with."""
    return len(text.encode()) <= MOST_BYTES


def parts_of(text: str) -> list[str]:
    """Return a text in messages of at most MOST_BYTES, broken at line ends where there are some."""
    found: list[str] = []
    for line in _lines(text):
        if found and fits_at_once(found[-1] + line):
            found[-1] += line
        else:
            found.append(line)
    return [part for part in (text.strip("\n") for text in found) if part]


def _lines(text: str) -> Iterator[str]:
    """Return lines with their ends; one that is too long is cut."""
    for line in text.splitlines(keepends=True):
        rest = line
        while not fits_at_once(rest):
            head = rest.encode()[:MOST_BYTES].decode(errors="ignore")
            yield head
            rest = rest[len(head) :]
        yield rest
