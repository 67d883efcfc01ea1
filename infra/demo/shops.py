"""Who and what the demo shows: the two shops, their owners, their wares."""

from dataclasses import dataclass
from pathlib import Path

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


HERE = Path(__file__).parent
SHOPS = (
    DemoShop("tea", "云雾茶铺 Cloud Tea", "tea@example.com", HERE / "tea.csv"),
    DemoShop("books", "拾光书店 Bookshop", "books@example.com", HERE / "books.csv"),
)
