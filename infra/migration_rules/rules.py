"""What a migration may do while the code before it still serves shops. Pure.

Expand, migrate, contract: the schema is changed first, over minutes, while the older code runs on
it; so a migration only adds what older code need not know. What takes something away comes a
release later, when nobody uses it any more, and says so: `safe_because = "…"` in the migration
names the reason, and is read by whoever reviews it.
"""

from collections.abc import Iterator, Sequence

from django.db import migrations
from django.db.migrations.migration import Migration
from django.db.migrations.operations.base import Operation
from django.db.models import NOT_PROVIDED, Field

_TAKES_AWAY = (
    migrations.RemoveField,
    migrations.DeleteModel,
    migrations.RenameField,
    migrations.RenameModel,
    migrations.AlterModelTable,
)
_BY_HAND = (migrations.RunPython, migrations.RunSQL)


def breaches(migration: Migration) -> list[str]:
    """Return a sentence for every operation that older code would stumble over."""
    if str(getattr(migration, "safe_because", "")).strip():
        return []
    created = {
        o.name_lower for o in migration.operations if isinstance(o, migrations.CreateModel)
    }
    return [
        f"{migration.app_label}.{migration.name}: {operation.describe()}: {why}"
        for operation in _flat(migration.operations)
        if getattr(operation, "model_name_lower", None) not in created
        for why in _why_not(operation)
    ]


def _flat(operations: Sequence[Operation]) -> Iterator[Operation]:
    for operation in operations:
        inside = getattr(operation, "database_operations", None)
        if inside is None:
            yield operation
        else:
            yield from _flat(inside)


def _why_not(operation: Operation) -> Iterator[str]:
    if isinstance(operation, _TAKES_AWAY):
        yield "older code still uses it; take it away a release later"
    elif isinstance(operation, _BY_HAND):
        yield "nobody can see what it does to older code, or whether it may run again"
    elif isinstance(operation, migrations.AddField) and not _may_be_left_out(operation.field):
        yield "older code leaves it out of its INSERT; give it null=True or a db_default"
    elif isinstance(operation, migrations.AlterField) and not operation.field.null:
        yield "older code may write what the new column refuses; widen only, or say why not"
    elif isinstance(operation, migrations.AddConstraint):
        yield "older code may break it, and rows may already"


def _may_be_left_out(field: "Field[object, object]") -> bool:
    return bool(field.null or field.many_to_many or field.db_default is not NOT_PROVIDED)
