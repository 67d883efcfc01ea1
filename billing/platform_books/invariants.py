"""What must be true of the platform's books.

I1 their journals balance, and what is kept per shop is what the transfers come to: in the public
schema. I3 what a shop owes by its own books is here, journal by journal, and nothing else, unless a
message is on its way: asked in each shop.
"""

from collections.abc import Iterator
from typing import Any

from billing.ledger import queries as ledger
from billing.platform_books.mirroring import name_of, reference_of, since
from billing.platform_books.states import CREDIT_SIDE, OF_SHOPS, holder_of
from tenants import cells, context
from tenants.proofs import PORTION, rows, sentences

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

_MIRRORED = """
WITH here AS (
    SELECT * FROM unnest(%(kinds)s::text[], %(references)s::text[], %(minors)s::bigint[])
        AS owed (kind, reference, minor)
), there AS (
    SELECT j.kind, j.reference, sum(CASE WHEN t.debit = 'receivable' THEN t.amount_minor
        ELSE -t.amount_minor END)::bigint AS minor
    FROM here JOIN platform_books_journal j ON j.kind = here.kind AND j.reference = here.reference
    JOIN platform_books_transfer t ON t.journal_id = j.id
    WHERE %(holder)s IN (t.debit_holder, t.credit_holder) GROUP BY j.kind, j.reference)
SELECT here.kind, here.reference, here.minor, there.minor
FROM here LEFT JOIN there ON there.kind = here.kind AND there.reference = here.reference
WHERE here.minor IS DISTINCT FROM there.minor"""

_ON_ITS_WAY = """
SELECT message->'kwargs'->>'reference' FROM dramatiq.queue
WHERE tenant = %(tenant)s AND state IN ('queued', 'consumed')
    AND message->>'actor_name' = 'billing.platform_books.jobs.mirror_journal'
    AND message->'kwargs'->>'reference' = ANY(%(references)s)"""

_HELD = """
SELECT count(DISTINCT j.id) FROM platform_books_transfer t
JOIN platform_books_journal j ON j.id = t.journal_id
WHERE (t.debit_holder = %(holder)s OR t.credit_holder = %(holder)s) AND j.kind = ANY(%(kinds)s)"""


def violations() -> Iterator[str]:
    """Yield what is wrong with the platform's own books; nothing, when they are right."""
    credit_side = sorted(str(account) for account in CREDIT_SIDE)
    yield from sentences(_NO_TRANSFERS, _KEPT_WRONGLY, credit_side=credit_side)


def violations_of_shop() -> Iterator[str]:
    """Yield what the platform's books say otherwise than the current shop's."""
    shop, mirrored = context.shop(), 0
    holder = holder_of(shop.public_id)
    for page in ledger.pages_owed(since=since(), size=PORTION):
        plain = {reference_of(shop, one.reference): one.reference for one in page}
        kinds = [str(name_of(one.kind)) for one in page]
        references = [reference_of(shop, one.reference) for one in page]
        minors = [sum(minor for _, minor in one.changes) for one in page]
        asked = {"kinds": kinds, "references": references, "minors": minors}
        with context.public():
            differ = list(rows(_MIRRORED, holder=holder, **asked))
            missing = [plain[reference] for _, reference, _, there in differ if there is None]
            way = {"tenant": shop.public_id, "references": missing}
        on_their_way = _on_their_way(way) if missing else set()
        mirrored += len(page) - len(missing)
        for kind, reference, here, there in differ:
            if there is not None or plain[reference] not in on_their_way:
                yield f"I3: {kind} {reference} is {here} here and {there} in the platform's books"
    with context.public():
        [(held,)] = rows(_HELD, holder=holder, kinds=list(map(str, OF_SHOPS)))
    if held != mirrored:
        yield f"I3: the platform's books hold {held} journals of the shop, {mirrored} are its own"


def _on_their_way(way: dict[str, Any]) -> set[str]:
    """Return those references for which a message waits, in whatever queue."""
    found: set[str] = set()
    for cell in cells.names():
        with context.public(cell):
            found.update(sentences(_ON_ITS_WAY, **way))
    return found
