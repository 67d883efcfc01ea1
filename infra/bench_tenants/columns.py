"""A column for every shop's products: how long it takes, who notices, and what kills do to it.

The newer versions of the catalogue are migrations that are written here, for `migrate_tenants` in
an environment of its own; the web goes on with the old code, as during a real update.
"""

import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle

import psycopg

from infra.bench.visits import WentWrong
from infra.bench_tenants.crew import Crew
from infra.demo.place import ROOT, python

_OLD = """from importlib import import_module
Migration = import_module("shop.catalog.migrations.{name}").Migration
"""
_NEW = """from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [("catalog", "{before}")]
    operations = [migrations.AddField("product", "{name}", models.TextField(null=True))]
"""
_SETTINGS = """from config.settings import *
MIGRATION_MODULES = {{"catalog": "{package}"}}
"""
_LONGEST_WAIT = """
SELECT coalesce(max(extract(epoch FROM clock_timestamp() - waitstart)), 0)
FROM pg_locks WHERE NOT granted AND waitstart IS NOT NULL"""
_REQUESTS_PER_SECOND = 20


@dataclass
class Traffic:
    """What customers met while a migration ran."""

    requests: int = 0
    failed: list[str] = field(default_factory=list)
    slowest_seconds: float = 0.0
    longest_lock_wait_seconds: float = 0.0


@dataclass(frozen=True)
class Columns:
    """The figures. Seconds of whole commands, start of the interpreter included, but for `inside`.

    `inside` is what the run says that it took: what grows with the number of schemas.
    """

    schemas: int
    plain_seconds: float
    plain_inside: float
    nothing_seconds: float
    nothing_inside: float
    busy_seconds: float
    traffic: Traffic
    kills: int
    migrated_at_kills: list[int]
    migrated: int
    """How many had it after the run that followed the kills; all but the broken one."""
    left_out: list[str]
    """The schemas that this run named as failed."""
    broken: str
    repaired: int
    """How many the run after the repair migrated."""
    have_it: int
    """How many schemas have the column at the end."""

    def lines(self) -> list[str]:
        """Return how it reads."""
        met = self.traffic
        return [
            f"a column for {self.schemas} schemas  {self.plain_inside:.1f} s, with the start of the"
            f" command {self.plain_seconds:.1f} s; nothing to do {self.nothing_inside:.1f} s,"
            f" with the start {self.nothing_seconds:.1f} s",
            f"under {_REQUESTS_PER_SECOND} requests/s  {self.busy_seconds:.1f} s:"
            f" {met.requests} requests, {len(met.failed)} failed, slowest"
            f" {1000 * met.slowest_seconds:.0f} ms, longest wait for a lock"
            f" {1000 * met.longest_lock_wait_seconds:.0f} ms",
            f"killed {self.kills} times (after {self.migrated_at_kills} schemas), one shop broken:"
            f" {self.migrated} migrated, {len(self.left_out)} named {self.left_out};"
            f" after its repair {self.repaired} more, {self.have_it} have it",
        ]


def measure(crew: Crew) -> Columns:
    """Add three columns: alone, under traffic, and killed three times with one shop broken."""
    versions = _Versions(crew)
    crew.wait_until_quiet()
    crew.tell("a column for all shops")
    plain, plain_inside = versions.add("bench_plain")
    crew.tell("nothing to do")
    nothing, nothing_inside = versions.add("bench_plain")
    crew.tell("a column under traffic")
    with _traffic(crew) as traffic:
        busy, _ = versions.add("bench_busy")
    crew.tell("a column, killed three times, with one broken shop")
    broken = versions.last()
    versions.sql(f'ALTER TABLE "{broken}".catalog_product ADD COLUMN bench_killed text')
    with versions.in_use(broken):  # a run comes to it last and waits: none ends before its kill
        reached = [versions.add_and_kill("bench_killed", n) for n in versions.moments()]
    said = versions.run("bench_killed", expect=1)
    left_out = re.findall(r"^(t_\w+): ", said, re.MULTILINE)
    migrated = len(versions.having("bench_killed") - {broken})
    versions.sql(f'ALTER TABLE "{broken}".catalog_product DROP COLUMN bench_killed')
    again = versions.run("bench_killed", expect=0)
    repaired = re.search(r"done: (\d+) schemas migrated", again)
    assert repaired is not None
    return Columns(
        schemas=len(versions.schemas()),
        plain_seconds=plain,
        plain_inside=plain_inside,
        nothing_seconds=nothing,
        nothing_inside=nothing_inside,
        busy_seconds=busy,
        traffic=traffic,
        kills=len(reached),
        migrated_at_kills=reached,
        migrated=migrated,
        left_out=left_out,
        broken=broken,
        repaired=int(repaired[1]),
        have_it=len(versions.having("bench_killed")),
    )


class _Versions:
    """The catalogue with more and more columns, and the command that brings the shops there."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._directory = crew.stage.place.data / "versions"
        self._directory.mkdir()
        self._columns: list[str] = []
        self._connection = psycopg.connect(crew.stage.place.owner_url, autocommit=True)
        crew.meter.strangers.add(self._connection.info.backend_pid)

    def add(self, column: str) -> tuple[float, float]:
        """Bring all schemas to the version with this column.

        Return the seconds of the command, and those that the run says it took.
        """
        began = time.perf_counter()
        said = self.run(column, expect=0)
        seconds = time.perf_counter() - began
        inside = re.search(r"^done: .*, ([0-9.]+) s\.$", said, re.MULTILINE)
        assert inside is not None, said
        return seconds, float(inside[1])

    def run(self, column: str, *, expect: int) -> str:
        """Run the command; return what it said."""
        process = self._start(column)
        said, _ = process.communicate(timeout=900)
        if process.returncode != expect:
            raise WentWrong(f"migrate_tenants: {process.returncode}\n{said[-3000:]}")
        return said

    def add_and_kill(self, column: str, moment: int) -> int:
        """Kill the command once so many schemas have the column; return how many have it then."""
        process = self._start(column)
        while len(self.having(column)) < moment + 1 and process.poll() is None:  # and the broken
            time.sleep(0.005)
        if process.poll() is not None:
            raise WentWrong(f"it ended before it could be killed: {process.communicate()[0]}")
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        self._wait_until_alone()
        return len(self.having(column)) - 1

    def moments(self) -> list[int]:
        """Return after how many schemas to kill."""
        number = len(self.schemas())
        return [max(1, number // 10), max(2, number // 3), max(3, number // 2)]

    def schemas(self) -> list[str]:
        """Return every schema of a shop and every spare, in the order of their names."""
        rows = self._connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname LIKE 't\\_%'"
            " AND nspname <> 't_template' ORDER BY 1"
        )
        return [name for (name,) in rows]

    def last(self) -> str:
        """Return the newest shop, to which a run comes last."""
        newest = "SELECT schema_name FROM tenants_tenant ORDER BY id DESC LIMIT 1"
        row = self._connection.execute(newest).fetchone()
        assert row is not None
        return str(row[0])

    @contextmanager
    def in_use(self, schema: str) -> Iterator[None]:
        """Have somebody read a schema's products all the while: no column can be added there."""
        with psycopg.connect(self._crew.stage.place.owner_url) as connection:
            self._crew.meter.strangers.add(connection.info.backend_pid)
            lock = f'LOCK TABLE "{schema}".catalog_product IN ACCESS SHARE MODE'
            connection.execute(lock.encode())
            yield

    def having(self, column: str) -> set[str]:
        """Return the schemas whose products have a column."""
        rows = self._connection.execute(
            "SELECT n.nspname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relname = 'catalog_product' AND a.attname = %s"
            " AND n.nspname <> 't_template' AND NOT a.attisdropped",
            (column,),
        )
        return {name for (name,) in rows}

    def sql(self, statement: str) -> None:
        """Run a statement as the owner."""
        self._connection.execute(statement.encode())

    def _start(self, column: str) -> subprocess.Popen[str]:
        if column not in self._columns:
            self._columns.append(column)
        package = f"catalog_{len(self._columns)}"
        self._write(package)
        environment = {
            **self._crew.stage.environment,
            "DJANGO_SETTINGS_MODULE": f"settings_of_{package}",
            "PYTHONPATH": os.pathsep.join(
                (self._crew.stage.environment["PYTHONPATH"], str(self._directory))
            ),
        }
        return subprocess.Popen(
            python(str(ROOT / "manage.py"), "migrate_tenants"),
            cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip

    def _write(self, package: str) -> None:
        place = self._directory / package
        place.mkdir(exist_ok=True)
        (place / "__init__.py").touch()
        known = sorted(p.stem for p in (ROOT / "shop/catalog/migrations").glob("0*.py"))
        for name in known:
            (place / f"{name}.py").write_text(_OLD.format(name=name))
        before = known[-1]
        for number, column in enumerate(self._columns):
            name = f"{9000 + number}_{column}"
            (place / f"{name}.py").write_text(_NEW.format(before=before, name=column))
            before = name
        settings = self._directory / f"settings_of_{package}.py"
        settings.write_text(_SETTINGS.format(package=package))

    def _wait_until_alone(self) -> None:
        """Wait until PostgreSQL has noticed that the killed command is gone."""
        holder = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
        deadline = time.monotonic() + 30
        while self._connection.execute(holder).fetchone() != (0,):
            if time.monotonic() > deadline:
                raise WentWrong("the killed command still holds its lock")
            time.sleep(0.01)


@contextmanager
def _traffic(crew: Crew) -> Iterator[Traffic]:
    """Have customers list, look, search and order at a steady pace; note the longest lock wait."""
    met, over = Traffic(), threading.Event()
    clients = 4
    pause = clients / _REQUESTS_PER_SECOND
    threads = [
        threading.Thread(target=_shop_about, args=(crew, number, pause, met, over))
        for number in range(clients)
    ]
    threads.append(threading.Thread(target=_watch_locks, args=(crew, met, over)))
    for thread in threads:
        thread.start()
    time.sleep(1)
    try:
        yield met
    finally:
        time.sleep(0.5)
        over.set()
        for thread in threads:
            thread.join()


def _shop_about(crew: Crew, number: int, pause: float, met: Traffic, over: threading.Event) -> None:
    visitor = crew.visitor(number % len(crew.stocked), f"shopper-{number}")
    works: list[Callable[[], object]] = [
        visitor.list_products, visitor.show_product, visitor.search, visitor.order,
    ]  # fmt: skip
    due = time.monotonic()
    for work in cycle(works):
        if over.wait(max(0.0, due - time.monotonic())):
            break
        began, asked = time.perf_counter(), visitor.door.requests
        try:
            work()
        except Exception as error:  # told in the report
            met.failed.append(f"{type(error).__name__}: {error}"[:300])
        made = max(1, visitor.door.requests - asked)
        met.requests += made
        met.slowest_seconds = max(met.slowest_seconds, (time.perf_counter() - began) / made)
        due = max(due + pause * made, time.monotonic() - 1)


def _watch_locks(crew: Crew, met: Traffic, over: threading.Event) -> None:
    with psycopg.connect(crew.stage.place.owner_url, autocommit=True) as connection:
        while not over.wait(0.02):
            row = connection.execute(_LONGEST_WAIT).fetchone()
            met.longest_lock_wait_seconds = max(met.longest_lock_wait_seconds, float(row[0]))  # type: ignore[index]
