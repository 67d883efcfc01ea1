"""What the samples are: a small tea shop, in Chinese."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shop.catalog.wanted import WantedSku
from storage import pictures
from storage.pictures import Picture

PICTURES = Path(__file__).with_name("pictures")
"""Drawn by `infra.demo.samples`: one for each sample, 800 pixels wide."""


@dataclass(frozen=True)
class Sample:
    """A sample product; `stock` goes to each of its SKUs."""

    code: str
    title: str
    category: str
    description_html: str
    stock: int
    spec_names: tuple[str, ...]
    skus: tuple[WantedSku, ...]

    def picture(self) -> Picture:
        """Return the drawing of it, scaled once a process: new owners wait for it."""
        return _picture(self.code)


@cache
def _picture(code: str) -> Picture:
    return pictures.reencode((PICTURES / f"{code}.webp").read_bytes())


CATEGORIES = ("示例 · 茶叶", "示例 · 茶具")

SAMPLES = (
    Sample(
        code="sample-longjing",
        title="示例商品：明前龙井",
        category=CATEGORIES[0],
        description_html="<p>这是一件有两种规格的示例商品，可在首页一键移除。</p>",
        stock=20,
        spec_names=("包装", "重量"),
        skus=(
            WantedSku(("纸袋", "100 克"), code="SAMPLE-LJ-1", price_minor=6_800, weight_grams=130),
            WantedSku(("纸袋", "250 克"), code="SAMPLE-LJ-2", price_minor=15_800, weight_grams=290),
            WantedSku(("礼盒", "100 克"), code="SAMPLE-LJ-3", price_minor=9_800, weight_grams=320),
            WantedSku(("礼盒", "250 克"), code="SAMPLE-LJ-4", price_minor=19_800, weight_grams=520),
        ),
    ),
    Sample(
        code="sample-jasmine",
        title="示例商品：茉莉花茶",
        category=CATEGORIES[0],
        description_html="<p>这是一件没有规格的示例商品。</p>",
        stock=50,
        spec_names=(),
        skus=(WantedSku(
            code="SAMPLE-MOLI", price_minor=3_900, compare_price_minor=4_900, weight_grams=110
        ),),
    ),
    Sample(
        code="sample-gaiwan",
        title="示例商品：白瓷盖碗",
        category=CATEGORIES[1],
        description_html="<p>这是一件没有规格的示例商品。</p>",
        stock=10,
        spec_names=(),
        skus=(WantedSku(code="SAMPLE-GAIWAN", price_minor=12_800, weight_grams=450),),
    ),
)
