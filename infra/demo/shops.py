"""Who and what the demo shows: the two shops, their owners, their wares."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


HERE = Path(__file__).parent
_TEA = {
    "brand_colour": "#1f7a5c",
    "announcement": "明前新茶已到，欢迎品尝。 This spring's teas are here.",
    "hot_words": ["龙井", "乌龙", "Pu'er"],
}
_BOOKS = {
    "brand_colour": "#8c2f39",
    "announcement": "读一本好书，过一个长夜。 A good book, a long night.",
    "tab_labels": {"home": "书店", "categories": "书目", "cart": "书袋"},
}
SHOPS = (
    DemoShop("tea", "云雾茶铺 Cloud Tea", "tea@example.com", HERE / "tea.csv", _TEA),
    DemoShop("books", "拾光书店 Bookshop", "books@example.com", HERE / "books.csv", _BOOKS),
)
