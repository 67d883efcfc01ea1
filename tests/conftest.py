"""Tenancy is always on: two shops for the whole run, a rollback after each test.

Fixtures that commit (`new_shop`) make a shop of their own, so nothing needs to be cleaned.
"""

import json
import os
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.db import connections
from hypothesis import HealthCheck, settings
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker

from jobs.broker import broker
from kernel import identifiers
from tenants import actions, context, directory, provisioning
from tenants.context import Shop
from tenants.models import Account, Tenant

# A busy machine is no failure: no example is timed.
settings.register_profile(
    "unhurried", parent=settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")

DATABASE = urlsplit(os.environ["DATABASE_URL"]).path.strip("/")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In CI let what a real browser did be tried once more; pytest names it at its end."""
    for item in items:
        if os.environ.get("CI") and item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


def server() -> psycopg.Connection:
    """Return a connection of the owner to the server's own database."""
    url = urlsplit(os.environ["TEST_SERVER_URL"])
    return psycopg.connect(urlunsplit(url._replace(path="/postgres")), autocommit=True)


def _drop_database() -> None:
    with server() as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE))
        )
        roles = connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE %s OR rolname IN ("
            " SELECT m.rolname FROM pg_roles m JOIN pg_auth_members a ON a.member = m.oid"
            " JOIN pg_roles g ON g.oid = a.roleid WHERE g.rolname = %s AND m.rolname LIKE 'tr_t_%%')"
            " ORDER BY rolname DESC",
            [f"{DATABASE}_%", f"{DATABASE}_shops"],
        ).fetchall()
        for (role,) in roles:
            connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Make the suite's database the way an operator does, and drop it at the end."""
    with server() as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    with django_db_blocker.unblock():
        provisioning.prepare_database()
        provisioning.refill_spares(2)
    yield
    with django_db_blocker.unblock():
        for alias in connections:
            connections[alias].close()
            connections[alias].close_pool()
    broker.close()
    _drop_database()


def open_shop(name: str, email: str) -> Shop:
    """Open a shop for a new owner, committed or not as the caller's transaction says."""
    account = Account.objects.create_user(email, "correct horse battery staple")
    tenant = actions.open_shop(account=account, name=name)
    return directory.shop_of(Tenant.objects.get(pk=tenant.pk))


@pytest.fixture(scope="session")
def two_shops(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> tuple[Shop, Shop]:
    """Two shops that stay for the whole run: `Teahouse` and `Bookshop`, with their owners."""
    with django_db_blocker.unblock():
        shops = (
            open_shop("Teahouse", "tea@example.com"),
            open_shop("Bookshop", "book@example.com"),
        )
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            connection.execute("DELETE FROM dramatiq.queue")
    return shops


@pytest.fixture
def shop(two_shops: tuple[Shop, Shop], db: None) -> Iterator[Shop]:
    """The test runs inside the first shop; everything is rolled back."""
    with context.activate(two_shops[0]):
        yield two_shops[0]


@pytest.fixture
def other_shop(two_shops: tuple[Shop, Shop], db: None) -> Shop:
    """The second shop. It is not current: use `context.activate(other_shop)`."""
    return two_shops[1]


@pytest.fixture
def owner(two_shops: tuple[Shop, Shop], db: None) -> Account:
    """The account that owns the first shop."""
    with context.public():
        return Account.objects.get(email="tea@example.com")


@pytest.fixture
def new_shop(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Callable[[], Shop]]:
    """Open committed shops: for tests with threads, processes and real commits.

    Nothing is rolled back; each shop is the test's own and its schema is dropped afterwards.
    """
    opened: list[Shop] = []

    def make() -> Shop:
        provisioning.refill_spares(1)
        word = identifiers.opaque(8)
        opened.append(open_shop(f"Shop {word}", f"{word}@example.com"))
        return opened[-1]

    with django_db_blocker.unblock():
        yield make
        connections["default"].close()
        for made in opened:
            provisioning.drop_schema(made.schema_name)
            Tenant.objects.using("owner").filter(pk=made.id).update(state="purged")
        with connections["owner"].cursor() as cursor:  # what those shops owed the platform
            cursor.execute("TRUNCATE platform_books_journal, platform_books_holderbalance CASCADE")
        directory.forget()


@pytest.fixture(autouse=True)
def _forget_cached_shops() -> Iterator[None]:
    """No test sees the directory's cache of another."""
    directory.forget()
    yield
    directory.forget()


@pytest.fixture
def queued(db: None) -> Callable[..., list[dict[str, object]]]:
    """Read the queue: `queued("PaymentSucceeded")` gives messages whose actor name holds it."""
    from django.db import connection

    def read(handler: str = "") -> list[dict[str, object]]:
        with context.public(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT message::text, tenant FROM dramatiq.queue WHERE message->>'actor_name' LIKE %s"
                " ORDER BY position",
                [f"%{handler}%"],
            )
            return [{**json.loads(row[0]), "tenant": row[1]} for row in cursor.fetchall()]

    return read


@pytest.fixture
def run_jobs(db: None) -> Callable[..., int]:
    """Run what is due in the queue in this process, inside the test's transaction.

    The real handlers and middleware run; only the claiming is the test's. Returns how many ran.
    `ahead` seconds of delay count as due. A handler that raises fails the test.
    """
    import dramatiq
    from django.db import connection

    def run(*, ahead: float = 0, most: int = 200) -> int:
        ran = 0
        while ran < most:
            with context.public(), connection.cursor() as cursor:
                cursor.execute(
                    "DELETE FROM dramatiq.queue WHERE message_id = (SELECT message_id"
                    " FROM dramatiq.queue WHERE state = 'queued'"
                    " AND available_at <= now() + make_interval(secs => %s)"
                    " ORDER BY available_at, position LIMIT 1) RETURNING message::text",
                    [ahead],
                )
                row = cursor.fetchone()
            if row is None:
                return ran
            message = dramatiq.MessageProxy(dramatiq.Message.decode(row[0].encode()))
            broker.emit_before("process_message", message)
            try:
                broker.get_actor(message.actor_name)(*message.args, **message.kwargs)
            finally:
                for middleware in reversed(broker.middleware):
                    if type(middleware).__module__.startswith(("tenants", "config")):
                        middleware.after_process_message(broker, message)
            ran += 1
        raise AssertionError(f"more than {most} jobs")

    return run
