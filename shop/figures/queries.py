"""What a shop's staff ask first: how today goes, and what waits for them.

Note [tables]. The figures are one statement, because every look at the first page asks for them;
so it reads tables of older nouns where they stand, as Note [stock] of the catalogue explains. Money
is counted from the books, by the pairs of accounts of a statement (billing.settlements.amounts):
what is shown here is what the day's statement will say, and orders besides that cost nothing: no
book knows of them, but they are paid and wait for the shop.
"""

from datetime import date
from typing import Any

from django.db import connection

from billing.ledger.queries import day_of, span_of
from kernel import clock
from tenants import context

FEW = 5
"""So many pieces that can be promised, or fewer, are low stock."""

_TODAY = """
WITH journal AS (
    SELECT id, kind, why FROM ledger_journal WHERE at >= %(begins)s AND at < %(ends)s
), moved AS (
    SELECT t.debit, t.credit, t.amount_minor FROM ledger_transfer t
    JOIN journal ON journal.id = t.journal_id WHERE t.currency = %(currency)s
)
SELECT
    (SELECT count(*) FROM orders_order WHERE created_at >= %(begins)s AND created_at < %(ends)s
        AND id >= %(earliest)s),
    (SELECT count(DISTINCT why ->> 'order_number') FROM journal WHERE kind = 'payment')
    + (SELECT count(*) FROM orders_order WHERE total_minor = 0 AND id >= %(earliest)s
        AND paid_at >= %(begins)s AND paid_at < %(ends)s),
    (SELECT coalesce(sum(amount_minor), 0)::bigint FROM moved
        WHERE debit = 'wechat' AND credit = 'held'),
    (SELECT count(*) FROM journal WHERE kind = 'refund'),
    (SELECT coalesce(sum(amount_minor), 0)::bigint FROM moved
        WHERE debit IN ('held', 'refunded') AND credit IN ('wechat', 'owner')),
    (SELECT count(*) FROM orders_order WHERE state = 'paid' AND refund_requested_at IS NULL
        AND pickup IS NULL),
    (SELECT count(*) FROM orders_order WHERE state IN ('paid', 'shipped')
        AND refund_requested_at IS NULL AND pickup IS NOT NULL),
    (SELECT count(*) FROM aftersale_aftersale WHERE state = 'requested'),
    (SELECT count(*) FROM orders_shippingupload WHERE state = 'failed'),
    (SELECT count(*) FROM catalog_sku s JOIN catalog_product p ON p.id = s.product_id
        LEFT JOIN inventory_stock st ON st.sku_id = s.id
        WHERE s.state = 'active' AND p.state = 'on_sale'
          AND coalesce(st.on_hand - st.reserved, 0) <= %(few)s)"""
_NAMES = (
    "orders_count", "paid_count", "paid_minor", "refunds_count", "refunded_minor", "to_ship_count",
    "to_hand_over_count", "refund_requests_count", "shipping_alarms_count", "low_stock_count",
)  # fmt: skip


def today() -> dict[str, Any]:
    """Return the figures of the shop's day so far and what waits, by one statement: TodayOut."""
    day: date = day_of(clock.now())
    begins, ends = span_of(day)
    asked: dict[str, Any] = {
        "begins": begins,
        "ends": ends,
        # Ids are made in the order of time: older ones need not be looked at. An hour is slack.
        "earliest": f"{max(0, int(begins.timestamp() - 3600)) * 1000:012x}" + "0" * 20,
        "currency": context.shop().currency,
        "few": FEW,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TODAY, asked)
        figures = dict(zip(_NAMES, cursor.fetchone(), strict=True))
    return {"day": day, "currency": context.shop().currency, "few": FEW, **figures}
