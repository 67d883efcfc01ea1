"""The same rules, chosen by Hypothesis: short runs that it makes shorter when they break."""

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.soak.checks import Checks
from tests.soak.rules import Rules
from tests.soak.stage import Stage
from tests.soak.world import World

EXAMPLES, STEPS = 6, 40
OFTEN = ("order", "pay", "deliver", "wechat_does", "pass_time", "ship")
NAMES = (
    *OFTEN, "fill_cart", "pay_by_an_old_sheet", "refresh", "cancel", "confirm_receipt", "ask_back",
    "answer_request", "take_request_back", "repeat_errand", "refund", "refund_a_part",
    "second_person", "restock", "reprice", "make_ready", "hand_over", "owe_commission", "withdraw",
    "decide_withdrawal", "lock", "unlock",
    "cancel_withdrawal", "take_the_money", "transfer_ends", "refund_goes_wrong", "stranger",
    "fault_of_wechat", "fault_of_callbacks", "storm", "calm", "death", "forge", "replay_callback",
)  # fmt: skip


def search(stage: Stage, examples: int = EXAMPLES, steps: int = STEPS) -> dict[str, Any]:
    """Let Hypothesis look for a short run that breaks; it raises the shortest it finds."""
    told = {"events": 0, "examples": 0}

    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.rules = Rules(World(stage, "hypothesis"))
            told["examples"] += 1

        @rule(name=st.sampled_from(NAMES), random=st.randoms(use_true_random=False))
        def happen(self, name: str, random: Any) -> None:
            rules = self.rules
            rules.rng = rules.world.rng = random
            happens = getattr(rules, name)
            if name in ("deliver", "wechat_does", "pass_time"):
                happens()
            else:
                rules.play(happens)

        def teardown(self) -> None:
            world = self.rules.world
            try:
                Checks(self.rules).at_rest()
            finally:
                told["events"] += world.events
                world.close()

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return {**told, "violation": ""}
