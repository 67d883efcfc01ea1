"""A server dies at every point of the pay path; afterwards the buyer has paid once, for one order.

Each point gets a buyer of its own: a child buys and dies there, then another child takes the
purchase up again, with every callback delivered twice (reliability §3.3). Every second buyer comes
back and taps again; the others are gone once WeChat has their money.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tenants import actions as tenants
from tenants import context
from tenants.models import Tenant
from tests.faults import bugs, purchase
from tests.faults.points import Points, in_child, let_go
from tests.faults.purchase import Purchase, World
from tests.shop.catalogue import product, skus
from tests.wechat_simulator.stage import Program, Simulated
from wechat.credentials import Credentials

STOCK = 10_000
MOST_POINTS = 150


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    program = Program(tmp_path_factory.mktemp("wechat")).start()
    running = Simulated(program)
    yield running
    running.http.close()
    program.end()


@pytest.fixture
def world(new_shop, simulated, settings):
    settings.WECHAT = Credentials.read(simulated.program.directory / "credentials.json")
    settings.TENANT_CACHE_SECONDS = 3_600  # a lookup more or less would move every point after it
    opened = new_shop()
    made = simulated.control("POST", "mini_programs", name="Crash")
    with context.public():
        tenants.connect_wechat(
            tenant=Tenant.objects.get(pk=opened.id),
            appid=made["appid"],
            sub_mchid=made["sub_mchid"],
        )
    with context.activate(opened):
        [sku] = skus(product("Tea", price_minor=6_999, stock=STOCK))
    return World(opened, simulated, made["appid"], str(sku.pk), STOCK)


@pytest.fixture
def cut(world, tmp_path) -> Callable[..., list[str]]:
    """Buy in a child that dies at a point, take the purchase up again, return what is wrong."""
    report = tmp_path / "report.json"

    def run(
        buyer: Purchase,
        point: int,
        plant: Callable[[World], None] | None = None,
        *,
        buyer_is_gone: bool,
    ) -> list[str]:
        def first() -> list[str]:
            return _buy(world, buyer, plant, Points(point))

        def again() -> list[str]:
            _plant(world, plant)
            purchase.buy(world, buyer, callbacks=2, buyer_is_gone=buyer_is_gone)
            return purchase.wrong(world, buyer)

        assert in_child(first, report) is None, f"nobody came to point {point}"
        return in_child(again, report)

    return run


def test_a_crash_at_any_point_of_the_pay_path_costs_nothing(world, cut, tmp_path):
    names = _path_of(world, tmp_path)
    chosen = _sample(names)
    buyers = _buyers(world, len(chosen))

    broken = {
        f"{point} {names[point - 1]}": found
        for place, (point, buyer) in enumerate(zip(chosen, buyers, strict=True))
        if (found := cut(buyer, point, buyer_is_gone=place % 2 == 0))
    }

    print(f"died at {len(chosen)} of {len(names)} points")
    assert broken == {}
    assert len(chosen) >= min(len(names) // 2, MOST_POINTS)
    assert {"COMMIT", "HTTP pay.prepay"} <= {name.split(" ", 1)[1] for name in names}


@pytest.mark.parametrize("plant", bugs.ALL, ids=lambda bug: bug.__name__)
def test_the_crash_points_find_a_bug_that_no_ordinary_run_shows(world, cut, tmp_path, plant):
    names = _path_of(world, tmp_path, plant)
    commits = [at for at, name in enumerate(names, 1) if name.endswith("COMMIT")]
    buyers = iter(_buyers(world, len(commits)))

    found = (
        cut(next(buyers), point, plant, buyer_is_gone=names[point - 1].startswith("after"))
        for point in commits
    )

    assert any(found), f"{len(commits)} crashes at commits did not show it"


def _path_of(
    world: World, tmp_path: Path, plant: Callable[[World], None] | None = None
) -> list[str]:
    """Return the points of a purchase that nobody interrupts, which must come out right.

    The second one counts: the first in a shop also makes the rows that all later ones find.
    """

    def work(buyer: Purchase) -> tuple[list[str], list[str]]:
        names = _buy(world, buyer, plant, Points())
        return names, purchase.wrong(world, buyer)

    names: list[str] = []
    for buyer in _buyers(world, 2):
        names, found = in_child(partial(work, buyer), tmp_path / "path.json")
        assert found == []
    return names


def _buy(
    world: World, buyer: Purchase, plant: Callable[[World], None] | None, points: Points
) -> list[str]:
    _plant(world, plant)
    points.install()
    purchase.buy(world, buyer)
    return list(points.names)


def _plant(world: World, plant: Callable[[World], None] | None) -> None:
    if plant is not None:
        plant(world)


def _buyers(world: World, count: int) -> list[Purchase]:
    """Sign buyers in, warm what children inherit, let go of the database: what follows forks."""
    purchase.CLIENT.get(f"/s/{world.shop.public_id}/v1/categories")
    made = [purchase.new_buyer(world) for _ in range(count)]
    let_go()
    return made


def _sample(names: list[str]) -> list[int]:
    """Return the numbers of the points to die at: before everything, and after every effect.

    Nothing happens between the end of a statement and the beginning of the next one, so these are
    all the moments there are. Where they are too many, the effects stay and the rest is thinned.
    """
    every = list(range(1, len(names) + 1))
    effects = [at for at in every if names[at - 1].endswith("COMMIT") or " HTTP " in names[at - 1]]
    rest = [at for at in every if at not in effects and names[at - 1].startswith("before")]
    room = min(len(rest), MOST_POINTS - len(effects))
    return sorted([*effects, *(rest[i * len(rest) // room] for i in range(room))])
