"""What must be true of the books by themselves, whatever was posted (I1 and I3 of the catalogue).

Everything is read; nothing is repaired here. The database compares: memory does not grow with it.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from billing.ledger.states import CREDIT_SIDE, GUARDED, OVERDRAWN_BY, PER_HOLDER, Account
from tenants import context
from tenants.proofs import sentences

_NO_TRANSFERS = """
SELECT format('I1: journal %%s %%s has no transfers', j.kind, j.reference)
FROM ledger_journal j
WHERE NOT EXISTS (SELECT 1 FROM ledger_transfer t WHERE t.journal_id = j.id)"""

_OTHER_CURRENCY = """
SELECT format('I1: %%s %%s moved %%s in a shop of %%s', j.kind, j.reference, t.currency,
    %(currency)s::text)
FROM ledger_transfer t JOIN ledger_journal j ON j.id = t.journal_id
WHERE t.currency <> %(currency)s"""

_UNBALANCED = """
SELECT format('I1: %%s %%s holds a transfer that does not balance', j.kind, j.reference)
FROM ledger_transfer t JOIN ledger_journal j ON j.id = t.journal_id
WHERE t.amount_minor <= 0 OR t.debit = t.credit"""

_WRONG_HOLDER = """
SELECT format('I1: %%s %%s names a holder of %%s <- %%s wrongly', j.kind, j.reference,
    t.debit, t.credit)
FROM ledger_transfer t JOIN ledger_journal j ON j.id = t.journal_id
WHERE (t.debit = ANY(%(per_holder)s)) <> (t.debit_holder IS NOT NULL)
   OR (t.credit = ANY(%(per_holder)s)) <> (t.credit_holder IS NOT NULL)"""

_KEPT_WRONGLY = """
SELECT format('I1: %%s keeps %%s but its transfers come to %%s',
    coalesce(kept.account, moved.account), coalesce(kept.amount_minor, 0),
    coalesce(moved.minor, 0))
FROM ledger_balance kept FULL JOIN (
    SELECT account, currency, sum(CASE WHEN account = ANY(%(credit_side)s) THEN minor
        ELSE -minor END) AS minor
    FROM (SELECT credit AS account, currency, amount_minor AS minor FROM ledger_transfer
          UNION ALL SELECT debit, currency, -amount_minor FROM ledger_transfer) side
    WHERE account = ANY(%(guarded)s) GROUP BY account, currency
) moved ON moved.account = kept.account AND moved.currency = kept.currency
WHERE coalesce(kept.amount_minor, 0) <> coalesce(moved.minor, 0)"""

_HOLDER_KEPT_WRONGLY = """
SELECT format('I1: %%s of %%s keeps %%s but its transfers come to %%s',
    coalesce(kept.account, moved.account), coalesce(kept.holder, moved.holder),
    coalesce(kept.amount_minor, 0), coalesce(moved.minor, 0))
FROM ledger_holderbalance kept FULL JOIN (
    SELECT account, holder, currency, sum(minor) AS minor FROM (
        SELECT credit AS account, credit_holder AS holder, currency, amount_minor AS minor
        FROM ledger_transfer WHERE credit_holder IS NOT NULL
        UNION ALL SELECT debit, debit_holder, currency, -amount_minor
        FROM ledger_transfer WHERE debit_holder IS NOT NULL) side
    GROUP BY account, holder, currency
) moved ON moved.account = kept.account AND moved.holder = kept.holder
    AND moved.currency = kept.currency
WHERE coalesce(kept.amount_minor, 0) <> coalesce(moved.minor, 0)"""

_BELOW_ZERO = """
SELECT format('I1: %%s of %%s is at %%s, below zero', b.account, b.holder, b.amount_minor)
FROM ledger_holderbalance b
WHERE b.amount_minor < 0 AND NOT (b.account = %(wallet)s AND EXISTS (
    SELECT 1 FROM ledger_transfer t JOIN ledger_journal j ON j.id = t.journal_id
    WHERE t.debit_holder = b.holder AND t.debit = %(wallet)s AND j.kind = ANY(%(overdrawn_by)s)))"""

_HELD_DIFFERS = """
SELECT format('I1: holds of %%s come to %%s, but %%s is being withdrawn',
    coalesce(b.holder, pending.holder), coalesce(pending.minor, 0), coalesce(b.amount_minor, 0))
FROM (SELECT * FROM ledger_holderbalance WHERE account = %(withdrawing)s) b FULL JOIN (
    SELECT t.credit_holder AS holder, t.currency, sum(t.amount_minor) AS minor
    FROM ledger_journal j JOIN ledger_transfer t ON t.journal_id = j.id
    WHERE j.kind = 'hold' AND NOT EXISTS (
        SELECT 1 FROM ledger_journal r WHERE r.kind = 'resolution' AND r.reference = j.reference)
    GROUP BY t.credit_holder, t.currency
) pending ON pending.holder = b.holder AND pending.currency = b.currency
WHERE coalesce(pending.minor, 0) <> coalesce(b.amount_minor, 0)"""

_RESOLVED_WRONGLY = """
SELECT format('I3: hold %%s of %%s was resolved by %%s', r.reference, coalesce(h.minor, 0), r.minor)
FROM (SELECT j.reference, t.debit_holder AS holder, t.currency, sum(t.amount_minor) AS minor
      FROM ledger_journal j JOIN ledger_transfer t ON t.journal_id = j.id
      WHERE j.kind = 'resolution' AND t.debit = %(withdrawing)s
      GROUP BY j.reference, t.debit_holder, t.currency) r
LEFT JOIN (SELECT j.reference, t.credit_holder AS holder, t.currency, t.amount_minor AS minor
      FROM ledger_journal j JOIN ledger_transfer t ON t.journal_id = j.id
      WHERE j.kind = 'hold' AND t.credit = %(withdrawing)s) h
    ON h.reference = r.reference AND h.holder = r.holder AND h.currency = r.currency
WHERE h.minor IS DISTINCT FROM r.minor"""


def violations() -> Iterator[str]:
    """Yield what is wrong with the books of the current shop; nothing, when they are right."""
    yield from sentences(
        _NO_TRANSFERS,
        _OTHER_CURRENCY,
        _UNBALANCED,
        _WRONG_HOLDER,
        _KEPT_WRONGLY,
        _HOLDER_KEPT_WRONGLY,
        _BELOW_ZERO,
        _HELD_DIFFERS,
        _RESOLVED_WRONGLY,
        currency=context.shop().currency,
        per_holder=_names(PER_HOLDER),
        guarded=_names(GUARDED),
        credit_side=_names(CREDIT_SIDE),
        overdrawn_by=_names(OVERDRAWN_BY),
        wallet=Account.WALLET.value,
        withdrawing=Account.WITHDRAWING.value,
    )


def _names(words: Iterable[StrEnum]) -> list[str]:
    return sorted(str(word) for word in words)
