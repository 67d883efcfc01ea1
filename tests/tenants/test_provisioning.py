"""Preparing again changes nothing; a shop that is behind is brought up to date."""

from collections.abc import Callable

import pytest
from django.db import connections

from tenants import context, provisioning
from tenants.context import Shop
from tenants.fleet import actions as fleet
from tenants.fleet.actions import Wish
from tenants.models import SpareSchema


def run(statement: str) -> list[tuple[object, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_a_shop_that_lacks_a_migration_is_found_and_migrated(new_shop: Callable[[], Shop]) -> None:
    shop = new_shop()
    schema = shop.schema_name
    last = (
        "app = 'samples' AND name = (SELECT max(name) FROM django_migrations WHERE app = 'samples')"
    )
    tables = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'samples_%%' AND"
    here = f"{tables} relnamespace = '{schema}'::regnamespace ORDER BY 1"
    before = run(here)
    assert before
    run(
        f"SET search_path = {schema}; DELETE FROM django_migrations WHERE {last};"
        + ";".join(f"DROP TABLE {table} CASCADE" for (table,) in before)
        + "; SET search_path = public"
    )
    run(f"UPDATE tenants_schemaversion SET version = 'old' WHERE schema_name = '{schema}'")
    assert fleet.migrate(Wish()).migrated == 1
    assert fleet.migrate(Wish()).migrated == 0
    assert run(here) == before
    grants = run(
        f"SELECT DISTINCT grantee FROM information_schema.role_table_grants"
        f" WHERE table_schema = '{schema}' AND table_name = '{before[0][0]}' AND grantee LIKE 'tr_%'"
    )
    assert grants == [(f"tr_{schema}",)]
    with context.activate(shop):
        context.shop()


def test_preparing_again_changes_nothing(new_shop: Callable[[], Shop]) -> None:
    new_shop()
    before = run("SELECT count(*), sum(hashtext(relname)) FROM pg_class")
    provisioning.prepare_database()
    assert run("SELECT count(*), sum(hashtext(relname)) FROM pg_class") == before


def test_spares_are_refilled_to_the_number_and_no_further(new_shop: Callable[[], Shop]) -> None:
    waiting = SpareSchema.objects.using("owner").count()
    assert provisioning.refill_spares(waiting + 1) == 1
    assert provisioning.refill_spares(waiting + 1) == 0


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_dropped_schema_leaves_no_role(two_shops: object) -> None:
    schema = provisioning.build_schema()
    assert run(f"SELECT 1 FROM pg_roles WHERE rolname = 'tr_{schema}'") == [(1,)]
    provisioning.drop_schema(schema)
    assert run(f"SELECT 1 FROM pg_roles WHERE rolname = 'tr_{schema}'") == []
