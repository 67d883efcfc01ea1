"""The life of a member's coupon. What is over by the calendar needs no step: see `ends_at`."""

from enum import StrEnum

from kernel.states import Flow


class MemberCouponState(StrEnum):
    """Where a member's coupon stands. Only `shop.coupons.moves` writes it."""

    CLAIMED = "claimed"
    """The member's own: usable while its period lasts."""
    RESERVED = "reserved"
    """An order that waits for its payment holds it."""
    USED = "used"
    """The order that holds it was paid."""


S = MemberCouponState
MEMBER_COUPON_FLOW = Flow(
    start=S.CLAIMED,
    steps={
        S.CLAIMED: frozenset({S.RESERVED}),
        S.RESERVED: frozenset({S.USED, S.CLAIMED}),  # paid; or cancelled, too late
        S.USED: frozenset({S.CLAIMED}),  # all of the order's money went back
    },
)
