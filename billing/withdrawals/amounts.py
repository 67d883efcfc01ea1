"""What a withdrawal costs, and why. Pure."""

from dataclasses import dataclass

from kernel.money import Money

LEAST_TRANSFER_MINOR = 30
"""WeChat transfers no less than 0.30 yuan (CONTRACT §4.12)."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The shop's rules for withdrawals, in minor units and 1/10000ths.

    `daily_minor` and `daily_count` are a member's most for one day of the shop;
    `second_approval_from_minor` None: one person is always enough.
    """

    is_open: bool = True
    minimum_minor: int = 1_00
    fee_bp: int = 0
    fee_fixed_minor: int = 0
    daily_minor: int = 2_000_00
    daily_count: int = 3
    second_approval_from_minor: int | None = 1_000_00

    def needs_second(self, amount: Money) -> bool:
        """Say whether two persons must agree."""
        least = self.second_approval_from_minor
        return least is not None and amount.minor >= least


@dataclass(frozen=True, slots=True)
class Quote:
    """What is taken out of the wallet, what is kept as a fee, and what arrives: amount - fee."""

    amount: Money
    fee: Money
    net: Money
    fee_bp: int
    fee_fixed_minor: int


def quote(amount: Money, rules: Rules) -> Quote:
    """Return fee and net of an amount: a share, rounded half up, and a fixed part.

    The fee is never more than the amount. Raises ValueError below zero.
    """
    wanted = amount.share(rules.fee_bp) + Money(rules.fee_fixed_minor, amount.currency)
    fee = min(wanted, amount)
    return Quote(amount, fee, amount - fee, rules.fee_bp, rules.fee_fixed_minor)
