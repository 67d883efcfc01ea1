"""The one writer of the states of members' coupons, and of their history."""

from typing import Any
from uuid import UUID

from django.db import connection

from kernel import clock
from kernel.identifiers import uuid7
from shop.coupons.states import MEMBER_COUPON_FLOW, MemberCouponState

# The row and its history move together, in one statement; whoever comes second moves nothing.
_MOVE = """
WITH moved AS (
    UPDATE coupons_membercoupon SET state = %(target)s::text,
        order_id = CASE %(target)s::text WHEN 'claimed' THEN NULL ELSE %(order)s::uuid END
    WHERE id = %(coupon)s AND state = ANY(%(since)s)
      AND (order_id IS NULL OR order_id = %(order)s::uuid)
    RETURNING id)
INSERT INTO coupons_membercouponstep (id, member_coupon_id, state, order_id, at)
SELECT %(step)s, id, %(target)s::text, %(order)s::uuid, %(now)s FROM moved"""


def move(member_coupon_id: UUID, target: MemberCouponState, *, order_id: UUID) -> bool:
    """Step forward for an order; say whether the coupon stood where the flow allows it.

    A coupon that another order holds does not move.
    """
    asked: dict[str, Any] = {
        "coupon": member_coupon_id,
        "target": str(target),
        "order": order_id,
        "since": sorted(MEMBER_COUPON_FLOW.before(target)),
        "step": uuid7(),
        "now": clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, asked)
        return bool(cursor.rowcount)
