"""`make bench-tenants` as a small run: every part is measured, and nobody saw a stranger."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.bench.visits import Wares
from infra.bench_tenants.leaks import MODES, Ask, Inhabitant, Leaks, note

ROOT = Path(__file__).resolve().parents[2]
FROM_THE_SUITE = ("DATABASE_URL", "TEST_SERVER_URL", "SECRET_KEY", "DATA_DIR", "LOG_LEVEL")


def test_a_quick_run_shows_every_fact(tmp_path: Path) -> None:
    found = tmp_path / "figures.json"
    environment = {k: v for k, v in os.environ.items() if k not in FROM_THE_SUITE}
    done = subprocess.run(
        [sys.executable, "-m", "infra.bench_tenants", "--quick", "--json", str(found)],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=1800,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    figures = json.loads(found.read_text())

    assert [at["shops"] for at in figures["sizes"]] == [3, 8]
    for at in figures["sizes"]:
        for cost in (at["same"], at["spread"]):
            assert 0 < cost["p50_ms"] <= cost["p99_ms"]
            assert cost["cpu_ms"] > 0 < cost["times_floor"]
        assert at["visited"] == at["shops"]
        assert at["web_visited_mb"] > 20

    opening = figures["opening"]
    assert opening["errors"] == []
    assert [len(opening[key]) for key in ("warm", "at_once", "dry")] == [2, 4, 1]

    columns = figures["columns"]
    assert columns["traffic"]["failed"] == []
    assert columns["traffic"]["requests"] > 10
    assert columns["traffic"]["longest_lock_wait_seconds"] < 1  # what migrate_tenants promises
    assert columns["kills"] == 3
    assert columns["left_out"] == [columns["broken"]]
    assert columns["migrated"] == columns["schemas"] - 1
    assert columns["repaired"] == 1
    assert columns["have_it"] == columns["schemas"]

    crowd = figures["crowd"]
    assert crowd["jobs_left"] > 0
    assert len(crowd["crowded"]) == 4

    assert [one["mode"] for one in figures["leaks"]] == [mode.name for mode in MODES]
    for one in figures["leaks"]:
        assert one["wrong"] == []
        assert one["cancelled"] > 0  # the storm blew
        assert one["answered"] > 20
        assert one["answered"] + sum(one["failed"].values()) == 160

    reach = figures["reach"]
    assert reach["reached"] == []
    assert reach["schemas"] >= 3
    assert reach["tried"] > 78 * reach["schemas"]

    large = figures["large"]
    assert large["orders"] == 50
    assert large["rows"] > 50 * 10
    assert large["canaries"] >= 5
    assert large["canaries_left"] == []


class OfShopA:
    """A visitor who knows the shop's products and has one address."""

    token, address = "token", "address-a"

    def all_products(self) -> list[str]:
        return ["a1", "a2"]


def wares(letter: str) -> Wares:
    products = [f"{letter}1", f"{letter}2"]
    return Wares(letter, f"t_{letter}", letter, ["c"], products, [f"{letter}s"], ["word"])


@pytest.mark.parametrize(
    ("check", "status", "body", "is_wrong"),
    [
        ("_products_are_ours", 200, {"items": [{"id": "a1"}]}, False),
        ("_products_are_ours", 200, {"items": [{"id": "a1"}, {"id": "b1"}]}, True),
        ("_products_are_ours", 200, {"items": []}, True),
        ("_is_ours", 200, {"id": "a1", "skus": [{"id": "as"}]}, False),
        ("_is_ours", 200, {"id": "a1", "skus": [{"id": "bs"}]}, True),
        ("_is_ours", 404, {}, True),
        ("_is_our_address", 200, {"items": [{"id": "address-a"}]}, False),
        ("_is_our_address", 200, {"items": [{"id": "address-b"}]}, True),
        ("_is_our_address", 401, {}, True),
        ("_cart_is_ours", 200, {"lines": [{"sku_id": "as"}]}, False),
        ("_cart_is_ours", 200, {"lines": [{"sku_id": "bs"}]}, True),
        ("_orders_are_ours", 200, {"items": [{"id": "order-a"}]}, False),
        ("_orders_are_ours", 200, {"items": [{"id": "order-a"}, {"id": "order-b"}]}, True),
        ("_order_is_ours", 200, {"id": "order-b"}, True),
        ("_is_ours", 503, {}, False),
    ],
)
def test_what_is_a_strangers_is_found(check: str, status: int, body: dict, is_wrong: bool) -> None:
    inhabitant = Inhabitant(wares("a"), OfShopA(), wares("b"), "order-a")  # type: ignore[arg-type]
    leaks = Leaks("a mode")

    note(leaks, Ask("/a", getattr(inhabitant, check)), status, body)

    assert bool(leaks.wrong) is is_wrong
    assert leaks.failed == ({"503": 1} if status == 503 else {})
