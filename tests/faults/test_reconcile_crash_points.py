"""A worker dies at every point of a morning's reconciliation; afterwards it is as if it had not."""

from functools import partial

import pytest

from billing.bills.models import BillFile
from billing.bills.states import day_of
from kernel import clock
from tenants import context
from tests.faults import reconcile
from tests.faults.points import Points, in_child, let_go
from tests.faults.test_crash_points import simulated, world  # noqa: F401

MOST_POINTS = 40


@pytest.fixture
def mornings(world):  # noqa: F811
    """Mornings of one day, each with a lost payment of its own; a fresh bill for each."""
    day = day_of(clock.now())
    made = [reconcile.new_morning(world, day) for _ in range(MOST_POINTS + 3)]
    world.simulated.control("POST", "clock", advance_seconds=36 * 3_600)
    yield made
    with context.public():
        BillFile.objects.filter(day=day).delete()
        from billing.rollups.models import ShopDifference

        ShopDifference.objects.filter(tenant_public_id=world.shop.public_id).delete()


def test_a_crash_at_any_point_of_a_morning_costs_nothing(world, mornings, tmp_path):  # noqa: F811
    report = tmp_path / "report.json"
    let_go()

    def once(morning, point):
        points = Points(point)
        points.install()
        reconcile.run(world, morning)
        return list(points.names), reconcile.wrong(world, morning)

    def again(morning):
        reconcile.run(world, morning)
        return reconcile.wrong(world, morning)

    *first, rest = mornings[0], mornings[1], mornings[2:]
    for morning in first:  # the second one counts: the first finds all that nobody heard of
        names, found = in_child(partial(once, morning, 0), report)
        assert found == []
        _forget_the_file(morning)
        let_go()
    assert {"HTTP bills.trade_bill", "HTTP bills.trade_bill.file", "HTTP pay.query"} <= {
        name.split(" ", 1)[1] for name in names
    }
    effects = [n for n, name in enumerate(names, 1) if "COMMIT" in name or " HTTP " in name]
    chosen = effects[:: -(-len(effects) // MOST_POINTS)]
    broken, died = {}, 0
    for point, morning in zip(chosen, rest, strict=False):
        _forget_the_file(morning)
        let_go()
        died += in_child(partial(once, morning, point), report) is None
        if found := in_child(partial(again, morning), report):
            broken[f"{point} {names[point - 1]}"] = found
    print(f"died at {died} of {len(names)} points")
    assert broken == {}
    assert died >= min(len(chosen), len(rest)) * 3 // 4  # some paths end before the last points


def _forget_the_file(morning):
    """Let the bill be fetched anew, as on the first time."""
    with context.public():
        BillFile.objects.filter(day=morning.day).delete()
