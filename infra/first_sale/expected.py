"""What every figure must be, worked out from the catalogue and the orders alone. Pure."""

from dataclasses import dataclass

from infra.first_sale.catalogue import Ware

FEE_BP = 60
"""WeChat Pay's fee, in hundredths of a percent of what was paid."""
COMMISSION_BP = 100
"""The platform's commission on a completed order."""


def share(minor: int, basis_points: int) -> int:
    """Return the share of an amount, halves rounded up."""
    whole, rest = divmod(minor * basis_points, 10_000)
    return whole + (rest >= 5_000)


@dataclass(frozen=True)
class Freight:
    """The delivery fee of the shop, and from how much goods on it is waived. Fen."""

    flat_minor: int
    free_from_minor: int

    def of(self, goods_minor: int) -> int:
        """Return what delivery costs for goods of this worth."""
        return 0 if goods_minor >= self.free_from_minor else self.flat_minor


@dataclass(frozen=True)
class Purchase:
    """What is bought in one order, and what it must come to."""

    lines: tuple[tuple[Ware, int], ...]
    freight_rule: Freight

    @property
    def goods(self) -> int:
        """Return price × quantity of all lines."""
        return sum(ware.price_minor * quantity for ware, quantity in self.lines)

    @property
    def freight(self) -> int:
        """Return the delivery fee."""
        return self.freight_rule.of(self.goods)

    @property
    def total(self) -> int:
        """Return what the customer pays."""
        return self.goods + self.freight

    @property
    def fee(self) -> int:
        """Return WeChat's fee."""
        return share(self.total, FEE_BP)

    @property
    def commission(self) -> int:
        """Return the platform's commission once the order is completed."""
        return share(self.total, COMMISSION_BP)


@dataclass
class Books:
    """What the shop's books must show: moved by the story, step by step."""

    paid: int = 0
    completed: int = 0
    refunded: int = 0
    fee: int = 0
    commission: int = 0
    paid_count: int = 0
    refund_count: int = 0

    def pay(self, bought: Purchase) -> None:
        """A customer has paid."""
        self.paid += bought.total
        self.fee += bought.fee
        self.paid_count += 1

    def complete(self, bought: Purchase) -> None:
        """A customer has confirmed receipt."""
        self.completed += bought.total
        self.commission += bought.commission

    def refund(self, bought: Purchase) -> None:
        """All of an order went back before it was completed; WeChat gives its fee back."""
        self.refunded += bought.total
        self.fee -= bought.fee
        self.refund_count += 1

    def statement(self) -> dict[str, int]:
        """Return the figures of the day's statement."""
        return {
            "gross_minor": self.paid,
            "refunds_minor": self.refunded,
            "fee_minor": self.fee,
            "commission_minor": self.commission,
            "distribution_minor": 0,
            "net_minor": self.paid - self.refunded - self.fee - self.commission,
            "orders_count": self.paid_count,
            "refunds_count": self.refund_count,
        }

    def balances(self) -> dict[str, int]:
        """Return what every account must hold. No order here is refunded after completion."""
        return {
            "wechat": self.paid - self.refunded - self.fee,
            "held": self.paid - self.refunded - self.completed,
            "sales": self.completed,
            "refunded": 0,
            "fees": self.fee,
            "commission": self.commission,
            "platform": self.commission,
        }
