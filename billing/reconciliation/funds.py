"""The flow of funds: WeChat's real fee, what it paid out to the bank, and everything else it moved.

Note [open list]. `BUSINESS` says which journal stands for which of WeChat's businesses. The amounts
of the books are read from the account of WeChat alone, so a new kind of journal that touches it is
compared as soon as it has a line here; its nouns are never asked. A journal that is a part of what
WeChat knows as one names it in its `why` as `out_order_no`. A transfer that is on its way
(held, and not resolved yet) is no difference. How it is asked: matching.Note [no statistics].
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from billing.bills.states import FUNDS, BillKind
from billing.ledger import actions as ledger
from billing.ledger.actions import Line as Transfer
from billing.ledger.states import Account, JournalKind
from billing.reconciliation import matching
from billing.reconciliation.matching import Matched
from billing.reconciliation.models import Line as BillLine
from kernel.money import Money
from tenants.transactions import verb

J = JournalKind


class Part(StrEnum):
    """What of a journal a movement is: the amount itself, or WeChat's fee."""

    WHOLE = "whole"
    FEE = "fee"


@dataclass(frozen=True, slots=True)
class Meant:
    """The journal behind a business of WeChat's, which part of it, and in whose flow it stands."""

    kind: JournalKind
    part: Part = Part.WHOLE
    bills: tuple[BillKind, ...] = (BillKind.BASIC,)


BUSINESS: dict[str, Meant] = {
    "交易": Meant(J.PAYMENT),
    "扣除交易手续费": Meant(J.PAYMENT, Part.FEE),
    "退款": Meant(J.REFUND),
    "退还交易手续费": Meant(J.REFUND, Part.FEE),
    "分账": Meant(J.SHARE),
    "分账回退": Meant(J.SHARE_RETURN),
    "商家转账": Meant(J.RESOLUTION, bills=(BillKind.OPERATION,)),
    "提现": Meant(J.PAYOUT, bills=FUNDS),
    "充值": Meant(J.DEPOSIT, bills=FUNDS),
}
"""By 业务名称 (CONTRACT §4.10). A name that is not here is a movement that nothing explains."""

_BY_ITS_OWN_NUMBER = frozenset({J.PAYOUT, J.DEPOSIT})
"""WeChat's own doing, or the owner's at WeChat: it has no number of ours, only the movement's."""

_OF_THE_TRADE_BILL = frozenset({J.PAYMENT, J.REFUND})
"""Compared there; of these the flow of funds adds the fee to the fen."""

_FUNDS = """
WITH meant (business, kind, part, is_own) AS (
    SELECT * FROM unnest(%(businesses)s::text[], %(kinds)s::text[], %(parts)s::text[],
        %(own)s::boolean[])
), moved AS MATERIALIZED (
    SELECT coalesce(meant.kind, '') AS kind,
        CASE WHEN meant.kind IS NULL OR is_own OR line.number = '' THEN line.wechat_number
            ELSE line.number END AS number,
        min(line.state) AS business, sum(line.amount_fen) AS minor,
        sum(line.amount_fen) FILTER (WHERE part = 'fee') AS fee_minor
    FROM reconciliation_line line LEFT JOIN meant ON meant.business = line.state
    WHERE line.bill = %(bill)s AND line.day = %(day)s GROUP BY 1, 2
), asked AS MATERIALIZED (
    SELECT kind, number, number AS reference FROM moved
    UNION SELECT kind, coalesce(why->>'out_order_no', reference), reference FROM ledger_journal
        WHERE at >= %(begins)s::timestamptz - interval '2 days'
            AND at < %(ends)s::timestamptz + interval '2 days' AND kind = ANY(%(numbered)s)
), booked AS MATERIALIZED (
    SELECT asked.kind, asked.number, min(journal.at) AS at,
        max(journal.order_number) AS order_number,
        sum(books.minor) AS minor, sum(books.fee_minor) AS fee_minor
    FROM asked JOIN LATERAL (
        SELECT id, at, coalesce(why->>'order_number', '') AS order_number FROM ledger_journal
        WHERE kind = asked.kind AND reference = asked.reference LIMIT 1
    ) journal ON true JOIN LATERAL (
        SELECT sum(CASE WHEN debit = 'wechat' THEN amount_minor ELSE -amount_minor END) AS minor,
            sum(CASE WHEN debit = 'wechat' AND credit = 'fees' THEN amount_minor
                WHEN debit = 'fees' THEN -amount_minor ELSE 0 END) AS fee_minor
        FROM ledger_transfer
        WHERE journal_id = journal.id AND 'wechat' IN (debit, credit) HAVING count(*) > 0
    ) books ON true GROUP BY asked.kind, asked.number
), sides AS MATERIALIZED (
    SELECT kind, number, moved.number IS NOT NULL AS is_there, moved.minor AS there_minor,
        moved.fee_minor AS there_fee_minor, moved.business, booked.at IS NOT NULL AS is_here,
        booked.minor AS here_minor, booked.fee_minor, booked.at,
        coalesce(booked.order_number, '') AS order_number
    FROM moved FULL JOIN booked USING (kind, number)
), fees AS (
    SELECT sides.kind AS noun, number, 'fee' AS kind, order_number,
        -there_fee_minor AS there_minor, -fee_minor AS here_minor, business, at
    FROM sides
    WHERE kind = ANY(%(trades)s) AND is_there AND is_here AND there_fee_minor <> fee_minor
        AND NOT EXISTS (SELECT FROM reconciliation_difference known WHERE known.bill = 'trade'
            AND known.noun = sides.kind AND known.number = sides.number OFFSET 0)
), others AS (
    SELECT 'flow' AS noun, number,
        CASE WHEN NOT is_here THEN 'missing_here'
            WHEN is_there THEN 'amount'
            WHEN at >= %(cut_off)s AND NOT %(is_next_there)s THEN 'cut_off'
            ELSE 'missing_there' END AS kind,
        order_number, there_minor, here_minor, coalesce(business, kind) AS business, at
    FROM sides
    WHERE NOT kind = ANY(%(trades)s) AND there_minor IS DISTINCT FROM here_minor
        AND (is_there OR at >= %(begins)s AND at < %(ends)s AND NOT EXISTS (
            SELECT FROM reconciliation_line line
            WHERE line.noun = 'flow' AND line.number = sides.number))
        AND NOT (kind = 'resolution' AND NOT is_here AND EXISTS (SELECT FROM ledger_journal held
            WHERE held.kind = 'hold' AND held.reference = sides.number)
            AND NOT EXISTS (SELECT FROM ledger_journal ended
                WHERE ended.kind = 'resolution' AND ended.reference = sides.number))
), found AS MATERIALIZED (
    SELECT noun, number, kind, left(order_number, 24) AS order_number,
        there_minor::bigint AS there_minor, here_minor::bigint AS here_minor,
        %(currency)s::text AS currency,
        jsonb_strip_nulls(jsonb_build_object('business', business, 'at', at)) AS facts
    FROM (SELECT * FROM fees UNION ALL SELECT * FROM others) AS both_
)"""


def compare(bill: BillKind, asked: dict[str, Any]) -> Matched:
    """Compare a day's movements of one account and write what differs. In a transaction."""
    names = [name for name, one in BUSINESS.items() if bill in one.bills]
    meant = [BUSINESS[name] for name in names]
    return matching.run(
        _FUNDS,
        asked
        | {
            "bill": bill.value,
            "businesses": names,
            "kinds": [one.kind.value for one in meant],
            "parts": [one.part.value for one in meant],
            "own": [one.kind in _BY_ITS_OWN_NUMBER for one in meant],
            "numbered": sorted(
                {one.kind.value for one in meant} - _BY_ITS_OWN_NUMBER - _OF_THE_TRADE_BILL
            ),
            "trades": sorted(_OF_THE_TRADE_BILL),
        },
    )


@verb
def note_payouts(bill: BillKind, day: date) -> int:
    """Post what WeChat paid out to the owner's bank on a day; return how many. Once each.

    It pays out by itself, on the day after it settled: only this bill ever tells.
    """
    names = [name for name, meant in BUSINESS.items() if meant.kind == J.PAYOUT]
    rows = BillLine.objects.filter(bill=bill, day=day, state__in=names, amount_fen__lt=0)
    posted = 0
    for line in rows.order_by("place"):
        journal = ledger.post(
            kind=J.PAYOUT,
            reference=line.wechat_number,
            lines=[Transfer(Account.BANK, Account.WECHAT, Money(-line.amount_fen))],
            why={"order_number": "", "bill_day": day.isoformat(), "at": line.at.isoformat()},
        )
        posted += journal is not None
    return posted
