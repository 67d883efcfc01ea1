"""The whole measurement, part by part, on one stage."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import TypeVar

from infra.bench import floor, settling, statements
from infra.bench.load import Load, measure, repeat
from infra.bench.meters import Meter
from infra.bench.report import Figures, WorkFigures
from infra.bench.signup import Owner
from infra.bench.visits import Door, Visitor, Wares
from infra.bench.watcher import Watcher
from infra.bench.works import W1, W3, WORKS, Work
from infra.demo.__main__ import answers
from infra.demo.place import ROOT, python
from infra.stage.stage import Stage

T = TypeVar("T")
SHOPS_PER_OWNER = 5  # tenants.actions.MOST_SHOPS_PER_ACCOUNT


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    products: int = 1000
    rounds: int = 3
    seconds: float = 4.0
    clients: int = 4
    starts: int = 5
    openings: int = 20
    cold_openings: int = 5
    neighbours: int = 50
    statement_runs: int = 10
    payments_each: int = 100
    transfers: int = 1_000_000


QUICK = Size(60, 1, 0.3, 2, 1, 2, 1, 2, 2, 3, 3_000)


@dataclass
class Bench:
    """A stage with a filled shop, and everything that looks at it."""

    stage: Stage
    size: Size
    tell: Callable[[str], None]
    figures: Figures = field(default_factory=Figures)

    def run(self) -> Figures:
        """Measure everything; the order matters: idle things first, growth last."""
        self.meter = Meter(self.stage)
        self.watcher = Watcher(self.meter)
        self._name_programs()
        self._idle()
        self._starts()
        self.tell("a shop with its goods")
        self.wares = fill(self.stage, self.size.products)
        self.watcher.gather_statistics()
        self.watcher.wait_until_quiet()
        self.visitors = [
            Visitor(Door(self.stage.url), Door(self.stage.simulator_url), self.wares, f"buyer-{n}")
            for n in range(self.size.clients)
        ]
        self.watchers = [Watcher(self.meter) for _ in self.visitors]
        self._rounds()
        self._settling()
        self._statements()
        self._openings()
        self._neighbours()
        self._ledger()
        self.figures.memory_after = self.meter.memory_mb()
        return self.figures

    def _name_programs(self) -> None:
        """Let PostgreSQL know who is who: libpq takes the name from the environment."""
        for name in ("web", "worker"):
            program = self.stage.programs[name]
            program.environment = {**program.environment, "PGAPPNAME": name}
        self.stage.restart("worker", "web")
        self.stage.wechat("POST", "component/push_ticket")  # the first one may have met no web

    def _idle(self) -> None:
        self.tell("at rest")
        self.watcher.wait_until_quiet()
        time.sleep(min(2.0, self.size.seconds))
        with self.meter.spent() as cpu:
            time.sleep(self.size.seconds)
        self.figures.idle_ms_per_second = {
            name: 1000 * spent / self.size.seconds for name, spent in cpu.items()
        }
        self.figures.memory_idle = self.meter.memory_mb()

    def _starts(self) -> None:
        self.tell("cold starts of the web server")
        self.figures.cold_start_seconds = median(
            self._start_cold() for _ in range(self.size.starts)
        )

    def _start_cold(self) -> float:
        self.stage.kill("web")
        began = time.perf_counter()
        self.stage.programs["web"].start()
        while not answers(f"{self.stage.url}/readyz"):
            time.sleep(0.005)
        return time.perf_counter() - began

    def _rounds(self) -> None:
        floor.prepare(self.stage.place.owner_url, self.size.products)
        self.clerks = [
            floor.Clerk(self.stage.place.owner_url, number, self.size.products)
            for number in range(self.size.clients)
        ]
        self._warm_up()
        loads: dict[str, list[Load]] = {}
        for number in range(self.size.rounds):
            self.tell(f"round {number + 1} of {self.size.rounds}")
            for work in WORKS:
                loads.setdefault(work.key, []).append(self._load(work))
            for name, run in floor.WORKS.items():
                loads.setdefault(f"floor {name}", []).append(self._floor(run))
        for name in floor.WORKS:
            self.figures.floors[name] = median(p.cpu_ms("postgres") for p in loads[f"floor {name}"])
        for work in WORKS:
            self.figures.works[work.key] = WorkFigures.of(loads[work.key])

    def _floor(self, run: Callable[[floor.Clerk], None]) -> Load:
        clients = [_bound(run, clerk) for clerk in self.clerks]
        return measure(self.meter, clients, self.size.seconds / 2)

    def _warm_up(self) -> None:
        for work in WORKS:
            repeat(self._clients(work), min(1.0, self.size.seconds))
        for run in floor.WORKS.values():
            repeat([_bound(run, clerk) for clerk in self.clerks], 0.2)
        self.watcher.wait_until_quiet()

    def _load(self, work: Work) -> Load:
        since = self.watcher.last_message()
        settle = (lambda: self.watcher.bring_forward(since)) if work is W3 else lambda: None
        return measure(self.meter, self._clients(work), self.size.seconds, settle)

    def _clients(self, work: Work) -> list[Callable[[], object]]:
        for visitor in self.visitors:
            visitor.leave()  # a server hangs up on who was silent for long; the next call dials
        pairs = zip(self.visitors, self.watchers, strict=True)
        return [self._client(work, visitor, watcher) for visitor, watcher in pairs]

    def _client(self, work: Work, visitor: Visitor, watcher: Watcher) -> Callable[[], object]:
        if work is not W3:
            return lambda: work.run(visitor)
        schema = self.wares.schema
        return lambda: watcher.wait_until_paid(schema, str(work.run(visitor)))

    def _settling(self) -> None:
        self.tell(f"{self.size.payments_each * self.size.clients} payments at once")
        self.figures.settled = settling.settle(
            self.meter,
            self.watcher,
            self.visitors,
            self.clerks,
            each=self.size.payments_each,
            seconds=self.size.seconds / 2,
        )

    def _ledger(self) -> None:
        self.tell(f"books of {self.size.transfers} transfers")
        told = run_module(self.stage, "infra.bench.ledger", str(self.size.transfers))
        self.figures.ledger = json.loads(told)

    def _statements(self) -> None:
        self.tell("counting statements")
        self.watcher.wait_until_quiet()
        idle = statements.at_rest(self.stage, self.size.seconds)
        for work in WORKS:
            self.figures.works[work.key].statements = self._statements_of(work, idle)

    def _statements_of(self, work: Work, idle: Mapping[tuple[str, str], float]) -> dict[str, float]:
        """Count an operation's statements, and count again if the schedule ran meanwhile."""
        while True:
            self.watcher.wait_until_quiet()
            slot, since = self.watcher.last_slot(), self.watcher.last_message()
            settle: Callable[[], object] = self.watcher.wait_until_quiet
            if work is W3:
                settle = _bound(self.watcher.bring_forward, since)
            counted = statements.per_operation(
                self.stage,
                self._client(work, self.visitors[0], self.watchers[0]),
                settle,
                times=self.size.statement_runs,
                idle=idle,
            )
            if self.watcher.last_slot() == slot:
                return counted

    def _openings(self) -> None:
        self.tell("opening shops")
        warm, schemas, owners = [], [], []
        for number in range(self.size.openings + self.size.cold_openings):
            if number % SHOPS_PER_OWNER == 0:
                owners.append(Owner(self.stage.url, f"owner-{number}@example.com"))
            is_cold = number >= self.size.openings
            self._make_pool(is_full=not is_cold)
            seconds = owners[-1].open_shop(f"Opening {number}")
            if is_cold:
                self.figures.opening_cold_seconds.append(seconds)
                continue
            warm.append(seconds)
            schemas.append(self.watcher.schema_of(f"Opening {number}"))
        self._make_pool(is_full=True)
        self.figures.opening_seconds = warm
        self.figures.account_seconds = median(owner.account_seconds for owner in owners)
        self.figures.disk_mb = median(self.watcher.disk_bytes(name) for name in schemas) / 1e6

    def _make_pool(self, *, is_full: bool) -> None:
        self.watcher.wait_for_spares(1)
        self.watcher.wait_until_quiet()
        if not is_full:
            self.watcher.take_spares()

    def _neighbours(self) -> None:
        self.tell(f"{self.size.neighbours} more shops")
        before, size_before = self._list_times_floor(), self.watcher.database_bytes()
        run_inside(self.stage, "more", str(self.size.neighbours))
        self.watcher.wait_until_quiet()
        size_after = self.watcher.database_bytes()
        self.figures.list_before, self.figures.list_after = before, self._list_times_floor()
        self.figures.neighbours = self.size.neighbours
        self.figures.disk_whole_mb = (size_after - size_before) / self.size.neighbours / 1e6

    def _list_times_floor(self) -> float:
        """Return W1 against the floor beside it: another minute may be a busier one."""
        repeat(self._clients(W1), min(1.0, self.size.seconds))
        return median(
            self._load(W1).cpu_ms() / self._floor(floor.WORKS["list"]).cpu_ms("postgres")
            for _ in range(self.size.rounds)
        )


def fill(stage: Stage, products: int) -> Wares:
    """Make the shop that is measured."""
    return Wares(**json.loads(run_inside(stage, "shop", str(products), stage.simulator_url)))


def run_inside(stage: Stage, *arguments: str) -> str:
    """Run `infra.bench.wares` in the stage's environment; return the last line that it printed."""
    return run_module(stage, "infra.bench.wares", *arguments)


def run_module(stage: Stage, module: str, *arguments: str) -> str:
    """Run a module in the stage's environment; return the last line that it printed."""
    done = subprocess.run(
        python("-m", module, *arguments),
        cwd=ROOT,
        env=dict(stage.environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=sys.stderr,
        text=True,
        check=True,
    )
    return done.stdout.rstrip().rpartition("\n")[2]


def _bound(run: Callable[[T], object], value: T) -> Callable[[], object]:
    return lambda: run(value)
