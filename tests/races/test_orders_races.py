"""Two of everything at once, with real commits: one winner, and nothing lost or doubled."""

import threading
from collections import Counter
from collections.abc import Callable
from queue import Empty, SimpleQueue

import pytest
from django.db import connection, connections

from billing.payments import actions as payments
from billing.payments.models import Payment
from billing.refunds.models import Refund
from kernel.errors import Refusal
from shop.inventory.models import Stock
from shop.orders import actions, queries
from shop.orders.actions.handing import MOST_TRIES
from shop.orders.models import Order, Parcel, ShippingUpload
from shop.orders.states import OrderState
from shop.pickup_points import actions as pickup_points
from tenants import context
from tests.shop.buying import POINT, Buyer, Till
from tests.shop.catalogue import product, skus

THREADS = 16


@pytest.fixture
def shop(new_shop):
    opened = new_shop()
    with context.activate(opened):
        yield opened


@pytest.fixture
def till(shop, monkeypatch, settings):
    return Till(monkeypatch, settings, shop)


def sku(title="Tea", **fields):
    return skus(product(title, **fields))[0].pk


def level(sku_id):
    stock = Stock.objects.get(pk=sku_id)
    return stock.on_hand, stock.reserved


def at_once(shop, works: list[Callable[[], object]], threads: int = THREADS) -> list[object]:
    """Do all of it on so many threads, started together; return the answers or the refusals."""
    waiting: SimpleQueue[tuple[int, Callable[[], object]]] = SimpleQueue()
    for numbered in enumerate(works):
        waiting.put(numbered)
    answers: list[object] = [None] * len(works)
    gate = threading.Barrier(min(threads, len(works)))

    def work() -> None:
        gate.wait()
        with context.activate(shop):
            while True:
                try:
                    place, do = waiting.get_nowait()
                except Empty:
                    return
                try:
                    answers[place] = do()
                except Refusal as refusal:
                    answers[place] = refusal
                except Exception as error:
                    answers[place] = error
                finally:
                    connection.close()

    team = [threading.Thread(target=work) for _ in range(gate.parties)]
    for thread in team:
        thread.start()
    for thread in team:
        thread.join(120)
    connections["default"].close()
    return answers


def codes(answers):
    return Counter(
        a.status_code if hasattr(a, "status_code") else getattr(a, "code", repr(a)) for a in answers
    )


def in_order():
    assert list(queries.violations()) == []


def test_1000_buyers_of_100_items_make_exactly_100_orders(shop, till):
    tea = sku(stock=100)
    buyers = [Buyer(shop, till.appid, f"openid-{n}") for n in range(THREADS)]
    for buyer in buyers:
        assert buyer.address
    works = [lambda b=buyers[n % THREADS]: b.buy({tea: 1}) for n in range(1_000)]
    assert codes(at_once(shop, works)) == {201: 100, 409: 900}
    assert Order.objects.count() == Payment.objects.count() == 100
    assert level(tea) == (100, 100)
    in_order()


def test_carts_of_the_same_goods_in_opposite_order_never_wait_in_a_circle(shop, till):
    goods = [sku(f"Item {n}", stock=40) for n in range(5)]
    buyer = Buyer(shop, till.appid)
    assert buyer.address
    works = [
        lambda turn=n: buyer.buy(dict.fromkeys(goods if turn % 2 else goods[::-1], 1))
        for n in range(60)
    ]
    assert codes(at_once(shop, works, threads=8)) == {201: 40, 409: 20}
    assert {level(s) for s in goods} == {(40, 40)}
    in_order()


def test_the_same_key_50_times_at_once_is_one_order_and_the_same_bytes(shop, till):
    tea = sku(stock=100)
    buyer = Buyer(shop, till.appid)
    assert buyer.address
    answers = at_once(shop, [lambda: buyer.buy({tea: 1}, key="the-same")] * 50)
    assert codes(answers) == {201: 50}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotent-Replay" in answer.headers for answer in answers) == 49
    assert Order.objects.count() == Payment.objects.count() == 1
    assert level(tea) == (100, 1)


def paid(buyer, till, demand, point_id=""):
    order = buyer.collect(demand, point_id) if point_id else buyer.order(demand)
    number = buyer.prepay(order)
    till.pays(number)
    till.tells(number)
    actions.mark_paid(order_id=order.pk)
    return Order.objects.get(pk=order.pk)


@pytest.mark.parametrize("turn", range(6))
def test_cancelling_while_paying_ends_in_one_of_both(shop, till, turn):
    tea = sku(stock=10)
    buyer = Buyer(shop, till.appid)
    order = buyer.order({tea: 2})
    number = buyer.prepay(order)

    def pay():
        try:
            till.pays(number)
        except AssertionError:
            return "WeChat had closed it"
        till.tells(number)
        actions.mark_paid(order_id=order.pk)
        return "paid"

    def cancel():
        return buyer.post(f"/orders/{order.pk}/cancel").status_code

    said = at_once(shop, [pay, cancel] if turn % 2 else [cancel, pay])
    order.refresh_from_db()
    if "paid" in said:
        assert order.state == OrderState.PAID
        assert level(tea) == (8, 0)
    else:
        assert (order.state, said.count(200)) == (OrderState.CANCELLED, 1)
        assert level(tea) == (10, 0)
    assert not Refund.objects.exists()
    in_order()


@pytest.mark.parametrize("turn", range(6))
def test_shipping_while_refunding_has_one_winner(shop, till, turn):
    tea = sku(stock=10)
    buyer = Buyer(shop, till.appid)
    order = paid(buyer, till, {tea: 2})

    def seen():
        return Order.objects.get(pk=order.pk)

    looks = [seen() for _ in range(4)]

    def ship(n):
        return lambda: actions.ship(
            order=looks[n], carrier_code="SF", tracking_number=f"SF-{n:05}", by="pack"
        )

    def refund(n):
        return lambda: actions.request_refund(
            order=looks[n], reason="broken", by="boss", key=f"key-{n}"
        )

    works = [ship(0), refund(1), ship(2), refund(3)]
    said = at_once(shop, works if turn % 2 else works[::-1])
    assert sum(not isinstance(answer, Exception) for answer in said) == 1
    now = seen()
    parcels, refunds = Parcel.objects.count(), Refund.objects.count()
    assert (parcels, refunds) in {(1, 0), (0, 1)}
    assert (now.state == OrderState.SHIPPED) == (parcels == 1)
    assert (now.refund_requested_at is not None) == (refunds == 1)
    in_order()


@pytest.mark.parametrize("turn", range(6))
def test_handing_over_while_refunding_has_one_winner(shop, till, turn):
    tea = sku(stock=10)
    buyer = Buyer(shop, till.appid)
    order = paid(buyer, till, {tea: 2}, point_id=str(pickup_points.add(**POINT).pk))
    if turn % 3 == 0:
        actions.make_ready(order=order, by="pack")
    looks = [Order.objects.get(pk=order.pk) for _ in range(4)]

    def hand_over(n):
        return lambda: actions.hand_over(order=looks[n], code=order.pickup_code, by="pack")

    def refund(n):
        return lambda: actions.request_refund(
            order=looks[n], reason="nobody came", by="boss", key=f"key-{n}"
        )

    works = [hand_over(0), refund(1), hand_over(2), refund(3)]
    said = at_once(shop, works if turn % 2 else works[::-1])
    now = Order.objects.get(pk=order.pk)
    is_fetched, refunds = now.state == OrderState.COMPLETED, Refund.objects.count()
    assert (is_fetched, refunds) in {(True, 0), (False, 1)}
    # Handing over again changes nothing; a refund has one winner.
    assert sum(not isinstance(answer, Exception) for answer in said) == (2 if is_fetched else 1)
    assert ShippingUpload.objects.count() == is_fetched
    in_order()


def test_codes_tried_at_once_are_counted_one_by_one(shop, till):
    buyer = Buyer(shop, till.appid)
    order = paid(buyer, till, {sku(): 1}, point_id=str(pickup_points.add(**POINT).pk))
    wrong = [f"{(int(order.pickup_code) + n) % 10**6:06d}" for n in range(1, 31)]
    looks = [Order.objects.get(pk=order.pk) for _ in wrong]
    said = at_once(
        shop,
        [
            lambda look=look, code=code: actions.hand_over(order=look, code=code, by="pack")
            for look, code in zip(looks, wrong, strict=True)
        ],
    )
    assert codes(said) == {
        "pickup_code_wrong": MOST_TRIES, "pickup_code_blocked": 30 - MOST_TRIES,
    }  # fmt: skip


@pytest.mark.parametrize("turn", range(3))
def test_parts_given_back_while_shipping_never_meet_on_a_piece(shop, till, turn):
    """Whoever comes second looked at an order that is no more: it must look again."""
    tea = sku(stock=10)
    buyer = Buyer(shop, till.appid)
    order = paid(buyer, till, {tea: 3})
    line = order.lines.get()
    looks = [Order.objects.get(pk=order.pk) for _ in range(8)]

    def give(n):
        return lambda: actions.request_part(
            order=looks[n], parts={line.pk: actions.Part(1)}, reason="r", by="b", key=f"p{n}"
        )

    def ship(n):
        return lambda: actions.ship(
            order=looks[n], carrier_code="SF", tracking_number=f"SF-{n:05}", by="pack",
            contents={line.pk: 1},
        )  # fmt: skip

    works = [give(n) if (n + turn) % 2 else ship(n) for n in range(8)]
    said = at_once(shop, works)
    line.refresh_from_db()
    order.refresh_from_db()
    assert line.quantity_shipped + line.quantity_cancelled <= 3
    assert line.quantity_refunded == Refund.objects.count() <= 3
    assert order.parcels_count == Parcel.objects.count() == line.quantity_shipped
    assert sum(not isinstance(answer, Exception) for answer in said) >= 1
    in_order()


def test_the_worker_hearing_of_a_payment_16_times_at_once_pays_once(shop, till):
    tea = sku(stock=10)
    buyer = Buyer(shop, till.appid)
    order = buyer.order({tea: 2})
    number = buyer.prepay(order)
    till.pays(number)
    till.tells(number)
    said = at_once(shop, [lambda: actions.mark_paid(order_id=order.pk)] * 16)
    assert said == [None] * 16
    assert order.steps.filter(state="paid").count() == 1
    assert level(tea) == (8, 0)
    in_order()


def test_a_late_payment_heard_8_times_at_once_is_refunded_once(shop, till):
    tea = sku(stock=2)
    buyer = Buyer(shop, till.appid)
    order = buyer.order({tea: 2})
    number = buyer.prepay(order)
    buyer.post(f"/orders/{order.pk}/cancel")
    Buyer(shop, till.appid, "openid-2").order({tea: 1})
    till.orders[number]["trade_state"] = "NOTPAY"
    till.pays(number)
    till.tells(number)
    said = at_once(shop, [lambda: actions.mark_paid(order_id=order.pk)] * 8)
    assert said == [None] * 8
    assert Refund.objects.count() == 1
    assert order.steps.count() == 3
    assert level(tea) == (2, 1)
    in_order()


def test_expiry_while_paying_never_loses_the_money(shop, till):
    tea = sku(stock=10)
    buyer = Buyer(shop, till.appid)
    orders = [buyer.order({tea: 1}) for _ in range(6)]
    numbers = [buyer.prepay(order) for order in orders]
    works = []
    for order, number in zip(orders, numbers, strict=True):

        def pay(order=order, number=number):
            try:
                till.pays(number)
            except AssertionError:
                return
            payments.sync(payment=Payment.objects.get(order_id=order.pk))
            actions.mark_paid(order_id=order.pk)

        works += [pay, lambda order=order: actions.expire(order_id=order.pk)]
    assert at_once(shop, works) == [None] * 12
    for order, number in zip(orders, numbers, strict=True):
        order.refresh_from_db()
        paid_at_wechat = till.orders[number]["trade_state"] == "SUCCESS"
        assert order.state == (OrderState.PAID if paid_at_wechat else OrderState.CANCELLED)
    kept = sum(order.state == OrderState.PAID for order in orders)
    assert level(tea) == (10 - kept, 0)
    in_order()
