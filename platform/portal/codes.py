"""A QR code as the path of an SVG: no pictures from elsewhere, no script."""

from dataclasses import dataclass
from typing import Any

from qrcode.constants import ERROR_CORRECT_L
from qrcode.main import QRCode


@dataclass(frozen=True)
class Code:
    """A drawing in a square of `size` units, its quiet border included."""

    size: int
    path: str


def code_of(text: str) -> Code:
    """Return the code that a phone reads as `text`."""
    drawn: Any = QRCode(error_correction=ERROR_CORRECT_L, border=4)
    drawn.add_data(text)
    rows = drawn.get_matrix()
    strokes = [stroke for y, row in enumerate(rows) for stroke in _strokes(row, y)]
    return Code(len(rows), "".join(strokes))


def _strokes(row: list[bool], y: int) -> list[str]:
    """Return one rectangle for each run of dark squares in a row."""
    found, start = [], None
    for x, is_dark in enumerate([*row, False]):
        if is_dark and start is None:
            start = x
        elif not is_dark and start is not None:
            found.append(f"M{start},{y}h{x - start}v1h-{x - start}z")
            start = None
    return found
