"""What must be true, by a second opinion: small, with no line of the platform's own arithmetic.

It knows what the actors did and what WeChat answered them, and nothing of the platform's tables.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class OrderModel:
    """An order as its buyer knows it."""

    id: str
    buyer: "BuyerModel"
    total: int
    pieces: dict[str, int]
    sheets: list[dict[str, Any]] = field(default_factory=list)
    """What `wx.requestPayment` was given, the oldest first."""
    is_fetched: bool = False
    """Whether the buyer comes for it, instead of having it sent."""
    is_tapped: bool = False
    """Whether WeChat ever took money for it."""


@dataclass
class BuyerModel:
    """A customer of one shop, with what they have under way."""

    shop: "ShopModel"
    user: str
    clerk: Any
    address: str = ""
    openid: str = ""
    cart: dict[str, int] = field(default_factory=dict)
    orders: list[OrderModel] = field(default_factory=list)
    aftersales: list[str] = field(default_factory=list)
    withdrawals: list[str] = field(default_factory=list)
    member: str = ""
    credited: int = 0


@dataclass
class ShopModel:
    """A shop as its owner knows it."""

    public_id: str
    appid: str
    sub_mchid: str
    prices: dict[str, int]
    products: dict[str, str]
    """The product of each SKU."""
    owner: Any
    manager: Any
    counted: dict[str, int]
    """What was ever put on the shelf, by SKU, less what was taken off by hand."""
    freight: tuple[int, int | None] = (0, None)
    point: str = ""
    """Where orders are fetched."""
    is_locked: bool = False
    """Whether the platform's staff shut it for the time being."""
    buyers: list[BuyerModel] = field(default_factory=list)
    returns: list[tuple[str, str]] = field(default_factory=list)
    """Refunds that wait for a second person: order, return."""

    @property
    def orders(self) -> list[OrderModel]:
        return [order for buyer in self.buyers for order in buyer.orders]

    def cost(self, pieces: dict[str, int], *, is_fetched: bool) -> int:
        """What these cost today, delivery included, in fen."""
        goods = sum(self.prices[sku] * count for sku, count in pieces.items())
        flat, free_from = self.freight
        is_free = is_fetched or (free_from is not None and goods >= free_from)
        return goods if is_free else goods + flat


@dataclass
class Errand:
    """A request whose answer was lost: it will be made again with the same key."""

    buyer: BuyerModel
    body: dict[str, Any]
    key: str
    pieces: dict[str, int]
    costs: set[int]
    """What it would have cost at each time it was asked for."""
    is_done: bool = False

    @property
    def is_fetched(self) -> bool:
        return "pickup" in self.body
