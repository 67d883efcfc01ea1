"""`make drill`: the backups are worth what a restore from them is worth. So restore, and look.

A whole installation trades, is backed up, trades on. Then one shop loses its orders by mistake and
is set back, while its neighbour sells; then the server's whole directory is lost and comes back
from the base and the log. After each the books of every shop are proven, and the shop's own
digests are compared with those of before. `EMBEDDED_POSTGRES_BIN` says which PostgreSQL it is
played on; without it the embedded one.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psycopg

from infra import embedded_postgres
from infra.backups.places import give_to_server, remove
from infra.backups.recovery import restore_whole
from infra.backups.taking import settings, settle, take_base
from infra.demo import wechat
from infra.first_sale import journey
from infra.first_sale.__main__ import CATALOGUE
from infra.stage.stage import Stage, opened
from tenants.archives.tables import digest_of, settle_forms, tables_of

T = TypeVar("T")
Tell = Callable[[str], None]
Digests = dict[str, tuple[str, int]]


class DrillFailed(Exception):
    """What came back is not what was lost."""


@dataclass(frozen=True)
class Figures:
    """Seconds, and what there was."""

    base_seconds: float
    base_bytes: int
    one_shop_seconds: float
    whole_seconds: float
    rows: int


def drill(stage: Stage, backups: Path, tell: Tell) -> Figures:
    """Do all of it on a stage with a PostgreSQL of its own. Raises DrillFailed."""
    url = stage.place.owner_url
    keep_log(stage, backups)
    with psycopg.connect(url) as connection:
        tell(f"PostgreSQL {connection.info.server_version // 10_000}")
    tell("trade: a first shop sells")
    one = journey.run(stage, CATALOGUE, _quiet, email="one@example.com").shop
    base_seconds, base = _timed(lambda: take_base(url, backups))
    size = sum(path.stat().st_size for path in base.rglob("*") if path.is_file())
    tell(f"base backup: {size / 1e6:.0f} MB in {base_seconds:.1f} s")
    tell("trade: a second shop opens and sells, after the base")
    two = journey.run(stage, CATALOGUE, _quiet, email="two@example.com").shop
    before = {shop: digests(url, shop) for shop in (one, two)}
    to = settle(url)

    tell("a mistake: the second shop loses its orders and its books")
    with psycopg.connect(url, autocommit=True) as connection:
        schema = _schema(connection, two)
        connection.execute(f"TRUNCATE {schema}.orders_order, {schema}.ledger_journal CASCADE")
    seconds, _ = _timed(
        lambda: manage(stage, "restore_shop", two, "--to", to.isoformat(), "--backup", backups)
    )
    # What the jobs of then did since is no loss: only tables that are facts are compared.
    compare("the second shop", before[two], digests(url, two))
    compare("its neighbour", before[one], digests(url, one))
    manage(stage, "verify_invariants")
    tell(f"one shop set back in {seconds:.1f} s; its neighbour unchanged; every invariant holds")

    before = {shop: digests(url, shop) for shop in (one, two)}
    settle(url)
    tell("a disaster: the server's directory is lost")
    for name in ("web", "worker"):
        stage.kill(name)
    embedded_postgres.stop(stage.place.postgres)
    cluster = embedded_postgres.cluster(stage.place.postgres)
    shutil.rmtree(cluster)

    def whole() -> None:
        restore_whole(backups, cluster)
        stage.start_postgres()
        _wait_until_whole(url)

    whole_seconds, _ = _timed(whole)
    for shop, was in before.items():
        compare(shop, was, digests(url, shop))
    manage(stage, "verify_invariants")
    stage.start("worker", "web")
    tell(f"the whole server back in {whole_seconds:.1f} s; every invariant holds; it works again")
    rows = sum(count for was in before.values() for _, count in was.values())
    return Figures(base_seconds, size, seconds, whole_seconds, rows)


def keep_log(stage: Stage, backups: Path) -> None:
    """Have the stage's server keep its log, as an operator sets it up."""
    (backups / "wal").mkdir(parents=True)
    give_to_server(backups)
    with psycopg.connect(stage.place.owner_url, autocommit=True) as connection:
        for name, value in settings(backups.absolute()).items():
            literal = value.replace("'", "''")
            connection.execute(f"ALTER SYSTEM SET {name} = '{literal}'")
    for name in ("web", "worker"):
        stage.kill(name)
    embedded_postgres.stop(stage.place.postgres)
    stage.start_postgres()
    stage.start("worker", "web")
    # The ticket pushed before may have met nobody, and the next one is ten minutes off.
    wechat.push_to(stage.simulator_url, stage.url)


def _wait_until_whole(url: str) -> None:
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline:
        with psycopg.connect(url, autocommit=True) as connection:
            if connection.execute("SELECT pg_is_in_recovery()").fetchall() == [(False,)]:
                return
        time.sleep(0.1)
    raise DrillFailed("the server does not come out of its recovery")


def digests(url: str, public_id: str) -> Digests:
    """Return the digest of each table that holds facts of a shop."""
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        settle_forms(cursor)
        schema = _schema(connection, public_id).strip('"')
        return {
            table.name: digest_of(cursor, schema, table)
            for table in tables_of(cursor, schema)
            if table.name.startswith(("orders_", "ledger_", "payments_", "catalog_", "members_"))
            and table.name != "ledger_movedday"  # a note that a job takes away when it is done
        }


def _schema(connection: psycopg.Connection, public_id: str) -> str:
    [(schema,)] = connection.execute(
        "SELECT schema_name FROM public.tenants_tenant WHERE public_id = %s", [public_id]
    ).fetchall()
    return f'"{schema}"'


def compare(what: str, before: Digests, after: Digests) -> None:
    """Hold digests of before against those of now. Raises DrillFailed."""
    wrong = [name for name in before if before[name] != after.get(name)]
    if wrong:
        counts = ", ".join(f"{n}: {before[n][1]} rows, now {after[n][1]}" for n in wrong)
        raise DrillFailed(f"{what} is not as it was: {counts}")


def manage(stage: Stage, *arguments: object) -> str:
    """Run `manage.py` and return what it said. Raises DrillFailed."""
    done = stage.manage(*map(str, arguments))
    if done.returncode:
        raise DrillFailed(f"manage.py {arguments[0]} failed:\n{done.stdout[-3000:]}")
    return done.stdout


def _timed(run: Callable[[], T]) -> tuple[float, T]:
    began = time.monotonic()
    result = run()
    return time.monotonic() - began, result


def _quiet(_line: str) -> None:
    """Let the journey's own story be."""


def main() -> int:
    """Play the drill; return 0 when everything came back."""
    backups = Path(tempfile.mkdtemp(prefix="xiaopu-backups-"))
    try:
        with opened(settings=journey.SETTINGS) as stage:
            drill(stage, backups, lambda line: print(line, flush=True))
    except DrillFailed as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        remove(backups)
    return 0


if __name__ == "__main__":
    sys.exit(main())
