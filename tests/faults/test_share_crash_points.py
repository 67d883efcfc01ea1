"""A worker dies at the points of a sharing; afterwards the platform has its share once, to the fen."""

from functools import partial

import pytest

from tenants import actions as tenants
from tenants import context
from tenants.models import Tenant
from tests.faults import purchase, share
from tests.faults.points import Points, in_child, let_go
from tests.faults.purchase import World
from tests.shop.catalogue import product, skus
from tests.wechat_simulator.stage import Program, Simulated
from wechat.credentials import Credentials

MOST_POINTS = 12


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    program = Program(tmp_path_factory.mktemp("wechat")).start()
    running = Simulated(program)
    running.control("PUT", "settings", **share.AT_ONCE)
    yield running
    running.http.close()
    program.end()


@pytest.fixture
def world(new_shop, simulated, settings):
    settings.WECHAT = Credentials.read(simulated.program.directory / "credentials.json")
    settings.TENANT_CACHE_SECONDS = 3_600  # a lookup more or less would move every point after it
    settings.SHARING_RECEIVER_NAME = "小铺科技有限公司"
    opened = new_shop()
    made = simulated.control("POST", "mini_programs", name="Crash", is_trade_managed=False)
    simulated.control("POST", f"funds/{made['sub_mchid']}", fen=1_000_000, account="BASIC")
    with context.public():
        tenant = Tenant.objects.get(pk=opened.id)
        names = {"appid": made["appid"], "sub_mchid": made["sub_mchid"]}
        tenants.connect_wechat(tenant=tenant, **names)
        tenants.set_sharing(tenant=tenant, is_on=True)
    with context.activate(opened):
        [sku] = skus(product("Tea", price_minor=6_999, stock=10_000))
    return World(opened, simulated, made["appid"], str(sku.pk), 10_000)


def test_a_crash_at_the_points_of_a_sharing_costs_nobody_anything(world, tmp_path):
    report = tmp_path / "report.json"
    purchase.CLIENT.get(f"/s/{world.shop.public_id}/v1/categories")
    sales = [share.new_sale(world) for _ in range(MOST_POINTS + 2)]
    let_go()

    def whole(sale: share.Sale) -> tuple[list[str], list[str]]:
        points = Points()
        points.install()
        share.share(world, sale)
        names = list(points.names)
        return names, share.wrong(world, sale)

    names: list[str] = []
    for sale in (sales.pop(), sales.pop()):  # the first makes rows that all later ones find
        names, found = in_child(partial(whole, sale), report)
        assert found == []
    effects = [at for at, name in enumerate(names, 1) if "COMMIT" in name or " HTTP " in name]
    chosen = [effects[i * len(effects) // MOST_POINTS] for i in range(MOST_POINTS)]
    assert {"HTTP sharing.share", "HTTP sharing.take_back", "HTTP pay.refund"} <= {
        name.split(" ", 1)[1] for name in names
    }

    def cut(sale: share.Sale, point: int) -> list[str]:
        def first() -> None:
            Points(point).install()
            share.share(world, sale)

        def again() -> list[str]:
            share.share(world, sale)
            return share.wrong(world, sale)

        assert in_child(first, report) is None, f"nobody came to point {point}"
        return in_child(again, report)

    broken = {
        f"{point} {names[point - 1]}": found
        for point, sale in zip(sorted(set(chosen)), sales, strict=False)
        if (found := cut(sale, point))
    }
    print(f"died at {len(set(chosen))} of {len(effects)} effects, {len(names)} points")
    assert broken == {}
