"""What must be true of the platform's books (I1 of the catalogue). In the public schema."""

from collections.abc import Iterator

from billing.platform_books.states import CREDIT_SIDE
from tenants.proofs import sentences

_NO_TRANSFERS = """
SELECT format('I1: journal %%s %%s has no transfers', j.kind, j.reference)
FROM platform_books_journal j
WHERE NOT EXISTS (SELECT 1 FROM platform_books_transfer t WHERE t.journal_id = j.id)"""

_KEPT_WRONGLY = """
SELECT format('I1: %%s of %%s keeps %%s but its transfers come to %%s',
    coalesce(kept.account, moved.account), coalesce(kept.holder, moved.holder),
    coalesce(kept.amount_minor, 0), coalesce(moved.minor, 0))
FROM platform_books_holderbalance kept FULL JOIN (
    SELECT account, holder, currency, sum(CASE WHEN account = ANY(%(credit_side)s) THEN minor
        ELSE -minor END) AS minor
    FROM (SELECT credit AS account, credit_holder AS holder, currency, amount_minor AS minor
          FROM platform_books_transfer WHERE credit_holder IS NOT NULL
          UNION ALL SELECT debit, debit_holder, currency, -amount_minor
          FROM platform_books_transfer WHERE debit_holder IS NOT NULL) side
    GROUP BY account, holder, currency
) moved ON moved.account = kept.account AND moved.holder = kept.holder
    AND moved.currency = kept.currency
WHERE coalesce(kept.amount_minor, 0) <> coalesce(moved.minor, 0)"""


def violations() -> Iterator[str]:
    """Yield what is wrong with the platform's own books; nothing, when they are right."""
    credit_side = sorted(str(account) for account in CREDIT_SIDE)
    yield from sentences(_NO_TRANSFERS, _KEPT_WRONGLY, credit_side=credit_side)
