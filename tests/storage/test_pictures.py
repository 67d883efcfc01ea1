"""U1: whatever is uploaded, only our own WebP pictures are kept."""

import hashlib
import io
import random
import struct
import zlib

import pytest
from PIL import Image

from storage.pictures import (
    MAX_PIXELS,
    PictureReason,
    PictureRefused,
    reencode,
)

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


def made(
    size: tuple[int, int], kind: str, mode: str = "RGB", colour: object = RED, **options: object
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=["WEBP"])
    image.load()
    return image


def near(pixel: object, colour: tuple[int, ...], slack: int = 12) -> bool:
    assert isinstance(pixel, tuple)
    return len(pixel) == len(colour) and all(
        abs(a - b) <= slack for a, b in zip(pixel, colour, strict=True)
    )


def refused(data: bytes) -> PictureReason:
    with pytest.raises(PictureRefused) as refusal:
        reencode(data)
    return refusal.value.reason


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def bomb(width: int, height: int) -> bytes:
    """A PNG of `width` × `height` black pixels in a few kilobytes."""
    packer = zlib.compressobj(9)
    row = b"\x00" * ((width + 7) // 8 + 1)
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )


def gps_exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SecretCamera"
    exif[0x8825] = {1: "N", 2: (60.0, 12.0, 0.0), 3: "E", 4: (24.0, 39.0, 0.0)}
    return exif


def test_a_large_picture_becomes_three_widths() -> None:
    data = made((1600, 1200), "JPEG", quality=90)
    picture = reencode(data)
    assert (picture.width, picture.height) == (1600, 1200)
    assert picture.sha256 == hashlib.sha256(data).hexdigest()
    sizes = {width: opened(webp).size for width, webp in picture.webp_by_width.items()}
    assert sizes == {200: (200, 150), 400: (400, 300), 800: (800, 600)}


def test_a_small_picture_is_never_enlarged() -> None:
    picture = reencode(made((300, 90), "PNG"))
    sizes = {width: opened(webp).size for width, webp in picture.webp_by_width.items()}
    assert sizes == {200: (200, 60), 400: (300, 90), 800: (300, 90)}


def test_one_pixel_is_a_picture() -> None:
    picture = reencode(made((1, 1), "PNG"))
    assert [opened(webp).size for webp in picture.webp_by_width.values()] == [(1, 1)] * 3


def test_where_and_with_what_it_was_taken_stays_behind() -> None:
    data = made((640, 480), "JPEG", exif=gps_exif(), comment=b"home address")
    assert b"SecretCamera" in data
    for webp in reencode(data).webp_by_width.values():
        assert b"SecretCamera" not in webp
        assert b"home address" not in webp
        assert b"EXIF" not in webp
        assert dict(opened(webp).getexif()) == {}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("orientation", "size", "red_corner"),
    [
        (1, (400, 200), "top left"),
        (2, (400, 200), "top right"),
        (3, (400, 200), "bottom right"),
        (4, (400, 200), "bottom left"),
        (5, (200, 400), "top left"),
        (6, (200, 400), "top right"),
        (7, (200, 400), "bottom right"),
        (8, (200, 400), "bottom left"),
    ],
)
def test_the_picture_stands_upright(
    kind: str, orientation: int, size: tuple[int, int], red_corner: str
) -> None:
    image = Image.new("RGB", (400, 200), BLUE)
    image.paste(RED, (0, 0, 50, 50))
    out = io.BytesIO()
    image.save(out, kind, exif=gps_exif(orientation))
    picture = reencode(out.getvalue())
    assert (picture.width, picture.height) == size
    upright = opened(picture.webp_by_width[400])
    assert upright.size == size
    right, bottom = size[0] - 20, size[1] - 20
    corners = {
        "top left": (20, 20),
        "top right": (right, 20),
        "bottom left": (20, bottom),
        "bottom right": (right, bottom),
    }
    for name, point in corners.items():
        assert near(upright.getpixel(point), RED if name == red_corner else BLUE, slack=40)


def test_a_sideways_giant_is_as_wide_as_asked_once_upright() -> None:
    picture = reencode(made((3000, 2000), "JPEG", exif=gps_exif(6)))
    assert (picture.width, picture.height) == (2000, 3000)
    assert opened(picture.webp_by_width[800]).size == (800, 1200)


def test_what_was_glued_behind_a_picture_is_gone() -> None:
    data = made((300, 300), "JPEG") + b"<html><script>alert('polyglot')</script></html>"
    for webp in reencode(data).webp_by_width.values():
        assert b"script" not in webp


def test_what_was_hidden_in_a_comment_is_gone() -> None:
    data = made((300, 300), "JPEG", comment=b"*/=1;alert('polyglot')/*<?php")
    for webp in reencode(data).webp_by_width.values():
        assert b"polyglot" not in webp


def test_garbage_as_a_colour_profile_is_dropped() -> None:
    data = made((300, 300), "JPEG", icc_profile=b"not a profile" * 50)
    for webp in reencode(data).webp_by_width.values():
        assert b"not a profile" not in webp
        assert "icc_profile" not in opened(webp).info


def test_garbage_as_exif_spoils_no_pixel() -> None:
    data = made((300, 200), "JPEG", exif=b"Exif\x00\x00garbage garbage")
    picture = reencode(data)
    assert (picture.width, picture.height) == (300, 200)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_a_film_the_first_frame_is_kept(kind: str) -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (120, 80), colour) for colour in (GREEN, RED, BLUE)]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=50)
    assert Image.open(io.BytesIO(out.getvalue())).n_frames == 3  # type: ignore[attr-defined]
    kept = opened(reencode(out.getvalue()).webp_by_width[200])
    assert getattr(kept, "n_frames", 1) == 1
    assert near(kept.convert("RGB").getpixel((60, 40)), GREEN)


def test_transparency_is_kept() -> None:
    kept = opened(reencode(made((100, 100), "PNG", "RGBA", (0, 0, 255, 0))).webp_by_width[200])
    assert kept.mode == "RGBA"
    assert kept.getpixel((50, 50))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize(
    ("mode", "kind", "colour", "options"),
    [
        ("CMYK", "JPEG", (0, 255, 255, 0), {}),
        ("P", "PNG", 0, {}),
        ("P", "PNG", 0, {"transparency": 1}),
        ("RGBA", "PNG", (*RED, 255), {}),
        ("RGB", "WEBP", RED, {"lossless": True}),
    ],
)
def test_every_way_to_write_red_gives_red(
    mode: str, kind: str, colour: object, options: dict[str, object]
) -> None:
    image = Image.new(mode, (60, 60), colour)  # type: ignore[arg-type]
    if mode == "P":
        image.putpalette([*RED, *GREEN])
    out = io.BytesIO()
    image.save(out, kind, **options)  # type: ignore[arg-type]
    kept = opened(reencode(out.getvalue()).webp_by_width[200])
    assert near(kept.convert("RGB").getpixel((30, 30)), RED)


@pytest.mark.parametrize(
    ("mode", "value", "grey"),
    [("I;16", 32768, 128), ("L", 128, 128), ("1", 255, 255), ("LA", (128, 255), 128)],
)
def test_grey_stays_grey_at_any_depth(mode: str, value: object, grey: int) -> None:
    kept = opened(reencode(made((60, 60), "PNG", mode, value)).webp_by_width[200])
    assert near(kept.convert("RGB").getpixel((30, 30)), (grey, grey, grey))


@pytest.mark.parametrize(
    "data",
    [
        bomb(13_000, 13_000),
        bomb(6_000, 6_000),
        bomb(30_000, 10),
        bomb(10, 30_000),
        bomb(16_384, 1),
    ],
    ids=["169 Mpx", "36 Mpx", "30,000 wide", "30,000 high", "one too wide"],
)
def test_a_bomb_is_refused_by_its_header(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(data) < 100_000
    loaded: list[object] = []
    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load", lambda self: loaded.append(self))
    assert refused(data) == PictureReason.TOO_MANY_PIXELS
    assert loaded == []


def test_the_largest_picture_is_still_taken() -> None:
    picture = reencode(bomb(6_000, 4_000))
    assert picture.width * picture.height == MAX_PIXELS
    assert opened(picture.webp_by_width[800]).size == (800, 533)


@pytest.mark.parametrize(("mode", "colour"), [("RGB", RED), ("RGBA", (255, 0, 0, 128)), ("P", 1)])
@pytest.mark.parametrize("size", [(3301, 517), (6000, 1001), (3200, 64)])
def test_a_picture_reduced_in_strips_has_no_seams(
    mode: str, colour: object, size: tuple[int, int]
) -> None:
    image = Image.new(mode, size, colour)  # type: ignore[arg-type]
    if mode == "P":
        image.putpalette([*BLUE, *RED])
    out = io.BytesIO()
    image.save(out, "PNG")
    kept = opened(reencode(out.getvalue()).webp_by_width[800])
    assert abs(kept.height - size[1] * 800 / size[0]) <= 1
    low_high = kept.getextrema()
    expected = (255, 0, 0, 128) if mode == "RGBA" else RED
    for (low, high), level in zip(low_high, expected, strict=True):  # type: ignore[arg-type]
        assert low >= level - 8  # type: ignore[operator]
        assert high <= level + 8  # type: ignore[operator]


def test_a_long_strip_keeps_at_least_one_pixel_of_height() -> None:
    assert opened(reencode(bomb(16_383, 1)).webp_by_width[200]).size == (200, 1)


SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj"


@pytest.mark.parametrize(
    "data",
    [
        b"<!doctype html><script>alert(1)</script>",
        SVG,
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'bb'>]><a>&b;</a>",
        PDF,
        b"GIF90a" + b"\x00" * 40,
        b"PK\x03\x04" + b"\x00" * 60,
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
        b"\x00",
        made((10, 10), "BMP"),
        made((10, 10), "TIFF"),
        made((10, 10), "ICO"),
    ],
)
def test_what_is_no_picture_of_the_four_kinds_is_refused(data: bytes) -> None:
    assert refused(data) == PictureReason.NOT_A_PICTURE


def test_an_empty_file_is_refused() -> None:
    assert refused(b"") == PictureReason.EMPTY


def test_a_file_over_ten_megabytes_is_refused_unread() -> None:
    assert refused(b"\xff\xd8\xff" + b"\x00" * (10 * 1024 * 1024)) == PictureReason.TOO_MANY_BYTES


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_truncated_picture_is_refused(kind: str) -> None:
    noise = Image.frombytes("RGB", (200, 200), random.Random(7).randbytes(120_000))
    out = io.BytesIO()
    noise.save(out, kind)
    whole = out.getvalue()
    assert refused(whole[: len(whole) // 2]) in (PictureReason.BROKEN, PictureReason.NOT_A_PICTURE)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_flipped_bytes_are_refused_or_become_clean_pictures(kind: str) -> None:
    dice = random.Random(11)
    whole = made((64, 48), kind, exif=gps_exif()) if kind != "GIF" else made((64, 48), kind)
    outcomes = {"taken": 0, "refused": 0}
    for _ in range(150):
        spoiled = bytearray(whole)
        for _ in range(dice.randint(1, 8)):
            spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
        try:
            picture = reencode(bytes(spoiled))
        except PictureRefused:
            outcomes["refused"] += 1
        else:
            outcomes["taken"] += 1
            assert all(webp[:4] == b"RIFF" for webp in picture.webp_by_width.values())
    assert sum(outcomes.values()) == 150
    assert outcomes["refused"] > 0


def test_every_reason_has_a_sentence_in_both_languages() -> None:
    for reason in PictureReason:
        refusal = PictureRefused(reason)
        assert refusal.code == "picture_refused"
        assert refusal.sentence("en").endswith(".")
        assert refusal.sentence("zh").endswith("。")
