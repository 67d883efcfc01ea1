"""Commission that owners pay to the platform's bank: in both books, once, and traced."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from billing.ledger import queries as ledger
from billing.ledger.models import Journal
from billing.ledger.states import Account, JournalKind
from billing.settlements import actions, queries
from billing.settlements import invariants as settled
from billing.settlements.actions import RemittanceDiffers
from kernel import clock
from kernel.money import Money
from tenants import context
from tests.billing.test_mirroring import earn, held, owed, post, wrong


def note(minor: int, reference: str = "BANK1", currency: str = "CNY") -> bool:
    return actions.note_remittance(
        reference=reference, amount=Money(minor, currency), by="platform:root", why="per 11-29"
    )


def test_it_settles_what_the_shop_owes_in_both_books(paid, shop, run_jobs):
    earn(paid(10_000))
    assert note(70)
    assert wrong() == [], "its message is on its way"
    run_jobs()
    assert (queries.owed_to_platform(), owed(shop)) == (Money(30), 30)
    assert held() == {"bank": 70, "receivable": 30, "commission": 100}
    assert ledger.balance(Account.OWNER) == Money(70)
    [one] = queries.remittances(limit=9)
    assert (one.reference, one.amount, one.by, one.why) == (
        "BANK1", Money(70), "platform:root", "per 11-29",
    )  # fmt: skip
    assert (wrong(), list(settled.violations())) == ([], [])


def test_no_figure_of_a_statement_moves(paid):
    earn(paid(10_000))
    today = ledger.day_of(clock.now())
    before = queries.count(today)
    note(100)
    after = queries.count(today)
    names = ("gross_minor", "refunds_minor", "fee_minor", "commission_minor", "net_minor")
    assert [getattr(after, name) for name in names] == [getattr(before, name) for name in names]


def test_the_same_number_again_is_known_and_another_amount_refused(shop, run_jobs):
    assert note(70)
    assert not note(70)
    with pytest.raises(RemittanceDiffers) as refused:
        note(71)
    assert (refused.value.status, refused.value.code) == (409, "remittance_differs")
    run_jobs()
    assert Journal.objects.count() == 1
    assert held() == {"bank": 70, "receivable": -70}, "paid in advance"


def test_a_minus_takes_back(shop, run_jobs):
    note(700)
    note(-630, "BANK1 wrong")
    run_jobs()
    assert [str(one.amount) for one in queries.remittances(limit=9)] == ["-6.30 CNY", "7.00 CNY"]
    assert (queries.owed_to_platform(), owed(shop)) == (Money(-70), -70)
    assert wrong() == []


def test_they_are_found_by_their_kind_however_many_transfers_there_are(shop):
    note(700)
    post(JournalKind.DEPOSIT, "D1", (Account.WECHAT, Account.OWNER, 5))
    with CaptureQueriesContext(connections["default"]) as asked:
        assert [one.reference for one in queries.remittances(limit=9)] == ["BANK1"]
    [sql] = [query["sql"] for query in asked if "ledger_transfer" in query["sql"]]
    assert "ledger_journal.kind = 'remittance'" in sql, "no plan for any kind looks there first"


def test_nothing_and_another_currency_are_refused(shop):
    for minor, currency in ((0, "CNY"), (5, "EUR")):
        with pytest.raises(ValueError, match="an amount of the shop's currency"):
            note(minor, currency=currency)
    assert not Journal.objects.exists()


def test_of_many_at_once_one_posts(new_shop):
    shop = new_shop()

    def one(_: int) -> bool:
        try:
            with context.activate(shop):
                return note(70)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(one, range(16)))
    assert sorted(told) == [False] * 15 + [True]
    with context.activate(shop):
        assert queries.owed_to_platform() == Money(-70)
