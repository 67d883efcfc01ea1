"""Stock under many hands: real threads, real commits."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from kernel import clock
from kernel.identifiers import uuid7
from shop.inventory import actions
from shop.inventory.models import Reservation, Stock
from tenants import context
from tenants.context import Shop
from tests.shop.catalogue import product, skus

THREADS = 5
"""As many as the suite's pool has connections to spare."""


def all_at_once(shop: Shop, jobs: list[Callable[[], object]]) -> list[object]:
    """Run jobs in threads of their own connections; return results, refusals among them."""
    gate = threading.Barrier(THREADS)

    def work(mine: list[Callable[[], object]]) -> list[object]:
        results: list[object] = []
        try:
            with context.activate(shop):
                gate.wait(10)
                for job in mine:
                    try:
                        results.append(job())
                    except actions.StockRanOut as refusal:
                        results.append(refusal)
        finally:
            connection.close()
        return results

    with ThreadPoolExecutor(THREADS) as pool:
        parts = pool.map(work, [jobs[i::THREADS] for i in range(THREADS)])
        return [result for part in parts for result in part]


def buy(order: UUID, demand: dict[UUID, int]) -> Callable[[], object]:
    until = clock.now() + timedelta(minutes=30)
    return lambda: actions.reserve(order_id=order, demand=demand, expires_at=until)


def level(sku: UUID) -> tuple[int, int]:
    stock = Stock.objects.get(sku=sku)
    return stock.on_hand, stock.reserved


@pytest.fixture
def store(new_shop):
    shop = new_shop()
    with context.activate(shop):
        yield shop


def test_a_thousand_buyers_buy_exactly_the_hundred_there_are(store):
    sku = skus(product(stock=100))[0].pk
    results = all_at_once(store, [buy(uuid7(), {sku: 1}) for _ in range(1_000)])
    assert results.count(None) == 100
    assert sum(isinstance(r, actions.StockRanOut) for r in results) == 900
    assert level(sku) == (100, 100)
    assert Reservation.objects.count() == 100


def test_carts_in_opposite_order_never_wait_in_a_circle(store):
    goods = [skus(product(f"P{i}", stock=300))[0].pk for i in range(5)]
    carts = [dict.fromkeys(goods if i % 2 else goods[::-1], 1) for i in range(400)]
    results = all_at_once(store, [buy(uuid7(), cart) for cart in carts])
    assert results.count(None) == 300
    assert [level(sku) for sku in goods] == [(300, 300)] * 5


def test_a_storm_of_expiry_and_payment_of_the_same_orders_counts_each_once(store):
    sku = skus(product(stock=200))[0].pk
    orders = [uuid7() for _ in range(200)]
    for order in orders:
        buy(order, {sku: 1})()
    jobs: list[Callable[[], object]] = []
    for order in orders:
        jobs += [
            lambda order=order: actions.release(order_id=order, reason="expired"),
            lambda order=order: actions.consume(order_id=order),
        ]
    all_at_once(store, jobs)
    states = list(Reservation.objects.values_list("state", flat=True))
    paid = states.count("consumed")
    assert paid + states.count("released") == 200
    assert level(sku) == (200 - paid, 0)


def test_counting_while_selling_loses_nothing(store):
    sku = skus(product(stock=100))[0].pk
    jobs = [buy(uuid7(), {sku: 1}) for _ in range(100)]
    jobs += [
        lambda: actions.adjust(sku_id=sku, delta=1, reason="delivery", by="x") for _ in range(50)
    ]
    all_at_once(store, jobs)
    assert level(sku) == (150, 100)
