"""What a distributor gets of an order's lines, and keeps of them. Pure.

A line's commission is its rate of what was paid for the line: after every discount, without the
delivery, rounded half up to the minor unit (ADR 0004). What is kept of it is the same rate of what
was not given back, so that any sequence of refunds ends at the commission of what remains.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kernel.money import Money

MOST_BP = 3_000
"""No rate is above 30 %: WeChat lets no more of an order be shared (CONTRACT §4.11), and a shop
that pays more than that for a recommendation has mistyped."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What counts when an order is made; how long things last is in days."""

    is_open: bool = False
    rate_bp: int = 500
    entry: str = "apply"
    touch: str = "last"
    window_days: int = 15
    hold_days: int = 7


@dataclass(frozen=True, slots=True)
class Share:
    """One line's part: `rate_bp`/10000 of `base`."""

    base: Money
    rate_bp: int

    @property
    def amount(self) -> Money:
        """Return the commission of the whole line."""
        return self.base.share(self.rate_bp)

    def kept(self, refunded: Money) -> Money:
        """Return what is left of it. Raises ValueError when more went back than was paid."""
        return (self.base - refunded).share(self.rate_bp)


def kept_of(shares: Iterable[tuple[Share, Money]], currency: str) -> Money:
    """Add up what is left of the lines of one order; each with what went back of it."""
    return sum((share.kept(back) for share, back in shares), Money(0, currency))


def step_to(settled: Money, *, sure: Money, most: Money) -> Money:
    """Return what must be added to the wallet (below zero: taken out of it).

    `sure` is what is kept if everything that was asked back goes back, `most` what is kept of what
    has gone back already. Between the two nothing moves: the answer is still out.
    """
    if settled < sure:
        return sure - settled
    return most - settled if most < settled else Money(0, settled.currency)
