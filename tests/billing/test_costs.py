"""Whatever the planner believes, statements over many rows read them once, not each with each."""

import os

import psycopg
import pytest
from django.db import connection

from billing.bills.states import BillKind
from billing.reconciliation import actions
from tenants import proofs
from tests.billing.bill_writer import Flow, fund_bill, trade_bill
from tests.billing.test_reconciliation import DAY, NOON, bring, sell

SALES = 1_000
MOST_A_SALE = 100
"""Rows and entries of indexes that one sale may take; each with each would be five hundred and more."""


@pytest.fixture
def believed_empty(shop):
    """Let the planner believe that the shop's tables and indexes are empty, whatever they grow to.

    So autovacuum leaves them when it comes by while every row is dead, as after a load that was
    rolled back: pages were seen, and no row in them. All ways then cost the same.
    """
    forge = (
        "UPDATE pg_class SET relpages = %s, reltuples = %s"
        " WHERE relnamespace = %s::regnamespace AND relkind IN ('r', 'i')"
    )
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as owner:
        owner.execute(forge, [100, 0, shop.schema_name])
        yield
        owner.execute(forge, [0, -1, shop.schema_name])


@pytest.mark.parametrize("bill", [BillKind.TRADE, BillKind.BASIC])
def test_a_day_is_compared(shop, believed_empty, bill):
    rows = sell(SALES).bill()
    if bill == BillKind.TRADE:
        text = trade_bill(rows[1:])
    else:
        text = fund_bill(Flow("交易", r.number, r.fen, NOON, f"F{r.number}") for r in rows)
    bring(text, kind=bill)
    before = _rows_read(shop)
    actions.compare(DAY)
    assert SALES < _rows_read(shop) - before < MOST_A_SALE * SALES


def test_a_shop_is_proved(shop, believed_empty):
    bring(trade_bill(sell(SALES).bill()))
    before = _rows_read(shop)
    list(proofs.proofs_of_shop())
    assert SALES < _rows_read(shop) - before < MOST_A_SALE * SALES


def _rows_read(shop) -> int:
    """Return how many rows and entries of indexes this transaction has read in the shop."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_stat_get_xact_tuples_returned(oid))::bigint FROM pg_class"
            " WHERE relnamespace = %s::regnamespace",
            [shop.schema_name],
        )
        return cursor.fetchone()[0]
