"""A commission under many hands: settled while its order is refunded, twice at once: one winner."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from billing.ledger import queries as books
from kernel.money import Money
from shop.distribution import actions, earning, invariants
from shop.distribution.amounts import Rule
from shop.distribution.models import Commission
from shop.members import actions as members
from shop.orders import actions as orders
from shop.orders.actions.arriving import locked, spend
from shop.orders.actions.moving import move_return
from shop.orders.models import Order, OrderReturn, OrderReturnLine
from shop.orders.states import ReturnState
from tenants import context
from tests.shop.buying import Buyer, Till
from tests.shop.catalogue import product, skus


@pytest.fixture
def place(new_shop, monkeypatch, settings):
    """A committed shop whose commissions are due at once."""
    shop = new_shop()
    with context.activate(shop):
        till = Till(monkeypatch, settings, shop)
        rule = Rule(is_open=True, rate_bp=1_000, entry="everyone", hold_days=0)
        actions.set_rules(rule=rule, by="test")
        friend = members.sign_in(appid=till.appid, openid="friend").member
        buyer = Buyer(shop, till.appid)
        actions.visit(member=buyer.member, code=actions.apply(member=friend).code)
        yield shop, till, friend, buyer, skus(product(price_minor=1_000, stock=50))[0].pk
    with context.public(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM dramatiq.queue WHERE tenant = %s", [shop.public_id])


def at_once(shop, *deeds):
    gate = threading.Barrier(len(deeds))

    def work(deed):
        try:
            with context.activate(shop):
                gate.wait(10)
                return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(work, deeds))


def received(place):
    """An order of 20.00 in two pieces that is received; its commission is held."""
    _, till, _, buyer, sku = place
    order = buyer.order({sku: 2})
    number = buyer.prepay(order)
    till.pays(number)
    till.tells(number)
    orders.mark_paid(order_id=order.pk)
    Order.objects.filter(pk=order.pk).update(completed_at=order.created_at)
    earning.receive(order_id=order.pk)
    return order, Commission.objects.get(order=order)


def goes_back(order):
    """One piece's money went back, as orders note it, and distribution hears of it."""

    def deed():
        with transaction.atomic():
            locked(order.pk)
            line = order.lines.get()
            row = OrderReturn.objects.create(
                order=order, key="one", state=ReturnState.ASKED, is_whole=False, goods_minor=1_000,
                freight_minor=0, amount_minor=1_000, currency="CNY", reason="x", by="test",
            )  # fmt: skip
            OrderReturnLine.objects.create(
                parent=row, line=line, quantity=1, quantity_cancelled=0, amount_minor=1_000
            )
            spend(line, 1, 0, 1_000)
            move_return(row, ReturnState.SUCCEEDED)
        earning.recount(order_id=order.pk)

    return deed


@pytest.mark.parametrize("turn", range(4))
def test_settling_and_refunding_at_once_leave_what_is_kept(place, turn):
    shop, _, friend, _, _ = place
    order, commission = received(place)
    settle = lambda: earning.settle(commission_id=commission.pk)  # noqa: E731
    deeds = [settle, goes_back(order), settle]
    at_once(shop, *(deeds if turn % 2 else deeds[::-1]))
    commission.refresh_from_db()
    assert (commission.state, commission.settled_minor, commission.kept_minor) == ("settled", 100, 100)
    assert books.wallet(friend.pk).available == Money(100)
    assert list(invariants.violations()) == []


def test_five_at_once_settle_once(place):
    shop, _, friend, _, _ = place
    _, commission = received(place)
    at_once(shop, *[lambda: earning.settle(commission_id=commission.pk)] * 5)
    assert books.wallet(friend.pk).available == Money(200)
    assert list(invariants.violations()) == []


def test_five_at_once_work_it_out_once(place):
    shop, till, _, buyer, sku = place
    order = buyer.order({sku: 1})
    number = buyer.prepay(order)
    till.pays(number)
    till.tells(number)
    orders.mark_paid(order_id=order.pk)
    made = at_once(shop, *[lambda: earning.attribute(order_id=order.pk)] * 5)
    assert len({row.pk for row in made}) == 1
    assert list(invariants.violations()) == []
