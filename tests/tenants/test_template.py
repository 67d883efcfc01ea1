"""A schema made from the template script equals a migrated schema, to the last name."""

import re
from typing import Any

import pytest
from django.db import connections

from tenants import provisioning
from tenants.backend.base import role_of
from tenants.template import TEMPLATE

FACTS = {
    "columns": """
        SELECT c.relname, a.attname, row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum),
               format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
               pg_get_expr(d.adbin, d.adrelid), a.attcollation
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r' AND a.attnum > 0
          AND NOT a.attisdropped""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, contype, pg_get_constraintdef(oid),
               condeferrable, condeferred, convalidated
        FROM pg_constraint WHERE connamespace = %s::regnamespace""",
    "indexes": """
        SELECT c.relname, pg_get_indexdef(i.indexrelid, 0, true), i.indisunique, i.indisvalid
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE c.relnamespace = %s::regnamespace""",
    "sequences": """
        SELECT c.relname, s.seqtypid::regtype::text, s.seqstart, s.seqincrement, s.seqcycle
        FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
        WHERE c.relnamespace = %s::regnamespace""",
    "other objects": """
        SELECT c.relname, c.relkind FROM pg_class c
        WHERE c.relnamespace = %s::regnamespace AND c.relkind NOT IN ('r', 'i', 'S', 't')""",
}


def plain(definition: str) -> str:
    """Take the casts out of a CHECK: PostgreSQL prints one and reads it back as another.

    `state IN ('a')` on varchar prints `ARRAY['a'::character varying]::text[]`, and that, read
    again, `ARRAY[('a'::character varying)::text]`: the same tree but for where the cast stands.
    """
    return re.sub(r"::(character varying|text)(\[\])?|[()]", "", definition)


def facts(cursor: Any, schema: str) -> dict[str, list[tuple[Any, ...]]]:
    cursor.execute(f'SET LOCAL search_path = "{schema}"')
    found = {}
    for name, query in FACTS.items():
        cursor.execute(query, [schema])
        rows = [
            [plain(v) if "::character varying" in str(v) else v for v in r]
            for r in cursor.fetchall()
        ]
        found[name] = sorted((tuple(row) for row in rows), key=repr)
    cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
    found["migrations"] = cursor.fetchall()
    return found


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_replayed_schema_has_the_fingerprint_of_the_migrated_one(two_shops: object) -> None:
    schema = provisioning.build_schema()
    with connections["owner"].cursor() as cursor:
        migrated, replayed = facts(cursor, TEMPLATE), facts(cursor, schema)
        assert len(migrated["columns"]) > 100
        for name in migrated:
            assert replayed[name] == migrated[name], name
        cursor.execute(
            "SELECT last_value >= (SELECT max(id) FROM django_migrations)"
            " FROM pg_sequences WHERE schemaname = %s AND sequencename = 'django_migrations_id_seq'",
            [schema],
        )
        assert cursor.fetchone() == (True,)
        cursor.execute("SET LOCAL search_path = public")


@pytest.mark.django_db(databases=["default", "owner"])
def test_no_constraint_of_a_shop_leaves_its_schema(two_shops: object) -> None:
    schema = provisioning.build_schema()
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint k JOIN pg_class f ON f.oid = k.confrelid"
            " WHERE k.connamespace = %s::regnamespace AND f.relnamespace <> k.connamespace",
            [schema],
        )
        assert cursor.fetchall() == []


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_role_of_a_shop_reaches_its_tables_and_nothing_else(two_shops: object) -> None:
    schema = provisioning.build_schema()
    role = role_of(schema)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT table_schema FROM information_schema.role_table_grants"
            " WHERE grantee = %s",
            [role],
        )
        assert cursor.fetchall() == [(schema,)]
        cursor.execute(
            "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
            " WHERE grantee = %s AND table_name IN ('ledger_transfer', 'django_migrations')",
            [role],
        )
        assert sorted(cursor.fetchall()) == [
            ("ledger_transfer", "INSERT"),
            ("ledger_transfer", "SELECT"),
        ]
        cursor.execute(
            "SELECT rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_roles"
            " WHERE rolname = %s",
            [role],
        )
        assert cursor.fetchone() == (False, False, False, False, False)


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_application_login_is_no_superuser_and_inherits_nothing(two_shops: object) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolinherit, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = %s",
            [connections["default"].settings_dict["USER"]],
        )
        assert cursor.fetchone() == (False, False, False, False)
