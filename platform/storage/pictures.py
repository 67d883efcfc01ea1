"""Turning any uploaded picture into our own WebP pictures, and nothing else into anything."""

import hashlib
import io
import struct
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from PIL import Image, UnidentifiedImageError

from kernel.errors import Refusal

WIDTHS = (200, 400, 800)
MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 24_000_000
MAX_SIDE = 16_383  # WebP can hold no longer side
QUALITY = 80

_STRIP_ROWS = 64
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_ORIENTATION_TAG = 0x0112
_TURNS = {  # what makes each EXIF orientation upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = (5, 6, 7, 8)  # orientations that swap width and height

# A 21 kB PNG can unfold to 800 MB (RELIABILITY §3.7); Pillow alone only warns.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


class PictureReason(StrEnum):
    """Why a picture was not taken; stable words for reports."""

    EMPTY = "empty"
    TOO_MANY_BYTES = "too_many_bytes"
    TOO_MANY_PIXELS = "too_many_pixels"
    NOT_A_PICTURE = "not_a_picture"
    BROKEN = "broken"


_SENTENCES: dict[PictureReason, tuple[str, str]] = {
    PictureReason.EMPTY: ("The file is empty.", "文件是空的。"),
    PictureReason.TOO_MANY_BYTES: ("The picture is larger than 10 MB.", "图片超过 10 MB。"),
    PictureReason.TOO_MANY_PIXELS: (
        "The picture has more than 24 million pixels or a side over 16,383.",
        "图片超过 2400 万像素，或某一边超过 16383 像素。",
    ),
    PictureReason.NOT_A_PICTURE: (
        "The file is not a JPEG, PNG, WebP or GIF picture.",
        "文件不是 JPEG、PNG、WebP 或 GIF 图片。",
    ),
    PictureReason.BROKEN: (
        "The picture is damaged or incomplete.",
        "图片已损坏或不完整。",
    ),
}


class PictureRefused(Refusal):
    """A file that does not become a picture; `reason` is a `PictureReason`."""

    status: ClassVar[int] = 422
    en: ClassVar[str] = "{sentence_en}"
    zh: ClassVar[str] = "{sentence_zh}"

    def __init__(self, reason: PictureReason) -> None:
        self.reason = reason
        english, chinese = _SENTENCES[reason]
        super().__init__(reason=reason.value, sentence_en=english, sentence_zh=chinese)


@dataclass(frozen=True)
class Picture:
    """A picture made by us.

    `webp_by_width` always has the keys of `WIDTHS`; each value is at most that wide, because a
    small picture is never enlarged. `width` and `height` are those of the upright original in
    pixels; `sha256` is the hex digest of the bytes that were given, to recognise them again.
    """

    webp_by_width: Mapping[int, bytes]
    width: int
    height: int
    sha256: str


def reencode(data: bytes) -> Picture:
    """Decode `data`, drop everything but its first frame's pixels, and write them anew as WebP.

    EXIF, GPS, profiles, comments and anything glued to the file stay behind; the EXIF orientation
    is applied first. Raises `PictureRefused`.
    """
    with _open(data) as image:
        width, height = image.size
        upright, orientation = _decode(image)
    if orientation in _SIDEWAYS:
        width, height = height, width
    return Picture(
        webp_by_width={
            limit: _webp(_resize(upright, _fitting(upright.size, limit))) for limit in WIDTHS
        },
        width=width,
        height=height,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _open(data: bytes) -> Image.Image:
    """Read the header only, and refuse by what it says before any pixel is unfolded."""
    if not data:
        raise PictureRefused(PictureReason.EMPTY)
    if len(data) > MAX_BYTES:
        raise PictureRefused(PictureReason.TOO_MANY_BYTES)
    try:
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise PictureRefused(PictureReason.TOO_MANY_PIXELS) from bomb
    except UnidentifiedImageError as error:
        raise PictureRefused(PictureReason.NOT_A_PICTURE) from error
    except MemoryError:
        raise
    except Exception as error:  # a decoder may die of hostile bytes in any way it likes
        raise PictureRefused(PictureReason.BROKEN) from error
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise PictureRefused(PictureReason.TOO_MANY_PIXELS)
    return image


def _decode(image: Image.Image) -> tuple[Image.Image, int]:
    """Return upright RGB or RGBA pixels, no wider than we need, and the EXIF orientation."""
    widest = max(WIDTHS)
    try:
        image.draft("RGB", (2 * widest, 2 * widest))  # JPEG can decode small: far less memory
        image.load()
        orientation = _orientation(image)
        sideways = orientation in _SIDEWAYS
        size = _fitting(image.size, widest, by_height=sideways)
        small = _resize(_reduced(image, widest, sideways), size)
    except MemoryError:
        raise
    except Exception as error:  # as above: the bytes are at fault, whatever the symptom
        raise PictureRefused(PictureReason.BROKEN) from error
    turn = _TURNS.get(orientation)
    return (small if turn is None else small.transpose(turn)), orientation


def _orientation(image: Image.Image) -> int:
    try:
        written = image.getexif().get(_ORIENTATION_TAG)
    except (SyntaxError, ValueError, TypeError, KeyError, struct.error):
        return 1  # garbage in the EXIF block spoils no pixel; every viewer shows such a picture
    return written if isinstance(written, int) else 1


def _reduced(image: Image.Image, width: int, sideways: bool) -> Image.Image:
    """Return the pixels in colour, coarsely reduced to between 2 and 4 times `width`.

    Strip by strip: Pillow would copy all of a large picture once per conversion, 100 MB each.
    """
    factor = (image.height if sideways else image.width) // (2 * width)
    if factor < 2:
        return _in_colour(image)
    size = (-(-image.width // factor), -(-image.height // factor))
    whole = Image.new("RGBA" if image.has_transparency_data else "RGB", size)
    for top in range(0, image.height, factor * _STRIP_ROWS):
        bottom = min(image.height, top + factor * _STRIP_ROWS)
        strip = _in_colour(image.crop((0, top, image.width, bottom)))
        whole.paste(strip.reduce(factor), (0, top // factor))
    return whole


def _in_colour(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits of grey; Pillow's own conversion would clip to white
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _fitting(size: tuple[int, int], width: int, *, by_height: bool = False) -> tuple[int, int]:
    side = size[1] if by_height else size[0]
    if side <= width:
        return size
    across, down = (max(1, round(length * width / side)) for length in size)
    return across, down


def _resize(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    return image if image.size == size else image.resize(size, Image.Resampling.LANCZOS)


def _webp(image: Image.Image) -> bytes:
    out = io.BytesIO()
    bare = image.copy()
    bare.info = {}  # WebP is written from these, comments and profiles included
    bare.save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue()
