"""`make bench` as a small run: every figure is there, and the measured work was really done."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.bench.load import Load, percentile, repeat
from infra.bench.report import Figures, WorkFigures
from infra.bench.works import W1, W3, W4

ROOT = Path(__file__).resolve().parents[2]
FROM_THE_SUITE = ("DATABASE_URL", "TEST_SERVER_URL", "SECRET_KEY", "DATA_DIR", "LOG_LEVEL")


def test_a_month_of_bills_in_small_is_loaded_and_compared() -> None:
    environment = {k: v for k, v in os.environ.items() if k not in FROM_THE_SUITE}
    done = subprocess.run(
        ["make", "bench-month", "SHOPS=2", "DAYS=2"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    assert "2 shops, 2 days, 80 lines: loaded in " in done.stdout
    assert " 0 differences on clean bills" in done.stdout


def test_a_quick_run_prints_every_work_and_writes_every_figure(tmp_path: Path) -> None:
    found = tmp_path / "figures.json"
    environment = {k: v for k, v in os.environ.items() if k not in FROM_THE_SUITE}
    done = subprocess.run(
        [sys.executable, "-m", "infra.bench", "--quick", "--json", str(found)],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    for key in ("W1", "W2", "W3", "W4"):
        assert f"\n{key} " in done.stdout
    figures = json.loads(found.read_text())
    assert set(figures["works"]) == {"W1", "W2", "W3", "W4", "W3a"}
    for key, work in figures["works"].items():
        assert work["per_second"] > 0, key
        assert 0 < work["p50_ms"] <= work["p99_ms"], key
        assert set(work["cpu_ms"]) == {"web", "worker", "postgres", "all"}
        assert work["statements"]["all"] > work["statements"]["framing"] > 0, key
    assert figures["works"]["W1"]["statements"]["worker"] < 1  # a list wakes no worker
    assert figures["works"]["W3"]["statements"]["worker"] > 5  # a payment does
    assert set(figures["floors"]) == {"list", "detail", "order"}
    assert figures["settled"]["payments"] == 6
    assert figures["settled"]["per_second"] > 0
    assert figures["settled"]["times_floor"] > 1
    assert figures["ledger"]["transfers"] == 3_000
    assert figures["ledger"]["lines_of_wallet"] in {1, 2}
    assert 0 < figures["ledger"]["page_ms"] < 10_000
    assert "payments settled" in done.stdout
    assert set(figures["memory_idle"]) == {"web", "worker", "postgres"}
    assert all(value > 5 for value in figures["memory_idle"].values())
    assert figures["cold_start_seconds"] > 0
    assert len(figures["opening_seconds"]) == 2
    assert len(figures["opening_cold_seconds"]) == 1
    assert 0.1 < figures["disk_mb"] < 50


def load(*latencies: float, web: float, postgres: float = 0.0) -> Load:
    return Load(2.0, list(latencies), {"web": web, "worker": 0.0, "postgres": postgres})


def test_the_middle_round_counts() -> None:
    rounds = [
        load(0.001, 0.003, web=0.004),
        load(0.002, 0.004, web=0.010),
        load(0.5, 0.5, web=0.9),
    ]
    figures = WorkFigures.of(rounds)
    assert figures.cpu_ms["all"] == figures.cpu_ms["web"] == pytest.approx(5.0)
    assert figures.p99_ms == pytest.approx(4.0)
    assert figures.per_second == pytest.approx(1.0)


def test_a_work_is_held_against_its_own_floor() -> None:
    figures = Figures(floors={"list": 0.02, "order": 0.3})
    for work in (W1, W3, W4):
        figures.works[work.key] = WorkFigures.of([load(0.001, web=0.0008, postgres=0.0002)])
    assert figures.times_floor(W1) == pytest.approx(50)
    assert figures.times_floor(W3) == pytest.approx(1 / 0.3)
    assert figures.times_floor(W4) is None  # nothing bare to compare a search with


def test_an_error_of_one_client_ends_the_load_and_is_told() -> None:
    def fail() -> None:
        raise ValueError("no answer")

    with pytest.raises(ValueError, match="no answer"):
        repeat([fail, lambda: None], 5)


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert percentile([3.0, 1.0, 2.0], 50) == 2.0
    assert percentile([3.0, 1.0, 2.0], 99) == 3.0
