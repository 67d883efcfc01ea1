"""What must be true of plans and invoices. In the public schema."""

from collections.abc import Iterator

from tenants.proofs import sentences

_LINES = """
SELECT format('P1: invoice %%s comes to %%s but its lines to %%s', i.number, i.total_minor,
    coalesce(sum(l.amount_minor), 0))
FROM plans_invoice i LEFT JOIN plans_invoiceline l ON l.invoice_id = i.id
GROUP BY i.id HAVING i.total_minor <> coalesce(sum(l.amount_minor), 0)"""

_NUMBERS = """
SELECT format('P2: %%s numbers were given and %%s invoices are there', coalesce(max(number), 0),
    count(*))
FROM plans_invoice HAVING coalesce(max(number), 0) <> count(*)"""

_PAID = """
SELECT format('P3: invoice %%s is %%s and has %%s payments', i.number, i.state, count(a.id))
FROM plans_invoice i
LEFT JOIN plans_invoiceattempt a ON a.invoice_id = i.id AND a.state = 'succeeded'
    AND NOT a.is_extra
GROUP BY i.id
HAVING count(a.id) <> CASE WHEN i.state = 'paid' AND i.paid_by = 'wechat' THEN 1 ELSE 0 END"""

_OWED = """
SELECT format('P4: invoices of %%s owe %%s but the books say %%s', t.public_id, owed.minor,
    coalesce(kept.minor, 0))
FROM (SELECT s.tenant_id, sum(CASE WHEN i.state = 'open' THEN i.total_minor ELSE 0 END) AS minor
      FROM plans_invoice i JOIN plans_subscription s ON s.id = i.subscription_id
      GROUP BY s.tenant_id) owed
JOIN tenants_tenant t ON t.id = owed.tenant_id
LEFT JOIN (
    SELECT why ->> 'shop' AS shop, sum(CASE WHEN debit = 'receivable' THEN amount_minor
        ELSE -amount_minor END) AS minor
    FROM platform_books_transfer x JOIN platform_books_journal j ON j.id = x.journal_id
    WHERE (x.debit = 'receivable' OR x.credit = 'receivable')
        AND j.why ->> 'invoice' IS NOT NULL
    GROUP BY 1
) kept ON kept.shop = t.public_id
WHERE owed.minor <> coalesce(kept.minor, 0)"""


def violations() -> Iterator[str]:
    """Yield what is wrong with plans and invoices; nothing, when all is right."""
    yield from sentences(_LINES, _NUMBERS, _PAID, _OWED)
