"""What must be true of a shop's money, whatever died when (the platform's `verify_invariants`).

The numbers are those of the reliability catalogue. Everything is read; nothing is repaired here.
The database compares, so that a shop of any size is checked in the same memory.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from billing.ledger import invariants as ledger
from billing.ledger import queries as books
from billing.ledger.states import JournalKind
from billing.payments.states import LIVE_ATTEMPTS, PAYMENT_FLOW
from billing.refunds.states import LIVE_REFUNDS, REFUND_FLOW, RefundState
from billing.settlements import queries
from billing.settlements.amounts import Figures, figures_of
from tenants import cells, context
from tenants.proofs import PORTION, histories, rows, sentences

_SOLD = (JournalKind.PAYMENT, JournalKind.REFUND, JournalKind.EARNING)
_FIGURES = ("gross", "refunds", "fee", "commission", "distribution", "net")

_EFFECTS = """
SELECT format('I3: {kind} %%s came to %%s here and %%s in the books',
    coalesce(here.reference, posted.reference), coalesce(here.minor::text, 'nothing'),
    coalesce(posted.minor::text, 'nothing'))
FROM ({here}) here FULL JOIN (
    SELECT j.reference, sum(t.amount_minor) AS minor
    FROM ledger_journal j JOIN ledger_transfer t ON t.journal_id = j.id
    WHERE j.kind = '{kind}' AND {pair} GROUP BY j.reference
) posted ON posted.reference = here.reference
WHERE here.minor IS DISTINCT FROM posted.minor"""

_PAYMENTS = _EFFECTS.format(
    kind="payment",
    here="SELECT a.out_trade_no AS reference, p.amount_minor AS minor FROM payments_attempt a"
    " JOIN payments_payment p ON p.id = a.payment_id WHERE a.state = 'succeeded'",
    pair="t.debit = 'wechat' AND t.credit = 'held'",
)
_REFUNDS = _EFFECTS.format(
    kind="refund",
    here="SELECT out_refund_no AS reference, amount_minor AS minor FROM refunds_refund"
    " WHERE state = 'succeeded'",
    pair="t.debit IN ('held', 'refunded') AND t.credit IN ('wechat', 'owner')",
)

_PAID_BY_NOTHING = """
SELECT format('I3: payment %%s of %%s has no attempt that paid it', p.order_number, p.amount_minor)
FROM payments_payment p
WHERE p.state = 'succeeded' AND NOT EXISTS (
    SELECT 1 FROM payments_attempt a
    WHERE a.payment_id = p.id AND a.state = 'succeeded' AND NOT a.is_extra)"""

_REFUNDED_DIFFERS = """
SELECT format('I6: payment %%s keeps %%s refunded of %%s', p.order_number, p.refunded_minor,
    coalesce(live.minor, 0))
FROM payments_payment p LEFT JOIN (
    SELECT r.payment_id, sum(r.amount_minor) AS minor
    FROM refunds_refund r JOIN payments_attempt a ON a.id = r.attempt_id
    WHERE r.state = ANY(%(live)s) AND NOT a.is_extra GROUP BY r.payment_id
) live ON live.payment_id = p.id
WHERE p.refunded_minor <> coalesce(live.minor, 0)"""

_REFUNDED_MORE = """
SELECT format('I6: attempt %%s gives back %%s, more than was paid', a.out_trade_no, live.minor)
FROM (SELECT attempt_id, sum(amount_minor) AS minor FROM refunds_refund
      WHERE state = ANY(%(live)s) GROUP BY attempt_id) live
JOIN payments_attempt a ON a.id = live.attempt_id
JOIN payments_payment p ON p.id = a.payment_id
WHERE live.minor > p.amount_minor"""

_UNKNOWN_ENDS = {
    "attempt_id": """
        SELECT id FROM payments_attempt WHERE state = ANY(%(attempts)s)
        UNION ALL SELECT a.id FROM payments_attempt a
        WHERE a.is_extra AND NOT EXISTS (SELECT 1 FROM refunds_refund r
            WHERE r.attempt_id = a.id AND r.state = ANY(%(live)s))""",
    "refund_id": "SELECT id FROM refunds_refund WHERE state = ANY(%(refunds)s)",
}
_NOBODY_ASKS = """
SELECT wanted.id FROM unnest(%(ids)s::text[]) AS wanted (id)
WHERE NOT EXISTS (
    SELECT 1 FROM dramatiq.queue WHERE tenant = %(tenant)s AND state IN ('queued', 'consumed')
    AND message->'kwargs'->>%(name)s = wanted.id)"""

_EXPECTED = """
WITH returned AS (
    SELECT attempt_id, sum(amount_minor) AS minor,
        sum(amount_minor) FILTER (WHERE is_by_hand) AS by_hand
    FROM refunds_refund WHERE state = 'succeeded' GROUP BY attempt_id
), paid AS (
    SELECT a.out_trade_no, a.is_extra, p.order_number, p.amount_minor AS gross,
        coalesce(r.minor, 0) AS refunds, p.amount_minor - coalesce(r.minor, 0) AS remaining,
        coalesce(r.by_hand, 0) AS by_hand
    FROM payments_attempt a JOIN payments_payment p ON p.id = a.payment_id
    LEFT JOIN returned r ON r.attempt_id = a.id WHERE a.state = 'succeeded'
)
SELECT coalesce(sum(gross), 0), coalesce(sum(refunds), 0),
    coalesce(sum(div((remaining + by_hand) * coalesce((p.why->>'fee_bp')::bigint, 0) + 5000,
        10000)), 0),
    coalesce(sum(div(remaining * (e.why->>'commission_bp')::bigint + 5000, 10000))
        FILTER (WHERE NOT is_extra), 0)
FROM paid
LEFT JOIN ledger_journal p ON p.kind = 'payment' AND p.reference = paid.out_trade_no
LEFT JOIN ledger_journal e ON e.kind = 'earning' AND e.reference = paid.order_number"""

_RECOUNTED = f"""
WITH flows AS (
    SELECT (j.at AT TIME ZONE %(zone)s)::date AS day, t.debit, t.credit,
        sum(t.amount_minor)::bigint AS minor
    FROM ledger_transfer t JOIN ledger_journal j ON j.id = t.journal_id
    WHERE t.currency = %(currency)s GROUP BY 1, 2, 3
), moved AS (
    SELECT day, array_agg(debit) AS debits, array_agg(credit) AS credits,
        array_agg(minor) AS minors
    FROM flows GROUP BY day
), counted AS (
    SELECT (at AT TIME ZONE %(zone)s)::date AS day,
        count(DISTINCT why->'order_number') FILTER (WHERE kind = 'payment') AS orders,
        count(*) FILTER (WHERE kind = 'refund') AS refunds
    FROM ledger_journal GROUP BY 1
)
SELECT s.day, s.closed_at, {", ".join(f"s.{name}_minor" for name in _FIGURES)},
    s.orders_count, s.refunds_count, coalesce(counted.orders, 0), coalesce(counted.refunds, 0),
    debits, credits, minors
FROM settlements_statement s LEFT JOIN moved ON moved.day = s.day
LEFT JOIN counted ON counted.day = s.day ORDER BY s.day"""


def violations() -> Iterator[str]:
    """Yield a sentence for everything that is wrong with the current shop's money."""
    yield from ledger.violations()
    # I3: every success has its one journal, of the right amount, and no journal is without.
    yield from sentences(_PAYMENTS, _REFUNDS, _PAID_BY_NOTHING)
    # I6: what is kept as refunded is the sum of the live refunds, and never more than paid.
    yield from sentences(_REFUNDED_DIFFERS, _REFUNDED_MORE, live=sorted(LIVE_REFUNDS))
    yield from _forgotten()
    yield from histories(
        "payment",
        PAYMENT_FLOW,
        rows="payments_payment",
        steps="payments_paymentstep",
        owner="payment_id",
    )
    yield from histories(
        "refund",
        REFUND_FLOW,
        rows="refunds_refund",
        steps="refunds_refundstep",
        owner="refund_id",
    )
    yield from _statements()


def _forgotten() -> Iterator[str]:
    """I8: whatever is not known for good has a message that will ask, or send it back."""
    ended = {RefundState.SUCCEEDED, RefundState.CLOSED}
    unknown = {
        "attempts": sorted(LIVE_ATTEMPTS),
        "refunds": sorted(set(RefundState) - ended),
        "live": sorted(LIVE_REFUNDS),
    }
    for name, statement in _UNKNOWN_ENDS.items():
        for missing in _not_asked(name, [str(pk) for (pk,) in rows(statement, **unknown)]):
            yield f"I8: no message will ask after {name} {missing}"


def _not_asked(name: str, ids: list[str]) -> list[str]:
    """Return those that no message of this shop names that will still run.

    Only what is under way is listed, so the list is short in a shop of any age.
    """
    shop, wanted = context.shop(), sorted(ids)
    for cell in cells.names():
        missing: list[str] = []
        with context.public(cell), connection.cursor() as cursor:
            for first in range(0, len(wanted), PORTION):
                asked: dict[str, Any] = {"ids": wanted[first : first + PORTION], "name": name}
                cursor.execute(_NOBODY_ASKS, asked | {"tenant": shop.public_id})
                missing += [row[0] for row in cursor.fetchall()]
        wanted = missing
    return wanted


def _statements() -> Iterator[str]:
    """I12: the figures of the books are those of the payments, and the statements add up to them.

    Fee and commission are recounted from what was paid and what went back, at the rates that the
    journals name.
    """
    whole = figures_of((f.debit, f.credit, f.minor) for f in books.all_flows(*_SOLD))
    ((gross, refunds, fee, commission),) = rows(_EXPECTED)
    expected = Figures(int(gross), int(refunds), int(fee), int(commission))
    if whole != expected:
        yield f"I12: the books come to {whole}, the payments to {expected}"
    free = queries.free_orders_by_day()
    asked = {"zone": context.shop().timezone, "currency": context.shop().currency}
    for day, closed_at, *told, orders, refunds, debits, credited, minors in rows(
        _RECOUNTED, **asked
    ):
        recount = figures_of(zip(debits or (), credited or (), minors or (), strict=True))
        figures = [getattr(recount, name) for name in _FIGURES]
        # A day may have been closed before orders that cost nothing were counted.
        counts = {orders, orders + free.get(day, 0)}
        if told not in [[*figures, count, refunds] for count in counts]:
            yield f"I12: the statement of {day} is not what its transfers come to"
        if closed_at < books.span_of(day)[1]:
            yield f"I12: the statement of {day} was closed before the day was over"
