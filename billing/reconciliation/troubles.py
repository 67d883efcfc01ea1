"""The platform's roll-up of refunds that wait for a person, told by each shop once an hour."""

from datetime import timedelta

from django.db.models import Q

from billing.refunds.models import Refund
from billing.refunds.states import RefundState
from billing.rollups import refunds as rollups
from billing.rollups.refunds import Stuck
from kernel import clock
from tenants import context
from tenants.transactions import verb

SLOW = timedelta(days=3)
"""WeChat hands money back within minutes, to some cards within three days (CONTRACT §4.9)."""
MOST = 500


@verb
def tell() -> int:
    """Tell the platform which refunds of the shop wait for a person now; return how many."""
    shop = context.shop()
    slow = Q(created_at__lt=clock.now() - SLOW) & ~Q(
        state__in=[RefundState.SUCCEEDED, RefundState.CLOSED]
    )
    rows = Refund.objects.select_related("payment").filter(Q(state=RefundState.ABNORMAL) | slow)
    stuck = [
        Stuck(
            refund_id=row.pk,
            out_refund_no=row.out_refund_no,
            order_number=row.payment.order_number,
            amount_minor=row.amount_minor,
            currency=row.currency,
            state=row.state,
            refusal=row.refusal,
            tries_count=row.tries_count,
            by=row.by,
            created_at=row.created_at,
        )
        for row in rows.order_by("created_at")[:MOST]
    ]
    with context.public():
        rollups.replace(shop.public_id, stuck)
    return len(stuck)
