"""What must always hold of coupons: none is given out twice, each has its history (I10)."""

from collections.abc import Iterator

from shop.coupons.states import MEMBER_COUPON_FLOW
from tenants.proofs import histories, sentences

_COUNTED_WRONGLY = """
SELECT format('I3 coupon %%s says %%s of %%s are claimed, members have %%s',
              c.id, c.claimed_count, c.total, coalesce(m.held, 0))
FROM coupons_coupon c LEFT JOIN (
    SELECT coupon_id, count(*) AS held FROM coupons_membercoupon GROUP BY coupon_id
) m ON m.coupon_id = c.id
WHERE c.claimed_count <> coalesce(m.held, 0)"""

_TOO_MANY = """
SELECT format('I3 member %%s has %%s of coupon %%s, of which one may have %%s',
              m.member_id, count(*), c.id, c.per_member)
FROM coupons_membercoupon m JOIN coupons_coupon c ON c.id = m.coupon_id
GROUP BY m.member_id, c.id HAVING count(*) > c.per_member"""


def violations() -> Iterator[str]:
    """Yield a sentence for everything in this shop that should never be."""
    yield from sentences(_COUNTED_WRONGLY, _TOO_MANY)
    yield from histories(
        "coupon",
        MEMBER_COUPON_FLOW,
        rows="coupons_membercoupon",
        steps="coupons_membercouponstep",
        owner="member_coupon_id",
    )
