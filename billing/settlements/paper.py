"""A PDF of text, lines and pages, without a library and without a font in it.

Latin text is set in Helvetica, which every reader has; everything else in STSong-Light with the
predefined CMap UniGB-UCS2-H, which every reader of PDFs knows or replaces by a Chinese font of its
own (ISO 32000-1, §9.7.5.2 and Annex D.2). Lengths are points, from the upper left corner of an A4
page. Characters beyond the basic plane become a box: UCS-2 has no place for them. Pure.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

WIDTH, HEIGHT = 595, 842

# Widths of Helvetica from space to tilde, in thousandths of the size (Adobe's font metrics).
_WIDTHS = [
    *(278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278),
    *([556] * 10),
    *(278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667),
    *(556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278),
    *(469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556),
    *(556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584),
]
_LATIN, _CHINESE = "F1", "F2"

_FONTS = """<< /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>
/F2 << /Type /Font /Subtype /Type0 /BaseFont /STSong-Light-UniGB-UCS2-H /Encoding /UniGB-UCS2-H
/DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light
/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000
/FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6
/FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>
>>] >> >>"""


@dataclass
class Paper:
    """Pages in the making. `size` is that of the type in points; `grey` runs from black 0 to 1."""

    title: str
    _pages: list[list[str]] = field(default_factory=list)

    def page(self) -> None:
        """Begin a new page."""
        self._pages.append([])

    @property
    def pages_count(self) -> int:
        """Return how many pages were begun."""
        return len(self._pages)

    def text(
        self, x: float, y: float, words: str, *, size: float = 10, grey: float = 0,
        is_right: bool = False, page: int = -1,
    ) -> None:  # fmt: skip
        """Set one line of text with its baseline at `y`, beginning or ending at `x`."""
        if is_right:
            x -= width_of(words, size)
        shown = [f"{grey:g} g BT {x:.2f} {HEIGHT - y:.2f} Td"]
        for font, run in _runs(words):
            shown.append(f"/{font} {size:g} Tf <{_code(font, run)}> Tj")
        self._pages[page].append(" ".join([*shown, "ET"]))

    def line(self, x: float, y: float, to_x: float, *, grey: float = 0.8) -> None:
        """Draw a fine horizontal line."""
        drawn = f"{grey:g} G 0.6 w {x:.2f} {HEIGHT - y:.2f} m {to_x:.2f} {HEIGHT - y:.2f} l S"
        self._pages[-1].append(drawn)

    def written(self) -> bytes:
        """Return the file."""
        count = len(self._pages)
        kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(count))
        title = f"FEFF{self.title.encode('utf-16-be').hex().upper()}"
        objects = [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            f"<< /Type /Pages /Kids [{kids}] /Count {count} /MediaBox [0 0 {WIDTH} {HEIGHT}]"
            f" /Resources << /Font {_FONTS} >> >>".encode(),
            f"<< /Title <{title}> >>".encode(),
        ]
        for n, shown in enumerate(self._pages):
            objects.append(f"<< /Type /Page /Parent 2 0 R /Contents {5 + 2 * n} 0 R >>".encode())
            packed = zlib.compress("\n".join(shown).encode("ascii"))
            head = f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode()
            objects.append(head + packed + b"\nendstream")
        return _file(objects)


def width_of(words: str, size: float) -> float:
    """Return how wide a line of text is, in points."""
    thousandths = sum(_width(character) for character in words)
    return thousandths * size / 1000


def _width(character: str) -> int:
    if " " <= character <= "~":
        return _WIDTHS[ord(character) - 32]
    return 556 if _is_latin(character) else 1000


def _is_latin(character: str) -> bool:
    """Say whether Helvetica shows it: ASCII and what CP 1252 adds, controls left out."""
    try:
        return character >= " " and bool(character.encode("cp1252"))
    except UnicodeEncodeError:
        return False


def _runs(words: str) -> Iterator[tuple[str, str]]:
    for is_latin, run in groupby(words, _is_latin):
        yield (_LATIN if is_latin else _CHINESE), "".join(run)


def _code(font: str, run: str) -> str:
    if font == _LATIN:
        return run.encode("cp1252").hex().upper()
    plain = "".join("□" if ord(c) > 0xFFFF or c < " " else c for c in run)
    return plain.encode("utf-16-be").hex().upper()


def _file(objects: list[bytes]) -> bytes:
    body = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    body += b"trailer\n<< /Size %d /Root 1 0 R /Info 3 0 R >>\n" % (len(objects) + 1)
    body += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(body)
