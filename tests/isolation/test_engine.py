"""The engine never answers from another shop, whatever goes wrong on the way."""

import os
import threading
from collections import Counter
from collections.abc import Callable

import psycopg
import pytest
from django.core.cache import cache
from django.db import DatabaseError, OperationalError, ProgrammingError, connection, transaction
from psycopg import sql
from pytest_django import DjangoDbBlocker

from shop.members.models import Member
from tenants import context
from tenants.backend.base import role_of
from tenants.context import Shop


@pytest.fixture
def marked(new_shop: Callable[[], Shop]) -> list[Shop]:
    """Four committed shops; the only member of each bears the name of its schema."""
    shops = [new_shop() for _ in range(4)]
    for shop in shops:
        with context.activate(shop):
            Member.objects.create(appid="wx", openid="only", nickname=shop.schema_name)
    connection.close()
    return shops


def names() -> list[str]:
    return list(Member.objects.values_list("nickname", flat=True))


def test_a_failed_switch_fails_the_statement_that_needed_it(marked: list[Shop]) -> None:
    first, second = marked[:2]
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as owner:
        app = connection.settings_dict["USER"]
        role = sql.Identifier(role_of(second.schema_name))
        owner.execute(sql.SQL("REVOKE {} FROM {}").format(role, sql.Identifier(app)))
        with context.activate(first):
            assert names() == [first.schema_name]
            with context.activate(second), pytest.raises(OperationalError, match="switch failed"):
                names()
            assert names() == [first.schema_name]


def test_a_rolled_back_switch_is_made_again(marked: list[Shop]) -> None:
    first, second = marked[:2]
    with context.activate(first), transaction.atomic():
        assert names() == [first.schema_name]
        with pytest.raises(ZeroDivisionError), transaction.atomic(), context.activate(second):
            assert names() == [second.schema_name]
            raise ZeroDivisionError
        assert names() == [first.schema_name]


def test_what_runs_on_commit_runs_in_the_shop_that_asked_for_it(marked: list[Shop]) -> None:
    seen: list[list[str]] = []
    with transaction.atomic():
        for shop in marked:
            with context.activate(shop):
                transaction.on_commit(lambda: seen.append(names()))
        with context.public():
            pass
    assert seen == [[s.schema_name] for s in marked]


def test_a_connection_goes_back_to_the_pool_without_role_and_path(marked: list[Shop]) -> None:
    with context.activate(marked[0]):
        names()
    connection.close()
    pool = connection.pool
    assert pool is not None
    with pool.connection() as raw:
        row = raw.execute("SELECT current_user = session_user, current_setting('search_path')")
        assert row.fetchone() == (True, "nothing")


def test_a_connection_broken_in_mid_transaction_is_clean_afterwards(marked: list[Shop]) -> None:
    with context.activate(marked[0]), pytest.raises(DatabaseError), transaction.atomic():
        list(Member.objects.raw("SELECT 1/0 AS id"))
    with context.activate(marked[1]):
        assert names() == [marked[1].schema_name]


def _killer(stop: threading.Event) -> None:
    """Cancel whatever the application runs, again and again."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as owner:
        while not stop.wait(0.002):
            owner.execute(
                "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE usename = %s"
                " AND datname = current_database()",
                [connection.settings_dict["USER"]],
            )


def test_a_connection_left_in_mid_statement_is_ended_and_costs_the_pool_no_place(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """As when a job's time is over while PostgreSQL still works for it."""
    with django_db_blocker.unblock():
        connection.ensure_connection()
        for _ in range(connection.pool.max_size + 1):
            connection.connection.pgconn.send_query(b"SELECT pg_sleep(0.01)")
            connection.close()
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                assert cursor.fetchone() == (1,)
        connection.close()


def test_threads_that_change_shops_under_cancellations_never_read_another_shop(
    marked: list[Shop], django_db_blocker: object
) -> None:
    """django-tenants' own engine gave 51 wrong answers of 12,017 under this storm."""
    outcomes: Counter[str] = Counter()
    stop = threading.Event()

    def read(seed: int) -> None:
        for turn in range(150):
            shop = marked[(seed + turn) % len(marked)]
            try:
                with context.activate(shop), transaction.atomic():
                    found = names()
                    with context.activate(marked[turn % len(marked)]):
                        names()
                    found += names()
                outcomes["right" if set(found) == {shop.schema_name} else "wrong"] += 1
            except DatabaseError:
                outcomes["failed"] += 1
            if turn % 7 == 0:
                connection.close()
        connection.close()

    killer = threading.Thread(target=_killer, args=(stop,))
    readers = [threading.Thread(target=read, args=(seed,)) for seed in range(6)]
    killer.start()
    for thread in readers:
        thread.start()
    for thread in readers:
        thread.join()
    stop.set()
    killer.join()
    assert outcomes["wrong"] == 0
    assert outcomes["right"] > 100
    assert sum(outcomes.values()) == 900


def test_a_thread_starts_on_the_platform_not_in_somebodys_shop(marked: list[Shop]) -> None:
    seen: list[object] = []

    def look() -> None:
        seen.append(context.current())
        connection.close()

    with context.activate(marked[0]):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert seen == [None]


def test_the_platforms_cache_is_out_of_reach_in_a_shop(marked: list[Shop]) -> None:
    cache.set("greeting", "platform")
    for shop in marked:
        for ask in (lambda: cache.get("greeting"), lambda: cache.set("greeting", "shop")):
            with context.activate(shop), pytest.raises(ProgrammingError):
                ask()
    assert cache.get("greeting") == "platform"
    cache.delete("greeting")
