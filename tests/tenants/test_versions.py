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
from tenants.models import Membership, SchemaVersion, Tenant
from tenants.states import Role
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


def desk_of(shop: Shop) -> Client:
    """The owner's browser; what goes wrong is a page, as it is for owners."""
    client = Client(raise_request_exception=False)
    with context.public():
        owner = Membership.objects.get(tenant_id=shop.id, role=Role.OWNER).account
        client.force_login(owner, "django.contrib.auth.backends.ModelBackend")
    return client


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


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "This shop is being updated"), ("zh-hans", "本店正在升级，未做任何更改，请一分钟后再试。")],
)
def test_the_portal_says_that_the_shop_is_being_updated_and_shows_what_needs_no_new_column(
    behind, language, words
) -> None:
    shop, _ = behind
    desk = desk_of(shop)
    base = f"/shops/{shop.public_id}"
    order = f"{base}/orders/2611290000000000/"
    refused = desk.get(order, headers={"accept-language": language})
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "60")
    assert words in refused.content.decode()
    assert "<html" in refused.content.decode()
    assert f'class="button" href="{order}"' in refused.content.decode()
    assert desk.get(f"{base}/products/").status_code == 200
    provisioning.migrate(shop.schema_name)
    assert desk.get(order).status_code == 404, "nobody made it"


def test_a_missing_column_is_our_fault_in_the_portal_too(new_shop) -> None:
    shop = new_shop()
    with provisioning.owner_in(shop.schema_name) as owner, owner.cursor() as cursor:
        cursor.execute("ALTER TABLE orders_order DROP COLUMN pickup CASCADE")
    desk = desk_of(shop)
    assert desk.get(f"/shops/{shop.public_id}/orders/2611290000000000/").status_code == 500


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
