"""A whole day at the simulator: sold, refunded, paid out; the next morning's bills agree to the fen."""

from datetime import timedelta

import pytest
from django.db import connection

from billing.bills import actions as bills
from billing.bills.models import BillFile
from billing.bills.states import day_of
from billing.ledger import queries as books
from billing.ledger.states import Account
from billing.reconciliation import actions, queries
from billing.reconciliation.models import Difference, Line
from billing.refunds import actions as refunds
from billing.settlements.invariants import violations
from kernel import clock
from kernel.money import Money
from tenants import context
from tests.billing.mornings import until_bills_of
from tests.billing.test_against_simulator import (  # noqa: F401
    app,
    buy,
    carry,
    paid,
    simulator,
    till,
)

pytestmark = pytest.mark.usefixtures("till")


def forget_questions(payment) -> None:
    """Lose the ladder that would ask WeChat after a payment."""
    attempt = str(payment.attempts.get().pk)
    with context.public(), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM dramatiq.queue WHERE message->'kwargs'->>'attempt_id' = %s", [attempt]
        )


def test_the_bills_of_a_day_agree_and_a_lost_payment_is_found_and_taken(
    buy, carry, simulator, run_jobs, app  # noqa: F811
):
    for fen in (9_900, 101, 6_999):
        payment, sheet = buy(fen)
        paid(simulator, sheet)
        carry(payment.attempts.get().out_trade_no)
    lost, sheet = buy(500)
    paid(simulator, sheet)
    forget_questions(lost)
    run_jobs()
    refund = refunds.request(payment=payment, amount=Money(3_300), reason="r", by="b", key="k")
    run_jobs()
    simulator.control("POST", "clock", {"advance_seconds": 60})
    run_jobs(ahead=60)
    refund.refresh_from_db()
    assert refund.state == "succeeded"
    simulator.control("POST", f"funds/{app['sub_mchid']}", {"account": "BASIC", "fen": -1_000})
    day = day_of(clock.now())

    left = until_bills_of(day)
    simulator.control("POST", "clock", {"advance_seconds": left})
    with clock.ahead(timedelta(seconds=left)), context.public():
        bills.want_missing(days_back=1)
    run_jobs()  # on our own clock, which signs
    with context.public():
        states = dict(BillFile.objects.filter(day=day).values_list("kind", "state"))
    assert states == {"trade": "loaded", "basic": "loaded", "operation": "wanted"}
    assert Line.objects.filter(bill="trade").count() == 5
    [row] = queries.differences(states=["open", "explained"], before=None, limit=9)
    assert (row.kind, row.number) == ("missing_here", lost.attempts.get().out_trade_no)
    assert row.facts["is_known"]
    assert books.balance(Account.BANK) == Money(1_000)

    actions.repair(difference_id=row.pk, by="root@example.com", note="lost callback")
    lost.refresh_from_db()
    assert lost.state == "succeeded"
    actions.compare(day)
    assert Difference.objects.exclude(state="fixed").count() == 0
    assert list(violations()) == []
    whole = simulator.control("GET", f"funds/{app['sub_mchid']}")
    assert books.balance(Account.WECHAT).minor == whole["BASIC"]
