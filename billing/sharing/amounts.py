"""Arithmetic of sharing. Pure."""

from kernel.money import Money


def kept(*, planned: Money, of: Money, remaining: Money, rate_bp: int | None) -> Money:
    """Return what a part comes to when `remaining` is left of the money that it was planned `of`.

    A part at a rate is that rate of what remains, as the books count a commission; any other
    shrinks in proportion, rounded down, so that parts never come to more than there is.
    """
    left = Money(max(0, min(remaining.minor, of.minor)), of.currency)
    if left == of:
        return planned
    if rate_bp is not None:
        return min(planned, left.share(rate_bp))
    return Money(planned.minor * left.minor // of.minor, planned.currency)


def within(amounts: list[Money], *, total: Money, ratio_bp: int) -> list[Money]:
    """Return the amounts that fit into a ratio of `total`, each whole or zero, the first first.

    Rounded down: WeChat compares exactly (CONTRACT §4.11, max_ratio).
    """
    room = total.minor * ratio_bp // 10_000
    fitting = []
    for amount in amounts:
        given = amount.minor if amount.minor <= room else 0
        room -= given
        fitting.append(Money(given, amount.currency))
    return fitting
