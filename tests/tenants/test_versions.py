"""Code of a version serves a shop whose schema is a version behind, and says so where it cannot.

The shop's schema is really made without the latest migrations of orders, which add columns to them.
"""

from collections.abc import Callable

import pytest
from django.test import Client

from shop.members.models import Member
from shop.orders.models import Order
from tenants import context, directory, provisioning, versions
from tenants.context import Shop
from tenants.models import SchemaVersion, Tenant
from tests.shop.buying import Buyer, Till
from tests.shop.catalogue import product, skus

LATEST = {("orders", "0004_pickup"), ("orders", "0005_free_orders")}


@pytest.fixture
def behind(new_shop: Callable[[], Shop], monkeypatch, settings) -> tuple[Shop, Till]:
    """A shop at version N−1, and its till."""
    shop = new_shop()
    with provisioning.owner_in("t_template") as owner, owner.cursor() as cursor:
        ((_, applied),) = versions.read(cursor, ["t_template"])
    schema = provisioning.build_schema_of(applied - LATEST)
    Tenant.objects.using("owner").filter(pk=shop.id).update(schema_name=schema)
    provisioning.drop_schema(shop.schema_name)
    directory.forget()
    shop = directory.shop_of(Tenant.objects.get(pk=shop.id))
    yield shop, Till(monkeypatch, settings, shop)
    provisioning.drop_schema(schema)


def version(shop: Shop) -> str:
    with context.public():
        return SchemaVersion.objects.get(schema_name=shop.schema_name).version


def test_what_needs_no_new_column_is_served_and_what_does_waits_for_the_migration(behind) -> None:
    shop, till = behind
    before = version(shop)
    assert Client().get("/readyz").json()["schemas"]["behind"] >= 1
    with context.activate(shop):
        tea = skus(product("Tea", price_minor=1234))[0].pk
        buyer = Buyer(shop, till.appid)
        assert "pickup_code" not in columns(shop)

        found = buyer.get("/products")
        assert [item["title"] for item in found.json()["items"]] == ["Tea"]
        assert buyer.post("/cart/lines", {"sku_id": str(tea), "quantity": 1}).status_code == 200
        assert buyer.address
        assert Member.objects.count() == 1

        for refused in (buyer.buy({tea: 1}), buyer.get("/orders")):
            assert (refused.status_code, refused.json()["code"]) == (503, "shop_being_updated")
            assert refused.headers["Retry-After"] == "60"

        provisioning.migrate(shop.schema_name)
        assert version(shop) != before
        assert "pickup_code" in columns(shop)
        assert buyer.buy({tea: 1}).status_code == 201
        assert Order.objects.count() == 1


def test_a_missing_column_of_a_shop_that_is_not_behind_is_our_fault(
    new_shop, monkeypatch, settings
) -> None:
    shop = new_shop()
    with provisioning.owner_in(shop.schema_name) as owner, owner.cursor() as cursor:
        cursor.execute("ALTER TABLE catalog_product DROP COLUMN title CASCADE")
    answer = Client(raise_request_exception=False).get(f"/s/{shop.public_id}/v1/products")
    assert (answer.status_code, answer.json()["code"]) == (500, "unexpected_error")


def columns(shop: Shop) -> list[str]:
    with provisioning.owner_in(shop.schema_name) as owner, owner.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = %s AND table_name = 'orders_order'",
            [shop.schema_name],
        )
        return [name for (name,) in cursor.fetchall()]
