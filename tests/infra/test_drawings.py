"""What is drawn and committed is what its script draws."""

from pathlib import Path

import pytest
from PIL import Image, ImageChops

from infra import tab_icons
from infra.demo import samples
from shop.samples.goods import PICTURES, SAMPLES

NEARLY = 8
"""Of 255: libraries that draw and pack pictures may round another way."""


def assert_alike(made: Path, committed: Path) -> None:
    drawn, kept = (Image.open(path).convert("RGBA") for path in (made, committed))
    assert drawn.size == kept.size
    furthest = max(most for _least, most in ImageChops.difference(drawn, kept).getextrema())
    assert furthest <= NEARLY, committed.name


@pytest.mark.parametrize(
    ("draw", "folder"), [(tab_icons.draw, tab_icons.FOLDER), (samples.draw, PICTURES)]
)
def test_committed_drawings_are_those_of_their_script(draw, folder: Path, tmp_path: Path) -> None:
    draw(tmp_path)
    names = sorted(path.name for path in folder.iterdir())
    assert names == sorted(path.name for path in tmp_path.iterdir())
    for name in names:
        assert_alike(tmp_path / name, folder / name)


def test_every_sample_has_a_picture_and_every_icon_is_small_enough_for_wechat() -> None:
    assert {sample.code for sample in SAMPLES} == {path.stem for path in PICTURES.iterdir()}
    assert all(path.stat().st_size < 40_000 for path in tab_icons.FOLDER.iterdir())
