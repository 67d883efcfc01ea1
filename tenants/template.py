"""The script that makes a shop's schema: compiled from the migrated template schema.

It reads the catalogue of the template and writes one script without schema names, so that the
same text makes any schema that stands first in the search path. It copies the rows that the
migrations left (their own record, seed rows). Faithful to the last constraint name; a test
compares fingerprints (tenants.fingerprint).
"""

from typing import Any

TEMPLATE = "t_template"

_TABLES = """
SELECT c.oid, c.relname FROM pg_class c
WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r' ORDER BY c.relname"""

_COLUMNS = """
SELECT a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
       a.attgenerated, pg_get_expr(d.adbin, d.adrelid), co.collname
FROM pg_attribute a
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_collation co ON co.oid = a.attcollation AND a.attcollation <> t.typcollation
WHERE a.attrelid = ANY(%s) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum"""

_CONSTRAINTS = """
SELECT conrelid, conname, contype, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = ANY(%s) AND contype IN ('p', 'u', 'c', 'x', 'f') ORDER BY conrelid, conname"""

_INDEXES = """
SELECT pg_get_indexdef(i.indexrelid, 0, true) FROM pg_index i
WHERE i.indrelid = ANY(%s)
  AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)
ORDER BY 1"""


def quote(name: str) -> str:
    """Quote an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def compile_script(cursor: Any) -> str:
    """Return the script. `cursor` is the owner's; its search path stays at the template."""
    cursor.execute(f"SET search_path = {quote(TEMPLATE)}")
    cursor.execute(_TABLES, [TEMPLATE])
    tables: dict[int, str] = dict(cursor.fetchall())
    oids = list(tables)
    bodies: dict[int, list[str]] = {oid: [] for oid in oids}
    cursor.execute(_COLUMNS, [oids])
    columns = cursor.fetchall()
    for oid, *column in columns:
        bodies[oid].append(_column(*column))
    foreign: list[str] = []
    cursor.execute(_CONSTRAINTS, [oids])
    for oid, name, kind, definition in cursor.fetchall():
        clause = f"CONSTRAINT {quote(name)} {definition}"
        if kind == "f":
            foreign.append(f"ALTER TABLE {quote(tables[oid])} ADD {clause}")
        else:
            bodies[oid].append(clause)
    cursor.execute(_INDEXES, [oids])
    indexes = [row[0] for row in cursor.fetchall()]
    script = [f"CREATE TABLE {quote(tables[oid])} ({', '.join(bodies[oid])})" for oid in oids]
    script += [_copy(cursor, oid, tables[oid], columns) for oid in _filled(cursor, tables)]
    return ";\n".join([*script, *indexes, *foreign])


def _column(
    name: str,
    kind: str,
    not_null: bool,
    identity: str,
    generated: str,
    default: str | None,
    collation: str | None,
) -> str:
    text = f"{quote(name)} {kind}"
    if collation:
        text += f" COLLATE {quote(collation)}"
    if identity:
        text += f" GENERATED {'ALWAYS' if identity == 'a' else 'BY DEFAULT'} AS IDENTITY"
    elif generated:
        text += f" GENERATED ALWAYS AS ({default}) STORED"
    elif default is not None:
        text += f" DEFAULT {default}"
    return text + (" NOT NULL" if not_null else "")


def _filled(cursor: Any, tables: dict[int, str]) -> list[int]:
    """Return the tables of the template that hold rows."""
    found = []
    for oid, name in tables.items():
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {quote(name)})")
        if cursor.fetchone()[0]:
            found.append(oid)
    return found


def _copy(cursor: Any, oid: int, table: str, columns: list[tuple[Any, ...]]) -> str:
    """Copy rows without identity values, so that the sequence stands after them."""
    names = [quote(c[1]) for c in columns if c[0] == oid and not c[4] and not c[5]]
    keys = ", ".join(quote(c[1]) for c in columns if c[0] == oid)
    listed = ", ".join(names)
    source = f"{quote(TEMPLATE)}.{quote(table)}"
    return f"INSERT INTO {quote(table)} ({listed}) SELECT {listed} FROM {source} ORDER BY {keys}"
