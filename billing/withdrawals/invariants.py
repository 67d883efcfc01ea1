"""What must be true of a shop's withdrawals, whatever died when (`verify_invariants`).

The numbers are those of the reliability catalogue. Everything is read; nothing is repaired here.
The database compares: memory does not grow with it.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from django.db import connection

from billing.ledger.states import Account, JournalKind, Resolution
from billing.withdrawals.models import Withdrawal
from billing.withdrawals.states import LIVE, RELEASED, UNTOLD, WITHDRAWAL_FLOW
from billing.withdrawals.states import WithdrawalState as W
from tenants import cells, context
from tenants.proofs import sentences

_HELD_DIFFERS = """
SELECT format('I3: live withdrawals of %%s come to %%s, but %%s is being withdrawn',
    coalesce(kept.holder, live.holder), coalesce(live.minor, 0), coalesce(kept.amount_minor, 0))
FROM (SELECT holder, currency, amount_minor FROM ledger_holderbalance
      WHERE account = %(withdrawing)s) kept
FULL JOIN (SELECT holder, currency, sum(amount_minor) AS minor FROM withdrawals_withdrawal
           WHERE state = ANY(%(live)s) GROUP BY holder, currency) live
    ON live.holder = kept.holder AND live.currency = kept.currency
WHERE coalesce(live.minor, 0) <> coalesce(kept.amount_minor, 0)"""

_RESOLVED_WRONGLY = """
SELECT format('I3: withdrawal %%s is %%s, but its hold is %%s by %%s', w.number, w.state,
    coalesce(j.why->>'resolution', 'pending'), coalesce(moved.minor, 0))
FROM withdrawals_withdrawal w
LEFT JOIN ledger_journal j ON j.kind = %(resolution)s AND j.reference = w.number
LEFT JOIN LATERAL (
    SELECT sum(t.amount_minor) AS minor,
        coalesce(sum(t.amount_minor) FILTER (WHERE t.credit = %(fees)s), 0) AS fee
    FROM ledger_transfer t WHERE t.journal_id = j.id) moved ON true
WHERE coalesce(j.why->>'resolution', '') <> CASE
        WHEN w.state = %(paid)s THEN %(posted)s WHEN w.state = ANY(%(released)s) THEN %(void)s
        ELSE '' END
   OR (j.id IS NOT NULL AND moved.minor <> w.amount_minor)
   OR (w.state = %(paid)s AND moved.fee <> w.fee_minor)"""

_HELD_BY_NOBODY = """
SELECT format('I3: hold %%s belongs to no withdrawal', j.reference)
FROM ledger_journal j
WHERE j.kind = %(hold)s
  AND NOT EXISTS (SELECT 1 FROM withdrawals_withdrawal w WHERE w.number = j.reference)"""

_STRAYED = """
SELECT format('I10: withdrawal %%s went from %%s to %%s', w.number, s.before, s.state)
FROM (SELECT withdrawal_id, state, lag(state, 1, '') OVER (
          PARTITION BY withdrawal_id ORDER BY at, id) AS before
      FROM withdrawals_withdrawalstep) s
JOIN withdrawals_withdrawal w ON w.id = s.withdrawal_id
WHERE s.before <> s.state AND NOT (s.before || '>' || s.state) = ANY(%(steps)s)"""

_ENDS_ELSEWHERE = """
SELECT format('I10: withdrawal %%s is %%s but its history ends at %%s', w.number, w.state,
    coalesce(s.state, 'nothing'))
FROM withdrawals_withdrawal w
LEFT JOIN LATERAL (SELECT state FROM withdrawals_withdrawalstep
    WHERE withdrawal_id = w.id ORDER BY at DESC, id DESC LIMIT 1) s ON true
WHERE w.state IS DISTINCT FROM s.state"""

_QUEUED = """
SELECT message->'kwargs'->>'withdrawal_id' FROM dramatiq.queue
WHERE tenant = %(shop)s AND state IN ('queued', 'consumed')
  AND message->'kwargs' ? 'withdrawal_id'"""


def violations() -> Iterator[str]:
    """Yield a sentence for everything that is wrong with the current shop's withdrawals."""
    yield from sentences(
        _HELD_DIFFERS,
        _RESOLVED_WRONGLY,
        _HELD_BY_NOBODY,
        _STRAYED,
        _ENDS_ELSEWHERE,
        withdrawing=Account.WITHDRAWING.value,
        fees=Account.WITHDRAWAL_FEES.value,
        hold=JournalKind.HOLD.value,
        resolution=JournalKind.RESOLUTION.value,
        posted=Resolution.POSTED.value,
        void=Resolution.VOID.value,
        paid=W.PAID.value,
        released=_words(RELEASED),
        live=_words(LIVE),
        steps=[f">{WITHDRAWAL_FLOW.start}"]
        + [f"{a}>{b}" for a, nexts in WITHDRAWAL_FLOW.steps.items() for b in nexts],
    )
    yield from _forgotten()


def _forgotten() -> Iterator[str]:
    """I8: whatever is not known for good has a message that will ask."""
    followed = (LIVE - UNTOLD) | {W.APPROVED}
    wanted = Withdrawal.objects.filter(state__in=followed).values_list("pk", "number")
    shop = context.shop()
    asked: set[str] = set()
    for cell in cells.names():
        with context.public(cell), connection.cursor() as cursor:
            cursor.execute(_QUEUED, {"shop": shop.public_id})
            asked.update(row[0] for row in cursor.fetchall())
    for pk, number in wanted.order_by("pk").iterator():
        if str(pk) not in asked:
            yield f"I8: no message will ask after withdrawal {number}"


def _words(states: Iterable[StrEnum]) -> list[str]:
    return sorted(str(state) for state in states)
