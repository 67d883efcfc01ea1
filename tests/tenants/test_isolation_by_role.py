"""Inside a shop, SQL reaches that shop and nothing else, whatever it says."""

import pytest
from django.db import connection, transaction
from django.db.utils import Error

from tenants import context
from tenants.context import Shop


def refused(statement: str) -> str:
    """Run a statement that must fail; return what PostgreSQL says."""
    with pytest.raises(Error) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(caught.value).splitlines()[0]


def test_a_shop_is_entered_with_its_own_path_and_its_own_role(shop: Shop) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('search_path')")
        assert cursor.fetchone() == (f"tr_{shop.schema_name}", shop.schema_name)


def test_a_shop_cannot_read_another_shop(shop: Shop, other_shop: Shop) -> None:
    said = refused(f"SELECT * FROM {other_shop.schema_name}.ledger_transfer")
    assert said == f"permission denied for schema {other_shop.schema_name}"


@pytest.mark.parametrize("table", ["tenants_account", "tenants_merchant", "django_session"])
def test_a_shop_cannot_read_the_platform(shop: Shop, table: str) -> None:
    assert refused(f"SELECT * FROM public.{table}") == "permission denied for schema public"


def test_a_shop_may_append_to_the_queue_and_not_read_it(shop: Shop) -> None:
    assert refused("SELECT * FROM dramatiq.queue") == "permission denied for table queue"
    assert refused("DELETE FROM dramatiq.queue") == "permission denied for table queue"


def test_a_statement_carries_no_second_statement(shop: Shop) -> None:
    assert "multiple commands" in refused(
        "SELECT 1; RESET ROLE; SELECT * FROM public.tenants_account"
    )


def test_set_config_cannot_change_the_role(shop: Shop) -> None:
    assert "set_config" in refused("SELECT set_config('role', 'none', false)")


@pytest.mark.parametrize(
    "table", ["ledger_transfer", "ledger_journal", "orders_orderstep", "catalog_productstep"]
)
def test_history_can_neither_be_changed_nor_deleted(shop: Shop, table: str) -> None:
    assert refused(f"DELETE FROM {table}") == f"permission denied for table {table}"


def test_leaving_a_shop_gives_the_platform_back(shop: Shop) -> None:
    with context.public(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user = session_user, current_setting('search_path')")
        assert cursor.fetchone() == (True, "public")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path')")
        assert cursor.fetchone() == (shop.schema_name,)
