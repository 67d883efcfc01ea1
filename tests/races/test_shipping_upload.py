"""A second parcel while WeChat is being told of the first: it must hear of both, and in order."""

import threading

import pytest
from django.db import connection

from kernel import clock
from shop.orders import actions, queries
from shop.orders.models import Order, OrderLine, ShippingUpload
from tenants import context
from tests.shop.buying import Buyer, Till
from tests.shop.catalogue import product, skus


@pytest.fixture
def shop(new_shop):
    opened = new_shop()
    with context.activate(opened):
        yield opened


@pytest.fixture
def till(shop, monkeypatch, settings):
    return Till(monkeypatch, settings, shop)


@pytest.fixture
def order(shop, till):
    """A paid order of two lines, one of which is in a parcel."""
    buyer = Buyer(shop, till.appid)
    tea, cup = (skus(product(title))[0].pk for title in ("Tea", "Cup"))
    bought = buyer.order({tea: 1, cup: 1})
    till.pays(buyer.prepay(bought))
    actions.refresh(order=bought)
    bought.refresh_from_db()
    line = OrderLine.objects.filter(order=bought).first()
    _ship(bought, "FIRST-0001", {line.pk: 1})
    return bought


def _ship(order, number, contents=None):
    actions.ship(
        order=order, carrier_code="ZTO", tracking_number=number, contents=contents, by="test"
    )


def _wanted_attempts(order):
    with context.public(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT (message->'kwargs'->>'attempt')::int FROM dramatiq.queue"
            " WHERE message->>'actor_name' LIKE '%%upload_shipping'"
            " AND message->'kwargs'->>'order_id' = %s ORDER BY position",
            [str(order.pk)],
        )
        return [attempt for (attempt,) in cursor.fetchall()]


def test_a_parcel_noted_while_the_first_upload_is_recorded_is_told_too(
    shop, till, order, monkeypatch
):
    look = ShippingUpload.objects.get_or_create

    def look_then_be_overtaken(**what):
        found = look(**what)
        overtaking = threading.Thread(target=upload)
        overtaking.start()
        overtaking.join()
        return found

    def upload():
        with context.activate(shop):
            actions.upload_shipping(order_id=order.pk, attempt=0)
        connection.close()

    monkeypatch.setattr(ShippingUpload.objects, "get_or_create", look_then_be_overtaken)
    _ship(order, "SECOND-0002")

    assert [told["all_shipped"] for told in till.uploads] == [False]
    assert _wanted_attempts(order) == [0, 1]
    actions.upload_shipping(order_id=order.pk, attempt=1)
    assert [told["all_shipped"] for told in till.uploads] == [False, True]
    upload_row = ShippingUpload.objects.get(pk=order.pk)
    assert (upload_row.state, upload_row.parcels_count, upload_row.attempts) == ("sent", 2, 2)


def test_an_upload_is_dated_before_its_parcels_were_read_so_that_a_newer_one_stays(
    till, order, monkeypatch
):
    read_at = []
    shipment_of = queries.shipment_of

    def read(shipped: Order):
        read_at.append(clock.now())
        return shipment_of(shipped)

    monkeypatch.setattr(queries, "shipment_of", read)
    actions.upload_shipping(order_id=order.pk, attempt=0)

    assert till.uploads[0]["uploaded_at"] <= read_at[0]
