"""Draw the pictures of the sample goods anew: `python -m infra.demo.samples`."""

from io import BytesIO
from pathlib import Path

from PIL import Image

from infra.demo import pictures
from shop.samples.goods import PICTURES

DRAWN = {
    "sample-longjing": ("tin", 110, 0),
    "sample-jasmine": ("pouch", 48, 1),
    "sample-gaiwan": ("cup", 205, 2),
}
"""By the sample's code: the kind of ware, its hue in degrees, and its mark."""


def draw(folder: Path = PICTURES) -> None:
    """Write `<code>.webp` of each, 800 pixels wide."""
    for code, (kind, hue, number) in DRAWN.items():
        out = BytesIO()
        drawn = Image.open(BytesIO(pictures.ware(kind, hue, number)))
        drawn.save(out, "WEBP", quality=88, method=6)
        (folder / f"{code}.webp").write_bytes(out.getvalue())


if __name__ == "__main__":
    draw()
