"""Ten levels of one brand colour, from a breath of it to nearly black. Pure.

Worked out in OKLCH, where equal steps look equally large (Ottosson, "A perceptual color space for
image processing", 2020). Level 7 is the brand's own colour, as TDesign's tokens expect it.
"""

import math
from itertools import pairwise

LEVELS = 10
BRAND = 7
WHITE, INK = "#ffffff", "#1a1a1a"
READABLE = 4.5
"""Contrast of body text and its ground (WCAG 2.2, 1.4.3)."""

_LIGHTEST = 0.972
_BRAND_LIGHTNESS = (0.36, 0.88)
"""A brand outside of these would leave no room for the lighter or darker levels."""
_DARKEST = 0.40
_CHROMA = (0.12, 0.24, 0.42, 0.60, 0.78, 0.92, 1.0, 0.95, 0.85, 0.70)
"""How colourful each level is, as a share of the brand."""


def levels(colour: str) -> list[str]:
    """Return ten colours `#rrggbb`, each darker than the one before; the seventh is `colour`.

    Only a colour that is nearly black or white is moved: to the darkest or lightest that works.
    """
    lightness, chroma, hue = _oklch(_parse(colour))
    least, most = _BRAND_LIGHTNESS
    brand = min(max(lightness, least), most)
    made = [
        _hex(_in_gamut(light, chroma * share, hue))
        for light, share in zip(_lightnesses(brand), _CHROMA, strict=True)
    ]
    if brand == lightness:
        made[BRAND - 1] = colour.lower()
    return made


def on_brand(colour: str) -> str:
    """Return the text colour that reads best on `colour`: white while it is readable, or ink."""
    return WHITE if contrast(colour, WHITE) >= READABLE else _better_on(colour)


def brand_text(palette: list[str]) -> str:
    """Return the first level from the brand on that is readable on white."""
    return next(
        (level for level in palette[BRAND - 1 :] if contrast(level, WHITE) >= READABLE), palette[-1]
    )


def contrast(one: str, other: str) -> float:
    """Return WCAG's contrast of two colours, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Return WCAG's relative luminance, 0 to 1."""
    red, green, blue = _parse(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def is_descending(palette: list[str]) -> bool:
    """Tell whether every level is darker than the one before it."""
    return all(luminance(before) > luminance(after) for before, after in pairwise(palette))


def _better_on(colour: str) -> str:
    return max((WHITE, INK), key=lambda text: contrast(colour, text))


def _lightnesses(brand: float) -> list[float]:
    darkest = min(_DARKEST, brand * 0.5)
    up = [_LIGHTEST + (brand - _LIGHTEST) * (n / (BRAND - 1)) for n in range(BRAND)]
    steps = LEVELS - BRAND
    return up + [brand + (darkest - brand) * (n / steps) for n in range(1, steps + 1)]


def _parse(colour: str) -> tuple[float, float, float]:
    """Return linear red, green and blue, 0 to 1 each, of `#rrggbb`."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _linear(red), _linear(green), _linear(blue)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _gamma(value: float) -> float:
    return value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def _oklch(rgb: tuple[float, float, float]) -> tuple[float, float, float]:
    red, green, blue = rgb
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _rgb(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _in_gamut(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    """Return the colour a screen can show: as colourful as wished, or as can be."""
    while chroma > 0.001:
        rgb = _rgb(lightness, chroma, hue)
        if all(-0.0005 <= value <= 1.0005 for value in rgb):
            return rgb
        chroma *= 0.96
    return _rgb(lightness, 0.0, hue)


def _hex(rgb: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(255 * _gamma(min(1.0, max(0.0, v)))):02x}" for v in rgb)
