"""Today's figures: what the shop's day came to, what waits, and who may see the money."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.ledger.queries import day_of
from billing.rollups.models import ShopDay
from billing.settlements import actions as closing
from billing.settlements import periods
from billing.settlements import queries as settlements
from billing.settlements.invariants import violations
from kernel import clock
from shop.catalog.models import Sku
from shop.orders.models import Order, ShippingUpload
from tenants import context
from tenants.models import Account, Membership
from tenants.states import Role
from tests.shop.buying import Buyer, Desk, Till
from tests.shop.catalogue import product, skus

pytestmark = pytest.mark.django_db
NOTHING = {
    "orders_count": 0, "paid_count": 0, "paid_minor": 0, "refunds_count": 0, "refunded_minor": 0,
    "to_hand_over_count": 0, "to_ship_count": 0, "refund_requests_count": 0, "shipping_alarms_count": 0,
    "low_stock_count": 0,
}  # fmt: skip


@pytest.fixture
def till(shop, monkeypatch, settings):
    settings.TENANT_CACHE_SECONDS = 600
    return Till(monkeypatch, settings, shop)


def today(desk):
    answer = desk.get("/today")
    assert answer.status_code == 200, answer.content
    return answer.json()


def figures(desk):
    return {name: value for name, value in today(desk).items() if name in NOTHING}


def test_a_new_shop_has_nothing_to_tell(till, desk):
    told = today(desk)
    assert told == {
        **NOTHING, "day": day_of(clock.now()).isoformat(), "currency": "CNY", "few": 5,
    }  # fmt: skip


def test_a_day_of_orders_payments_and_refunds_adds_up(shop, till, desk, run_jobs):
    buyer = Buyer(shop, till.appid)
    [sku] = skus(product("Tea", price_minor=990, stock=8))
    product("Rare", stock=5)
    product("Not on sale", stock=0, state="hidden")
    product("Never counted", stock=None)
    orders = [buyer.order({sku.pk: 1}) for _ in range(4)]
    for order in orders[:3]:
        number = buyer.prepay(order)
        till.pays(number)
        till.calls_back(number)
    run_jobs()
    assert figures(desk) == {
        **NOTHING, "orders_count": 4, "paid_count": 3, "paid_minor": 2970, "to_ship_count": 3,
        "low_stock_count": 3,
    }  # fmt: skip
    desk.refund(orders[0])
    run_jobs()
    body = {"order_id": str(orders[1].pk), "reason": "other"}
    assert buyer.post("/aftersales", body, **{"Idempotency-Key": "k"}).status_code == 201
    desk.ship(orders[2])
    ShippingUpload.objects.update(state="failed")
    told = figures(desk)
    assert told == {
        **NOTHING, "orders_count": 4, "paid_count": 3, "paid_minor": 2970, "refunds_count": 1,
        "refunded_minor": 990, "to_ship_count": 1, "refund_requests_count": 1,
        "shipping_alarms_count": 1, "low_stock_count": 3,
    }  # fmt: skip
    statement = settlements.statement(day_of(clock.now()))
    assert (statement.gross_minor, statement.refunds_minor) == (2970, 990)


def test_an_order_that_costs_nothing_is_paid_and_brings_no_money(shop, till, desk):
    buyer = Buyer(shop, till.appid)
    [free] = skus(product("Sample", price_minor=1, stock=8))
    Sku.objects.filter(pk=free.pk).update(price_minor=0)
    buyer.order({free.pk: 1})
    told = figures(desk)
    assert (told["orders_count"], told["paid_count"], told["paid_minor"]) == (1, 1, 0)
    assert told["to_ship_count"] == 1


def test_an_order_that_costs_nothing_counts_in_the_statement_of_its_day(
    shop, till, run_jobs, other_shop
):
    buyer = Buyer(shop, till.appid)
    [tea] = skus(product("Tea", price_minor=990, stock=8))
    [free] = skus(product("Sample", price_minor=1, stock=8))
    Sku.objects.filter(pk=free.pk).update(price_minor=0)
    today = day_of(clock.now())
    with clock.ahead(timedelta(days=-2)):
        buyer.order({free.pk: 1})
    for _ in range(2):
        buyer.order({free.pk: 1})
    order = buyer.order({tea.pk: 1})
    number = buyer.prepay(order)
    till.pays(number)
    till.tells(number)
    run_jobs(ahead=6)
    statement = settlements.statement(today)
    assert (statement.orders_count, statement.gross_minor) == (3, 990)
    whole = periods.period(today - timedelta(days=3), today)
    assert (whole.orders_count, whole.gross_minor) == (4, 990)
    with context.public():
        days = ShopDay.objects.filter(tenant_public_id=shop.public_id).order_by("day")
        assert [day.orders_count for day in days] == [1, 3]
    with clock.ahead(timedelta(days=1)):
        assert closing.close_days() == [today - timedelta(days=2), today]
    first = settlements.find_statement(today - timedelta(days=2))
    assert (first.orders_count, first.net_minor) == (1, 0)
    assert periods.period(today - timedelta(days=3), today).orders_count == 4
    assert list(violations()) == []


def none_was_free(begins, ends):
    return Order.objects.none().values_list("paid_at", flat=True)


def test_a_day_that_was_closed_before_such_orders_counted_is_no_violation(
    shop, till, settings
):
    buyer = Buyer(shop, till.appid)
    [tea] = skus(product("Tea", price_minor=990, stock=8))
    [free] = skus(product("Sample", price_minor=1, stock=8))
    Sku.objects.filter(pk=free.pk).update(price_minor=0)
    buyer.order({free.pk: 1})
    number = buyer.prepay(buyer.order({tea.pk: 1}))
    till.pays(number)
    till.tells(number)
    settings.FREE_ORDERS = "tests.shop.test_figures.none_was_free"
    with clock.ahead(timedelta(days=1)):
        [day] = closing.close_days()
        settings.FREE_ORDERS = "shop.orders.queries.free_paid_at"
        assert settlements.find_statement(day).orders_count == 1
        assert settlements.count(day).orders_count == 2
        assert list(violations()) == []


def test_yesterday_is_not_today(shop, till, desk, run_jobs, monkeypatch):
    buyer = Buyer(shop, till.appid)
    [sku] = skus(product("Tea", stock=9))
    order = buyer.order({sku.pk: 1})
    number = buyer.prepay(order)
    till.pays(number)
    till.calls_back(number)
    run_jobs()
    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    Order.objects.filter(pk=order.pk).update(created_at=order.created_at)
    assert figures(desk) == {**NOTHING, "to_ship_count": 1}


def test_who_only_ships_is_told_no_money(shop, till, run_jobs):
    with context.public():
        packer = Account.objects.create_user("pack@example.com")
        Membership.objects.create(account=packer, tenant_id=shop.id, role=Role.FULFILMENT)
    told = today(Desk(shop, packer))
    assert (told["paid_minor"], told["refunded_minor"]) == (None, None)
    assert (told["paid_count"], told["to_ship_count"]) == (0, 0)


def test_the_figures_are_one_statement_of_the_shop(shop, till, desk):
    today(desk)
    with CaptureQueriesContext(connection) as seen:
        today(desk)
    inside = [query for query in seen.captured_queries if "orders_order" in query["sql"]]
    assert len(inside) == 1
    assert len(seen) <= 4  # session, account, role, figures
