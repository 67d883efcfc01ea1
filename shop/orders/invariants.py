"""What must always hold between orders, their parcels, their payments and the stock.

Numbers of the invariants: reliability catalogue (I2 paid is paid, I3 an amount is
the sum of its lines and a coupon counts once, I4 nothing shipped twice or after a refund, I5 stock
adds up, I6 what goes back is what billing gives back, I8 no intent forgotten, I10 history follows
the flow).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings

from kernel import clock
from shop.orders.states import ORDER_FLOW, OrderState
from tenants.proofs import rows, sentences

_SLACK = timedelta(minutes=15)
"""How long a job may be under way before its absence is a violation."""
_ANEW = timedelta(days=1)
"""After this the refund of a late payment that WeChat gave up is asked for anew."""

_PAID_WITHOUT_ORDER = """
SELECT format('I2 order %%s is %%s although its payment %%s succeeded', o.number, o.state, p.id)
FROM payments_payment p JOIN orders_order o ON o.id = p.order_id
WHERE p.state = 'succeeded' AND o.refund_requested_at IS NULL
  AND o.state IN ('unpaid', 'cancelled')
  AND EXISTS (SELECT 1 FROM payments_attempt a WHERE a.payment_id = p.id
              AND a.state = 'succeeded' AND a.success_at < %(long_ago)s)"""

_LATE_PAYMENT_STAYS = """
SELECT format('I2 order %%s is cancelled, and %%s of its late payment stays', o.number,
              p.amount_minor - p.refunded_minor)
FROM orders_order o JOIN payments_payment p ON p.order_id = o.id
WHERE o.state = 'cancelled' AND p.state = 'succeeded' AND p.refunded_minor < p.amount_minor
  AND o.refund_requested_at < %(long_ago)s AND NOT EXISTS (
    SELECT 1 FROM refunds_refund f JOIN refunds_refundstep s ON s.refund_id = f.id
    WHERE f.payment_id = p.id AND s.state = 'closed' AND s.at > %(asked_anew_since)s)"""

_ORDER_WITHOUT_PAYMENT = """
SELECT format('I2 order %%s is %%s and was never paid', o.number, o.state)
FROM orders_order o LEFT JOIN payments_payment p ON p.order_id = o.id AND p.state = 'succeeded'
WHERE o.state IN ('paid', 'shipped', 'completed', 'refunded') AND o.total_minor > 0
  AND p.id IS NULL"""

_REFUNDED_MORE = """
SELECT format('I2 order %%s says %%s is refunded, billing says %%s',
              o.number, o.refunded_minor, coalesce(r.total, 0))
FROM orders_order o LEFT JOIN payments_payment p ON p.order_id = o.id
LEFT JOIN LATERAL (
    SELECT sum(f.amount_minor) AS total FROM refunds_refund f
    JOIN payments_attempt a ON a.id = f.attempt_id
    WHERE f.payment_id = p.id AND f.state = 'succeeded' AND NOT a.is_extra) r ON true
WHERE o.refunded_minor > coalesce(r.total, 0)"""

_PARCELS_DIFFER = """
SELECT format('I4 order %%s: %%s of line %%s are in parcels, the line says %%s of %%s',
              o.number, coalesce(sent.total, 0), l.id, l.quantity_shipped, l.quantity)
FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
LEFT JOIN (SELECT line_id, sum(quantity) AS total FROM orders_parcelline GROUP BY line_id) sent
    ON sent.line_id = l.id
WHERE l.quantity_shipped <> coalesce(sent.total, 0) OR l.quantity_shipped > l.quantity"""

_SHIPPED_TOO_LATE = """
SELECT format('I4 order %%s: parcel %%s went out after the full refund', o.number,
              parcel.tracking_number)
FROM orders_parcel parcel JOIN orders_order o ON o.id = parcel.order_id
WHERE parcel.shipped_at > o.refund_requested_at"""

_SHIPPED_IN_PART = """
SELECT format('I4 order %%s is %%s although pieces are left to ship', o.number, o.state)
FROM orders_order o WHERE o.state IN ('shipped', 'completed') AND EXISTS (
    SELECT 1 FROM orders_orderline l
    WHERE l.order_id = o.id AND l.quantity_shipped + l.quantity_cancelled < l.quantity)"""

_RETURNS_DIFFER = """
SELECT format('I6 order %%s: line %%s says %%s of %%s pieces and %%s are refunded,'
              ' its returns say %%s and %%s',
              o.number, l.id, l.quantity_refunded, l.quantity, l.refunded_minor,
              coalesce(r.quantity, 0), coalesce(r.minor, 0))
FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
LEFT JOIN (SELECT part.line_id, sum(part.quantity) AS quantity, sum(part.amount_minor) AS minor
           FROM orders_orderreturnline part JOIN orders_orderreturn ret ON ret.id = part.parent_id
           WHERE ret.state IN ('waiting', 'asked', 'succeeded') GROUP BY part.line_id) r
    ON r.line_id = l.id
WHERE l.quantity_refunded <> coalesce(r.quantity, 0) OR l.refunded_minor <> coalesce(r.minor, 0)"""

_RETURN_WITHOUT_REFUND = """
SELECT format('I6 order %%s gives back %%s under key %%s, billing says %%s', o.number,
              ret.amount_minor, ret.key, coalesce(f.state || ' ' || f.amount_minor, 'nothing'))
FROM orders_orderreturn ret JOIN orders_order o ON o.id = ret.order_id
LEFT JOIN payments_payment p ON p.order_id = o.id
LEFT JOIN refunds_refund f ON f.payment_id = p.id AND f.key = ret.key
WHERE ret.amount_minor > 0 AND (
    (ret.state IN ('asked', 'succeeded', 'closed') AND f.amount_minor IS DISTINCT FROM
        ret.amount_minor)
    OR (ret.state IN ('waiting', 'declined') AND f.id IS NOT NULL)
    OR (ret.state = 'succeeded' AND f.state <> 'succeeded')
    OR (ret.state = 'closed' AND f.state <> 'closed'))"""

_LINES_DIFFER = """
SELECT format('I3 order %%s of %%s is not what its lines come to: %%s, less %%s, and %%s delivery',
              o.number, o.total_minor, l.goods, l.discount, o.freight_minor)
FROM orders_order o JOIN (
    SELECT order_id, sum(amount_minor) AS goods, sum(discount_minor) AS discount
    FROM orders_orderline GROUP BY order_id) l ON l.order_id = o.id
WHERE o.goods_minor <> l.goods OR o.discount_minor <> l.discount
   OR o.total_minor <> l.goods - l.discount + o.freight_minor"""

_COUPON_HELD_WRONGLY = """
SELECT format('I3 order %%s is %%s, its coupon %%s is %%s', o.number, o.state, o.member_coupon_id,
              coalesce(m.state || CASE WHEN m.order_id = o.id THEN '' ELSE ' elsewhere' END,
                       'missing'))
FROM orders_order o LEFT JOIN coupons_membercoupon m ON m.id = o.member_coupon_id
WHERE o.member_coupon_id IS NOT NULL AND (m.id IS NULL OR m.member_id <> o.member_id OR CASE
    WHEN o.state = 'unpaid' THEN m.order_id IS DISTINCT FROM o.id OR m.state <> 'reserved'
    WHEN o.state IN ('cancelled', 'refunded') THEN m.order_id IS NOT DISTINCT FROM o.id
    ELSE m.order_id IS DISTINCT FROM o.id OR m.state <> 'used' END)"""

_COUPON_OF_NOBODY = """
SELECT format('I3 coupon %%s is %%s by order %%s, which was not made with it', m.id, m.state,
              m.order_id)
FROM coupons_membercoupon m LEFT JOIN orders_order o ON o.id = m.order_id
WHERE m.order_id IS NOT NULL AND o.member_coupon_id IS DISTINCT FROM m.id"""

_STOCK_DIFFERS = """
SELECT format('I5 sku %%s: %%s reserved of %%s, but orders hold %%s',
              coalesce(s.sku_id, held.sku_id), s.reserved, s.on_hand, coalesce(held.total, 0))
FROM inventory_stock s FULL JOIN (
    SELECT sku_id, sum(quantity) AS total FROM inventory_reservation
    WHERE state = 'held' GROUP BY sku_id) held ON held.sku_id = s.sku_id
WHERE coalesce(s.reserved, 0) <> coalesce(held.total, 0)
   OR s.reserved < 0 OR s.reserved > s.on_hand"""

_HOLDS_WRONGLY = """
SELECT format('I5 order %%s is %%s, but what it wants of sku %%s is %%s', o.number, o.state,
              l.sku_id, coalesce(r.state, 'missing'))
FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id
LEFT JOIN inventory_reservation r ON r.order_id = o.id AND r.sku_id = l.sku_id
WHERE coalesce(r.state, 'missing') <> ALL (CASE o.state
    WHEN 'unpaid' THEN ARRAY['held']
    WHEN 'cancelled' THEN ARRAY['released']
    WHEN 'refunded' THEN ARRAY['released', 'consumed']
    ELSE ARRAY['consumed'] END)"""

_FORGOTTEN = """
SELECT format('I8 order %%s waits for its payment since %%s', number, expires_at)
FROM orders_order WHERE state = 'unpaid' AND expires_at < %(long_ago)s"""

_NOT_CONFIRMED = """
SELECT format('I8 order %%s was shipped at %%s and is not completed', number, shipped_at)
FROM orders_order WHERE state = 'shipped' AND refund_requested_at IS NULL
  AND shipped_at < %(confirmed_before)s"""

_NOT_TOLD = """
SELECT format('I8 order %%s went out and WeChat was never to be told', o.number)
FROM orders_order o WHERE o.parcels_count > 0
  AND (o.pickup IS NULL OR o.state = 'completed') AND NOT EXISTS (
    SELECT 1 FROM orders_shippingupload u WHERE u.order_id = o.id)"""

_HISTORY = """
SELECT o.number, o.state, step.state, step.before, step.is_last
FROM orders_order o LEFT JOIN (
    SELECT order_id, state, lag(state) OVER w AS before, lead(state) OVER w IS NULL AS is_last
    FROM orders_orderstep WINDOW w AS (PARTITION BY order_id ORDER BY at, id)
) step ON step.order_id = o.id
WHERE step.state IS NULL OR step.before IS NULL OR step.before <> step.state
   OR (step.is_last AND step.state <> o.state)"""


def violations() -> Iterator[str]:
    """Yield a sentence for everything in this shop that should never be."""
    now = clock.now()
    yield from _sentences(now)
    yield from _history()


def _sentences(now: datetime) -> Iterator[str]:
    days = timedelta(days=settings.AUTO_CONFIRM_DAYS)
    asked = {
        "long_ago": now - _SLACK,
        "confirmed_before": now - days - _SLACK,
        "asked_anew_since": now - _ANEW - _SLACK,
    }
    yield from sentences(
        _PAID_WITHOUT_ORDER,
        _LATE_PAYMENT_STAYS,
        _ORDER_WITHOUT_PAYMENT,
        _REFUNDED_MORE,
        _PARCELS_DIFFER,
        _SHIPPED_TOO_LATE,
        _SHIPPED_IN_PART,
        _RETURNS_DIFFER,
        _RETURN_WITHOUT_REFUND,
        _LINES_DIFFER,
        _COUPON_HELD_WRONGLY,
        _COUPON_OF_NOBODY,
        _STOCK_DIFFERS,
        _HOLDS_WRONGLY,
        _FORGOTTEN,
        _NOT_CONFIRMED,
        _NOT_TOLD,
        **asked,
    )


def _history() -> Iterator[str]:
    for number, now, state, before, is_last in rows(_HISTORY):
        if state is None:
            yield f"I10 order {number} has no history"
        elif before is None and state != ORDER_FLOW.start:
            yield f"I10 order {number} began as {state}"
        elif before not in {None, state} and OrderState(before) not in ORDER_FLOW.before(state):
            yield f"I10 order {number} went from {before} to {state}"
        if is_last and state != now:
            yield f"I10 order {number} is {now}, its history ends with {state}"
