"""Plots as SVG in the page: no script, no library; every bar says its figure when pointed at."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720, 190, 70, 24, 10


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its word under the axis, its height, and what it says."""

    word: str
    value: int
    said: str


def bars(title: str, values: Sequence[Bar], *, colour: str, top_said: str) -> SafeString:
    """Draw bars from a line at zero; values below zero hang down."""
    most, least = max(0, *(bar.value for bar in values)), min(0, *(bar.value for bar in values))
    reach = (most - least) or 1
    room = HEIGHT - BOTTOM - TOP
    zero = TOP + room * most / reach
    step = (WIDTH - LEFT) / max(1, len(values))
    drawn = [
        (
            f"{LEFT + n * step + step * 0.15:.1f}",
            f"{zero - max(0, bar.value) * room / reach:.1f}",
            f"{step * 0.7:.1f}",
            f"{max(0.8, abs(bar.value) * room / reach) if bar.value else 0:.1f}",
            colour,
            f"{bar.word}: {bar.said}",
        )
        for n, bar in enumerate(values)
    ]
    every = max(1, len(values) // 8)
    ticks = [
        (f"{LEFT + n * step + step / 2:.1f}", HEIGHT - 6, bar.word)
        for n, bar in enumerate(values)
        if n % every == 0
    ]
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}" class="w-full h-auto">'
        '<text x="{}" y="{}" text-anchor="end" font-size="11" fill="currentColor">{}</text>'
        '<text x="{}" y="{}" text-anchor="end" font-size="11" fill="currentColor">0</text>'
        '<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="currentColor" opacity="0.35"/>'
        "{}{}</svg>",
        *(WIDTH, HEIGHT, title),
        *(LEFT - 6, TOP + 10, top_said),
        *(LEFT - 6, round(zero + 4, 1)),
        *(LEFT, WIDTH, round(zero, 1), round(zero, 1)),
        format_html_join(
            "",
            '<rect x="{}" y="{}" width="{}" height="{}" rx="2" fill="{}"><title>{}</title></rect>',
            drawn,
        ),
        format_html_join(
            "",
            '<text x="{}" y="{}" text-anchor="middle" font-size="10" fill="currentColor"'
            ' opacity="0.7">{}</text>',
            ticks,
        ),
    )
