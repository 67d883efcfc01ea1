"""No list costs more statements because it is longer: every GET of both APIs, few rows and many."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel import identifiers
from tenants import context
from tenants.context import Shop
from tenants.models import Account, Membership
from tests.isolation.test_crawler import CASES, call, client_of, undone, worlds  # noqa: F401
from tests.isolation.world import World, fresh_key
from tests.shop.buying import ADDRESS
from tests.shop.catalogue import product, skus

READS = [(api, path) for api, method, path in CASES if method == "get"]


def statements(world: World) -> dict[tuple[str, str], int]:
    """Return how many statements each read costs when caches are warm: an entry may run out."""
    found: dict[tuple[str, str], int] = {}
    for api, path in READS:
        for _ in range(3):
            with CaptureQueriesContext(connection) as seen:
                response = call(client_of(world, api), api, "get", path, world.shop, world.ids)
                if response.streaming:
                    list(response.streaming_content)
            assert response.status_code == 200, (api, path)
            found[api, path] = min(len(seen), found.get((api, path), len(seen)))
    return found


def more_of_everything(
    world: World, shop: Shop, run_jobs: Callable[[], int], numbers: range
) -> None:
    """Add some of each thing that a list can hold."""
    with context.activate(shop):
        for number in numbers:
            made = product(f"More {number} {world.canary}", stock=20, choices={"Size": ["S", "L"]})
            category = world.desk.post("/categories", {"name": f"Shelf {number}"}).json()
            world.desk.send("patch", f"/products/{made.pk}", {"category_id": category["id"]})
            sku = skus(made)[0]
            world.buyer.add(sku.pk)
            world.buyer.post("/addresses", {**ADDRESS, "street": f"Road {number}"})
            world.desk.offer_pickup(name=f"Shop {number}")
            order = world.buyer.order(
                {s.pk: 1 for s in skus(made)}, address_id=world.ids["address_id"]
            )
            number_at_wechat = world.buyer.prepay(order)
            world.till.pays(number_at_wechat)
            world.till.tells(number_at_wechat)
            run_jobs()
            world.desk.ship(order, number=f"SF99999{number:05}")
            asked = {"order_id": str(order.pk), "reason": "other"}
            more = {"title": f"Coupon {number}", "kind": "fixed", "amount_minor": 1, "days": 1}
            coupon = world.desk.post("/coupons", {**more, "total": 9}).json()
            world.buyer.post(f"/coupons/{coupon['id']}/claim", **fresh_key())
            assert world.buyer.post("/aftersales", asked, **fresh_key()).status_code == 201
            world._import()
            with context.public():
                account = Account.objects.create_user(f"{identifiers.opaque(8)}@example.com")
                Membership.objects.create(account=account, tenant_id=shop.id, role="manager")


def test_no_read_costs_more_statements_when_there_is_more_to_read(
    worlds: tuple[World, World],  # noqa: F811
    other_shop: Shop,
    run_jobs: Callable[[], int],
    settings: Any,
) -> None:
    settings.TENANT_CACHE_SECONDS = 3600  # else an entry may run out between two calls
    world = worlds[1]  # the till that was set up last takes the payments
    more_of_everything(world, other_shop, run_jobs, range(2))
    few = statements(world)
    more_of_everything(world, other_shop, run_jobs, range(2, 14))
    many = statements(world)
    assert many.pop(("backoffice", "/export.csv")) <= few.pop(("backoffice", "/export.csv")) + 1
    grown: dict[Any, Any] = {k: (few[k], many[k]) for k in few if many[k] > few[k]}
    assert grown == {}
    # Sums, days and the open days' counts on one sheet; free orders are asked for beside the books.
    papers = {("backoffice", "/period.pdf")}
    assert {k: n for k, n in many.items() if n > (16 if k in papers else 12)} == {}


@pytest.mark.parametrize(
    "path", ["/home", "/theme", "/categories", "/products", "/products/{product_id}", "/search"]
)
def test_what_everybody_reads_is_one_statement(worlds: tuple[World, World], path: str) -> None:  # noqa: F811
    world = worlds[0]
    call(client_of(world, "storefront"), "storefront", "get", path, world.shop, world.ids)
    with CaptureQueriesContext(connection) as seen:
        call(client_of(world, "storefront"), "storefront", "get", path, world.shop, world.ids)
    assert len(seen) == 1
