"""`make crash`: whatever dies at whichever moment, nobody loses a fen, and nobody gets one twice.

Six flows, every moment of each (tests.faults.crash), and twelve planted bugs that only a death
shows: a check that cannot fail shows nothing.
"""

import pytest
from django.db import connections

from tests.faults import purchase, reconcile, refunding, share, subscribing, withdrawing
from tests.faults.crash import Outcome, examine
from tests.faults.table import OUTCOMES
from tests.wechat_simulator.stage import Program

MODULES = [purchase, refunding, share, withdrawing, subscribing, reconcile]
FLOWS = [module.FLOW for module in MODULES]


@pytest.fixture
def outcome(request, new_shop, tmp_path_factory) -> Outcome:
    """What came of a flow; it runs once, whoever asks first."""
    flow = request.param
    if flow.name not in OUTCOMES:
        directory = tmp_path_factory.mktemp(flow.name)
        program = Program(directory).start()
        shops = [new_shop() for _ in flow.bugs]
        try:
            OUTCOMES[flow.name] = examine(flow, shops, program, directory)
        finally:
            program.end()
            _tidy_the_platform()
    return OUTCOMES[flow.name]


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
