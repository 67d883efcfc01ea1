"""A server dies at every point of a release's life; afterwards WeChat was told everything once.

Each point gets an app of its own, whose customers have an old version: a child brings it a new one
and goes back, and dies there; another child takes it up. See tests.faults.crash.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from django.db import connections

from tenants import context
from tenants.models import MiniProgram
from tenants.releases import carrying, library
from tenants.releases.models import Release
from tests.faults import release_life
from tests.faults.points import Points, in_child, let_go
from tests.faults.release_life import NEW, OLD, World
from tests.tenants.wechat_stage import Simulator
from wechat import breaker, component

MOST_POINTS = 60
_OF_SHOP = "(SELECT id FROM tenants_miniprogram WHERE tenant_id = %(shop)s)"
_CLEAN = f"""
DELETE FROM dramatiq.queue;
DELETE FROM releases_releasestep WHERE release_id IN
    (SELECT id FROM releases_release WHERE mini_program_id IN {_OF_SHOP});
DELETE FROM releases_release WHERE mini_program_id IN {_OF_SHOP};
DELETE FROM releases_template WHERE version IN ('{OLD}', '{NEW}');
DELETE FROM releases_quota;
DELETE FROM programs_programstep WHERE mini_program_id IN {_OF_SHOP};
DELETE FROM programs_setting WHERE mini_program_id IN {_OF_SHOP};
DELETE FROM wechat_accesstoken; DELETE FROM wechat_adoptedcode;
DELETE FROM tenants_miniprogram WHERE tenant_id = %(shop)s"""


@pytest.fixture(scope="module")
def simulator(tmp_path_factory) -> Iterator[Simulator]:
    running = Simulator(tmp_path_factory.mktemp("wechat"))
    yield running
    running.stop()


@pytest.fixture
def world(new_shop, simulator, settings) -> Iterator[World]:
    settings.WECHAT = simulator.credentials
    breaker.reset()
    shop = new_shop()
    clean(shop.id)
    with context.public():
        simulator.push_ticket()
        simulator.control("PUT", "settings", {"detection_seconds": 0, "audit_quota": 10_000})
        old, new = (
            library.register_template(version=v, wx_template_id=simulator.new_template(v))
            for v in (OLD, NEW)
        )
    yield World(simulator, shop.id, old, new)
    clean(shop.id)


def clean(shop_id: int) -> None:
    """Take away what was committed, and what others left in the queue."""
    with connections["owner"].cursor() as cursor:
        for statement in _CLEAN.split(";"):
            cursor.execute(statement, {"shop": shop_id})


@pytest.fixture
def apps(world: World) -> Callable[[int], list[int]]:
    """Make so many apps on the old version, and let go of the database: what follows forks."""

    def make(count: int) -> list[int]:
        wish = {"count": count, "released_template_id": world.old.wx_template_id}
        made = world.simulator.control("POST", "mini_programs/bulk", wish)["mini_programs"]
        with context.public():
            for app in made:
                component.adopt_authorization(app["auth_code"])
            ids = [release_life.new_app(world, app) for app in made]
        let_go()
        return ids

    return make


def live(world: World, program_id: int, points: Points, plant: Callable[[], None]) -> list[str]:
    plant()
    points.install()
    release_life.live(world, program_id)
    return list(points.names)


def nothing() -> None:
    """No bug is planted."""


def blind() -> None:
    """A planted bug: every try is taken for the first, so that WeChat is told before asked."""
    begin = carrying.begin

    def always_first(release: Release) -> bool:
        begun = begin(release)
        release.tries = 1
        return begun

    carrying.begin = always_first


def path_of(world: World, apps: Callable[[int], list[int]], tmp_path: Path) -> list[str]:
    """Return the points of a life that nobody interrupts, which must come out right.

    The second one counts: the first also asks for the month's audits.
    """
    names: list[str] = []
    for program_id in apps(2):
        before = in_child(partial(release_life.figures, world), tmp_path / "before.json")
        names = in_child(
            partial(live, world, program_id, Points(), nothing), tmp_path / "path.json"
        )
        check = partial(release_life.wrong, world, program_id, before)
        assert in_child(check, tmp_path / "wrong.json") == []
    return names


def cut(
    world: World, program_id: int, point: int, tmp_path: Path, plant: Callable[[], None] = nothing
) -> list[str]:
    """Live a release in a child that dies at a point, take it up again; return what is wrong."""
    before = in_child(partial(release_life.figures, world), tmp_path / "before.json")
    first = partial(live, world, program_id, Points(point), plant)
    assert in_child(first, tmp_path / "first.json") is None, f"nobody came to point {point}"

    def again() -> list[str]:
        plant()
        release_life.live(world, program_id)
        return release_life.wrong(world, program_id, before)

    return in_child(again, tmp_path / "again.json")


def sample(names: list[str]) -> list[int]:
    """Return the points to die at: after every commit, around every call, some of the rest."""
    every = range(1, len(names) + 1)
    effects = [at for at in every if names[at - 1] == "after COMMIT" or " HTTP " in names[at - 1]]
    rest = [at for at in every if at not in effects and names[at - 1].startswith("before")]
    room = min(len(rest), max(0, MOST_POINTS - len(effects)))
    return sorted([*effects, *(rest[i * len(rest) // room] for i in range(room))])


def test_a_crash_at_any_point_of_a_release_tells_wechat_everything_once(world, apps, tmp_path):
    names = path_of(world, apps, tmp_path)
    chosen = sample(names)
    broken = {
        f"{point} {names[point - 1]}": found
        for point, program_id in zip(chosen, apps(len(chosen)), strict=True)
        if (found := cut(world, program_id, point, tmp_path))
    }
    print(f"died at {len(chosen)} of {len(names)} points")
    assert broken == {}
    calls = ("commit", "submit_audit", "get_auditstatus", "release", "revertcoderelease")
    assert {f"HTTP program_code.{call}" for call in calls} <= {n.split(" ", 1)[1] for n in names}
    ours = MiniProgram.objects.filter(tenant_id=world.tenant_id, state="authorised")
    assert ours.count() == len(chosen) + 2


def test_the_points_find_a_release_that_tells_before_it_asks(world, apps, tmp_path):
    names = path_of(world, apps, tmp_path)
    after_calls = [at for at, name in enumerate(names, 1) if name.startswith("after HTTP")]
    ids = iter(apps(len(after_calls)))
    found = (cut(world, next(ids), point, tmp_path, blind) for point in after_calls)
    assert any(found), f"{len(after_calls)} crashes after calls did not show it"
