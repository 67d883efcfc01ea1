"""What an order costs, and why: the one calculation behind preview and order."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from kernel.money import Money
from shop.coupons.amounts import Discount


@dataclass(frozen=True)
class FreightRule:
    """A flat fee, and from how much goods on it is waived; `free_from_minor` None: never."""

    flat_minor: int = 0
    free_from_minor: int | None = None
    is_fetched: bool = False
    """Nothing is delivered, so nothing is paid for it."""


@dataclass(frozen=True)
class Item:
    """So many pieces at one price. `reference` names them in the explanation."""

    reference: str
    unit_price_minor: int
    quantity: int

    @property
    def amount_minor(self) -> int:
        """Return price × quantity."""
        return self.unit_price_minor * self.quantity


@dataclass(frozen=True)
class Reason:
    """One step of the sum. `kind`: goods, discount (below zero), freight. `rule` says which rule
    gave the amount; a discount is `discount_minor` × `line_minor` / `base_minor`, to the unit."""

    kind: str
    rule: str
    amount_minor: int
    reference: str = ""
    quantity: int = 0
    unit_price_minor: int = 0
    free_from_minor: int | None = None
    coupon: str = ""
    discount_minor: int = 0
    base_minor: int = 0
    line_minor: int = 0
    rate_bp: int = 0
    most_minor: int | None = None

    def as_dict(self) -> dict[str, object]:
        """Return the step as JSON keeps it."""
        return asdict(self)


@dataclass(frozen=True)
class Quote:
    """The amounts of an order. The reasons add up to the total, to the minor unit."""

    goods: Money
    discount: Money
    freight: Money
    total: Money
    discounts: tuple[int, ...]
    """What is taken off each item, in their order."""
    explain: tuple[Reason, ...]


@dataclass(frozen=True)
class Coupon:
    """The one coupon of an order: what it is called, its rule, and what it takes off."""

    title: str
    kind: str
    rate_bp: int
    most_minor: int | None
    discount: Discount


def quote(
    items: Sequence[Item], rule: FreightRule, *, currency: str, coupon: Coupon | None = None
) -> Quote:
    """Add up what the items and their delivery cost. Raises ValueError for impossible items.

    Delivery is waived by what the goods cost before the coupon, and is never discounted.
    """
    if not items or any(i.quantity < 1 or i.unit_price_minor < 0 for i in items):
        raise ValueError("an order has items, each at least once, at prices that are not negative")
    goods = Money(sum(item.amount_minor for item in items), currency)
    delivery = _delivery(goods, rule)
    freight = Money(delivery.amount_minor, currency)
    parts = coupon.discount.parts if coupon else (0,) * len(items)
    if any(not 0 <= off <= i.amount_minor for i, off in zip(items, parts, strict=True)):
        raise ValueError("a line is discounted by no more than it costs")
    off = Money(sum(parts), currency)
    discounts = _discounts(items, coupon) if coupon else ()
    return Quote(
        goods=goods,
        discount=off,
        freight=freight,
        total=goods - off + freight,
        discounts=parts,
        explain=(*map(_goods, items), *discounts, delivery),
    )


def _goods(item: Item) -> Reason:
    return Reason(
        kind="goods",
        rule="price_times_quantity",
        amount_minor=item.amount_minor,
        reference=item.reference,
        quantity=item.quantity,
        unit_price_minor=item.unit_price_minor,
    )


def _discounts(items: Sequence[Item], coupon: Coupon) -> Iterator[Reason]:
    for item, part in zip(items, coupon.discount.parts, strict=True):
        if part:
            yield Reason(
                kind="discount",
                rule=f"coupon_{coupon.kind}",
                amount_minor=-part,
                reference=item.reference,
                coupon=coupon.title,
                discount_minor=coupon.discount.minor,
                base_minor=coupon.discount.base_minor,
                line_minor=item.amount_minor,
                rate_bp=coupon.rate_bp,
                most_minor=coupon.most_minor,
            )


def _delivery(goods: Money, rule: FreightRule) -> Reason:
    if rule.is_fetched:
        return Reason(kind="freight", rule="fetched", amount_minor=0)
    if not rule.flat_minor:
        return Reason(kind="freight", rule="free", amount_minor=0)
    if rule.free_from_minor is not None and goods.minor >= rule.free_from_minor:
        return Reason(
            kind="freight", rule="free_from", amount_minor=0, free_from_minor=rule.free_from_minor
        )
    return Reason(
        kind="freight",
        rule="flat",
        amount_minor=rule.flat_minor,
        free_from_minor=rule.free_from_minor,
    )
