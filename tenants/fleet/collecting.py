"""The statements that bring a schema from one version to the next, collected once for many.

Django writes them while it looks at one schema of the group; they name no schema, so that they fit
every one that stands first in the search path. No migration may choose its statements by the data
of a shop (tenancy report, rule 11). What cannot be told in statements, Python and what cannot run
in a transaction, is left to Django, schema by schema.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.operations import RunPython
from django.db.migrations.operations.base import Operation

from tenants.backend.base import role_of
from tenants.cells import OWNER
from tenants.provisioning import owner_in
from tenants.template import TEMPLATE, quote
from tenants.versions import Applied, labels, version_of

_RECORD = "INSERT INTO django_migrations (app, name, applied) VALUES ({app}, {name}, now())"


@dataclass(frozen=True, slots=True)
class Script:
    """What a group of schemas lacks, as one text; or that Django itself has to do it."""

    origin: str
    """The version that it starts from."""
    target: str
    """The version that it makes."""
    migrations: tuple[tuple[str, str], ...]
    statements: tuple[str, ...]
    append_only: tuple[str, ...]
    """Tables of histories that the statements make."""
    needs_django: bool


def script_from(applied: Applied, *, representative: str) -> Script:
    """Return what leads from `applied` to this code's migrations, as seen in one schema of them."""
    with owner_in(representative) as owner:
        histories = _histories(TEMPLATE) - _histories(representative)
        executor = MigrationExecutor(owner)
        plan = [m for m, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
        state = executor.loader.project_state(_known(executor))
        statements: list[str] = []
        for migration in plan:
            with owner.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
                state = migration.apply(state, editor, collect_sql=True)
            statements += [s for s in editor.collected_sql if not s.startswith("--")]
    names = tuple((m.app_label, m.name) for m in plan)
    return Script(
        origin=version_of(applied),
        target=version_of(applied | set(names)),
        migrations=names,
        statements=(*statements, *map(_record, names)),
        append_only=tuple(sorted(histories)),
        needs_django=any(map(_needs_django, plan)),
    )


def message(script: Script, schema_name: str, *, lock_milliseconds: int) -> str:
    """Return everything for one schema as one message: one transaction, one round trip.

    The history of a shop stays append-only: default grants would let its role change new tables.
    Old ones are so already, and to say it again would cost twice what a new column does.
    """
    version = f"'{schema_name}', '{script.target}', now()"
    role = quote(role_of(schema_name))
    return ";\n".join(
        [
            "BEGIN",
            f"SET LOCAL lock_timeout = {lock_milliseconds}",
            f"SET LOCAL search_path = {quote(schema_name)}",
            *(statement.rstrip().rstrip(";") for statement in script.statements),
            *(f"REVOKE UPDATE, DELETE ON {quote(t)} FROM {role}" for t in script.append_only),
            "INSERT INTO public.tenants_schemaversion (schema_name, version, at)"
            f" VALUES ({version}) ON CONFLICT (schema_name)"
            " DO UPDATE SET version = EXCLUDED.version, at = EXCLUDED.at",
            "COMMIT",
        ]
    )


def _histories(schema_name: str) -> frozenset[str]:
    """Return the tables of histories that a schema has."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname = ANY(%s)"
            " AND relnamespace = to_regnamespace(%s)",
            [settings.APPEND_ONLY_TABLES, quote(schema_name)],
        )
        return frozenset(name for (name,) in cursor.fetchall())


def _known(executor: MigrationExecutor) -> list[tuple[str, str]]:
    """Return what the schema has had, of what this code knows."""
    return [key for key in executor.loader.applied_migrations if key in executor.loader.graph.nodes]


def _needs_django(migration: Migration) -> bool:
    """Say whether a migration of a shop's app does what no statement tells."""
    if migration.app_label not in labels():
        return False
    return not migration.atomic or any(map(_is_python, migration.operations))


def _is_python(operation: Operation) -> bool:
    inside = getattr(operation, "database_operations", [])
    return isinstance(operation, RunPython) or any(map(_is_python, inside))


def _record(name: tuple[str, str]) -> str:
    app, migration = (f"'{word}'" for word in name)
    return _RECORD.format(app=app, name=migration)
