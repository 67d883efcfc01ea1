"""What an order costs, and why: the one calculation behind preview and order."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from kernel.money import Money


@dataclass(frozen=True)
class FreightRule:
    """A flat fee, and from how much goods on it is waived; `free_from_minor` None: never."""

    flat_minor: int = 0
    free_from_minor: int | None = None


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
    """One step of the sum. `kind`: goods, freight. `rule` says which rule gave the amount."""

    kind: str
    rule: str
    amount_minor: int
    reference: str = ""
    quantity: int = 0
    unit_price_minor: int = 0
    free_from_minor: int | None = None

    def as_dict(self) -> dict[str, object]:
        """Return the step as JSON keeps it."""
        return asdict(self)


@dataclass(frozen=True)
class Quote:
    """The amounts of an order. The reasons add up to the total, to the minor unit."""

    goods: Money
    freight: Money
    total: Money
    explain: tuple[Reason, ...]


def quote(items: Sequence[Item], rule: FreightRule, *, currency: str) -> Quote:
    """Add up what the items and their delivery cost. Raises ValueError for impossible items."""
    if not items or any(i.quantity < 1 or i.unit_price_minor < 0 for i in items):
        raise ValueError("an order has items, each at least once, at prices that are not negative")
    goods = Money(sum(item.amount_minor for item in items), currency)
    delivery = _delivery(goods, rule)
    freight = Money(delivery.amount_minor, currency)
    return Quote(goods, freight, goods + freight, (*map(_goods, items), delivery))


def _goods(item: Item) -> Reason:
    return Reason(
        kind="goods",
        rule="price_times_quantity",
        amount_minor=item.amount_minor,
        reference=item.reference,
        quantity=item.quantity,
        unit_price_minor=item.unit_price_minor,
    )


def _delivery(goods: Money, rule: FreightRule) -> Reason:
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
