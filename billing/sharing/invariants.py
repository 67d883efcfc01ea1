"""What must be true of sharings, whatever died when (the platform's `verify_invariants`).

I3 each finished sharing that gave something, and each return, has its one journal. I6 nobody gets
more than was earned and not refunded, nor more than the shop lets be shared; nothing comes back
that was not given. I8 whatever has not ended has a message that will ask. I10 histories follow the
flow.
"""

from collections.abc import Iterator

from billing.sharing.states import SHARING_FLOW
from tenants import cells, context
from tenants.proofs import histories, sentences

_JOURNALS = """
WITH here AS (
    SELECT 'share' AS kind, s.out_order_no AS reference, sum(p.amount_minor)::bigint AS minor
    FROM sharing_part p JOIN sharing_sharing s ON s.id = p.sharing_id
    WHERE p.state = 'given' AND s.state = 'finished' GROUP BY s.id
    UNION ALL
    SELECT 'share_return', out_return_no, amount_minor
    FROM sharing_sharereturn WHERE state = 'succeeded'
), books AS (
    SELECT j.kind, j.reference, sum(t.amount_minor)::bigint AS minor
    FROM ledger_journal j JOIN ledger_transfer t ON t.journal_id = j.id
    WHERE j.kind IN ('share', 'share_return') AND 'wechat' IN (t.debit, t.credit)
    GROUP BY j.kind, j.reference)
SELECT format('I3: %%s %%s came to %%s here and %%s in the books', coalesce(h.kind, b.kind),
              coalesce(h.reference, b.reference), h.minor, b.minor)
FROM here h FULL JOIN books b ON b.kind = h.kind AND b.reference = h.reference
WHERE h.minor IS DISTINCT FROM b.minor"""

_TOO_MUCH = """
SELECT format('I6: sharing %%s gives %%s of %%s earned, and may give %%s', s.out_order_no,
              sum(p.amount_minor), s.earned_minor, pay.amount_minor * s.ratio_bp / 10000)
FROM sharing_sharing s JOIN sharing_part p ON p.sharing_id = s.id
JOIN payments_attempt a ON a.id = s.attempt_id JOIN payments_payment pay ON pay.id = a.payment_id
WHERE p.state <> 'not_given' AND p.amount_minor > 0
GROUP BY s.id, pay.id
HAVING sum(p.amount_minor) > s.earned_minor
    OR sum(p.amount_minor) > pay.amount_minor * coalesce(s.ratio_bp, 0) / 10000
    OR s.earned_minor > pay.amount_minor"""

_RETURNED_MORE = """
SELECT format('I6: %%s comes back of part %%s of %%s, which got %%s', sum(r.amount_minor), p.place,
              s.out_order_no, p.amount_minor)
FROM sharing_sharereturn r JOIN sharing_part p ON p.id = r.part_id
JOIN sharing_sharing s ON s.id = p.sharing_id WHERE r.state <> 'failed'
GROUP BY s.id, p.id
HAVING sum(r.amount_minor) > p.amount_minor OR bool_or(p.state <> 'given')"""

_NOT_ENDED = """
SELECT format('I3: sharing %%s is %%s, part %%s of it is %%s', s.out_order_no, s.state, p.place,
              p.state)
FROM sharing_sharing s JOIN sharing_part p ON p.sharing_id = s.id
WHERE (s.state IN ('finished', 'lapsed') AND p.state = 'planned')
   OR (s.state = 'lapsed' AND p.state = 'given')"""

_WAITING = {
    "sharing_id": "SELECT id::text FROM sharing_sharing WHERE state NOT IN ('finished', 'lapsed')",
    "share_return_id": "SELECT id::text FROM sharing_sharereturn WHERE state = 'requested'",
}
_NOBODY_ASKS = """
SELECT wanted.id FROM unnest(%(ids)s::text[]) AS wanted (id)
WHERE NOT EXISTS (
    SELECT 1 FROM dramatiq.queue WHERE tenant = %(tenant)s AND state IN ('queued', 'consumed')
    AND message->'kwargs'->>%(name)s = wanted.id)"""


def violations() -> Iterator[str]:
    """Yield a sentence for everything that is wrong with the current shop's sharings."""
    yield from sentences(_JOURNALS, _TOO_MUCH, _RETURNED_MORE, _NOT_ENDED)
    yield from _forgotten()
    yield from histories(
        "sharing",
        SHARING_FLOW,
        rows="sharing_sharing",
        steps="sharing_sharingstep",
        owner="sharing_id",
    )


def _forgotten() -> Iterator[str]:
    """The queues are the platform's: what waits is read first, and it is few."""
    shop = context.shop()
    for name, statement in _WAITING.items():
        ids = list(sentences(statement))
        for cell in cells.names():
            with context.public(cell):
                ids = list(sentences(_NOBODY_ASKS, name=name, ids=ids, tenant=shop.public_id))
        yield from (f"I8: no message will ask after {name} {one}" for one in ids)
