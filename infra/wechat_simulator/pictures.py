"""PNG pictures made by hand: plates whose pattern follows from a text."""

import hashlib
import struct
import zlib

CELLS = 8
SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOUR_TYPE = 2


def plate(text: str, width: int, height: int) -> bytes:
    """A picture of coloured cells, the same for the same text and size."""
    digest = hashlib.sha256(text.encode()).digest()
    ink, paper = digest[:3], bytes(255 - byte // 4 for byte in digest[3:6])
    lines = [_scanline(digest[6 + line], ink, paper, width) for line in range(CELLS)]
    rows = (lines[y * CELLS // height] for y in range(height))
    return png(width, height, b"".join(rows))


def _scanline(bits: int, ink: bytes, paper: bytes, width: int) -> bytes:
    """One row of cells, mirrored in the middle, behind the filter byte 0."""
    columns = (x * CELLS // width for x in range(width))
    cells = (ink if bits >> min(c, CELLS - 1 - c) & 1 else paper for c in columns)
    return b"\0" + b"".join(cells)


def png(width: int, height: int, scanlines: bytes) -> bytes:
    """A PNG of 8-bit RGB; each scanline starts with its filter byte."""
    head = struct.pack(">IIBBBBB", width, height, 8, COLOUR_TYPE, 0, 0, 0)
    body = zlib.compress(scanlines, 6)
    return SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)
