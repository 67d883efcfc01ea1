"""What the books come to by account and currency, in one statement for any schema."""

BY_ACCOUNT = """
SELECT account, currency, sum(debit), sum(credit) FROM (
    SELECT debit AS account, currency, amount_minor AS debit, 0 AS credit FROM ledger_transfer
    UNION ALL SELECT credit, currency, 0, amount_minor FROM ledger_transfer) side
GROUP BY account, currency ORDER BY account COLLATE "C", currency COLLATE "C" """

BY_BALANCE = """
SELECT kind, account, currency, sum(amount_minor) FROM (
    SELECT 'guarded' AS kind, account, currency, amount_minor FROM ledger_balance
    UNION ALL SELECT 'holders', account, currency, amount_minor FROM ledger_holderbalance) kept
GROUP BY kind, account, currency
ORDER BY kind COLLATE "C", account COLLATE "C", currency COLLATE "C" """
