"""`python -m infra.bench_tenants`: measure everything about many shops and print it."""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from infra.backups.places import remove
from infra.bench import archives
from infra.bench.visits import Wares
from infra.bench_tenants import columns, crowd, leaks, opening, sizes
from infra.bench_tenants.columns import Columns
from infra.bench_tenants.crew import Crew
from infra.bench_tenants.crowd import Crowd
from infra.bench_tenants.leaks import Leaks
from infra.bench_tenants.opening import Opened
from infra.bench_tenants.sizes import At
from infra.first_sale import journey
from infra.stage.stage import Stage, opened

STOCKED = 10


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    shops: Sequence[int] = (10, 1_000, 5_000)
    rounds: int = 3
    seconds: float = 4.0
    visits: int = 1_000
    openings: int = 20
    at_once: int = 50
    dry: int = 5
    bulk_jobs: int = 10_000
    payments: int = 100
    requests: int = 20_000
    orders: int = 10_000


QUICK = Size((3, 8), 1, 0.5, 8, 2, 4, 1, 400, 4, 160, 50)


@dataclass
class Figures:
    """Everything that a run found out."""

    sizes: list[At] = field(default_factory=list)
    opening: Opened | None = None
    columns: Columns | None = None
    crowd: Crowd | None = None
    leaks: list[Leaks] = field(default_factory=list)
    reach: dict[str, Any] = field(default_factory=dict)
    """Of `infra.bench_tenants.reach`."""
    large: archives.Figures | None = None

    def text(self) -> str:
        """Return the whole report."""
        parts = ["Requests", *_table(self.sizes), "Opening a shop"]
        parts += self.opening.lines() if self.opening else []
        parts += ["A column", *(self.columns.lines() if self.columns else [])]
        parts += ["A noisy neighbour", *(self.crowd.lines() if self.crowd else [])]
        parts += ["Leaks", *(one.line() for one in self.leaks)]
        parts += [_reached(self.reach)] if self.reach else []
        parts += ["One large shop", *(self.large.lines() if self.large else [])]
        load = " ".join(f"{value:.1f}" for value in os.getloadavg())
        return "\n".join([*parts, f"load of the machine at the end: {load}"])


def run(stage: Stage, size: Size, figures: Figures) -> None:
    """Measure part by part, as the number of shops grows; what is known stands in `figures`."""
    tell(f"{min(STOCKED, size.shops[0])} shops with goods")
    stocked = min(STOCKED, size.shops[0])
    crew = Crew(stage, tell, [])
    told = crew.run("infra.bench_tenants.fleet", "stock", str(stocked), "60", stage.simulator_url)
    crew.stocked = [Wares(**wares) for wares in json.loads(told)]
    for place, shops in enumerate(size.shops):
        tell(f"{shops} shops")
        told = crew.run("infra.bench_tenants.fleet", "grow", str(shops))
        crew.public_ids = json.loads(told)
        figures.sizes.append(
            sizes.measure_at(crew, rounds=size.rounds, seconds=size.seconds, visits=size.visits)
        )
        if place == 0:
            figures.leaks = leaks.measure(crew, requests=size.requests)
            tell("every table there is, as one shop")
            told = crew.run("infra.bench_tenants.reach", crew.stocked[0].public_id)
            figures.reach = json.loads(told)
            figures.crowd = crowd.measure(crew, jobs=size.bulk_jobs, payments=size.payments)
        if place == 1:
            figures.columns = columns.measure(crew)
    figures.opening = opening.measure(crew, warm=size.openings, at_once=size.at_once, dry=size.dry)


def large_shop(orders: int) -> archives.Figures:
    """Measure one shop of many orders, on an installation of its own: its server is restarted."""
    tell(f"one shop of {orders} orders")
    backups = Path(tempfile.mkdtemp(prefix="xiaopu-backups-"))
    try:
        with opened(settings=journey.SETTINGS) as stage:
            return archives.measure(stage, backups, orders, tell)
    finally:
        remove(backups)


def _reached(found: dict[str, Any]) -> str:
    return (
        f"SQL as one shop on {found['schemas']} other schemas, the platform, the server:"
        f" {found['tried']} statements, {found['tried'] - len(found['reached'])} denied,"
        f" {len(found['reached'])} not"
    )


def _table(found: list[At]) -> list[str]:
    lines = []
    for at in found:
        first = found[0]
        same, spread = at.same, at.spread
        lines += [
            f"{at.shops:6} shops  list {same.cpu_ms:.2f} CPU ms = {same.times_floor:.1f} × floor"
            f" ({same.times_floor / first.same.times_floor:.2f} × before), p50 {same.p50_ms:.1f},"
            f" p99 {same.p99_ms:.1f} ms ({same.p99_ms / first.same.p99_ms:.2f} ×)",
            f"              in any shop: {spread.cpu_ms:.2f} CPU ms"
            f" ({spread.times_floor / first.spread.times_floor:.2f} ×), p99 {spread.p99_ms:.1f} ms",
            f"              memory before and after visiting {at.visited}: web {at.web_mb:.0f} →"
            f" {at.web_visited_mb:.0f} MB, PostgreSQL {at.postgres_mb:.0f} →"
            f" {at.postgres_visited_mb:.0f} MB; {at.disk_mb:.1f} MB of disk a shop",
        ]
    return lines


def tell(what: str) -> None:
    """Say what happens now."""
    print(f"  … {what}", file=sys.stderr, flush=True)


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m infra.bench_tenants", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a minute, to see that it runs")
    parser.add_argument("--shops", help="sizes, for example 10,200,1000")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    asked = parser.parse_args()
    size = QUICK if asked.quick else Size()
    if asked.shops:
        size = Size(tuple(int(number) for number in asked.shops.split(",")))
    settings = {
        "SPARE_SCHEMAS": str(size.at_once + 10),
        "JOBS_HEARTBEAT_SECONDS": "5",
        "SHOP_REQUESTS_PER_SECOND": "0",
    }
    figures = Figures()
    try:
        with opened(settings=settings) as stage:
            run(stage, size, figures)
        figures.large = large_shop(size.orders)
    finally:  # an hour's figures are told even when the run is stopped
        print(figures.text())
        if asked.json:
            asked.json.write_text(json.dumps(asdict(figures), ensure_ascii=False, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
