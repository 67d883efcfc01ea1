"""What the control page is made of: sections, tables, forms; every value passes through `esc`."""

from collections.abc import Iterable
from html import escape

from .clock import rfc3339

GOOD = {"SUCCESS", "accepted", "settled", "PAID"}
BAD = {"CLOSED", "exhausted", "dropped", "ABNORMAL", "forged"}


def esc(value: object) -> str:
    """A value as HTML text; None is nothing."""
    return escape("" if value is None else str(value))


def section(name: str, title: str, chinese: str, body: str, *, is_half: bool = False) -> str:
    kind = ' class="half"' if is_half else ""
    return f'<section id="{name}"{kind}><h2>{title} <small>{chinese}</small></h2>{body}</section>'


def table(heads: Iterable[str], rows: list[list[str]], empty: str) -> str:
    if not rows:
        return f'<p class="empty">{empty}</p>'
    names = tuple(heads)
    head = "".join(f"<th>{name}</th>" for name in names)
    body = "".join(f"<tr>{_cells(names, row)}</tr>" for row in rows)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="scroll">{table}</div>'


def _cells(names: tuple[str, ...], row: list[str]) -> str:
    """Each cell carries its column's name, which a narrow screen shows beside it."""
    pairs = zip(names, row, strict=True)
    return "".join(f'<td data-name="{esc(name)}"><div>{cell}</div></td>' for name, cell in pairs)


def form(path: str, section: str, inside: str, *, is_inline: bool = True) -> str:
    kind = ' class="inline"' if is_inline else ""
    hidden = f'<input type="hidden" name="section" value="{section}">'
    return f'<form method="post" action="/_page/{esc(path)}"{kind}>{hidden}{inside}</form>'


def hidden(name: str, value: object) -> str:
    return f'<input type="hidden" name="{name}" value="{esc(value)}">'


def select(name: str, options: Iterable[str], label: str, chosen: str = "") -> str:
    items = "".join(
        f"<option{' selected' if option == chosen else ''}>{esc(option)}</option>"
        for option in options
    )
    return f'<select name="{name}" aria-label="{label}">{items}</select>'


def field(name: str, label: str, value: object = "", kind: str = "") -> str:
    return (
        f'<input name="{name}" aria-label="{label}" placeholder="{label}" value="{esc(value)}"'
        f' class="{kind}">'
    )


def tag(text: str) -> str:
    mood = "good" if text in GOOD else "bad" if text in BAD else "wait"
    return f'<span class="tag {mood}">{esc(text)}</span>'


def code(value: object) -> str:
    return f"<code>{esc(value)}</code>" if value else '<span class="soft">–</span>'


def yuan(fen: int) -> str:
    return f'<span class="money">¥{fen // 100}.{fen % 100:02d}</span>'


def when(moment: float | None) -> str:
    if moment is None:
        return '<span class="soft">–</span>'
    return f'<span class="money">{rfc3339(moment)[5:19].replace("T", " ")}</span>'


def answer(status: int) -> str:
    mood = "good" if status in (200, 204) else "bad"
    return f'<span class="tag {mood}">{status or "no answer 无应答"}</span>'
