"""Bill against payments against books: one statement per day, in the database.

Note [one statement]. Nothing of a bill comes into memory: lines, payments and journals are joined
where they lie, differences are inserted, and those that are gone are closed, all of it or nothing.
Numbers on either side that fit leave no trace.

Note [no statistics]. A day's rows are new to the planner, which may believe that a table is empty,
and then any join will do: each with each. So nothing is left to it. Both sides' numbers are grouped
rather than joined; each looks up its own rows in one table by the only index there that fits, in a
subquery that no join can swallow (LIMIT, OFFSET, an aggregate); and no lookup reads a table from
end to end, however small that was when the plan was made.

Note [how late]. A payment is looked for in the bill of the day on which WeChat took it; any day
will do, for our clock and WeChat's differ. A refund may stand in the bill of any day since it was
asked for: it is missing only when every one of these days was compared.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from billing.bills.states import span_of
from billing.reconciliation.states import CUT_OFF

# Time-ordered ids as kernel.identifiers makes them: 48 bits of milliseconds, then version 7.
_UUID7 = """encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING substring(
    int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
    52, 1), 53, 1), 'hex')::uuid"""

_TRADES = """
WITH asked AS MATERIALIZED (
    SELECT noun, number, bool_and(is_of_books) AS is_of_books,
        count(wechat_number) AS lines, count(DISTINCT wechat_number) AS transactions,
        min(amount_fen) AS there_minor, sum(amount_fen) AS all_minor,
        min(fee_millifen) AS fee_millifen, min(currency) AS there_currency,
        max(state) AS there_state, min(wechat_number) AS wechat_number,
        min(of_number) AS of_number
    FROM (
        SELECT noun, number, false AS is_of_books, wechat_number, amount_fen, fee_millifen,
            currency, state, of_number
        FROM reconciliation_line WHERE bill = 'trade' AND day = %(day)s
        UNION ALL
        SELECT 'payment', out_trade_no, false, NULL, NULL, NULL, NULL, NULL, NULL
        FROM payments_attempt
        WHERE state = 'succeeded' AND success_at >= %(begins)s AND success_at < %(ends)s
        UNION ALL
        SELECT 'refund', out_refund_no, false, NULL, NULL, NULL, NULL, NULL, NULL
        FROM refunds_refund
        WHERE state = 'succeeded' AND succeeded_at >= %(begins)s AND succeeded_at < %(ends)s
            AND NOT is_by_hand  -- no bill has it
        UNION ALL
        SELECT kind, reference, true, NULL, NULL, NULL, NULL, NULL, NULL
        FROM ledger_journal
        WHERE kind IN ('payment', 'refund') AND at >= %(begins)s AND at < %(ends)s
    ) AS named GROUP BY noun, number
), sides AS MATERIALIZED (
    SELECT asked.*, lines > 0 AS is_there, here.number IS NOT NULL AS is_known,
        journal.id IS NOT NULL AS is_booked, coalesce(here.state = 'succeeded', false) AS is_done,
        payment.amount_minor AS here_minor, payment.currency, here.state,
        here.wechat_number AS here_number,
        coalesce(payment.order_number, '') AS order_number, here.since,
        coalesce(here.at, journal.at) AS at, books.minor AS booked_minor, books.fee_minor
    FROM asked LEFT JOIN LATERAL (
        SELECT out_trade_no AS number, state, payment_id, NULL::bigint AS minor,
            NULL::varchar AS currency, transaction_id AS wechat_number, success_at AS at,
            success_at AS since
        FROM payments_attempt WHERE asked.noun = 'payment' AND out_trade_no = asked.number
        UNION ALL
        SELECT out_refund_no, state, payment_id, amount_minor, currency, NULL, succeeded_at,
            created_at
        FROM refunds_refund WHERE asked.noun = 'refund' AND out_refund_no = asked.number
        LIMIT 1
    ) here ON true LEFT JOIN LATERAL (
        SELECT coalesce(here.minor, amount_minor) AS amount_minor,
            coalesce(here.currency, currency) AS currency, order_number
        FROM payments_payment WHERE id = here.payment_id LIMIT 1
    ) payment ON true LEFT JOIN LATERAL (
        SELECT id, at FROM ledger_journal
        WHERE kind = asked.noun AND reference = asked.number LIMIT 1
    ) journal ON true LEFT JOIN LATERAL (
        SELECT abs(sum(CASE WHEN 'fees' IN (debit, credit) THEN 0
                WHEN debit = 'wechat' THEN amount_minor
                WHEN credit = 'wechat' THEN -amount_minor ELSE 0 END)) AS minor,
            sum(CASE WHEN debit = 'fees' AND credit = 'wechat' THEN amount_minor
                WHEN debit = 'wechat' AND credit = 'fees' THEN -amount_minor ELSE 0 END)
                AS fee_minor
        FROM ledger_transfer WHERE journal_id = journal.id
    ) books ON true
    WHERE NOT (is_of_books AND here.number IS NOT NULL)  -- its own day asks for it
), classed AS (
    SELECT sides.*, CASE
        WHEN is_there AND lines > 1 THEN 'duplicate'
        WHEN is_there AND noun = 'payment' AND here_number <> wechat_number THEN 'duplicate'
        WHEN is_there AND noun = 'refund' AND NOT is_known AND NOT is_booked
            THEN 'refund_unknown'
        WHEN is_there AND noun = 'payment' AND NOT is_booked AND NOT is_done THEN 'missing_here'
        WHEN is_there AND (there_minor <> coalesce(here_minor, booked_minor)
            OR there_currency <> coalesce(currency, %(currency)s)
            OR there_minor <> booked_minor) THEN 'amount'
        WHEN is_there AND noun = 'payment' AND (NOT is_done OR NOT is_booked) THEN 'state'
        WHEN is_there AND noun = 'refund' AND (is_done <> is_booked
            OR there_state = 'SUCCESS' AND NOT is_done
            OR there_state = 'CLOSED' AND is_done) THEN 'state'
        WHEN is_there AND is_booked AND abs(fee_millifen - fee_minor * 1000) >= 1000 THEN 'fee'
        WHEN is_there THEN NULL
        WHEN EXISTS (SELECT FROM reconciliation_line line WHERE line.noun = sides.noun
            AND line.number = sides.number) THEN NULL  -- on another day: no other bill has its noun
        WHEN noun = 'refund' AND is_known AND (SELECT count(*) FROM reconciliation_comparedday done
            WHERE done.bill = 'trade' AND done.day <= %(day)s
                AND done.day >= (since AT TIME ZONE 'Asia/Shanghai')::date)
            <= %(day)s - (since AT TIME ZONE 'Asia/Shanghai')::date THEN NULL
        WHEN at >= %(cut_off)s AND NOT %(is_next_there)s THEN 'cut_off'
        ELSE 'missing_there'
    END AS kind FROM sides
), found AS MATERIALIZED (
    SELECT noun, number, kind, order_number,
        CASE kind WHEN 'fee' THEN round(fee_millifen / 1000.0)
            WHEN 'duplicate' THEN all_minor ELSE there_minor END::bigint AS there_minor,
        CASE kind WHEN 'fee' THEN fee_minor ELSE coalesce(here_minor, booked_minor) END::bigint
            AS here_minor,
        coalesce(currency, there_currency, %(currency)s) AS currency,
        jsonb_strip_nulls(jsonb_build_object(
            'there_state', there_state, 'here_state', state, 'lines', lines,
            'transactions', transactions, 'wechat_number', wechat_number,
            'here_wechat_number', here_number, 'of_number', nullif(of_number, ''),
            'there_currency', there_currency, 'fee_millifen', fee_millifen,
            'fee_minor', fee_minor, 'booked_minor', booked_minor, 'is_booked', is_booked,
            'is_known', is_known, 'at', at)) AS facts
    FROM classed WHERE kind IS NOT NULL
)"""

_WRITE = f"""
, marked AS MATERIALIZED (
    SELECT found.*, left(concat_ws('/', coalesce(there_minor::text, '-'),
        coalesce(here_minor::text, '-'), facts->>'there_currency', facts->>'there_state',
        facts->>'here_state', facts->>'lines'), 200) AS mark FROM found
), opened AS (
    INSERT INTO reconciliation_difference AS known (id, kind, bill, day, noun, number, mark,
        there_minor, here_minor, currency, order_number, facts, state, note, ended_by, found_at,
        changed_at, is_told)
    SELECT {_UUID7}, kind, %(bill)s, %(day)s, noun, number, mark, there_minor, here_minor,
        currency, order_number, facts, CASE kind WHEN 'cut_off' THEN 'explained' ELSE 'open' END,
        '', '', %(now)s, %(now)s, false
    FROM marked ORDER BY noun, number
    ON CONFLICT (noun, number, kind, mark) DO UPDATE
        SET state = EXCLUDED.state, changed_at = EXCLUDED.changed_at, is_told = false
        WHERE known.state = 'fixed' AND known.ended_by = ''
    RETURNING id, state, xmax = 0 AS is_new
), closed AS (
    UPDATE reconciliation_difference known
    SET state = 'fixed', changed_at = %(now)s, is_told = false
    WHERE known.bill = %(bill)s AND known.day = %(day)s AND known.state = ANY(%(live)s)
        AND (known.noun, known.number, known.kind, known.mark)
            NOT IN (SELECT noun, number, kind, mark FROM marked)
    RETURNING known.id, (known.noun, known.number) IN (SELECT noun, number FROM marked)
        AS is_another
), noted AS (
    INSERT INTO reconciliation_differencestep (id, difference_id, state, event, by, facts, at)
    SELECT {_UUID7}, id, state, CASE WHEN is_new THEN 'found' ELSE 'found_again' END, '',
        '{{}}'::jsonb, %(now)s FROM opened
    UNION ALL
    SELECT {_UUID7}, id, 'fixed', CASE WHEN is_another THEN 'became_another' ELSE 'gone' END, '',
        '{{}}'::jsonb, %(now)s FROM closed
)
SELECT (SELECT count(*) FROM marked), (SELECT count(*) FROM opened), (SELECT count(*) FROM closed)
"""


@dataclass(frozen=True, slots=True)
class Matched:
    """How many differences a day has, and how many of them were opened and closed just now."""

    found: int
    opened: int
    closed: int


def span(day: date) -> dict[str, Any]:
    """Return the parameters that say which day is meant."""
    begins, ends = span_of(day)
    return {"day": day, "begins": begins, "ends": ends, "cut_off": ends - CUT_OFF}


def compare_trades(asked: dict[str, Any]) -> Matched:
    """Compare a day's trades and write what differs. In the caller's transaction."""
    return run(_TRADES, asked | {"bill": "trade"})


def run(found: str, asked: dict[str, Any]) -> Matched:
    """Write what the statement `found` comes to, and close what it no longer does."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # Note [no statistics]
        cursor.execute(found + _WRITE, asked)
        row: tuple[int, int, int] = cursor.fetchone()
    return Matched(*row)
