"""What must always hold between commissions, the rules they were made by, and the wallets.

Numbers: I3 every effect is in the books once, I6 what is kept follows what went back, I8 nothing
is forgotten, I10 history follows the flow (reliability catalogue).
"""

from collections.abc import Iterator
from datetime import timedelta

from kernel import clock
from shop.distribution.states import COMMISSION_FLOW, DISTRIBUTOR_FLOW
from tenants.proofs import histories, sentences

_SLACK = timedelta(minutes=15)
"""How long a job may be under way before its absence is a violation."""

_LINE_DIFFERS = """
SELECT format('I6 commission of order %%s: line %%s brings %%s, %%s bp of %%s come to %%s',
              o.number, l.line_id, l.amount_minor, l.rate_bp, l.base_minor,
              div(l.base_minor * l.rate_bp + 5000, 10000))
FROM distribution_commissionline l JOIN distribution_commission c ON c.id = l.commission_id
JOIN orders_order o ON o.id = c.order_id JOIN orders_orderline line ON line.id = l.line_id
WHERE l.amount_minor <> div(l.base_minor * l.rate_bp + 5000, 10000)
   OR l.base_minor <> line.amount_minor - line.discount_minor OR line.order_id <> c.order_id"""

_SUM_DIFFERS = """
SELECT format('I6 commission of order %%s is %%s of %%s, its lines come to %%s of %%s', o.number,
              c.amount_minor, c.base_minor, coalesce(l.minor, 0), coalesce(l.base, 0))
FROM distribution_commission c JOIN orders_order o ON o.id = c.order_id LEFT JOIN (
    SELECT commission_id, sum(amount_minor) AS minor, sum(base_minor) AS base
    FROM distribution_commissionline GROUP BY commission_id) l ON l.commission_id = c.id
WHERE c.amount_minor <> coalesce(l.minor, 0) OR c.base_minor <> coalesce(l.base, 0)"""

# What is in the wallet lies between what is surely kept and what has not gone back yet; the latter
# is written where messages under way are heard, so a moment of slack is the message's own.
_KEPT = """
SELECT o.number, c.id, c.state, c.settled_minor, o.refunded_minor,
    sum(div((l.base_minor - line.refunded_minor) * l.rate_bp + 5000, 10000)) AS sure,
    sum(div((l.base_minor - coalesce(gone.minor, 0)) * l.rate_bp + 5000, 10000)) AS most,
    max(gone.at) AS gone_at
FROM distribution_commission c JOIN orders_order o ON o.id = c.order_id
JOIN distribution_commissionline l ON l.commission_id = c.id
JOIN orders_orderline line ON line.id = l.line_id
LEFT JOIN (
    SELECT p.line_id, sum(p.amount_minor) AS minor, max(r.created_at) AS at
    FROM orders_orderreturnline p JOIN orders_orderreturn r ON r.id = p.parent_id
    WHERE r.state = 'succeeded' GROUP BY p.line_id) gone ON gone.line_id = l.line_id
GROUP BY o.number, c.id, c.state, c.settled_minor, o.refunded_minor"""
_NOT_FOLLOWED = f"""
SELECT format('I6 commission of order %%s: %%s are settled, %%s to %%s are kept',
              number, settled_minor, sure, most)
FROM ({_KEPT}) kept
WHERE CASE WHEN state = 'settled' THEN NOT settled_minor BETWEEN sure AND most
           ELSE settled_minor <> 0 END
  AND NOT EXISTS (
    SELECT 1 FROM orders_orderstep s JOIN orders_order o ON o.id = s.order_id
    WHERE o.number = kept.number AND s.at > %(long_ago)s)"""

_BOOKS_DIFFER = """
SELECT format('I3 commission %%s settled %%s, its journals come to %%s',
              coalesce(c.id::text, posted.reference), coalesce(c.settled_minor, 0),
              coalesce(posted.minor, 0))
FROM distribution_commission c FULL JOIN (
    SELECT substr(j.reference, 3, 32) AS reference, sum(CASE WHEN t.credit = 'wallet'
        THEN t.amount_minor ELSE -t.amount_minor END) AS minor, count(*) AS journals
    FROM ledger_journal j JOIN ledger_transfer t ON t.journal_id = j.id
    WHERE j.kind IN ('distribution', 'claw_back') AND j.reference ~ '^dc[0-9a-f]{32}-[0-9]+$'
    GROUP BY 1) posted ON posted.reference = replace(c.id::text, '-', '')
WHERE coalesce(c.settled_minor, 0) <> coalesce(posted.minor, 0)
   OR coalesce(c.turn, 0) <> coalesce(posted.journals, 0)"""

_STEPS_DIFFER = """
SELECT format('I10 commission %%s settled %%s, its history says %%s', c.id, c.settled_minor,
              coalesce(sum(s.amount_minor), 0))
FROM distribution_commission c LEFT JOIN distribution_commissionstep s ON s.commission_id = c.id
GROUP BY c.id HAVING c.settled_minor <> coalesce(sum(s.amount_minor), 0)"""

_FORGOTTEN = """
SELECT format('I8 commission of order %%s was due at %%s and is not settled', o.number, c.due_at)
FROM distribution_commission c JOIN orders_order o ON o.id = c.order_id
WHERE c.state = 'holding' AND c.due_at < %(long_ago)s
UNION ALL
SELECT format('I8 order %%s was received at %%s and its commission does not know', o.number,
              o.completed_at)
FROM distribution_commission c JOIN orders_order o ON o.id = c.order_id
WHERE c.state = 'pending' AND o.completed_at < %(long_ago)s"""

_ONESELF = """
SELECT format('I6 order %%s brings its own buyer a commission', o.number)
FROM distribution_commission c JOIN orders_order o ON o.id = c.order_id
JOIN distribution_distributor d ON d.id = c.distributor_id WHERE d.member_id = o.member_id"""


def violations() -> Iterator[str]:
    """Yield a sentence for everything about commissions that should never be."""
    long_ago = clock.now() - _SLACK
    yield from sentences(
        _LINE_DIFFERS,
        _SUM_DIFFERS,
        _NOT_FOLLOWED,
        _BOOKS_DIFFER,
        _STEPS_DIFFER,
        _FORGOTTEN,
        _ONESELF,
        long_ago=long_ago,
    )
    yield from histories(
        "distributor",
        DISTRIBUTOR_FLOW,
        rows="distribution_distributor",
        steps="distribution_distributorstep",
        owner="distributor_id",
    )
    yield from histories(
        "commission",
        COMMISSION_FLOW,
        rows="distribution_commission",
        steps="distribution_commissionstep",
        owner="commission_id",
    )
