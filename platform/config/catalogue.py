"""Every refusal that the platform can give: what `type` in a problem points to."""

from dataclasses import dataclass
from operator import attrgetter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kernel.errors import Refusal


@dataclass(frozen=True)
class Entry:
    """A refusal as its reader meets it; `why` is the first line of its docstring."""

    code: str
    status: int
    en: str
    zh: str
    why: str
    source: str


def entries() -> list[Entry]:
    """Return every refusal of the code that is loaded, by code."""
    return sorted(map(_entry, _kinds(Refusal)), key=attrgetter("code"))


def page(request: HttpRequest) -> HttpResponse:
    """Show the catalogue; each entry has its code as its anchor."""
    return render(request, "config/errors.html", {"entries": entries()})


def markdown() -> str:
    """Return the catalogue as a page of the documentation."""
    rows = [f"| `{e.code}` | {e.status} | {e.zh} | {e.en} | {e.why} |" for e in entries()]
    return "\n".join(
        [
            "# Error codes",
            "",
            "Refusals are `application/problem+json` (RFC 9457): switch on `code`, show `detail`.",
            "Words in braces are filled in from the facts, which also come as `facts`.",
            "This page is written by `make openapi`.",
            "",
            "| code | status | 中文 | English | meaning |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _kinds(base: type[Refusal]) -> list[type[Refusal]]:
    return [k for direct in base.__subclasses__() for k in (direct, *_kinds(direct))]


def _entry(kind: type[Refusal]) -> Entry:
    code = Refusal.code.fget(kind.__new__(kind))  # type: ignore[attr-defined]  # a property
    why = (kind.__doc__ or "").strip().splitlines()[0]
    return Entry(code, kind.status, kind.en, kind.zh, why, kind.__module__)
