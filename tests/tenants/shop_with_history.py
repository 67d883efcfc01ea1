"""A committed shop with everything in it that an archive must carry, odd characters first of all."""

from io import BytesIO
from typing import Any

import dramatiq
import pytest
from django.db import connections
from PIL import Image as Picture

from jobs.broker import broker
from shop.media import actions as media
from shop.orders import actions as orders
from shop.orders.models import Order
from tenants import context
from tenants.context import Shop
from tests.shop.buying import Buyer, Till
from tests.shop.catalogue import product, skus

ODD = "奶茶 \t tab \\ back\\N \\. \n line \r 🍵 'quote' \"double\" {}"


def fill(shop: Shop, patch: pytest.MonkeyPatch, settings: Any) -> Till:
    """Sell: one order waits for its payment, one is paid, one asked for its money back."""
    till = Till(patch, settings, shop)
    with context.activate(shop):
        media.upload(data=_picture())
        made = product("Tea", price_minor=1234, stock=100, description_html="<p>奶茶</p>")
        [sku] = skus(made)
        for number in range(3):
            buyer = Buyer(shop, till.appid, openid=f"openid-{number}-{shop.code}")
            order = buyer.order({sku.pk: 1 + number})
            Order.objects.filter(pk=order.pk).update(remark=ODD)
            paying = buyer.prepay(order)
            if number:
                till.pays(paying)
                till.tells(paying)
    work_off(shop)
    with context.activate(shop):
        order.refresh_from_db()
        orders.request_refund(order=order, reason="broken", by="staff@example.com", key="k")
    return till


def work_off(shop: Shop) -> None:
    """Run the due jobs of a shop in this process; what is for later stays."""
    while True:
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "DELETE FROM dramatiq.queue WHERE message_id = (SELECT message_id"
                " FROM dramatiq.queue WHERE tenant = %s AND available_at <= now()"
                " ORDER BY position LIMIT 1) RETURNING message::text",
                [shop.public_id],
            )
            row = cursor.fetchone()
        if row is None:
            return
        message = dramatiq.Message.decode(row[0].encode())
        with context.activate(shop):
            broker.get_actor(message.actor_name)(*message.args, **message.kwargs)


def all_text(schema: str) -> dict[str, list[str]]:
    """Every row of every table of a schema, as PostgreSQL shows it."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'r'"
            " AND relname <> 'django_migrations'",
            [schema],
        )
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{schema}"."{table}" t ORDER BY 1')
            found[table] = [row for (row,) in cursor.fetchall()]
        return found


def _picture() -> bytes:
    content = BytesIO()
    Picture.new("RGB", (40, 30), "teal").save(content, "PNG")
    return content.getvalue()
