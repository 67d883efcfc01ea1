"""Draw the icons of the mini-program's tab bar anew: `python -m infra.tab_icons`.

WeChat takes PNG only, at best 81 × 81, and cannot tint them: an outline in the grey of the words,
and the same filled in ink for the tab that is open, whose word has the shop's colour.
"""

from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).parents[1] / "miniprogram_template" / "miniprogram" / "images" / "tabs"
SIDE = 81
FINE = 8
"""Drawn this much larger first, so that edges are smooth."""
GRID = 24
"""The icons are thought of on 24 × 24, as those in miniprogram_template/icons."""
STROKE = 1.8
GREY, INK, NOTHING = (102, 102, 102, 255), (26, 26, 26, 255), (0, 0, 0, 0)
Point = tuple[float, float]
Colour = tuple[int, int, int, int]


class Pen:
    """Draws on the grid; closed shapes are filled where `is_full`."""

    def __init__(self, colour: Colour, *, is_full: bool) -> None:
        self.colour, self.is_full = colour, is_full
        self.whole = Image.new("RGBA", (SIDE * FINE, SIDE * FINE), NOTHING)
        self.draw = ImageDraw.Draw(self.whole)
        self.unit = SIDE * FINE / GRID

    def line(self, *points: Point, colour: Colour | None = None) -> None:
        """Draw a line with round ends and corners."""
        ink, half = colour or self.colour, STROKE / 2
        placed = [(x * self.unit, y * self.unit) for x, y in points]
        self.draw.line(placed, fill=ink, width=round(STROKE * self.unit))
        for x, y in points:
            self.draw.ellipse(self._box(x - half, y - half, x + half, y + half), fill=ink)

    def shape(self, *points: Point) -> None:
        """Draw a closed shape."""
        if self.is_full:
            placed = [(x * self.unit, y * self.unit) for x, y in points]
            self.draw.polygon(placed, fill=self.colour)
        self.line(*points, points[0])

    def disc(self, x: float, y: float, r: float, *, is_full: bool | None = None) -> None:
        """Draw a circle."""
        fill = self.colour if (self.is_full if is_full is None else is_full) else None
        reach = r + STROKE / 2
        box = self._box(x - reach, y - reach, x + reach, y + reach)
        self.draw.ellipse(box, fill=fill, outline=self.colour, width=round(STROKE * self.unit))

    def square(self, left: float, top: float, side: float) -> None:
        """Draw a square with soft corners."""
        half = STROKE / 2
        box = self._box(left - half, top - half, left + side + half, top + side + half)
        self.draw.rounded_rectangle(
            box,
            radius=2 * self.unit,
            fill=self.colour if self.is_full else None,
            outline=self.colour,
            width=round(STROKE * self.unit),
        )

    def shoulders(self) -> None:
        """Draw what is below a head."""
        half = STROKE / 2
        box = self._box(4.5 - half, 14 - half, 19.5 + half, 27)
        fill = self.colour if self.is_full else None
        width = round(STROKE * self.unit)
        self.draw.chord(box, 180, 360, fill=fill, outline=self.colour, width=width)

    def _box(self, left: float, top: float, right: float, bottom: float) -> tuple[float, ...]:
        return tuple(place * self.unit for place in (left, top, right, bottom))


def _home(pen: Pen) -> None:
    pen.shape((4, 11), (12, 4), (20, 11), (20, 20), (4, 20))
    pen.line((12, 14.5), (12, 20), colour=(255, 255, 255, 255) if pen.is_full else None)


def _categories(pen: Pen) -> None:
    for left in (4.2, 13.8):
        for top in (4.2, 13.8):
            pen.square(left, top, 6)


def _cart(pen: Pen) -> None:
    pen.line((2.8, 4), (5.3, 4), (6.4, 8.4))
    pen.shape((6.4, 8), (20.8, 8), (18.6, 15.6), (8.2, 15.6))
    for x in (9.4, 17.2):
        pen.disc(x, 19.8, 0.6, is_full=True)


def _me(pen: Pen) -> None:
    pen.disc(12, 8, 3.8)
    pen.shoulders()


ICONS: dict[str, Callable[[Pen], None]] = {
    "home": _home, "categories": _categories, "cart": _cart, "me": _me,
}  # fmt: skip


def draw(folder: Path = FOLDER) -> None:
    """Write `<tab>.png` and `<tab>-open.png` of each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, icon in ICONS.items():
        for ending, colour in (("", GREY), ("-open", INK)):
            pen = Pen(colour, is_full=bool(ending))
            icon(pen)
            small = pen.whole.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
            small.save(folder / f"{name}{ending}.png", "PNG", optimize=True)


if __name__ == "__main__":
    draw()
