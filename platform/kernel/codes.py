"""QR codes: as the path of an SVG, and as a picture in its own address (RFC 2397)."""

import base64
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image
from qrcode.constants import ERROR_CORRECT_L
from qrcode.main import QRCode


@dataclass(frozen=True)
class Code:
    """A drawing in a square of `size` units, its quiet border included."""

    size: int
    path: str


def code_of(text: str) -> Code:
    """Return the code that a phone reads as `text`."""
    rows = _rows(text)
    strokes = [stroke for y, row in enumerate(rows) for stroke in _strokes(row, y)]
    return Code(len(rows), "".join(strokes))


def picture_of(text: str, *, pixels: int = 8) -> str:
    """Return the code as a `data:` address of a PNG, so many pixels to a square: about 1 kB."""
    rows = _rows(text)
    drawn = Image.new("1", (len(rows), len(rows)))
    drawn.putdata([not is_dark for row in rows for is_dark in row])
    kept = BytesIO()
    side = len(rows) * pixels
    drawn.resize((side, side), Image.Resampling.NEAREST).save(kept, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(kept.getvalue()).decode()


def _rows(text: str) -> list[list[bool]]:
    drawn: Any = QRCode(error_correction=ERROR_CORRECT_L, border=4)
    drawn.add_data(text)
    rows: list[list[bool]] = drawn.get_matrix()
    return rows


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
