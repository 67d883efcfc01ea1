"""A server dies at every point of a withdrawal; afterwards it was paid once, or not at all.

Each point gets a member of its own: a child asks, approves and dies there, then another child
takes it up again, with every callback delivered twice. The endings take turns: confirmed, expired,
failed. Every second member comes back and asks again; the others are gone.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from billing.withdrawals import actions as withdrawals
from billing.withdrawals import transferring
from billing.withdrawals.amounts import Rules
from tenants import actions as tenants
from tenants import context
from tenants.models import Membership, Tenant
from tests.faults import withdrawing, withdrawing_bugs
from tests.faults.points import Points, in_child, let_go
from tests.faults.withdrawing import ENDINGS, STAFF, Asking, World
from tests.wechat_simulator.stage import Program, Simulated
from wechat.credentials import Credentials

MOST_POINTS = 45
Plant = Callable[[World], None] | None


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
    settings.PUBLIC_URL = "http://127.0.0.1:9"  # nobody there: callbacks are carried by hand
    settings.TENANT_CACHE_SECONDS = 3_600  # a lookup more or less would move every point after it
    opened = new_shop()
    made = simulated.control("POST", "mini_programs", name="Crash")
    with context.public():
        tenants.connect_wechat(
            tenant=Tenant.objects.get(pk=opened.id),
            appid=made["appid"],
            sub_mchid=made["sub_mchid"],
        )
        owner = Membership.objects.get(tenant_id=opened.id).account
        STAFF.force_login(owner, "django.contrib.auth.backends.ModelBackend")
    with context.activate(opened):
        withdrawals.set_rules(rules=Rules(fee_bp=100, fee_fixed_minor=10))
        transferring.ask_grant()
    return World(opened, simulated, made["appid"])


@pytest.fixture
def cut(world, tmp_path) -> Callable[..., list[str]]:
    """Withdraw in a child that dies at a point, take it up again, return what is wrong."""
    report = tmp_path / "report.json"

    def run(asking: Asking, point: int, plant: Plant = None, *, member_is_gone: bool) -> list[str]:
        def again() -> list[str]:
            _plant(world, plant)
            withdrawing.withdraw(world, asking, callbacks=2, member_is_gone=member_is_gone)
            return withdrawing.wrong(world, asking)

        first = partial(_withdraw, world, asking, plant, Points(point))
        assert in_child(first, report) is None, f"nobody came to point {point}"
        try:
            return in_child(again, report)
        except AssertionError as error:  # it did not even come to its end
            return [str(error)]

    return run


def test_a_crash_at_any_point_of_a_withdrawal_pays_it_once_or_not_at_all(world, cut, tmp_path):
    names = _path_of(world, tmp_path)
    chosen = _sample(names)
    askings = _members(world, len(chosen))

    broken = {
        f"{point} {names[point - 1]} {asking.ending}": found
        for place, (point, asking) in enumerate(zip(chosen, askings, strict=True))
        if (found := cut(asking, point, member_is_gone=place % 2 == 0))
    }

    print(f"died at {len(chosen)} of {len(names)} points")
    assert broken == {}
    assert {"COMMIT", "HTTP transfers.create"} <= {name.split(" ", 1)[1] for name in names}


@pytest.mark.parametrize("plant", withdrawing_bugs.ALL, ids=lambda bug: bug.__name__)
def test_the_crash_points_find_a_bug_that_no_ordinary_run_shows(world, cut, tmp_path, plant):
    names = _path_of(world, tmp_path, plant)
    effects = [at for at, name in enumerate(names, 1) if _is_effect(name)]
    askings = iter(_members(world, len(effects), "confirm"))

    found = (cut(next(askings), point, plant, member_is_gone=False) for point in effects)

    assert any(found), f"{len(effects)} crashes did not show it"


def _path_of(world: World, tmp_path: Path, plant: Plant = None) -> list[str]:
    """Return the points of a withdrawal that nobody interrupts, which must come out right.

    The second one counts: the first in a shop also makes the rows that all later ones find.
    """

    def work(asking: Asking) -> tuple[list[str], list[str]]:
        names = _withdraw(world, asking, plant, Points())
        return names, withdrawing.wrong(world, asking)

    names: list[str] = []
    for asking in _members(world, 2, "confirm"):
        names, found = in_child(partial(work, asking), tmp_path / "path.json")
        assert found == []
    return names


def _withdraw(world: World, asking: Asking, plant: Plant, points: Points) -> list[str]:
    _plant(world, plant)
    points.install()
    withdrawing.withdraw(world, asking)
    return list(points.names)


def _plant(world: World, plant: Plant) -> None:
    if plant is not None:
        plant(world)


def _members(world: World, count: int, *endings: str) -> list[Asking]:
    """Sign members in, warm what children inherit, let go of the database: what follows forks."""
    withdrawing.MEMBER.get(f"/s/{world.shop.public_id}/v1/categories")
    turns = endings or tuple(ENDINGS)
    made = [withdrawing.new_member(world, turns[n % len(turns)]) for n in range(count)]
    let_go()
    return made


def _is_effect(name: str) -> bool:
    """Say whether something has just become true that no crash takes back.

    Nothing happens between the end of a statement and the beginning of the next one.
    """
    return name.startswith("after") and (name.endswith("COMMIT") or " HTTP " in name)


def _sample(names: list[str]) -> list[int]:
    """Return the numbers of the points to die at: after every effect, and some of the rest."""
    every = list(range(1, len(names) + 1))
    effects = [at for at in every if _is_effect(names[at - 1])]
    rest = [at for at in every if at not in effects and names[at - 1].startswith("before")]
    room = max(0, min(len(rest), MOST_POINTS - len(effects)))
    return sorted([*effects, *(rest[i * len(rest) // room] for i in range(room))])
