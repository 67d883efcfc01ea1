"""One journal of a shop, heard by many workers at once, is one journal of the platform."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from billing.ledger import actions
from billing.ledger.actions import Line
from billing.ledger.states import Account, JournalKind
from billing.platform_books import invariants, mirroring, queries
from billing.platform_books.states import PlatformAccount
from kernel.money import Money
from tenants import context

THREADS, JOURNALS = 5, 6


def test_many_who_hear_of_the_same_journals_write_each_once(new_shop):
    shop = new_shop()
    with context.activate(shop):
        for n in range(JOURNALS):
            line = Line(Account.COMMISSION, Account.PLATFORM, Money(100))
            actions.post(kind=JournalKind.EARNING, reference=f"N{n}", lines=[line], why={})
    gate = threading.Barrier(THREADS)

    def hear(place: int) -> int:
        try:
            with context.activate(shop):
                gate.wait(10)
                if place == 0:
                    return mirroring.catch_up()
                heard = [
                    mirroring.mirror(kind=JournalKind.EARNING, reference=f"N{(n + place) % JOURNALS}")
                    for n in range(JOURNALS)
                ]
                return sum(heard)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        assert sum(pool.map(hear, range(THREADS))) == JOURNALS
    with context.activate(shop):
        assert list(invariants.violations_of_shop()) == []
    owed = queries.balance_of_shop(PlatformAccount.RECEIVABLE, shop.public_id)
    assert owed == Money(100 * JOURNALS)
