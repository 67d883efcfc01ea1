"""What a coupon takes off, and which line bears how much of it. Pure.

Rules, which owners read in docs/owners/coupons.md: one coupon an order; it looks at the goods it
covers and never at the delivery; it takes off no more than they cost; its share of each line is
the line's part of these goods, by largest remainders, so that the shares are the discount exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from kernel.money import Money


class CouponKind(StrEnum):
    """How the discount is said."""

    FIXED = "fixed"
    """So much money."""
    PERCENT = "percent"
    """So many 1/10000ths of the goods, rounded half up, and at most so much money."""


class CouponScope(StrEnum):
    """Which goods a coupon covers."""

    ALL = "all"
    CATEGORIES = "categories"
    """What stands on these shelves, and on those below them."""
    PRODUCTS = "products"


class Unusable(StrEnum):
    """Why a coupon does not fit a basket now."""

    NOT_BEGUN = "not_begun"
    NOT_COVERED = "not_covered"
    """It is for other goods."""
    BELOW_LEAST = "below_least"
    """The goods it covers come to too little."""
    NOTHING_OFF = "nothing_off"
    """The goods cost so little that it would take nothing off."""


@dataclass(frozen=True)
class Terms:
    """What a coupon is worth. Minor units; `rate_bp` 1/10000ths; `most_minor` None: no limit."""

    kind: CouponKind
    amount_minor: int
    rate_bp: int
    most_minor: int | None
    least_minor: int
    scope: CouponScope
    scope_ids: frozenset[UUID]


@dataclass(frozen=True)
class Goods:
    """One line of a basket as a coupon sees it; `shelves`: its category and the one above."""

    product_id: UUID
    shelves: frozenset[UUID]
    amount_minor: int


@dataclass(frozen=True)
class Discount:
    """What is taken off: `parts` are by line, in the basket's order, and add up to it."""

    minor: int
    base_minor: int
    """What the covered goods cost."""
    parts: tuple[int, ...]


@dataclass(frozen=True)
class Misfit:
    """Why nothing is taken off; `missing_minor` is how much more of the goods it takes."""

    why: Unusable
    missing_minor: int = 0


def discount(terms: Terms, goods: Sequence[Goods], currency: str) -> Discount | Misfit:
    """Return what a coupon takes off a basket."""
    weights = [one.amount_minor if _covers(terms, one) else 0 for one in goods]
    if not any(_covers(terms, one) for one in goods):
        return Misfit(Unusable.NOT_COVERED)
    base = Money(sum(weights), currency)
    if base.minor < terms.least_minor:
        return Misfit(Unusable.BELOW_LEAST, terms.least_minor - base.minor)
    off = min(_asked(terms, base), base)
    if not off.minor:
        return Misfit(Unusable.NOTHING_OFF)
    return Discount(off.minor, base.minor, tuple(part.minor for part in off.split(weights)))


def _asked(terms: Terms, base: Money) -> Money:
    if terms.kind == CouponKind.FIXED:
        return Money(terms.amount_minor, base.currency)
    share = base.share(terms.rate_bp)
    if terms.most_minor is None:
        return share
    return min(share, Money(terms.most_minor, base.currency))


def _covers(terms: Terms, one: Goods) -> bool:
    if terms.scope == CouponScope.CATEGORIES:
        return bool(terms.scope_ids & one.shelves)
    return terms.scope == CouponScope.ALL or one.product_id in terms.scope_ids
