"""Wallets under many hands: real threads, real commits, one winner."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connection

from billing.ledger import actions, holds, queries
from billing.ledger.actions import Line
from billing.ledger.invariants import violations
from billing.ledger.states import Account, JournalKind
from billing.wallets import actions as wallets
from kernel.errors import Refusal
from kernel.money import Money
from tenants import context
from tenants.context import Shop

ANN, THREADS = UUID(int=1), 5


@pytest.fixture
def purse(new_shop) -> Shop:
    """A committed shop that owes Ann 10.00."""
    shop = new_shop()
    with context.activate(shop):
        line = Line(Account.DISTRIBUTION, Account.WALLET, Money(1_000), credit_holder=ANN)
        actions.post(kind=JournalKind.DISTRIBUTION, reference="L1", lines=[line], why={})
    yield shop
    with context.public(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM dramatiq.queue WHERE tenant = %s", [shop.public_id])


def all_at_once(shop: Shop, jobs: list[Callable[[], object]]) -> Counter[str]:
    """Run jobs in threads of their own connections; count results and refusals by name."""
    gate = threading.Barrier(THREADS)

    def work(mine: list[Callable[[], object]]) -> Counter[str]:
        seen: Counter[str] = Counter()
        try:
            with context.activate(shop):
                gate.wait(10)
                for job in mine:
                    try:
                        seen[str(job())] += 1
                    except Refusal as refusal:
                        seen[refusal.code] += 1
                    except holds.HoldResolved as ended:
                        seen[f"already {ended.resolution}"] += 1
        finally:
            connection.close()
        return seen

    with ThreadPoolExecutor(THREADS) as pool:
        parts = pool.map(work, [jobs[i::THREADS] for i in range(THREADS)])
        return sum(parts, Counter())


def hold(reference: str, minor: int) -> str:
    held = holds.hold(reference=reference, holder=ANN, amount=Money(minor), why={})
    return "held" if held else "again"


def test_fifty_withdrawals_at_once_never_overdraw(purse):
    seen = all_at_once(purse, [lambda n=n: hold(f"W{n}", 300) for n in range(50)])
    assert seen == {"held": 3, "wallet_too_small": 47}
    with context.activate(purse):
        has = queries.wallet(ANN)
        assert (has.available.minor, has.withdrawing.minor) == (100, 900)
        assert list(violations()) == []


def test_of_paying_out_and_giving_back_exactly_one_wins(purse):
    with context.activate(purse):
        for n in range(10):
            hold(f"W{n}", 100)

    def pay(n: int) -> str:
        return "paid" if holds.post_hold(reference=f"W{n}", why={}) else "again"

    def give_back(n: int) -> str:
        return "void" if holds.void_hold(reference=f"W{n}", why={}) else "again"

    jobs = [f for n in range(10) for f in (lambda n=n: pay(n), lambda n=n: give_back(n)) * 3]
    seen = all_at_once(purse, jobs)
    assert seen["paid"] + seen["void"] == 10
    assert seen["already posted"] == 3 * seen["paid"]
    assert seen["already void"] == 3 * seen["void"]
    assert seen["again"] == 20
    with context.activate(purse):
        has = queries.wallet(ANN)
        assert (has.available.minor, has.withdrawing.minor) == (100 * seen["void"], 0)
        assert queries.balance(Account.WECHAT) == Money(-100 * seen["paid"])
        assert list(violations()) == []


def test_withdrawing_while_clawing_back_has_one_winner(purse):
    def claw_back(n: int) -> str:
        line = Line(
            Account.WALLET,
            Account.DISTRIBUTION,
            Money(400),
            debit_holder=ANN,
            may_overdraw=True,
        )
        actions.post(kind=JournalKind.CLAW_BACK, reference=f"C{n}", lines=[line], why={})
        return "clawed back"

    jobs: list[Callable[[], object]] = []
    for n in range(5):
        jobs += [lambda n=n: hold(f"W{n}", 700), lambda n=n: claw_back(n)]
    seen = all_at_once(purse, jobs)
    assert seen["clawed back"] == 5
    assert seen["held"] <= 1
    with context.activate(purse):
        has = queries.wallet(ANN)
        assert has.withdrawing.minor == 700 * seen["held"]
        assert has.available.minor == 1_000 - 5 * 400 - 700 * seen["held"]
        assert list(violations()) == []


def test_a_debt_is_forgiven_once_whoever_forgives_it_at_the_same_time(purse, monkeypatch):
    seen_by_all, debt_of = threading.Barrier(THREADS), wallets.debt_of

    def seen_at_once(holder: UUID) -> Money:
        owed = debt_of(holder)
        seen_by_all.wait(10)
        return owed

    def forgive(n: int) -> str:
        debt = {"debt": Money(700), "reason": "left us", "by": "boss"}
        return "forgiven" if wallets.write_off(holder=ANN, key=f"k{n}", **debt) else "again"

    with context.activate(purse):
        wallets.claw_back(holder=ANN, amount=Money(1_700), reference="C1", why={})
    monkeypatch.setattr(wallets, "debt_of", seen_at_once)
    seen = all_at_once(purse, [lambda n=n: forgive(n) for n in range(THREADS)])
    with context.activate(purse):
        assert queries.wallet(ANN).available == Money(0)
        assert list(violations()) == []
    assert seen == {"forgiven": 1, "debt_changed": THREADS - 1}
