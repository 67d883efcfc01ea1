"""The books balance by their shape, are written once, and nobody can rewrite them."""

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from billing.ledger import actions, queries
from billing.ledger.actions import Line
from billing.ledger.models import Balance, Journal, Transfer
from billing.ledger.states import Account, JournalKind
from kernel.money import Money


def post(reference: str = "N1", *lines: Line):
    lines = lines or (Line(Account.WECHAT, Account.HELD, Money(100)),)
    return actions.post(
        kind=JournalKind.PAYMENT, reference=reference, lines=lines, why={"order_number": "O1"}
    )


def test_the_same_journal_again_is_no_journal(shop):
    assert post() is not None
    assert post() is None
    assert Transfer.objects.count() == 1
    assert queries.balance(Account.HELD) == Money(100)
    assert Balance.objects.get().amount_minor == 100


def test_the_same_reference_with_other_lines_is_refused(shop):
    post()
    with pytest.raises(actions.JournalDiffers):
        post("N1", Line(Account.WECHAT, Account.HELD, Money(101)))
    assert queries.balance(Account.HELD) == Money(100)


def test_held_never_falls_below_zero(shop):
    post()
    with pytest.raises(actions.BalanceTooSmall):
        actions.post(
            kind=JournalKind.EARNING,
            reference="O1",
            lines=[Line(Account.HELD, Account.SALES, Money(101))],
            why={},
        )
    assert Journal.objects.count() == 1
    assert queries.balances()[Account.SALES] == Money(0)


def test_the_database_itself_refuses_a_balance_below_zero(shop):
    post()
    with pytest.raises(IntegrityError), transaction.atomic():
        Balance.objects.update(amount_minor=-1)


def test_a_line_of_zero_is_left_out_and_a_journal_of_nothing_is_refused(shop):
    post(
        "N1",
        Line(Account.WECHAT, Account.HELD, Money(1)),
        Line(Account.FEES, Account.WECHAT, Money(0)),
    )
    assert [(t.debit, t.amount_minor) for t in queries.transfers_of("N1")] == [("wechat", 1)]
    with pytest.raises(ValueError):
        post("N2", Line(Account.FEES, Account.WECHAT, Money(0)))
    with pytest.raises(ValueError):
        post("N3", Line(Account.FEES, Account.WECHAT, Money(-1)))
    assert Journal.objects.count() == 1


@pytest.mark.parametrize(
    "change", [{"amount_minor": 0}, {"amount_minor": -5}, {"credit": "wechat"}, {"debit": "cash"}]
)
def test_the_database_itself_refuses_a_transfer_that_does_not_balance(shop, change):
    journal = post()
    values = {"debit": "wechat", "credit": "held", "amount_minor": 1, "currency": "CNY"} | change
    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.create(journal=journal, **values)


@pytest.mark.parametrize("table", ["ledger_journal", "ledger_transfer"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_nobody_in_the_shop_can_rewrite_the_books(shop, table, statement):
    post()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement.format(table))
    assert Journal.objects.count() == 1


def test_a_moved_day_is_told_once_until_it_is_counted(shop, queued):
    journal = post("N1")
    post("N2")
    day = queries.day_of(journal.at)
    assert [m["kwargs"] for m in queued("count_moved_day")] == [{"day": day.isoformat()}]
    actions.begin_count(day)
    post("N3")
    assert len(queued("count_moved_day")) == 2
