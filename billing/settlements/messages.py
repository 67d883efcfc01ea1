"""What billing tells itself to do by the hour."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CloseDays:
    """It may be past midnight in the shop: close the days that are over."""


@dataclass(frozen=True)
class ProveShop:
    """An hour is over: prove the shop's books, orders and stock."""


@dataclass(frozen=True)
class ProvePlatform:
    """An hour is over: prove the platform's own books."""
