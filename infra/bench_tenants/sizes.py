"""What a request costs among few and among many shops, and what memory and disk they take."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median

from infra.bench import floor
from infra.bench.load import Load, measure, percentile, repeat
from infra.bench_tenants.crew import Browser, Crew

CLIENTS = 2
_PRODUCTS = 300
"""Of the floor's table; any number does, as only the ratio between two sizes counts."""


@dataclass(frozen=True)
class Cost:
    """What one kind of request comes to: medians over the rounds."""

    cpu_ms: float
    times_floor: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True)
class At:
    """The figures at one number of shops. Memory in MB (10^6 bytes)."""

    shops: int
    same: Cost
    """A list in one of ten shops, visited again and again."""
    spread: Cost
    """Two small reads in a shop picked from all."""
    web_mb: float
    web_visited_mb: float
    """The web process before and after it has visited `visited` shops."""
    postgres_mb: float
    postgres_visited_mb: float
    visited: int
    disk_mb: float
    """One shop's share of the whole database, its catalogues included."""


def measure_at(crew: Crew, *, rounds: int, seconds: float, visits: int) -> At:
    """Measure with the shops that are there. The worker is away, so that nothing else runs."""
    crew.wait_until_quiet()
    crew.watcher.gather_statistics()
    crew.stage.kill("worker")
    crew.stage.restart("web")
    try:
        browsers = [crew.browser(number) for number in range(CLIENTS)]
        repeat([one.list_products for one in browsers], min(1.0, seconds))
        before = crew.meter.memory_mb()
        visited = _visit(crew, visits)
        after = crew.meter.memory_mb()
        same, spread = _rounds(crew, rounds, seconds)
    finally:
        crew.stage.start("worker")
    size = crew.watcher.database_bytes() / len(crew.public_ids) / 1e6
    return At(
        shops=len(crew.public_ids), same=same, spread=spread, visited=visited,
        web_mb=before["web"], web_visited_mb=after["web"],
        postgres_mb=before["postgres"], postgres_visited_mb=after["postgres"],
        disk_mb=size,
    )  # fmt: skip


def _visit(crew: Crew, visits: int) -> int:
    """Look into so many shops, each once; return how many there were."""
    chosen = random.Random(1).sample(crew.public_ids, min(visits, len(crew.public_ids)))  # noqa: S311
    browser = crew.browser(0)
    for public_id in chosen:
        browser.look_into(public_id)
    return len(chosen)


def _rounds(crew: Crew, rounds: int, seconds: float) -> tuple[Cost, Cost]:
    floor.prepare(crew.stage.place.owner_url, _PRODUCTS)
    clerks = [
        floor.Clerk(crew.stage.place.owner_url, number, _PRODUCTS) for number in range(CLIENTS)
    ]
    browsers = [crew.browser(number) for number in range(CLIENTS)]
    same = [one.list_products for one in browsers]
    spread = [partial(_look_anywhere, crew, one) for one in browsers]
    bare = [clerk.list_products for clerk in clerks]
    loads: list[tuple[Load, Load, Load]] = []
    for clients in (same, spread, bare):
        repeat(clients, min(1.0, seconds))
    for _ in range(rounds):
        for one in browsers:
            one.door.close()
        loads.append(
            (
                measure(crew.meter, same, seconds),
                measure(crew.meter, spread, seconds),
                measure(crew.meter, bare, max(1.0, seconds / 2)),
            )
        )
    for clerk in clerks:
        clerk.leave()
    floors = [load.cpu_ms("postgres") for _, _, load in loads]
    return _cost([one for one, _, _ in loads], floors), _cost([s for _, s, _ in loads], floors)


def _look_anywhere(crew: Crew, browser: Browser) -> None:
    browser.look_into(browser.random.choice(crew.public_ids))


def _cost(loads: Sequence[Load], floors: Sequence[float]) -> Cost:
    return Cost(
        cpu_ms=median(load.cpu_ms() for load in loads),
        times_floor=median(load.cpu_ms() / bare for load, bare in zip(loads, floors, strict=True)),
        p50_ms=median(1000 * percentile(load.latencies, 50) for load in loads),
        p99_ms=median(1000 * percentile(load.latencies, 99) for load in loads),
    )
