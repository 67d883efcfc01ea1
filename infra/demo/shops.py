"""Who and what the demo shows: the two shops, their owners, their wares and their looks."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.demo import pictures

SUPERADMIN = "admin@example.com"
FILE = "shops.json"
"""Where the demo keeps what became of them: `[{key, name, email, public_id, appid}]`."""


@dataclass(frozen=True)
class DemoShop:
    """One shop of the demo. `key` names its password in the secrets."""

    key: str
    name: str
    email: str
    wares: Path
    look: dict[str, Any]
    """How its front is decorated (shop.home.actions): two shops, two products."""
    banners: tuple[str, ...]
    kinds: tuple[str, ...]
    """What to draw for the first ware, the second, … and again from the beginning."""
    hue: int
    """Where the colours of the drawings begin, in degrees."""

    def picture(self, number: int) -> bytes:
        """Draw a ware of the file."""
        kind = self.kinds[number % len(self.kinds)]
        return pictures.ware(kind, (self.hue + 47 * number) % 360, number)

    def banner(self, number: int) -> bytes:
        """Draw what stands behind a banner's words."""
        first = 2 * number
        kinds = [self.kinds[(first + step) % len(self.kinds)] for step in range(3)]
        return pictures.banner(kinds, (self.hue + 150 * number) % 360)

    def logo(self) -> bytes:
        """Draw the shop's mark."""
        return pictures.logo(self.look["brand_colour"], self.hue % 5)


HERE = Path(__file__).parent
_TEA = {
    "brand_colour": "#0f7b4d",
    "announcement": "明前春茶到店 · Spring tea is here",
    "hot_words": ["龙井", "乌龙", "Pu'er"],
}
_BOOKS = {
    "brand_colour": "#ffc400",
    "announcement": "经典与少儿新书到店 · New arrivals every week",
    "tab_labels": {"home": "书店", "categories": "书目", "cart": "书袋"},
}
SHOPS = (
    DemoShop(
        key="tea",
        name="云雾茶铺 Cloud Tea",
        email="tea@example.com",
        wares=HERE / "tea.csv",
        look=_TEA,
        banners=("明前新茶", "一盏好茶"),
        kinds=("tin", "pouch", "tin", "pouch", "pouch", "tin", "pouch", "cake", "cup"),
        hue=95,
    ),
    DemoShop(
        key="books",
        name="拾光书店 Bookshop",
        email="books@example.com",
        wares=HERE / "books.csv",
        look=_BOOKS,
        banners=("读一生的书", "少年的山海"),
        kinds=("book", "book", "volumes", "volumes", "book"),
        hue=217,
    ),
)
