"""How much of an order's money belongs to some of its pieces. Pure.

Rules: pieces of a line are worth the same, to the minor unit, and what was given back of a line
after any sequence of parts is what was given back of it in one; the last piece takes what is left.
"""

from collections.abc import Sequence

from kernel.money import Money


def part_of(paid: Money, pieces: int, *, taken: int, before: Money, count: int) -> Money:
    """Return what `count` more pieces of a line are worth.

    `paid` was paid for the line's `pieces`; `taken` of them and `before` of the money went back
    already. Raises ValueError for more pieces or money than there are.
    """
    if not 0 <= taken <= taken + count <= pieces or not 0 <= before.minor <= paid.minor:
        raise ValueError("more than the line has")
    left = paid - before
    if count and taken + count == pieces:
        return left
    due = paid.minor * (taken + count) // pieces - paid.minor * taken // pieces
    return min(Money(due, paid.currency), left)


def spread(amount: Money, weights: Sequence[Money]) -> list[Money]:
    """Divide an amount over what is left of each line and of the delivery, exactly."""
    if not sum(w.minor for w in weights):
        return [Money(0, amount.currency) for _ in weights]
    return amount.split([w.minor for w in weights])
