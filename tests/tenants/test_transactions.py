"""A snapshot is one moment, with real commits beside it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import InternalError, connection, connections
from psycopg.errors import ReadOnlySqlTransaction

from tenants.context import Shop
from tenants.models import Tenant
from tenants.transactions import snapshot


def elsewhere(work: Callable[[], object]) -> None:
    """Run it in another connection, to its commit."""

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(run).result()


def test_what_is_committed_meanwhile_is_not_seen(new_shop: Callable[[], Shop]) -> None:
    row = Tenant.objects.filter(pk=new_shop().id)
    with snapshot():
        before = row.get().name
        elsewhere(lambda: row.update(name=f"{before} anew"))
        assert row.get().name == before
    assert row.get().name == f"{before} anew"


def test_nothing_is_changed_in_it(new_shop: Callable[[], Shop]) -> None:
    row = Tenant.objects.filter(pk=new_shop().id)
    with pytest.raises(InternalError) as refused, snapshot():
        row.update(name="Never")
    assert isinstance(refused.value.__cause__, ReadOnlySqlTransaction)
    assert not connection.in_atomic_block
    assert row.get().name != "Never"
