"""A QR symbol of a short text: byte mode, level M, versions 1 to 10 (ISO/IEC 18004)."""

from collections.abc import Iterator
from dataclasses import dataclass

LEVEL_M = 0b00
MASK = 0
FORMAT_GENERATOR, FORMAT_XOR = 0x537, 0x5412
VERSION_GENERATOR = 0x1F25
PRIME = 0x11D
PADS = (0xEC, 0x11)


@dataclass(frozen=True)
class Version:
    """`blocks` are the data codewords of each block; `check` the error codewords of each."""

    number: int
    check: int
    blocks: tuple[int, ...]
    centres: tuple[int, ...]

    @property
    def size(self) -> int:
        return 17 + 4 * self.number

    @property
    def capacity(self) -> int:
        """How many bytes of text fit."""
        return sum(self.blocks) - (2 if self.number < 10 else 3)


VERSIONS = (
    Version(1, 10, (16,), ()),
    Version(2, 16, (28,), (6, 18)),
    Version(3, 26, (44,), (6, 22)),
    Version(4, 18, (32,) * 2, (6, 26)),
    Version(5, 24, (43,) * 2, (6, 30)),
    Version(6, 16, (27,) * 4, (6, 34)),
    Version(7, 18, (31,) * 4, (6, 22, 38)),
    Version(8, 22, (38,) * 2 + (39,) * 2, (6, 24, 42)),
    Version(9, 22, (36,) * 3 + (37,) * 2, (6, 26, 46)),
    Version(10, 26, (43,) * 4 + (44,), (6, 28, 50)),
)


def symbol(text: str) -> list[list[bool]]:
    """The modules, row by row, True for dark; raises ValueError for more than 213 bytes."""
    data = text.encode()
    version = next((one for one in VERSIONS if one.capacity >= len(data)), None)
    if version is None:
        raise ValueError("too long for a QR symbol of version 10")
    canvas = _Canvas(version)
    canvas.draw_patterns()
    canvas.draw_data(_interleaved(_codewords(data, version), version))
    canvas.draw_format()
    return [[bool(module) for module in row] for row in canvas.modules]


class _Canvas:
    """Modules that are still None are free for data."""

    def __init__(self, version: Version) -> None:
        self._version, self._size = version, version.size
        self.modules: list[list[bool | None]] = [[None] * self._size for _ in range(self._size)]

    def draw_patterns(self) -> None:
        for place in range(8, self._size - 8):
            self.modules[6][place] = self.modules[place][6] = place % 2 == 0
        far = self._size - 7
        for top, left in ((0, 0), (0, far), (far, 0)):
            self._draw_finder(top, left)
        last = self._version.centres[-1] if self._version.centres else 0
        for row in self._version.centres:
            for column in self._version.centres:
                if (row, column) not in ((6, 6), (6, last), (last, 6)):
                    self._draw_square(row, column)
        self._reserve_format()
        if self._version.number >= 7:
            self._draw_version()

    def _draw_finder(self, top: int, left: int) -> None:
        for row in range(top - 1, top + 8):
            for column in range(left - 1, left + 8):
                if 0 <= row < self._size and 0 <= column < self._size:
                    ring = max(abs(row - top - 3), abs(column - left - 3))
                    self.modules[row][column] = ring not in (2, 4)

    def _draw_square(self, row: int, column: int) -> None:
        for y in range(-2, 3):
            for x in range(-2, 3):
                self.modules[row + y][column + x] = max(abs(y), abs(x)) != 1

    def _format_places(self) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """Both copies, least significant bit first."""
        end = self._size
        first = [(row, 8) for row in range(6)] + [(7, 8), (8, 8), (8, 7)]
        first += [(8, column) for column in range(5, -1, -1)]
        second = [(8, end - 1 - bit) for bit in range(8)]
        second += [(end - 15 + bit, 8) for bit in range(8, 15)]
        return first, second

    def _reserve_format(self) -> None:
        for places in self._format_places():
            for row, column in places:
                self.modules[row][column] = False
        self.modules[self._size - 8][8] = True

    def draw_format(self) -> None:
        value = LEVEL_M << 3 | MASK
        bits = (value << 10 | _remainder(value << 10, FORMAT_GENERATOR)) ^ FORMAT_XOR
        for places in self._format_places():
            for bit, (row, column) in enumerate(places):
                self.modules[row][column] = bool(bits >> bit & 1)

    def _draw_version(self) -> None:
        number = self._version.number
        bits = number << 12 | _remainder(number << 12, VERSION_GENERATOR)
        for bit in range(18):
            row, column = bit // 3, self._size - 11 + bit % 3
            self.modules[row][column] = self.modules[column][row] = bool(bits >> bit & 1)

    def draw_data(self, codewords: list[int]) -> None:
        bits = (byte >> shift & 1 for byte in codewords for shift in range(7, -1, -1))
        for row, column in self._free_places():
            is_dark = bool(next(bits, 0))
            self.modules[row][column] = is_dark ^ ((row + column) % 2 == 0)

    def _free_places(self) -> Iterator[tuple[int, int]]:
        """Two columns at a time from the right, upwards and downwards in turn."""
        columns = [right for right in range(self._size - 1, 0, -2) if right > 6]
        columns += [5, 3, 1]
        for turn, right in enumerate(columns):
            rows = range(self._size - 1, -1, -1) if turn % 2 == 0 else range(self._size)
            for row in rows:
                for column in (right, right - 1):
                    if self.modules[row][column] is None:
                        yield row, column


def _codewords(data: bytes, version: Version) -> list[int]:
    count_bits = 8 if version.number < 10 else 16
    bits = f"0100{len(data):0{count_bits}b}" + "".join(f"{byte:08b}" for byte in data)
    total = sum(version.blocks) * 8
    bits += "0" * min(4, total - len(bits))
    bits += "0" * (-len(bits) % 8)
    words = [int(bits[start : start + 8], 2) for start in range(0, len(bits), 8)]
    missing = sum(version.blocks) - len(words)
    return words + [PADS[turn % 2] for turn in range(missing)]


def _interleaved(words: list[int], version: Version) -> list[int]:
    blocks: list[list[int]] = []
    start = 0
    for length in version.blocks:
        blocks.append(words[start : start + length])
        start += length
    checks = [_check_words(block, version.check) for block in blocks]
    longest = max(version.blocks)
    data = [block[place] for place in range(longest) for block in blocks if place < len(block)]
    return data + [check[place] for place in range(version.check) for check in checks]


def _check_words(block: list[int], count: int) -> list[int]:
    """Reed-Solomon over GF(256): the remainder of block·x^count by the generator."""
    generator = [1]
    for power in range(count):
        root = _EXP[power]
        shifted = [*generator, 0]
        for place, factor in enumerate(generator):
            shifted[place + 1] ^= _times(factor, root)
        generator = shifted
    rest = [*block, *([0] * count)]
    for place in range(len(block)):
        lead = rest[place]
        for offset, factor in enumerate(generator):
            rest[place + offset] ^= _times(factor, lead)
    return rest[len(block) :]


def _powers() -> tuple[list[int], dict[int, int]]:
    exponents, value = [], 1
    for _ in range(255):
        exponents.append(value)
        value = value << 1 ^ (PRIME if value & 0x80 else 0)
    return exponents, {power: place for place, power in enumerate(exponents)}


_EXP, _LOG = _powers()


def _times(left: int, right: int) -> int:
    return 0 if not left or not right else _EXP[(_LOG[left] + _LOG[right]) % 255]


def _remainder(value: int, generator: int) -> int:
    width = generator.bit_length()
    while value.bit_length() >= width:
        value ^= generator << (value.bit_length() - width)
    return value
