"""Making schemas: the platform's once, the template's from migrations, a shop's from the script.

Only the owner login (alias `owner`: migrations and worker) can do any of this. Roles:

    <db>_app     the application's login (alias `default`): no superuser, inherits nothing
    <db>_shops   what every shop's role may do outside its schema: append to the queue
    tr_<schema>  one shop: its own tables, nothing else

Everything works in the cell that is entered (`tenants.cells`); its public schema has the platform's
tables too, of which the queue and the schemas' versions are used.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.graph import MigrationGraph
from django.db.utils import ProgrammingError
from psycopg import sql
from psycopg.conninfo import make_conninfo

from kernel import identifiers
from tenants import cells, versions
from tenants.backend.base import PUBLIC, role_of
from tenants.cells import HOME, OWNER
from tenants.models import SpareSchema
from tenants.template import TEMPLATE, compile_script, quote


def prepare_database() -> None:
    """Make what the platform itself needs: the roles, its schema, the template. Again is harmless.

    The shops' schemas are brought along by `fleet.actions.migrate`.
    """
    database = str(connections[OWNER].settings_dict["NAME"])
    with _cursor() as cursor:
        _make_login(cursor)
        _make_role(cursor, f"{database}_shops")
        _lock_doors(cursor, database)
    migrate(PUBLIC)
    with _cursor() as cursor:
        _grant_public(cursor, database)
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {TEMPLATE}")
    migrate(TEMPLATE)
    _script.cache_clear()


@contextmanager
def owner_in(schema_name: str) -> Iterator[Any]:
    """Yield the owner's connection, standing in a schema."""
    owner: Any = connections[OWNER]
    owner.set_schema(schema_name)
    try:
        yield owner
    finally:
        owner.set_schema_to_public()


def migrate(schema_name: str) -> None:
    """Apply Django's migrations to one schema, and renew the grants that migrations cannot say."""
    with owner_in(schema_name):
        call_command("migrate", database=OWNER, interactive=False, verbosity=0)
    if schema_name == PUBLIC:
        return
    with _cursor() as cursor:
        if schema_name != TEMPLATE:
            _protect_history(cursor, schema_name)
        versions.note(cursor, schema_name)


def build_schema() -> str:
    """Build a schema with an opaque name and its role; return the name. About 0.15 s."""
    with transaction.atomic(using=OWNER), _cursor() as cursor:
        script = _script(cells.current(), _template_version(cursor))
        schema = _make_schema(cursor)
        cursor.execute(f"SET LOCAL search_path = {quote(schema)}")
        cursor.execute(script)
        _finish_schema(cursor, schema)
    return schema


def build_schema_of(applied: versions.Applied) -> str:
    """Build a schema that has had these migrations only; return the name. Some seconds.

    Raises KeyError for a migration that this code does not know.
    """
    with transaction.atomic(using=OWNER):
        with _cursor() as cursor:
            schema = _make_schema(cursor)
        with owner_in(schema) as owner:
            executor = MigrationExecutor(owner)
            executor.migrate(_last_of(executor.loader.graph, applied))
        with _cursor() as cursor:
            _finish_schema(cursor, schema)
    return schema


def _last_of(graph: MigrationGraph, applied: versions.Applied) -> list[tuple[str, str]]:
    """Return those of the migrations that none of the others builds upon, within an app."""
    nodes = {key: graph.node_map[key] for key in applied}
    return [
        key
        for key, node in sorted(nodes.items())
        if not any(child.key[0] == key[0] and child.key in applied for child in node.children)
    ]


def _make_schema(cursor: Any) -> str:
    """Make an empty schema with an opaque name, and its role."""
    schema = f"t_{identifiers.opaque(10)}"
    role = quote(role_of(schema))
    database = str(connections[OWNER].settings_dict["NAME"])
    cursor.execute(
        f"CREATE ROLE {role} NOLOGIN IN ROLE {quote(database + '_shops')};"
        f"GRANT {role} TO {_app()};"
        f"CREATE SCHEMA {quote(schema)};"
        f"GRANT USAGE ON SCHEMA {quote(schema)} TO {role};"
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {quote(schema)}"
        f" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}"
    )
    return schema


def _finish_schema(cursor: Any, schema: str) -> None:
    _protect_history(cursor, schema)
    cursor.execute(f"SET LOCAL search_path = {PUBLIC}")
    versions.note(cursor, schema)


def add_spare(cell: str = HOME) -> str:
    """Build a schema in a cell that waits for a shop. At home both or neither are there afterwards.

    In another cell the schema is there first: a kill in between leaves one that nobody names.
    """
    with transaction.atomic(using=OWNER):
        with cells.entered(cell):
            schema = build_schema()
        SpareSchema.objects.using(OWNER).create(schema_name=schema, cell=cell)
    return schema


def refill_spares(wanted: int) -> int:
    """Build spare schemas where new shops go until `wanted` wait; return how many were built."""
    built, cell = 0, settings.NEW_SHOPS_CELL
    while SpareSchema.objects.using(OWNER).filter(cell=cell).count() < wanted:
        add_spare(cell)
        built += 1
    return built


def drop_schema(schema_name: str, cell: str = HOME) -> None:
    """Erase a schema and its role with everything in it. Again finds nothing."""
    role = role_of(schema_name)
    with cells.entered(cell), transaction.atomic(using=OWNER), _cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {quote(schema_name)} CASCADE")
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone():
            cursor.execute(f"DROP OWNED BY {quote(role)}")
            cursor.execute(f"DROP ROLE {quote(role)}")
        versions.forget(cursor, schema_name)


def owner_conninfo(**others: str | int) -> str:
    """Return where the owner's connections lead, for a plain connection; `others` replace parts."""
    known = connections[OWNER].get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    return make_conninfo(**{**{n: known[n] for n in names if known.get(n)}, **others})


def _cursor() -> Any:
    return connections[OWNER].cursor()


def _template_version(cursor: Any) -> int:
    cursor.execute(f"SELECT max(id) FROM {TEMPLATE}.django_migrations")
    return int(cursor.fetchone()[0])


@lru_cache(maxsize=8)
def _script(_cell: str, _version: int) -> str:
    """Return the compiled script; compiled again when a cell's template has moved on."""
    with _cursor() as cursor:
        script = compile_script(cursor)
        cursor.execute(f"SET search_path = {PUBLIC}")
    return script


def _make_role(cursor: Any, name: str) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
    if not cursor.fetchone():
        cursor.execute(f"CREATE ROLE {quote(name)} NOLOGIN")


def _app() -> str:
    """Return the application's login, quoted."""
    return quote(str(connections["default"].settings_dict["USER"]))


def _make_login(cursor: Any) -> None:
    known = connections["default"].settings_dict
    _make_role(cursor, str(known["USER"]))
    password = sql.Literal(str(known["PASSWORD"])).as_string(None)
    cursor.execute(f"ALTER ROLE {_app()} LOGIN NOINHERIT PASSWORD {password}")


def _lock_doors(cursor: Any, database: str) -> None:
    """Take away what PostgreSQL gives to everybody and injected SQL could use."""
    app = _app()
    cursor.execute(
        f"REVOKE ALL ON SCHEMA {PUBLIC} FROM PUBLIC; GRANT USAGE ON SCHEMA {PUBLIC} TO {app};"
        f"REVOKE TEMPORARY ON DATABASE {quote(database)} FROM PUBLIC"
    )
    try:
        cursor.execute(
            "REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC;"
            f"GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO {app}"
        )
    except ProgrammingError as error:  # a managed server whose owner login is no superuser
        raise ProgrammingError(
            "The owner login may not revoke set_config: ask the server's superuser for the grants"
            " in infra/deployment/postgresql/database.sql"
        ) from error


def _grant_public(cursor: Any, database: str) -> None:
    app, shops = _app(), quote(f"{database}_shops")
    for schema in (PUBLIC, "dramatiq"):
        cursor.execute(
            f"GRANT USAGE ON SCHEMA {schema} TO {app};"
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {app};"
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {app}"
        )
    cursor.execute(
        f"GRANT USAGE ON SCHEMA dramatiq TO {shops};"
        f"GRANT INSERT ON dramatiq.queue TO {shops};"
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA dramatiq TO {shops}"
    )
    _protect(cursor, PUBLIC, settings.APPEND_ONLY_PUBLIC_TABLES, app)


def _protect_history(cursor: Any, schema_name: str) -> None:
    """Make the shop's journals append-only: no UPDATE, no DELETE, whatever the code says."""
    role = quote(role_of(schema_name))
    _protect(cursor, schema_name, settings.APPEND_ONLY_TABLES, role)
    cursor.execute(f"REVOKE ALL ON {quote(schema_name)}.django_migrations FROM {role}")


def _protect(cursor: Any, schema_name: str, tables: list[str], role: str) -> None:
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relname = ANY(%s)"
        " AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = %s)",
        [tables, schema_name],
    )
    for (table,) in cursor.fetchall():
        cursor.execute(f"REVOKE UPDATE, DELETE ON {quote(schema_name)}.{quote(table)} FROM {role}")
