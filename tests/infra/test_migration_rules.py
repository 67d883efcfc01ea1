"""Migrations that older code would stumble over are named; what only adds is not."""

import pytest
from django.db import migrations, models
from django.db.migrations.migration import Migration

from infra.migration_rules.rules import breaches

TEXT = models.TextField()
EXPANDS = [
    migrations.AddField("item", "note", models.TextField(null=True)),
    migrations.AddField("item", "note", models.TextField(db_default="")),
    migrations.AddIndex("item", models.Index(fields=["note"], name="item_note")),
    migrations.AlterField("item", "note", models.TextField(null=True)),
    migrations.RemoveConstraint("item", "item_note"),
    migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("item", "note")]),
]
BREAKS = [
    (migrations.AddField("item", "note", TEXT), "leaves it out"),
    (migrations.AddField("item", "note", models.TextField(default="")), "leaves it out"),
    (migrations.RemoveField("item", "note"), "a release later"),
    (migrations.RenameField("item", "note", "text"), "a release later"),
    (migrations.RenameModel("Item", "Thing"), "a release later"),
    (migrations.DeleteModel("Item"), "a release later"),
    (migrations.AlterModelTable("item", "things"), "a release later"),
    (migrations.AlterField("item", "note", TEXT), "widen only"),
    (
        migrations.AddConstraint(
            "item", models.CheckConstraint(condition=~models.Q(note=""), name="item_note")
        ),
        "rows may already",
    ),
    (migrations.RunPython(migrations.RunPython.noop), "may run again"),
    (migrations.RunSQL("SELECT 1"), "may run again"),
    (
        migrations.SeparateDatabaseAndState(database_operations=[migrations.RemoveField("item", "note")]),
        "a release later",
    ),
]


def made(*operations: object, **more: str) -> Migration:
    migration = Migration("0002_next", "shop")
    migration.operations = list(operations)
    for name, value in more.items():
        setattr(migration, name, value)
    return migration


@pytest.mark.parametrize("operation", EXPANDS, ids=lambda o: o.describe()[:40])
def test_what_only_adds_is_fine(operation: object) -> None:
    assert breaches(made(operation)) == []


@pytest.mark.parametrize(("operation", "why"), BREAKS, ids=lambda o: str(o)[:40])
def test_what_older_code_would_stumble_over_is_named(operation: object, why: str) -> None:
    (sentence,) = breaches(made(operation))
    assert sentence.startswith("shop.0002_next: ")
    assert why in sentence


def test_a_table_of_the_same_migration_is_nobodys_yet() -> None:
    table = migrations.CreateModel("Thing", [("id", models.BigAutoField(primary_key=True))])
    assert breaches(made(table, migrations.AddField("thing", "note", TEXT))) == []


def test_a_reason_is_taken_an_empty_one_is_not() -> None:
    gone = migrations.RemoveField("item", "note")
    assert breaches(made(gone, safe_because="1.2 stopped reading it")) == []
    assert len(breaches(made(gone, safe_because=" "))) == 1
