"""Money is a whole number of minor units (fen, cents) in one currency. No floats, ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

EXPONENTS = {"CNY": 2, "EUR": 2, "USD": 2, "JPY": 0}
"""How many decimal digits the minor unit stands for (ISO 4217)."""


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount of one currency in its minor unit; never mixes currencies, refuses floats."""

    minor: int
    currency: str = "CNY"

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"minor units must be int, not {type(self.minor).__name__}")

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __str__(self) -> str:
        """Show `12.30 CNY`: for people and receipts, never for arithmetic."""
        digits = EXPONENTS.get(self.currency, 2)
        sign, whole = ("-" if self.minor < 0 else ""), str(abs(self.minor)).rjust(digits + 1, "0")
        if not digits:
            return f"{sign}{whole} {self.currency}"
        return f"{sign}{whole[:-digits]}.{whole[-digits:]} {self.currency}"

    def share(self, basis_points: int) -> Money:
        """Return this many 1/10000ths, rounded half up, as a fee or a commission is.

        Only for amounts ≥ 0 (ADR 0004): the reverse of a fee is the difference of two fees.
        """
        if self.minor < 0:
            raise ValueError("a share is taken of amounts that are not negative")
        return Money((self.minor * basis_points + 5_000) // 10_000, self.currency)

    def split(self, weights: Sequence[int]) -> list[Money]:
        """Divide without losing a minor unit: largest remainders first, then the earlier part."""
        whole = sum(weights)
        if self.minor < 0 or whole <= 0 or any(w < 0 for w in weights):
            raise ValueError("only amounts ≥ 0 are split, over weights ≥ 0 that are not all zero")
        parts = [self.minor * w // whole for w in weights]
        by_remainder = sorted(range(len(weights)), key=lambda i: -(self.minor * weights[i] % whole))
        for i in by_remainder[: self.minor - sum(parts)]:
            parts[i] += 1
        return [Money(p, self.currency) for p in parts]

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError(f"cannot mix {self.currency} with {other.currency}")
        return other.minor
