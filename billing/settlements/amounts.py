"""Which transfers make up which figure of a statement. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from billing.ledger.states import Account


class Figure(StrEnum):
    """A figure of a statement that can be traced to its transfers."""

    GROSS = "gross"
    REFUNDS = "refunds"
    FEE = "fee"
    COMMISSION = "commission"
    DISTRIBUTION = "distribution"
    """What members earn by recommending the shop, less what was taken back."""
    PAYOUT = "payout"
    """What WeChat paid out to the owner's bank: no part of the net, but what became of it."""


A = Account
PAIRS: dict[Figure, dict[tuple[str, str], int]] = {
    Figure.GROSS: {(A.WECHAT, A.HELD): 1},
    Figure.REFUNDS: {
        (customers, paid_from): 1
        for customers in (A.HELD, A.REFUNDED)
        for paid_from in (A.WECHAT, A.OWNER)
    },
    Figure.FEE: {(A.FEES, A.WECHAT): 1, (A.WECHAT, A.FEES): -1},
    Figure.COMMISSION: {(A.COMMISSION, A.PLATFORM): 1, (A.PLATFORM, A.COMMISSION): -1},
    Figure.DISTRIBUTION: {(A.DISTRIBUTION, A.WALLET): 1, (A.WALLET, A.DISTRIBUTION): -1},
    Figure.PAYOUT: {(A.BANK, A.WECHAT): 1},
}
"""Pairs of (debit, credit) that count into a figure, and with which sign."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a span of the books came to, in minor units."""

    gross: int
    refunds: int
    fee: int
    commission: int
    distribution: int = 0
    payout: int = field(default=0, compare=False)

    @property
    def net(self) -> int:
        """Return what is left for the shop."""
        return self.gross - self.refunds - self.fee - self.commission - self.distribution


def figures_of(flows: Iterable[tuple[str, str, int]]) -> Figures:
    """Add up flows of (debit, credit, minor)."""
    sums = dict.fromkeys(Figure, 0)
    for debit, credit, minor in flows:
        for figure, pairs in PAIRS.items():
            sums[figure] += pairs.get((debit, credit), 0) * minor
    return Figures(
        gross=sums[Figure.GROSS],
        refunds=sums[Figure.REFUNDS],
        fee=sums[Figure.FEE],
        commission=sums[Figure.COMMISSION],
        distribution=sums[Figure.DISTRIBUTION],
        payout=sums[Figure.PAYOUT],
    )
