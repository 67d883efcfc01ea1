"""The version of a schema: which migrations of the shops' apps it has had.

`41-9c1f3ab2` says: 41 of them, and which ones by a hash. Django's own record in each schema is the
truth; `SchemaVersion` repeats it on the platform, written in the same transaction, so that ten
thousand schemas are one question.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.apps import apps
from django.conf import settings

from tenants.template import quote

Applied = frozenset[tuple[str, str]]
"""Migrations as (app label, name)."""
_AT_ONCE = 200
_NOTE = (
    "INSERT INTO public.tenants_schemaversion (schema_name, version, at) VALUES (%s, %s, now())"
    " ON CONFLICT (schema_name) DO UPDATE SET version = EXCLUDED.version, at = EXCLUDED.at"
)


def version_of(applied: Collection[tuple[str, str]]) -> str:
    """Return the version that these migrations make; those of the platform's apps do not count."""
    shops = labels()
    ours = sorted(f"{app}.{name}" for app, name in applied if app in shops)
    return f"{len(ours)}-{hashlib.sha256(' '.join(ours).encode()).hexdigest()[:8]}"


def read(cursor: Any, schema_names: Iterable[str]) -> Iterator[tuple[str, Applied]]:
    """Yield what each schema says of itself, two hundred schemas a question."""
    rest = list(schema_names)
    while rest:
        names, rest = rest[:_AT_ONCE], rest[_AT_ONCE:]
        parts = [
            f"SELECT {_text(name)} AS schema_name, app, name FROM {quote(name)}.django_migrations"
            for name in names
        ]
        cursor.execute(" UNION ALL ".join(parts))
        found: dict[str, set[tuple[str, str]]] = {name: set() for name in names}
        for schema_name, app, name in cursor.fetchall():
            found[schema_name].add((app, name))
        for name, applied in found.items():
            yield name, frozenset(applied)


def note(cursor: Any, schema_name: str) -> None:
    """Write down the version that a schema says it has. In the caller's transaction."""
    ((_, applied),) = read(cursor, [schema_name])
    cursor.execute(_NOTE, [schema_name, version_of(applied)])


def forget(cursor: Any, schema_name: str) -> None:
    """Take the version of a dropped schema away."""
    cursor.execute("DELETE FROM public.tenants_schemaversion WHERE schema_name = %s", [schema_name])


def labels() -> frozenset[str]:
    """Return the labels of the apps whose tables live in shops."""
    names = set(settings.TENANT_APPS)
    return frozenset(a.label for a in apps.get_app_configs() if a.name in names)


def _text(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
