"""What SQL of one shop reaches: everything is tried, by the door that injected SQL would have.

`python -m infra.bench_tenants.reach PUBLIC_ID` enters the shop as a request does, and reads one row
of every table there is outside: of all other shops, of the platform, of the queue, of the server's
logins. It prints a JSON line.
"""

import json
import sys
from dataclasses import asdict, dataclass

import django

django.setup()

from django.db import connection, connections, transaction  # noqa: E402  # settings exist only now
from django.db.utils import Error  # noqa: E402

from tenants import context, directory  # noqa: E402
from tenants.template import quote  # noqa: E402

_TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname <> %s
    AND (n.nspname !~ '^pg_|^information_schema$' OR c.relname IN ('pg_authid', 'pg_shadow'))"""
_TRICKS = (
    "SELECT 1; RESET ROLE; SELECT * FROM public.tenants_account",
    "SELECT set_config('role', 'none', false)",
    "SELECT set_config('search_path', 'public', false)",
    "SELECT pg_read_file('PG_VERSION')",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "CREATE TABLE mine (id int)",
    "CREATE SCHEMA mine",
)


@dataclass(frozen=True)
class Reach:
    """How many statements were tried inside one shop, and those that were not refused."""

    schemas: int
    tried: int
    reached: list[str]


def reach(public_id: str) -> Reach:
    """Try everything inside a shop."""
    shop = directory.shop_by_public_id(public_id)
    assert shop is not None
    with connections["owner"].cursor() as cursor:
        cursor.execute(_TABLES, [shop.schema_name])
        tables = cursor.fetchall()
    statements = [f"SELECT * FROM {quote(s)}.{quote(t)} LIMIT 1" for s, t in tables]
    tried = [*statements, *_TRICKS]
    with context.activate(shop):
        assert _is_answered("SELECT 1 FROM orders_order LIMIT 1"), "one's own is not refused"
        reached = [statement for statement in tried if _is_answered(statement)]
    others = {schema for schema, _ in tables if schema.startswith("t_")} - {"t_template"}
    return Reach(len(others), len(tried), reached)


def _is_answered(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except Error:
        return False
    return True


if __name__ == "__main__":
    print(json.dumps(asdict(reach(sys.argv[1]))))
