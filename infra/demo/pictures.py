"""Pictures of the demo's wares, drawn here: nobody's photograph, each ware with its own colours."""

import colorsys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter, ImageOps

FINE = 2
"""Everything is drawn this much larger first, so that edges are smooth."""
Colour = tuple[int, int, int]
Point = tuple[float, float]
WHITE: Colour = (255, 255, 255)
_ACROSS = Image.linear_gradient("L").rotate(90)


@dataclass(frozen=True)
class Tones:
    """The colours of one ware and of what stands behind it."""

    wall: Colour
    floor: Colour
    body: Colour
    shade: Colour
    accent: Colour
    paper: Colour


def _tones(hue: int) -> Tones:
    def tone(lightness: float, saturation: float, turn: int = 0) -> Colour:
        parts = colorsys.hls_to_rgb((hue + turn) % 360 / 360, lightness, saturation)
        red, green, blue = (round(255 * part) for part in parts)
        return red, green, blue

    return Tones(
        wall=tone(0.93, 0.45), floor=tone(0.86, 0.38), body=tone(0.42, 0.42),
        shade=tone(0.27, 0.45), accent=tone(0.62, 0.60, 35), paper=tone(0.96, 0.40, 25),
    )  # fmt: skip


class Canvas:
    """A picture with a wall, a floor, and places on the floor to put wares."""

    def __init__(self, width: int, height: int, tones: Tones) -> None:
        self.size = (width * FINE, height * FINE)
        self.place = (0.0, 0.0, 1.0)
        room = Image.new("RGB", (1, 64), tones.wall)
        room.paste(tones.floor, (0, 44, 1, 64))
        room = room.filter(ImageFilter.GaussianBlur(1.4))
        self.whole = room.resize(self.size, Image.Resampling.BICUBIC)

    def stand(self, left: float, top: float, side: float) -> None:
        """Put what is drawn next into this square, in pixels of the finished picture."""
        self.place = (left * FINE, top * FINE, side * FINE)

    def at(self, *points: Point) -> list[Point]:
        """Return points of the square (0 to 1) as points of the picture."""
        left, top, side = self.place
        return [(left + x * side, top + y * side) for x, y in points]

    def box(self, left: float, top: float, right: float, bottom: float) -> tuple[Point, Point]:
        first, last = self.at((left, top), (right, bottom))
        return first, last

    def mask(self, draw: Callable[[ImageDraw.ImageDraw], object]) -> Image.Image:
        made = Image.new("L", self.size)
        draw(ImageDraw.Draw(made))
        return made

    def solid(self, light: Colour, dark: Colour, draw: Callable[..., object]) -> None:
        """Fill a shape, lit from the left."""
        shape = self.mask(draw)
        found = shape.getbbox()
        if found is None:
            return
        size = (found[2] - found[0], found[3] - found[1])
        across = ImageOps.colorize(_ACROSS, black=light, white=dark).resize(size)
        self.whole.paste(across, found[:2], shape.crop(found))

    def flat(self, colour: Colour, draw: Callable[..., object]) -> None:
        shape = self.mask(draw)
        found = shape.getbbox()
        if found is not None:
            self.whole.paste(colour, found, shape.crop(found))

    def shadow(self, left: float, right: float, bottom: float) -> None:
        """Let something touch the floor."""
        (x, y), (to_x, to_y) = self.box(left, bottom - 0.035, right + 0.06, bottom + 0.045)
        wide, high, edge = round(to_x - x), round(to_y - y), round(self.place[2] * 0.06)
        soft = Image.new("L", (wide + 2 * edge, high + 2 * edge))
        ImageDraw.Draw(soft).ellipse((edge, edge, edge + wide, edge + high), fill=90)
        soft = soft.filter(ImageFilter.GaussianBlur(edge / 3))
        self.whole.paste((40, 36, 32), (round(x) - edge, round(y) - edge), soft)

    def png(self) -> bytes:
        out = BytesIO()
        small = (self.size[0] // FINE, self.size[1] // FINE)
        self.whole.resize(small, Image.Resampling.LANCZOS).save(out, "PNG")
        return out.getvalue()


def _emblem(c: Canvas, colour: Colour, x: float, y: float, r: float, number: int) -> None:
    """Draw a small mark: leaf, sun over a hill, moon, waves or a window."""
    if number % 5 == 0:
        lens = [
            (x - r, y + r),
            (x - r * 0.8, y - r * 0.3),
            (x + r, y - r),
            (x + r * 0.5, y + r * 0.6),
        ]
        c.flat(colour, lambda d: d.polygon(c.at(*lens), fill=255))
    elif number % 5 == 1:
        c.flat(colour, lambda d: d.ellipse(c.box(x - r / 2, y - r, x + r / 2, y), fill=255))
        hill = [
            (x - r, y + r),
            (x - r * 0.2, y + r * 0.1),
            (x + r * 0.3, y + r * 0.6),
            (x + r, y + r),
        ]
        c.flat(colour, lambda d: d.polygon(c.at(*hill), fill=255))
    elif number % 5 == 2:

        def moon(d: ImageDraw.ImageDraw) -> None:
            d.ellipse(c.box(x - r, y - r, x + r, y + r), fill=255)
            d.ellipse(c.box(x - r * 0.5, y - r * 1.1, x + r * 1.4, y + r * 0.7), fill=0)

        c.flat(colour, moon)
    elif number % 5 == 3:
        for row in range(3):
            low = y - r + row * r * 0.8
            for step in range(2):
                left = x - r + step * r
                arc = c.box(left, low, left + r, low + r * 0.8)
                width = round(c.place[2] * 0.012)
                c.flat(colour, lambda d, a=arc, w=width: d.arc(a, 180, 360, fill=255, width=w))
    else:
        for step in range(3):
            grow = r * (1 - step * 0.35)
            square = c.box(x - grow, y - grow, x + grow, y + grow)
            width = round(c.place[2] * 0.01)
            c.flat(colour, lambda d, s=square, w=width: d.rectangle(s, outline=255, width=w))


def _tin(c: Canvas, t: Tones, number: int) -> None:
    c.shadow(0.3, 0.7, 0.86)
    c.solid(
        t.body, t.shade, lambda d: d.rounded_rectangle(c.box(0.3, 0.26, 0.7, 0.87), 40, fill=255)
    )
    c.solid(
        t.accent,
        t.shade,
        lambda d: d.rounded_rectangle(c.box(0.285, 0.2, 0.715, 0.33), 26, fill=255),
    )
    c.solid(t.paper, t.wall, lambda d: d.rectangle(c.box(0.36, 0.44, 0.64, 0.75), fill=255))
    _emblem(c, t.shade, 0.5, 0.595, 0.075, number)


def _pouch(c: Canvas, t: Tones, number: int) -> None:
    c.shadow(0.26, 0.74, 0.86)
    sides = [(0.29, 0.2), (0.71, 0.2), (0.75, 0.87), (0.25, 0.87)]
    c.solid(t.body, t.shade, lambda d: d.polygon(c.at(*sides), fill=255))
    c.solid(
        t.accent,
        t.body,
        lambda d: d.polygon(c.at((0.29, 0.2), (0.71, 0.2), (0.715, 0.29), (0.285, 0.29)), fill=255),
    )
    c.solid(t.paper, t.wall, lambda d: d.ellipse(c.box(0.35, 0.42, 0.65, 0.72), fill=255))
    _emblem(c, t.shade, 0.5, 0.57, 0.085, number)


def _cake(c: Canvas, t: Tones, number: int) -> None:
    c.shadow(0.2, 0.8, 0.86)
    c.solid(t.paper, t.floor, lambda d: d.ellipse(c.box(0.17, 0.2, 0.83, 0.86), fill=255))
    ring = c.box(0.25, 0.28, 0.75, 0.78)
    c.flat(t.body, lambda d: d.ellipse(ring, outline=255, width=round(c.place[2] * 0.015)))
    c.solid(t.body, t.shade, lambda d: d.ellipse(c.box(0.37, 0.4, 0.63, 0.66), fill=255))
    _emblem(c, t.paper, 0.5, 0.53, 0.065, number)


def _cup(c: Canvas, t: Tones, number: int) -> None:
    c.shadow(0.2, 0.8, 0.83)
    pale: Colour = (250, 249, 246)
    grey: Colour = (205, 204, 200)
    c.solid(pale, grey, lambda d: d.ellipse(c.box(0.16, 0.72, 0.84, 0.86), fill=255))
    c.solid(pale, grey, lambda d: d.chord(c.box(0.24, 0.08, 0.76, 0.82), 5, 175, fill=255))
    c.flat((184, 122, 58), lambda d: d.ellipse(c.box(0.25, 0.43, 0.75, 0.54), fill=255))
    c.solid(pale, grey, lambda d: d.chord(c.box(0.28, 0.3, 0.72, 0.62), 180, 360, fill=255))
    c.solid(pale, grey, lambda d: d.ellipse(c.box(0.455, 0.25, 0.545, 0.33), fill=255))
    _emblem(c, t.body, 0.5, 0.655, 0.06, number)


def _book(c: Canvas, t: Tones, number: int) -> None:
    c.shadow(0.24, 0.76, 0.88)
    c.solid(t.paper, t.floor, lambda d: d.rectangle(c.box(0.28, 0.14, 0.775, 0.885), fill=255))
    c.solid(t.body, t.shade, lambda d: d.rectangle(c.box(0.25, 0.12, 0.75, 0.87), fill=255))
    c.flat(t.shade, lambda d: d.rectangle(c.box(0.25, 0.12, 0.29, 0.87), fill=255))
    c.flat(t.paper, lambda d: d.rectangle(c.box(0.36, 0.21, 0.68, 0.29), fill=255))
    for row in range(2):
        line = c.box(0.4, 0.235 + row * 0.025, 0.64 - row * 0.08, 0.242 + row * 0.025)
        c.flat(t.body, lambda d, b=line: d.rectangle(b, fill=255))
    _emblem(c, t.accent, 0.52, 0.56, 0.14, number)


def _volumes(c: Canvas, t: Tones, number: int) -> None:
    c.shadow(0.18, 0.8, 0.88)
    for volume in range(3):
        left, top = 0.19 + volume * 0.205, 0.15 + (volume % 2) * 0.03
        light, dark = (t.accent, t.body) if (volume + number) % 3 == 0 else (t.body, t.shade)
        spine = c.box(left, top, left + 0.195, 0.88)
        c.solid(light, dark, lambda d, s=spine: d.rounded_rectangle(s, 18, fill=255))
        label = c.box(left + 0.045, top + 0.1, left + 0.15, top + 0.36)
        c.flat(t.paper, lambda d, s=label: d.rectangle(s, fill=255))
        for row in range(volume + 1):
            dash = c.box(
                left + 0.07, top + 0.16 + row * 0.05, left + 0.125, top + 0.175 + row * 0.05
            )
            c.flat(t.shade, lambda d, s=dash: d.rectangle(s, fill=255))
        _emblem(c, t.paper, left + 0.0975, 0.78, 0.03, number)


_DRAW: dict[str, Callable[[Canvas, Tones, int], None]] = {
    "tin": _tin, "pouch": _pouch, "cake": _cake, "cup": _cup, "book": _book, "volumes": _volumes,
}  # fmt: skip
KINDS = frozenset(_DRAW)


def ware(kind: str, hue: int, number: int = 0) -> bytes:
    """Return a square PNG of one ware. `hue` in degrees; `number` chooses its mark."""
    tones = _tones(hue)
    canvas = Canvas(800, 800, tones)
    canvas.stand(0, 0, 800)
    _DRAW[kind](canvas, tones, number)
    return canvas.png()


def banner(kinds: Sequence[str], hue: int) -> bytes:
    """Return a PNG for the top of the home page, 750 to 351, with some wares in a row."""
    tones = _tones(hue)
    canvas = Canvas(1500, 702, tones)
    side, step = 560, 1500 / len(kinds)
    for number, kind in enumerate(kinds):
        canvas.stand(step * number + (step - side) / 2, 24 + 20 * (number % 2), side)
        _DRAW[kind](canvas, _tones(hue + 55 * number), number)
    return canvas.png()


def logo(colour: str, number: int) -> bytes:
    """Return a square PNG of the shop's mark, white on its colour (#rrggbb)."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    canvas = Canvas(200, 200, _tones(0))
    canvas.whole.paste((red, green, blue), (0, 0, *canvas.size))
    canvas.stand(0, 0, 200)
    _emblem(canvas, WHITE, 0.5, 0.5, 0.25, number)
    return canvas.png()
