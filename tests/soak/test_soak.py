"""The simulation in the suite: twenty thousand events, a seed again, and bugs that it must catch.

Each run is a program of its own with a database of its own; two processes run at a time.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from billing.reconciliation import matching
from tests.soak import determinism

ROOT = Path(__file__).resolve().parents[2]
EVENTS = int(os.environ.get("SOAK_EVENTS", "20000"))
REPLAYED_EVENTS = "400"


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
    told = end(begin("--seed", "1", "--events", str(EVENTS), "--processes", "2"))

    assert told["events"] >= EVENTS
    assert {"order", "pay", "ship", "job", "clock", "wechat", "check"} <= set(told["kinds"])


def test_a_seed_replays_exactly():
    both = begin_program(
        "make", "--silent", "soak", "SEED=7", f"EVENTS={2 * int(REPLAYED_EVENTS)}", "PROCESSES=2"
    )
    shared = end(both)
    one = end(begin("--seed", "7.1", "--events", REPLAYED_EVENTS))

    assert shared["digests"].keys() == {"7.0", "7.1"}
    assert shared["digests"]["7.0"] != shared["digests"]["7.1"] == one["digests"]["7.1"]
    assert one["events"] >= int(REPLAYED_EVENTS)


def test_an_episode_knows_nothing_of_the_one_before():
    after = end(begin("--seed", "7", "--episode", "60", "--events", "500"))
    alone = end(begin("--seed", "7.1", "--events", "60"))

    assert after["digests"]["7.1"] == alone["digests"]["7.1"]


def test_asked_to_stop_it_ends_its_episodes_and_tells_what_it_found():
    run = begin("--seed", "9", "--events", "1000000", "--processes", "2")
    assert run.stderr
    assert "0 of 1,000,000 events" in run.stderr.readline()

    run.send_signal(signal.SIGTERM)
    told = end(run)

    assert 0 < told["events"] < 100_000
    assert told["kinds"]["check"] == 2


def test_an_interrupted_run_goes_on_after_its_whole_episodes(tmp_path):
    asked = ("--seed", "11", "--episode", "60", "--processes", "2", "--journal", str(tmp_path))
    journal = tmp_path / "seed-11.jsonl"
    run = begin(*asked, "--events", "1000000")
    while run.poll() is None and (not journal.exists() or journal.read_text().count("\n") < 3):
        time.sleep(0.2)
    run.send_signal(signal.SIGTERM)
    end(run)
    _, *done = (json.loads(line) for line in journal.read_text().splitlines())
    events = sum(line["events"] for line in done)

    more = begin(*asked, "--events", str(events + 1))
    said, complaint = more.communicate()
    told = json.loads(said)
    alone = end(begin("--seed", done[-1]["episode"], "--events", "60"))

    assert f"goes on after {len(done)} whole episodes of {events:,} events" in complaint
    assert told["events"] > events
    assert told["digests"].items() > {line["episode"]: line["digest"] for line in done}.items()
    assert alone["digests"] == {done[-1]["episode"]: done[-1]["digest"]}
    assert end(begin(*asked, "--events", str(events)))["events"] == events


def test_what_a_statement_draws_for_itself_is_led_to_the_seed():
    drawn = re.compile(r"gen_random_uuid\(|clock_timestamp\(|\brandom\(")
    parts = ("billing", "jobs", "shop", "tenants")
    draws = {
        module
        for name, module in sys.modules.items()
        if name.split(".")[0] in parts and ".migrations" not in name
        for value in vars(module).values()
        if isinstance(value, str) and drawn.search(value)
    }

    assert matching in draws
    assert draws <= set(determinism.SQL_THAT_ASKS)


def test_planted_bugs_are_caught_and_hypothesis_finds_nothing():
    runs = [begin("--plants"), begin("--search")]

    planted, searched = (end(run) for run in runs)

    assert searched["examples"] >= 5
    assert len(planted["caught"]) >= 3
    assert all(planted["caught"].values())
