"""Two answers to one request at once, with real commits: one of them counts, the money moves once."""

import pytest

from billing.refunds.models import Refund
from shop.aftersale import actions
from shop.aftersale.models import AfterSale
from shop.aftersale.states import Reason
from shop.orders import actions as orders
from shop.orders.models import Order
from tests.races.test_orders_races import at_once, codes, in_order, paid, shop, sku, till  # noqa: F401
from tests.shop.buying import Buyer


@pytest.fixture
def order(shop, till):  # noqa: F811
    buyer = Buyer(shop, till.appid)
    return paid(buyer, till, {sku(stock=10): 1})


def ask(order):
    return actions.request(member=order.member, order_id=order.pk, reason=Reason.OTHER)


def states(row):
    return list(row.steps.order_by("at", "pk").values_list("state", flat=True))


def test_asking_sixteen_times_at_once_is_one_request(shop, order):  # noqa: F811
    answers = at_once(shop, [lambda: ask(order)] * 16)
    assert sum(isinstance(answer, AfterSale) for answer in answers) == 1
    assert {getattr(a, "code", "") for a in answers if not isinstance(a, AfterSale)} == {
        "already_requested"
    }
    assert AfterSale.objects.count() == 1


def test_agreeing_sixteen_times_at_once_is_one_refund(shop, order):  # noqa: F811
    row = ask(order)
    works = [lambda: actions.agree(row=AfterSale.objects.get(pk=row.pk), by="x")] * 16
    assert codes(at_once(shop, works)) == {"None": 16}
    assert Refund.objects.count() == 1
    assert states(row) == ["requested", "agreed"]
    in_order()


@pytest.mark.parametrize("turn", range(6))
def test_agreeing_while_the_customer_cancels_ends_in_one_of_both(shop, order, turn):  # noqa: F811
    row = ask(order)
    works = [
        lambda: actions.agree(row=AfterSale.objects.get(pk=row.pk), by="x"),
        lambda: actions.cancel(row=AfterSale.objects.get(pk=row.pk)),
    ]
    answers = at_once(shop, works if turn % 2 else works[::-1])
    assert codes(answers) == {"None": 1, "request_already_answered": 1}
    row.refresh_from_db()
    assert row.state in {"agreed", "cancelled"}
    assert Refund.objects.count() == (row.state == "agreed")
    assert (Order.objects.get(pk=order.pk).refund_requested_at is not None) == (
        row.state == "agreed"
    )
    assert states(row) == ["requested", row.state]
    in_order()


@pytest.mark.parametrize("turn", range(4))
def test_agreeing_while_another_door_refunds_moves_the_money_once(shop, order, turn):  # noqa: F811
    row = ask(order)

    def refund():
        found = Order.objects.get(pk=order.pk)
        orders.request_refund(order=found, reason="broken", by="y", key="other-door")

    works = [refund, lambda: actions.agree(row=AfterSale.objects.get(pk=row.pk), by="x")]
    answers = at_once(shop, works if turn % 2 else works[::-1])
    assert codes(answers) == {"None": 1, "order_not_refundable": 1}
    assert Refund.objects.count() == 1
    in_order()
