"""The figures of one run, and how they read: as a table, and as JSON."""

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from infra.bench.load import Load, percentile
from infra.bench.meters import PARTS
from infra.bench.settling import Settled
from infra.bench.works import WORKS, Work


@dataclass
class WorkFigures:
    """One work: medians over the rounds. CPU in milliseconds per operation, by part."""

    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms: dict[str, float]
    statements: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, loads: Sequence[Load]) -> "WorkFigures":
        """Summarise the rounds."""
        return cls(
            per_second=median(load.count / load.seconds for load in loads),
            p50_ms=median(1000 * percentile(load.latencies, 50) for load in loads),
            p99_ms=median(1000 * percentile(load.latencies, 99) for load in loads),
            cpu_ms={
                **{part: median(load.cpu_ms(part) for load in loads) for part in PARTS},
                "all": median(load.cpu_ms() for load in loads),
            },
        )


@dataclass
class Figures:
    """Everything that a run found out."""

    works: dict[str, WorkFigures] = field(default_factory=dict)
    floors: dict[str, float] = field(default_factory=dict)
    """PostgreSQL's CPU milliseconds for the bare work."""
    memory_idle: dict[str, float] = field(default_factory=dict)
    memory_after: dict[str, float] = field(default_factory=dict)
    idle_ms_per_second: dict[str, float] = field(default_factory=dict)
    cold_start_seconds: float = 0.0
    settled: Settled | None = None
    ledger: dict[str, float] = field(default_factory=dict)
    """What `infra.bench.ledger` tells of books of many transfers."""
    opening_seconds: list[float] = field(default_factory=list)
    opening_cold_seconds: list[float] = field(default_factory=list)
    account_seconds: float = 0.0
    disk_mb: float = 0.0
    disk_whole_mb: float = 0.0
    neighbours: int = 0
    list_before: float = 0.0
    list_after: float = 0.0
    """W1 in floors, before and after the neighbours moved in."""

    def times_floor(self, work: Work) -> float | None:
        """Return how many times the floor a work costs; None for one without a floor."""
        floor = self.floors.get(work.floor)
        return self.works[work.key].cpu_ms["all"] / floor if floor else None

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON takes it."""
        ratios = {work.key: self.times_floor(work) for work in WORKS}
        settled = self.settled.as_dict() if self.settled else {}
        return {
            **asdict(self),
            "settled": settled,
            "times_floor": ratios,
            "cores": os.cpu_count(),
        }


def text(figures: Figures, headline: str) -> str:
    """Return the figures as people read them."""
    return "\n".join([headline, "", *_table(figures), "", *_rest(figures), "", *_notes()])


def _table(figures: Figures) -> list[str]:
    head = (
        f"{'work':<22}{'http':>5}{'op/s':>8}{'p50 ms':>8}{'p99 ms':>8} |{'CPU ms':>8}{'goal':>6}"
        f"{'web':>8}{'worker':>8}{'PG':>8} |{'SQL':>7}{'framing':>9} |"
        f"{'floor':>7}{'×':>7}{'goal':>6}"
    )
    return [head, "-" * len(head), *(_row(figures, work) for work in WORKS)]


def _row(figures: Figures, work: Work) -> str:
    found = figures.works[work.key]
    cpu, sql = found.cpu_ms, found.statements
    times, floor = figures.times_floor(work), figures.floors.get(work.floor)
    return (
        f"{work.key + ' ' + work.title:<22}{work.http:>5}{found.per_second:>8.0f}"
        f"{found.p50_ms:>8.1f}{found.p99_ms:>8.1f} |{cpu['all']:>8.2f}{_or_dash(work.goal_ms):>6}"
        f"{cpu['web']:>8.2f}{cpu['worker']:>8.2f}{cpu['postgres']:>8.2f} |{sql['all']:>7.1f}"
        f"{sql['framing']:>9.1f} |{_or_dash(floor, '.3f'):>7}{_or_dash(times, '.0f'):>7}"
        f"{_or_dash(work.goal_floor):>6}"
    )


def _rest(figures: Figures) -> list[str]:
    warm, cold = figures.opening_seconds, figures.opening_cold_seconds
    change = 100 * (figures.list_after / figures.list_before - 1)
    return [
        f"memory at rest      {_sum(figures.memory_idle, 'MB')} · goal 200",
        f"memory after load   {_sum(figures.memory_after, 'MB')}",
        f"CPU at rest         {_sum(figures.idle_ms_per_second, 'ms/s')}",
        f"cold start          {figures.cold_start_seconds:.2f} s until /readyz · goal 1.5",
        f"open a shop         {median(warm):.3f} s (p99 {percentile(warm, 99):.3f}, {len(warm)}"
        f" shops) · goal 0.1",
        f"  with empty pool   {median(cold):.3f} s ({len(cold)} shops)",
        f"  account before    {figures.account_seconds:.2f} s (password hash included)",
        f"disk per shop       {figures.disk_mb:.1f} MB tables and indexes,"
        f" {figures.disk_whole_mb:.1f} MB with catalogues · goal 4",
        f"W1, {figures.neighbours} shops later  {figures.list_before:.0f} →"
        f" {figures.list_after:.0f} × floor ({change:+.0f} %) · goal none",
        *_money(figures),
    ]


def _money(figures: Figures) -> list[str]:
    settled, books = figures.settled, figures.ledger
    if settled is None or not books:
        return []
    return [
        f"payments settled    {settled.per_second:.0f} /s from callback to ledger"
        f" ({settled.payments} at once), {settled.cpu_ms:.1f} CPU ms each ="
        f" {settled.times_floor:.0f} × floor ({settled.floor_ms:.3f} ms)",
        f"ledger of {books['transfers']:,.0f}".ljust(20)
        + f"page of a wallet's statement {books['page_ms']:.1f} ms, in the middle"
        f" {books['middle_page_ms']:.1f} ms, its balance {books['wallet_ms']:.1f} ms",
        f"                    a day's statement {books['day_ms']:.0f} ms, all balances"
        f" {books['balances_ms']:.0f} ms, the whole proof {books['proof_seconds']:.1f} s",
    ]


def _notes() -> list[str]:
    return [
        "CPU ms: web + worker + PostgreSQL, per operation. SQL: statements, `framing` (BEGIN,",
        "COMMIT, SAVEPOINT, and the message that sets path and role) among them.",
        "floor: PostgreSQL's CPU ms of the bare statements; ×: CPU ms against it.",
        "W3 ends when the order is paid, and what it left in the queue is run and counted too.",
    ]


def _sum(parts: dict[str, float], unit: str) -> str:
    listed = " + ".join(f"{name} {value:.0f}" for name, value in parts.items())
    return f"{sum(parts.values()):.0f} {unit} ({listed})"


def _or_dash(value: float | None, form: str = "g") -> str:
    return "–" if value is None else format(value, form)
