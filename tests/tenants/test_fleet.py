"""A fleet of schemas on a database of its own, brought from version to version in file order.

The newer versions are migrations of `shop.samples` that are written here; the command runs in a
process of its own, as an operator runs it, and is killed as an operator may kill it.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest

from infra.stage import database
from kernel import identifiers
from tenants.fleet import actions
from tenants.fleet.actions import Progress, Wish
from tenants.fleet.applying import Applied
from tenants.fleet.collecting import Script
from tenants.fleet.models import Run
from tenants.fleet.states import RunState
from tests.tenants.test_template import facts

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = 12
FIRST = '''from importlib import import_module
Migration = import_module("shop.samples.migrations.0001_initial").Migration
'''
HEAD = """import django.db.models.deletion
from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [("samples", "{before}")]
    operations = [{operations}]
"""
NEXT = {
    "0002_note": 'migrations.AddField("sampleitem", "note", models.TextField(db_default="", default="")),'
    'migrations.CreateModel("SampleNote", [("id", models.BigAutoField(primary_key=True)), ("item",'
    'models.ForeignKey("samples.sampleitem", on_delete=django.db.models.deletion.PROTECT)),'
    '("text", models.TextField())], options={"constraints": [models.CheckConstraint('
    'condition=~models.Q(text=""), name="sample_note_text")]})',
    "0003_rank": 'migrations.AddField("sampleitem", "rank", models.IntegerField(null=True)),'
    'migrations.AddIndex("sampleitem", models.Index(fields=["rank"], name="sample_rank"))',
    "0004_code": 'migrations.AddField("sampleitem", "code", models.TextField(null=True))',
    "0005_late": 'migrations.AddField("sampleitem", "late", models.TextField(null=True))',
    "0006_later": 'migrations.AddField("sampleitem", "later", models.TextField(null=True))',
    "0007_python": "migrations.RunPython(lambda apps, editor: apps.get_model('samples', 'SampleNote')"
    ".objects.using('owner').filter(text='x').update(text='y'))",
}
SETTINGS = """from config.settings import *
MIGRATION_MODULES = {"samples": "%s"}
APPEND_ONLY_TABLES = [*APPEND_ONLY_TABLES, "samples_samplenote"]
"""


class Fleet:
    """The database, and the command at some version of the code."""

    def __init__(self, directory: Path, url: str) -> None:
        self.directory, self.url = directory, url

    def command(self, *arguments: str, version: int) -> tuple[list[str], dict[str, str]]:
        names = ["0001_initial", *NEXT][:version]
        package = self.directory / f"v{version}"
        package.mkdir(exist_ok=True)
        (package / "__init__.py").touch()
        (package / "0001_initial.py").write_text(FIRST)
        for before, name in pairwise(names):
            text = HEAD.format(before=before, operations=NEXT[name])
            (package / f"{name}.py").write_text(text)
        (self.directory / f"settings_v{version}.py").write_text(SETTINGS % package.name)
        environment = os.environ | {
            "DATABASE_URL": self.url,
            "APP_DATABASE_URL": "",
            "SPARE_SCHEMAS": str(SCHEMAS),
            "DJANGO_SETTINGS_MODULE": f"settings_v{version}",
            "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "platform", self.directory))),
            "DATA_DIR": str(self.directory),
        }
        environment.pop("TEST_SERVER_URL")
        return [sys.executable, str(ROOT / "manage.py"), *arguments], environment

    def run(self, *arguments: str, version: int) -> tuple[int, str]:
        command, environment = self.command(*arguments, version=version)
        done = subprocess.run(
            command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=300
        )
        return done.returncode, done.stdout + done.stderr

    def migrate(self, *arguments: str, version: int) -> tuple[int, str]:
        return self.run("migrate_tenants", "--workers", "2", *arguments, version=version)

    def ask(self, statement: str) -> list[tuple]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    @property
    def schemas(self) -> list[str]:
        """Spares in the order in which a run comes to them."""
        return [n for (n,) in self.ask("SELECT schema_name FROM tenants_spareschema ORDER BY id")]

    def having(self, column: str) -> set[str]:
        """Return the schemas whose sample items have a column."""
        rows = self.ask(
            "SELECT table_schema FROM information_schema.columns"
            f" WHERE table_name = 'samples_sampleitem' AND column_name = '{column}'"
        )
        return {name for (name,) in rows} - {"t_template"}

    def rows_of(self, table: str) -> dict[str, str]:
        """Return which transaction last wrote the catalogue's row of a table, by schema."""
        rows = self.ask(
            "SELECT relnamespace::regnamespace::text, xmin::text FROM pg_class"
            f" WHERE relname = '{table}' AND relnamespace::regnamespace::text LIKE 't\\_%'"
        )
        return {schema: xmin for schema, xmin in rows if schema != "t_template"}

    def recorded(self, schema: str) -> list[str]:
        query = f"SELECT name FROM {schema}.django_migrations WHERE app = 'samples' ORDER BY id"
        return [name for (name,) in self.ask(query)]


@pytest.fixture(scope="module")
def fleet(tmp_path_factory) -> Iterator[Fleet]:
    name = f"xiaopu_fleet_{identifiers.opaque(6)}"
    url = database.create(os.environ["TEST_SERVER_URL"], name)
    made = Fleet(tmp_path_factory.mktemp("fleet"), url)
    code, said = made.run("prepare_database", version=1)
    assert code == 0, said
    yield made
    database.drop(os.environ["TEST_SERVER_URL"], name)


def _script(origin: str) -> Script:
    return Script(origin, "3-c", (("samples", "0003_rank"),), (), (), needs_django=False)


def test_a_canary_answers_for_itself_not_for_who_failed_before(monkeypatch) -> None:
    def apply_all(_script: Script, names: list[str], *, tell, **_: object) -> None:  # type: ignore[no-untyped-def]
        for name in names:
            tell(Applied(name, 1, 1, "broken" if name == "bad" else ""))

    monkeypatch.setattr(actions, "apply_all", apply_all)
    monkeypatch.setattr(actions.queries, "arrivals", lambda *_: 0)
    monkeypatch.setattr(actions._Going, "_write", lambda _: None)
    going = actions._Going(Run(target="3-c"), Wish(canaries=1), Progress("3-c", 6), lambda _: None)
    going.bring(_script("2-b"), ["b1", "bad", "b3"])
    going.bring(_script("1-a"), ["a1", "a2", "a3"])
    assert (going.progress.done, going.ended()) == (5, RunState.FAILED)


def test_who_was_left_behind_comes_after_the_many(
    django_db_setup, django_db_blocker, monkeypatch
) -> None:
    old, usual = frozenset({("samples", "1")}), frozenset({("samples", "1"), ("samples", "2")})
    monkeypatch.setattr(actions.queries, "behind", lambda *_: ["left", "one", "two"])
    monkeypatch.setattr(
        actions.versions, "read", lambda *_: [("left", old), ("one", usual), ("two", usual)]
    )
    monkeypatch.setattr(actions, "script_from", lambda _, representative: _script(representative))
    with django_db_blocker.unblock():
        assert [names for _, names in actions.plan(Wish())] == [["one", "two"], ["left"]]


def test_a_new_fleet_has_nothing_to_do(fleet: Fleet) -> None:
    assert len(fleet.schemas) == SCHEMAS
    code, said = fleet.migrate(version=1)
    assert code == 0
    assert "done: 0 schemas migrated, 0 failed" in said
    assert fleet.ask("SELECT count(*) FROM fleet_run") == [(0,)]


def test_a_plan_says_what_would_be_done_and_does_nothing(fleet: Fleet) -> None:
    code, said = fleet.migrate("--plan", version=2)

    assert code == 0
    assert f"{SCHEMAS} schemas lack samples.0002_note:" in said
    assert 'ALTER TABLE "samples_sampleitem" ADD COLUMN "note"' in said
    assert f"{SCHEMAS} schemas are behind." in said
    assert fleet.having("note") == set()
    assert fleet.recorded("t_template") == ["0001_initial"]


def test_a_schema_that_fails_is_named_and_the_others_have_the_version(fleet: Fleet) -> None:
    broken = fleet.schemas[7]
    fleet.ask(f"ALTER TABLE {broken}.samples_sampleitem ADD COLUMN note text")
    histories = fleet.rows_of("ledger_journal")

    code, said = fleet.migrate(version=2)

    assert code == 1
    assert fleet.rows_of("ledger_journal") == histories  # nothing was said of them again
    assert f"{broken}: DuplicateColumn" in said
    assert f"failed: {SCHEMAS - 1} schemas migrated, 1 failed" in said
    for schema in fleet.schemas:
        wanted = ["0001_initial"] if schema == broken else ["0001_initial", "0002_note"]
        assert fleet.recorded(schema) == wanted


def test_the_broken_one_is_no_canary_though_it_is_the_next_in_line(fleet: Fleet) -> None:
    """Canaries have come through already: shops behind a broken one must not wait for its repair."""
    broken, behind = fleet.schemas[7], fleet.schemas[9]
    fleet.ask(
        f"ALTER TABLE {behind}.samples_sampleitem DROP COLUMN note;"
        f"DROP TABLE {behind}.samples_samplenote;"
        f"DELETE FROM {behind}.django_migrations WHERE name = '0002_note';"
        "UPDATE tenants_schemaversion SET version = (SELECT version FROM tenants_schemaversion"
        f" WHERE schema_name = '{broken}') WHERE schema_name = '{behind}'"
    )

    code, said = fleet.migrate(version=2)

    assert code == 1
    assert f"{broken}: DuplicateColumn" in said
    assert "failed: 1 schemas migrated, 1 failed" in said
    assert fleet.recorded(behind) == ["0001_initial", "0002_note"]


def test_mended_only_it_is_tried_again(fleet: Fleet) -> None:
    broken = fleet.schemas[7]
    fleet.ask(f"ALTER TABLE {broken}.samples_sampleitem DROP COLUMN note")

    code, said = fleet.migrate(version=2)

    assert code == 0
    assert "1 schemas lacked samples.0002_note" in said
    assert "done: 1 schemas migrated, 0 failed" in said
    assert fleet.ask("SELECT state, count(*) FROM fleet_run GROUP BY 1 ORDER BY 1") == [
        ("done", 1),
        ("failed", 2),
    ]


def test_what_the_fleet_got_is_what_django_makes(fleet: Fleet) -> None:
    """The template was migrated by Django; to the last name, grant and default they are equal."""
    with psycopg.connect(fleet.url) as connection, connection.cursor() as cursor:
        wanted = facts(cursor, "t_template")
        for schema in fleet.schemas:
            assert facts(cursor, schema) == wanted
    for schema in fleet.schemas:
        grants = fleet.ask(
            "SELECT privilege_type FROM information_schema.role_table_grants WHERE grantee ="
            f" 'tr_{schema}' AND table_schema = '{schema}' AND table_name = 'samples_samplenote'"
            " ORDER BY 1"
        )
        assert grants == [("INSERT",), ("SELECT",)]


def test_again_nothing_is_left_to_do_and_no_shop_is_touched(fleet: Fleet) -> None:
    counted = "SELECT sum(n_tup_ins + n_tup_upd) FROM pg_stat_user_tables WHERE schemaname LIKE 't_%'"
    before = fleet.ask(counted)
    code, said = fleet.migrate(version=2)
    assert code == 0
    assert "done: 0 schemas migrated, 0 failed" in said
    assert fleet.ask(counted) == before


def test_a_canary_that_fails_stops_everything(fleet: Fleet) -> None:
    canary = fleet.schemas[0]
    fleet.ask(f"ALTER TABLE {canary}.samples_sampleitem ADD COLUMN rank int")

    code, said = fleet.migrate(version=3)

    assert code == 2
    assert f"{canary}: DuplicateColumn" in said
    assert "stopped:" in said
    assert fleet.having("rank") <= set(fleet.schemas[:2])
    fleet.ask(f"ALTER TABLE {canary}.samples_sampleitem DROP COLUMN rank")
    assert fleet.migrate(version=3)[0] == 0
    assert fleet.having("rank") == set(fleet.schemas)


def test_a_table_in_use_is_waited_for_briefly_and_then_passed_over(fleet: Fleet) -> None:
    busy = fleet.schemas[5]
    with psycopg.connect(fleet.url) as connection:
        connection.execute(f"LOCK TABLE {busy}.samples_sampleitem IN ACCESS SHARE MODE")
        code, said = fleet.migrate("--lock-timeout", "20", version=4)

    assert code == 1
    assert f"{busy}: LockNotAvailable" in said
    assert fleet.having("code") == set(fleet.schemas) - {busy}
    tries = fleet.ask(f"SELECT tries FROM fleet_outcome WHERE schema_name = '{busy}' ORDER BY id DESC")
    assert tries[0] == (6,)


def test_what_was_finished_meanwhile_is_no_failure(fleet: Fleet) -> None:
    """The server goes on with what a killed run had sent; the next run may wait behind it."""
    fleet.migrate(version=4)
    held = fleet.schemas[6]
    with psycopg.connect(fleet.url) as connection:
        connection.execute(
            f"ALTER TABLE {held}.samples_sampleitem ADD COLUMN late text;"
            f"INSERT INTO {held}.django_migrations (app, name, applied)"
            " VALUES ('samples', '0005_late', now())"
        )
        command, environment = fleet.command(
            "migrate_tenants", "--workers", "1", "--lock-timeout", "60000", version=5
        )
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
        _wait_for_waiting(fleet, process)
        connection.execute(
            "UPDATE tenants_schemaversion SET version = (SELECT version FROM tenants_schemaversion"
            f" WHERE schema_name = '{fleet.schemas[0]}') WHERE schema_name = '{held}'"
        )
    assert process.wait(120) == 0
    assert fleet.having("late") == set(fleet.schemas)
    assert fleet.recorded(held) == ["0001_initial", *NEXT][:5]


def test_killed_three_times_it_goes_on_where_it_was(fleet: Fleet) -> None:
    """Each time a lock holds it up at another schema; then it dies by SIGKILL."""
    fleet.ask("DELETE FROM fleet_outcome; DELETE FROM fleet_run")
    for place in (3, 6, 9):
        held = fleet.schemas[place]
        with psycopg.connect(fleet.url) as connection:
            connection.execute(f"LOCK TABLE {held}.samples_sampleitem IN ACCESS SHARE MODE")
            command, environment = fleet.command(
                "migrate_tenants", "--workers", "1", "--lock-timeout", "60000", version=6
            )
            process = subprocess.Popen(
                command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            _wait_for_waiting(fleet, process)
            process.kill()
            process.wait(10)

    code, said = fleet.migrate(version=6)

    assert code == 0, said
    assert fleet.having("later") == set(fleet.schemas)
    for schema in fleet.schemas:
        assert fleet.recorded(schema) == ["0001_initial", *NEXT][:6]
    assert fleet.ask("SELECT state, target = (SELECT max(target) FROM fleet_run) FROM fleet_run") == [
        ("done", True)
    ]


def _wait_for_waiting(fleet: Fleet, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the run stands before the lock."""
    for _ in range(1_200):
        assert process.poll() is None, "it ended by itself"
        if fleet.ask(
            "SELECT 1 FROM pg_locks WHERE NOT granted AND relation IS NOT NULL"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ):
            return
        time.sleep(0.05)
    raise AssertionError("nobody waits for the lock")


def test_two_at_once_are_one_too_many(fleet: Fleet) -> None:
    with psycopg.connect(fleet.url) as connection:
        connection.execute("SELECT pg_advisory_lock(7210415001)")
        code, said = fleet.migrate(version=6)
    assert code == 1
    assert "another migrate_tenants is under way" in said


def test_older_code_finds_nothing_to_do_in_a_newer_fleet(fleet: Fleet) -> None:
    code, said = fleet.migrate(version=4)
    assert code == 0
    assert "0 schemas migrated" in said
    assert fleet.recorded(fleet.schemas[0]) == ["0001_initial", *NEXT][:6]


def test_verifying_finds_what_our_record_hides(fleet: Fleet) -> None:
    schema = fleet.schemas[4]
    fleet.ask(
        f"DELETE FROM {schema}.django_migrations WHERE name = '0006_later';"
        f"ALTER TABLE {schema}.samples_sampleitem DROP COLUMN later"
    )
    assert "0 schemas migrated" in fleet.migrate(version=6)[1]
    code, said = fleet.migrate("--verify", version=6)
    assert code == 0
    assert "done: 1 schemas migrated" in said
    assert fleet.having("later") == set(fleet.schemas)


def test_what_only_python_can_do_is_done_by_django(fleet: Fleet) -> None:
    for schema in fleet.schemas:
        fleet.ask(
            f"INSERT INTO {schema}.samples_sampleitem (id, kind, item_id, added_at)"
            " SELECT i, 'product', i, now() FROM (SELECT gen_random_uuid() AS i) AS one;"
            f"INSERT INTO {schema}.samples_samplenote (item_id, text)"
            f" SELECT id, 'x' FROM {schema}.samples_sampleitem"
        )

    code, said = fleet.migrate(version=7)

    assert code == 0, said
    for schema in fleet.schemas:
        assert fleet.ask(f"SELECT text FROM {schema}.samples_samplenote") == [("y",)]
        assert fleet.recorded(schema) == ["0001_initial", *NEXT]
