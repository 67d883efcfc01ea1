"""Arithmetic of refunds. Pure."""

from kernel.money import Money


def share_given_back(*, paid: Money, before: Money, amount: Money, rate_bp: int) -> Money:
    """Return how much of a fee or a commission comes back when `amount` more of `paid` is refunded.

    Chosen so that what remains is exactly the share of what remains paid, whatever the parts:
    after any sequence of refunds the share kept is `(paid - refunded).share(rate_bp)`.
    """
    remaining = paid - before
    return remaining.share(rate_bp) - (remaining - amount).share(rate_bp)
