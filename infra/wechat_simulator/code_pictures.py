"""The picture of a code: a real QR symbol as PNG, with what it leads to inside."""

import struct
import zlib

from .qr_symbol import symbol

QUIET = 4
PNG_HEAD = b"\x89PNG\r\n\x1a\n"
RGB_AND_ALPHA = 6
WHITE, CLEAR = b"\xff\xff\xff\xff", b"\xff\xff\xff\x00"


def code_picture(
    text: str, *, width: int, note: str, colour: tuple[int, int, int], is_hyaline: bool
) -> bytes:
    """A square PNG of `width` pixels that scans to `text`.

    `note` (UTF-8) is kept in a text chunk named `wxacode`, so that a test needs no scanner.
    """
    modules = symbol(text)
    cells = len(modules) + 2 * QUIET
    ink, paper = bytes(colour) + b"\xff", CLEAR if is_hyaline else WHITE
    places = [pixel * cells // width - QUIET for pixel in range(width)]
    blank = b"\0" + paper * width
    lines = {
        row: b"\0" + b"".join(ink if _is_dark(modules[row], place) else paper for place in places)
        for row in range(len(modules))
    }
    rows = b"".join(lines.get(place, blank) for place in places)
    head = struct.pack(">IIBBBBB", width, width, 8, RGB_AND_ALPHA, 0, 0, 0)
    chunks = (
        (b"IHDR", head),
        (b"iTXt", b"wxacode\0\0\0\0\0" + note.encode()),
        (b"IDAT", zlib.compress(rows, 6)),
        (b"IEND", b""),
    )
    return PNG_HEAD + b"".join(_chunk(kind, data) for kind, data in chunks)


def _is_dark(row: list[bool], place: int) -> bool:
    return 0 <= place < len(row) and row[place]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
