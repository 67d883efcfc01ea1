"""Bringing every schema to the version of this code (`manage.py migrate_tenants`). Owner only.

First the platform's own schema and the template, by Django. Then the shops: the statements are
collected once for all schemas of the same version; some canaries, one after the other; then waves,
each larger than the last, some schemas at a time. A schema that fails is named and passed over; a
canary that fails, or too many failures, stop the run. Whatever is killed, the next run goes on
where the schemas stand: their own record decides. What enough schemas have come through needs no
canary again, so that the broken ones that are left never hold up the others behind them.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial

from django.db import connections
from django.db.migrations.loader import MigrationLoader

from kernel import clock
from tenants import cells, provisioning, versions
from tenants.backend.base import PUBLIC
from tenants.cells import OWNER
from tenants.fleet import queries
from tenants.fleet.applying import Applied, apply_all
from tenants.fleet.collecting import Script, script_from
from tenants.fleet.models import Outcome, Run
from tenants.fleet.states import OutcomeState, RunState
from tenants.template import TEMPLATE

_LOCK = 7_210_415_001
"""The advisory lock that one run holds: a number nobody else uses in this database."""
_FIRST_WAVE, _GROWTH = 20, 5
_AT_ONCE = 100
"""So many outcomes are written by one statement: a thousand single ones cost more than the run."""


class FleetIsMoving(RuntimeError):
    """Another run holds the lock."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How to go about it."""

    canaries: int = 2
    workers: int = 4
    lock_milliseconds: int = 500
    """How long a statement waits for a table that somebody uses: customers wait behind it."""
    most_failures: int = 20
    verify: bool = False
    """Read what every schema says of itself instead of trusting our record of it."""


@dataclass(slots=True)
class Progress:
    """How far a run is: what an operator wants to see while it goes on."""

    target: str
    total: int
    wave: int = 0
    done: int = 0
    failed: int = 0
    began: float = field(default_factory=time.monotonic)

    @property
    def seconds_left(self) -> float | None:
        """Return an estimate by the pace so far; None before there is one."""
        passed = self.done + self.failed
        if not passed:
            return None
        return (time.monotonic() - self.began) / passed * (self.total - passed)


@dataclass(frozen=True, slots=True)
class Report:
    """How a run ended."""

    target: str
    state: RunState
    migrated: int
    failures: tuple[tuple[str, str], ...]
    """Schema and reason."""
    scripts: tuple[tuple[int, Script], ...]
    """How many schemas lacked which statements."""
    milliseconds: tuple[int, ...]
    """What each schema took."""
    seconds: float


Watch = Callable[[Progress], None]


def plan(wish: Wish) -> list[tuple[Script, list[str]]]:
    """Return the schemas that lack migrations of this code, by what they lack.

    Nothing is written but what `verify` found. Schemas of a newer code lack nothing.
    """
    wanted = versions.version_of(_migrations())
    with connections[OWNER].cursor() as cursor:
        names = queries.schema_names(OWNER) if wish.verify else queries.behind(wanted, OWNER)
        groups: dict[versions.Applied, list[str]] = defaultdict(list)
        for name, applied in versions.read(cursor, names):
            if versions.version_of(applied) == wanted:
                versions.note(cursor, name)
            else:
                groups[applied].append(name)
    # The many first: the canaries of some stragglers, which may be broken, would stop the others.
    by_size = sorted(groups.items(), key=lambda group: len(group[1]), reverse=True)
    scripts = [(script_from(a, representative=some[0]), some) for a, some in by_size]
    return [(script, some) for script, some in scripts if script.migrations]


def migrate(wish: Wish, watch: Watch = lambda _: None) -> Report:
    """Bring the fleet to this code's version. Raises FleetIsMoving."""
    began = time.monotonic()
    with _alone():
        if not (_is_at_this_code(PUBLIC) and _is_at_this_code(TEMPLATE)):
            provisioning.prepare_database()
        target = versions.version_of(_migrations())
        groups = plan(wish)
        total = sum(len(names) for _, names in groups)
        if not total:
            return Report(target, RunState.DONE, 0, (), (), (), time.monotonic() - began)
        run = _take_up(target)
        going = _Going(run, wish, Progress(target, total), watch)
        for script, names in groups:
            going.bring(script, names)
        ended = going.ended()
        _move(run, ended)
    return Report(
        target=target,
        state=ended,
        migrated=going.progress.done,
        failures=tuple(going.failures),
        scripts=tuple((len(names), script) for script, names in groups),
        milliseconds=tuple(going.milliseconds),
        seconds=time.monotonic() - began,
    )


def migrate_all(wish: Wish, watch: Watch = lambda _: None) -> Iterator[tuple[str, Report]]:
    """Bring the fleet of every cell there, one after the other, home first; yield each report.

    A cell's run is stopped by its own failures only. Raises FleetIsMoving.
    """
    for cell in cells.names():
        with cells.entered(cell):
            report = migrate(wish, watch)
        yield cell, report


class _Going:
    """A run under way: it writes down what became of each schema, and knows when to stop."""

    def __init__(self, run: Run, wish: Wish, progress: Progress, watch: Watch) -> None:
        self._run, self._wish, self.progress, self._watch = run, wish, progress, watch
        self.failures: list[tuple[str, str]] = []
        self.milliseconds: list[int] = []
        self.is_stopped = False
        self._unwritten: list[Outcome] = []

    def bring(self, script: Script, names: Sequence[str]) -> None:
        """Bring schemas of one version to the next: canaries, then waves."""
        canaries = self._wish.canaries
        if queries.arrivals(script.origin, script.target, OWNER) >= canaries:
            canaries = 0
        for wave, some in enumerate(_waves(names, canaries)):
            if self.is_stopped:
                return
            self.progress.wave = wave
            is_canary = not wave and canaries > 0
            failed_before = self.progress.failed
            apply_all(
                script,
                some,
                workers=1 if is_canary else self._wish.workers,
                lock_milliseconds=self._wish.lock_milliseconds,
                tell=partial(self._hear, script),
            )
            self._write()
            if is_canary and self.progress.failed > failed_before:
                self.is_stopped = True

    def ended(self) -> RunState:
        """Return how the run ended."""
        if self.is_stopped:
            return RunState.STOPPED
        return RunState.FAILED if self.failures else RunState.DONE

    def _hear(self, script: Script, applied: Applied) -> bool:
        self._note(script, applied)
        self.milliseconds.append(applied.milliseconds)
        if applied.error:
            self.progress.failed += 1
            self.failures.append((applied.schema_name, applied.error))
        else:
            self.progress.done += 1
        self._watch(self.progress)
        self.is_stopped = self.is_stopped or len(self.failures) > self._wish.most_failures
        return not self.is_stopped

    def _note(self, script: Script, applied: Applied) -> None:
        """Keep what became of a schema; failures are written at once, successes some at a time."""
        self._unwritten.append(
            Outcome(
                run=self._run,
                schema_name=applied.schema_name,
                came_from=script.origin,
                state=OutcomeState.FAILED if applied.error else OutcomeState.DONE,
                tries=applied.tries,
                milliseconds=applied.milliseconds,
                error=applied.error,
            )
        )
        if applied.error or len(self._unwritten) >= _AT_ONCE:
            self._write()

    def _write(self) -> None:
        Outcome.objects.using(OWNER).bulk_create(
            self._unwritten,
            update_conflicts=True,
            unique_fields=["run", "schema_name"],
            update_fields=["came_from", "state", "tries", "milliseconds", "error", "at"],
        )
        self._unwritten = []


def _waves(names: Sequence[str], canaries: int) -> Iterator[Sequence[str]]:
    """Yield the canaries, even if none are wanted, then waves of 20, 100, 500, 2,500, …"""
    yield names[:canaries]
    at, size = canaries, _FIRST_WAVE
    while at < len(names):
        yield names[at : at + size]
        at, size = at + size, size * _GROWTH


def _take_up(target: str) -> Run:
    """Return the run that was killed on its way to the same version, or a new one."""
    runs = Run.objects.using(OWNER)
    left = runs.filter(state=RunState.RUNNING).first()
    if left is not None and left.target == target:
        return left
    if left is not None:
        _move(left, RunState.STOPPED)
    return runs.create(target=target)


def _move(run: Run, state: RunState) -> None:
    """End a run."""
    Run.objects.using(OWNER).filter(pk=run.pk).update(state=state, ended_at=clock.now())


def _is_at_this_code(schema_name: str) -> bool:
    """Say whether a schema has every migration of this code, without looking at its tables."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f'"{schema_name}".django_migrations'])
        if cursor.fetchone() == (None,):
            return False
        ((_, applied),) = versions.read(cursor, [schema_name])
    return _migrations() <= applied


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    """Return every migration of this code."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the lock of the one run. Raises FleetIsMoving."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if cursor.fetchone() != (True,):
            raise FleetIsMoving("another migrate_tenants is under way")
    try:
        yield
    finally:
        with connections[OWNER].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
