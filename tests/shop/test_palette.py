"""The palette of a brand: it gets darker step by step, and text on it can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.home import palette

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@given(COLOURS)
def test_each_level_is_darker_than_the_one_before(colour):
    made = palette.levels(colour)
    assert len(made) == palette.LEVELS
    assert palette.is_descending(made)


@given(COLOURS)
def test_text_on_the_brand_and_of_the_brand_can_be_read(colour):
    made = palette.levels(colour)
    brand = made[palette.BRAND - 1]
    assert palette.contrast(brand, palette.on_brand(brand)) >= 4.0
    assert palette.contrast(palette.brand_text(made), palette.WHITE) >= palette.READABLE
    assert palette.contrast(made[9], made[0]) >= 7


@pytest.mark.parametrize("colour", ["#0052D9", "#d4380d", "#389e0d", "#ffd400", "#e91e63"])
def test_a_usual_brand_is_its_own_seventh_level(colour):
    assert palette.levels(colour)[6] == colour.lower()


@pytest.mark.parametrize(("colour", "lightest"), [("#000000", 0.8), ("#ffffff", 0.8)])
def test_black_and_white_are_moved_to_where_levels_are(colour, lightest):
    made = palette.levels(colour)
    assert made[6] != colour
    assert palette.luminance(made[0]) > lightest


def test_the_text_on_the_brand_is_white_while_that_can_be_read():
    assert palette.on_brand("#0052d9") == palette.WHITE
    assert palette.on_brand("#ffd400") == palette.INK
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21)
