"""The simulation in the suite: two seeds, a seed again, and bugs that it must catch.

Each run is a program of its own with a database of its own; two run at a time.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
EVENTS_EACH = int(os.environ.get("SOAK_EVENTS", "1000"))
"""Of each of two seeds: SOAK_EVENTS=10000 for twenty thousand."""
REPLAYED, REPLAYED_EVENTS = "7.0", "500"


def begin(*arguments: str) -> subprocess.Popen[str]:
    return begin_program(sys.executable, "-m", "tests.soak", *arguments)


def begin_program(*command: str) -> subprocess.Popen[str]:
    environment = {k: v for k, v in os.environ.items() if k != "TEST_SERVER_URL"}
    environment |= {
        "DATABASE_URL": os.environ["TEST_SERVER_URL"],
        "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}",
    }
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end(run: subprocess.Popen[str]) -> dict[str, Any]:
    said, complaint = run.communicate()
    assert said.strip(), complaint[-8_000:]
    told = json.loads(said.strip().splitlines()[-1])
    assert told["violation"] == "", complaint[-8_000:]
    assert run.returncode == 0
    return told


def test_nothing_becomes_as_it_must_not_be():
    runs = [begin("--seed", seed, "--events", str(EVENTS_EACH)) for seed in ("1", "2")]

    first, second = (end(run) for run in runs)

    assert first["events"] + second["events"] >= 2 * EVENTS_EACH
    for told in (first, second):
        assert {"order", "pay", "ship", "job", "clock", "wechat", "check"} <= set(told["kinds"])


def test_a_seed_replays_exactly():
    typed = begin_program(
        "make", "--silent", "soak", f"SEED={REPLAYED}", f"EVENTS={REPLAYED_EVENTS}"
    )
    again = begin("--seed", REPLAYED, "--events", REPLAYED_EVENTS)

    first, second = end(typed), end(again)

    assert first["digests"] == second["digests"]
    assert first["events"] == second["events"] >= int(REPLAYED_EVENTS)


def test_planted_bugs_are_caught_and_hypothesis_finds_nothing():
    runs = [begin("--plants"), begin("--search")]

    planted, searched = (end(run) for run in runs)

    assert searched["examples"] >= 5
    assert len(planted["caught"]) >= 3
    assert all(planted["caught"].values())
