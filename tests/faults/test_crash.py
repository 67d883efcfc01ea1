"""`make crash`: whatever dies at whichever moment, nobody loses a fen, and nobody gets one twice.

Six flows, every moment of each (tests.faults.crash), and twelve planted bugs that only a death
shows: a check that cannot fail shows nothing.
"""

from collections.abc import Iterator

import pytest
from django.db import connections

from tests.faults import purchase, reconcile, refunding, share, subscribing, withdrawing
from tests.faults.crash import Outcome, Stage, examine
from tests.faults.table import OUTCOMES
from tests.wechat_simulator.stage import Program

MODULES = [[purchase], [refunding], [share], [withdrawing], [reconcile, subscribing]]
"""Those in a row run side by side."""
TOGETHER = [[module.FLOW for module in row] for row in MODULES]
STUMBLED: set[str] = set()
"""Flows that ended in an error of the examination itself: they are not begun again."""
FLOWS = [flow for flows in TOGETHER for flow in flows]


@pytest.fixture(scope="module", autouse=True)
def programs(request, tmp_path_factory) -> Iterator[dict[str, Program]]:
    """A WeChat for each flow, by its name; they start while the database is made."""
    programs = {flow.name: Program(tmp_path_factory.mktemp(flow.name)).launch() for flow in FLOWS}
    yield programs
    for program in programs.values():
        program.end()


@pytest.fixture
def outcome(request, programs, new_shop, tmp_path_factory) -> Outcome:
    """What came of a flow; it runs once, whoever asks first, and so do those beside it."""
    if request.param.name not in OUTCOMES:
        [flows] = [flows for flows in TOGETHER if request.param in flows]
        assert not STUMBLED.intersection(flow.name for flow in flows), "it stumbled before: see there"
        STUMBLED.update(flow.name for flow in flows)
        stages = [
            Stage(flow, [new_shop() for _ in range(flow.shops)], programs[flow.name].await_ready())
            for flow in flows
        ]
        try:
            outcomes = examine(stages, tmp_path_factory.mktemp("lanes"))
            OUTCOMES.update((outcome.name, outcome) for outcome in outcomes)
            STUMBLED.clear()
        finally:
            _tidy_the_platform()
    return OUTCOMES[request.param.name]


def _tidy_the_platform() -> None:
    """Leave nothing behind that no shop takes along when it is dropped."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "TRUNCATE plans_plan, plans_counter, platform_books_journal,"
            " platform_books_holderbalance, bills_billfile, inbox_notification,"
            " rollups_shopdifference, dramatiq.queue CASCADE"
        )
        cursor.execute(
            "UPDATE tenants_tenant SET state = 'purged' WHERE state <> 'purged'"
            " AND NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = schema_name)"
        )


@pytest.mark.parametrize("outcome", FLOWS, indirect=True, ids=[flow.name for flow in FLOWS])
def test_a_death_at_any_moment_costs_nothing(outcome):
    assert outcome.broken == {}
    assert outcome.died == outcome.moments
    assert {"COMMIT", *outcome.calls} <= {name.split(" ", 1)[1] for name in outcome.points}


@pytest.mark.parametrize(
    ("outcome", "bug"),
    [(flow, bug.__name__) for flow in FLOWS for bug in flow.bugs],
    ids=[bug.__name__ for flow in FLOWS for bug in flow.bugs],
    indirect=["outcome"],
)
def test_a_planted_bug_is_caught(outcome, bug):
    assert outcome.caught[bug]
