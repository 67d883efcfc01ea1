"""Two cells, shops in both: each sells in its own database, and one moves without loss."""

import copy
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import dramatiq
import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import connection, connections, transaction
from django.db.utils import OperationalError, ProgrammingError
from django.utils.module_loading import import_string
from dramatiq.middleware import SkipMessage
from psycopg import sql

from billing.ledger import queries as books
from billing.reconciliation.messages import TellTroubles
from config import environment
from jobs.broker import broker
from jobs.messages import PublishedOutsideTransaction, publish
from kernel import identifiers
from shop.inventory.models import Stock
from shop.orders.models import Order
from tenants import actions, cells, context, directory, provisioning
from tenants.archives import erasing, moving, restoring, strays
from tenants.archives.jobs import open_again
from tenants.archives.loading import load
from tenants.archives.messages import MovesDue
from tenants.archives.models import StraySchema
from tenants.archives.reading import ArchiveDamaged
from tenants.archives.restoring import ShopInAnotherCell
from tenants.archives.states import StraySide
from tenants.archives.writing import write_here
from tenants.context import Shop
from tenants.fleet import actions as fleet
from tenants.fleet import queries as fleet_queries
from tenants.fleet.actions import Wish
from tenants.lifecycle import ShopMoving
from tenants.messages import ClosingsDue
from tenants.models import Account, SpareSchema, Tenant
from tenants.proofs import proofs_of_shop
from tests.conftest import server
from tests.shop.buying import Buyer, Till, attempt_numbers
from tests.shop.catalogue import product, skus
from tests.tenants.shop_with_history import all_text, fill

CELL = "second"
ROOT = Path(__file__).resolve().parents[2]
WORKER = """
import django
django.setup()
from config.worker import main
from jobs import schedule
schedule._entries.clear()  # what is due for all shops is not this test's
main()
"""


@pytest.fixture(scope="module")
def second_cell(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A second database on the suite's server, prepared as an operator prepares it."""
    name = f"{connections['owner'].settings_dict['NAME']}_{CELL}"
    url = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
    app = environment.app_url(url, django_settings.SECRET_KEY)
    for alias, model, place in ((CELL, "default", app), (f"{CELL}_owner", "owner", url)):
        login = copy.deepcopy(connections.settings[model])
        connections.settings[alias] = login | environment.database(place, alias) | {"CELL": CELL}
    with server() as there:
        there.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    django_settings.CELLS, before = (CELL,), django_settings.CELLS
    with django_db_blocker.unblock(), cells.entered(CELL):
        provisioning.prepare_database()
    yield CELL
    django_settings.CELLS = before
    for alias in (CELL, f"{CELL}_owner"):
        connections[alias].close()
        connections[alias].close_pool()
        del connections.settings[alias]
        del connections[alias]
    with server() as there:
        there.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        for role in (f"{name}_app", f"{name}_shops"):
            there.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


@pytest.fixture
def open_in(second_cell: str, django_db_blocker: Any, settings: Any) -> Iterator[Callable[..., Shop]]:
    """Open committed shops in a cell; all that they left is dropped afterwards."""
    settings.TENANT_CACHE_SECONDS = 0
    opened: list[Shop] = []

    def make(cell: str) -> Shop:
        settings.NEW_SHOPS_CELL = cell
        provisioning.refill_spares(1)
        word = identifiers.opaque(8)
        account = Account.objects.create_user(f"{word}@example.com", "correct horse battery")
        tenant = actions.open_shop(account=account, name=f"Shop {word}")
        opened.append(directory.shop_of(Tenant.objects.get(pk=tenant.pk)))
        return opened[-1]

    with django_db_blocker.unblock():
        yield make
        connections["default"].close()
        connections[CELL].close()
        for shop in opened:
            tenant = Tenant.objects.using("owner").get(pk=shop.id)
            provisioning.drop_schema(str(tenant.schema_name), tenant.cell)
            strays.drop_of(tenant.public_id)
            Tenant.objects.using("owner").filter(pk=shop.id).update(
                state="purged", moving_to="", cell="default"
            )
        for cell in cells.names():
            with context.public(cell), connection.cursor() as cursor:
                cursor.execute(
                    "DELETE FROM dramatiq.queue WHERE tenant = ANY(%s)",
                    [[shop.public_id for shop in opened]],
                )
        for spare in SpareSchema.objects.using("owner").filter(cell=CELL):
            provisioning.drop_schema(spare.schema_name, CELL)
            spare.delete()


def now(shop: Shop) -> Shop:
    """The shop as the directory knows it at this moment."""
    directory.forget()
    found = directory.shop_by_public_id(shop.public_id)
    assert found is not None
    return found


def work_off(shop: Shop) -> int:
    """Run the due jobs of a shop, from every queue, as the workers of all cells would."""
    ran = 0
    for cell in cells.names() * 3:
        while (text := _claimed(shop, cell)) is not None:
            message = dramatiq.MessageProxy(dramatiq.Message.decode(text.encode()))
            broker.emit_before("process_message", message)
            try:
                broker.get_actor(message.actor_name)(*message.args, **message.kwargs)
            finally:
                for middleware in reversed(broker.middleware):
                    if type(middleware).__module__.startswith(("tenants", "config")):
                        middleware.after_process_message(broker, message)
            ran += 1
    return ran


def _claimed(shop: Shop, cell: str) -> str | None:
    with cells.entered(cell), connections["owner"].cursor() as cursor:
        cursor.execute(
            "DELETE FROM dramatiq.queue WHERE message_id = (SELECT message_id"
            " FROM dramatiq.queue WHERE tenant = %s AND available_at <= now()"
            " ORDER BY position LIMIT 1) RETURNING message::text",
            [shop.public_id],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def messages_of(shop: Shop, cell: str) -> int:
    with cells.entered(cell), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM dramatiq.queue WHERE tenant = %s", [shop.public_id])
        return int(cursor.fetchone()[0])


def sold(shop: Shop, till: Till, number: int = 1) -> Order:
    """One sale from shelf to books, by HTTP callback and jobs; the order as it stands then."""
    with context.activate(shop):
        [sku] = skus(product(f"Tea {number}", price_minor=1234, stock=100))
        buyer = Buyer(shop, till.appid, openid=f"openid-{number}-{shop.code}")
        order = buyer.order({sku.pk: 2})
        paying = buyer.prepay(order)
    till.pays(paying)
    assert till.calls_back(paying) == 204
    work_off(shop)
    with context.activate(shop):
        order.refresh_from_db()
    return order


def balances(shop: Shop) -> dict[str, int]:
    with context.activate(shop):
        return {account.value: money.minor for account, money in books.balances().items()}


def proofs(shop: Shop) -> list[str]:
    with context.activate(shop):
        return list(proofs_of_shop())


def database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        return str(cursor.fetchone()[0])


def test_a_shop_of_each_cell_sells_in_its_own_database(open_in, monkeypatch, settings) -> None:
    here, there = open_in("default"), open_in(CELL)
    assert (here.cell, there.cell) == ("default", CELL)
    home = connections["owner"].settings_dict["NAME"]
    for shop, name in ((here, home), (there, f"{home}_{CELL}")):
        order = sold(shop, Till(monkeypatch, settings, shop))
        with context.activate(shop):
            assert database() == name
            assert (order.state, Order.objects.count()) == ("paid", 1)
            with context.public():
                assert database() == home
            assert database() == name
        assert balances(shop)["held"] == 2468
        assert proofs(shop) == []
        assert messages_of(shop, shop.cell) > 0  # what follows up on the sale
    assert database() == home


def test_a_message_stands_in_the_transaction_of_its_shop(open_in) -> None:
    shop = open_in(CELL)
    work_off(shop)
    before = messages_of(shop, CELL)
    with context.activate(shop):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            publish(ClosingsDue())
            raise ZeroDivisionError
        assert messages_of(shop, CELL) == before
        with transaction.atomic():
            publish(ClosingsDue())
        assert messages_of(shop, CELL) == before + 1
        assert messages_of(shop, "default") == 0


def test_no_message_of_the_platform_hides_in_a_shops_transaction(open_in) -> None:
    shop = open_in(CELL)
    with (
        context.activate(shop),
        pytest.raises(PublishedOutsideTransaction),
        transaction.atomic(),
        context.public(),
    ):
        publish(ClosingsDue())


def test_cells_are_closed_to_each_other(open_in) -> None:
    here, there = open_in("default"), open_in(CELL)
    for shop, other in ((here, there), (there, here)):
        with context.activate(shop), connection.cursor() as cursor:
            with pytest.raises(ProgrammingError, match=r"does not exist|permission denied"):
                cursor.execute(f'SELECT 1 FROM "{other.schema_name}".orders_order')
            with pytest.raises(ProgrammingError, match="permission denied"):
                cursor.execute(f'SET ROLE "tr_{other.schema_name}"')
            with pytest.raises(ProgrammingError, match="permission denied"):
                cursor.execute("SELECT 1 FROM public.tenants_account")


def test_the_fleet_of_every_cell_is_brought_to_a_version(open_in) -> None:
    shop = open_in(CELL)
    with context.public(CELL), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tenants_schemaversion SET version = 'old' WHERE schema_name = %s",
            [shop.schema_name],
        )
    assert fleet_queries.standing().behind == 1
    with cells.entered(CELL):
        assert shop.schema_name in fleet_queries.schema_names("owner")
    assert shop.schema_name not in fleet_queries.schema_names("owner")
    states = [(cell, report.state) for cell, report in fleet.migrate_all(Wish(verify=True))]
    assert states == [("default", "done"), (CELL, "done")]
    assert fleet_queries.standing().behind == 0


def moved(shop: Shop, to: str) -> Shop:
    moving.move_shop(tenant=Tenant.objects.get(pk=shop.id), to=to)
    return now(shop)


def text_of(shop: Shop) -> dict[str, list[str]]:
    with cells.entered(shop.cell):
        return all_text(shop.schema_name)


def test_a_shop_moves_with_its_money_in_flight(open_in, monkeypatch, settings) -> None:
    shop = open_in("default")
    till = fill(shop, monkeypatch, settings)  # one waits for payment, one is paid, one refunded
    with context.activate(shop):
        waiting = Order.objects.get(state="unpaid")
        [number] = attempt_numbers(waiting)
        buyer = Buyer(shop, till.appid, openid=f"openid-0-{shop.code}")
    till.pays(number)
    before, money, answers = text_of(shop), balances(shop), []

    def copying(archive: Any, **how: Any) -> str:
        """While it is copied: a customer asks, WeChat calls back, the worker finds the callback."""
        answers.append(buyer.get("/orders"))
        answers.append(till.calls_back(number))
        assert set(work_off_once(shop)) == {"SkipMessage"}
        with pytest.raises(ShopMoving), context.activate(now(shop)):
            pass
        return load(archive, **how)

    monkeypatch.setattr(moving, "load", copying)
    there = moved(shop, CELL)
    refused, callback = answers
    assert (refused.status_code, refused.json()["code"]) == (503, "shop_moving")
    assert int(refused.headers["Retry-After"]) > 0
    assert callback == 204
    assert there.cell == CELL
    assert there.schema_name != shop.schema_name
    assert text_of(there) == before
    assert balances(there) == money

    assert ahead(there) > 0
    work_off(there)
    with context.activate(there):
        waiting.refresh_from_db()
        assert waiting.state == "paid"
        assert database().endswith(f"_{CELL}")
    assert proofs(there) == []
    refunded = sum(amount for _, amount, _ in till.refunds.values())
    assert balances(there)["held"] == money["held"] + waiting.total_minor - refunded

    with pytest.raises(ProgrammingError), context.activate(shop):  # a process that knows no better
        Order.objects.count()
    [left] = StraySchema.objects.filter(public_id=shop.public_id)
    assert (left.schema_name, left.cell, left.side) == (
        shop.schema_name, "default", StraySide.MOVED
    )  # fmt: skip

    monkeypatch.undo()
    at_home = moved(there, "default")
    assert at_home.cell == "default"
    assert text_of(at_home) == text_of(there)
    assert moving.confirm(tenant=Tenant.objects.get(pk=shop.id)) == 2
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT to_regnamespace(%s)", [shop.schema_name])
        assert cursor.fetchone() == (None,)


def work_off_once(shop: Shop) -> list[str]:
    """Try each due job of home's queue once; the names of what kept it from running."""
    found = []
    while (text := _claimed(shop, "default")) is not None:
        message = dramatiq.MessageProxy(dramatiq.Message.decode(text.encode()))
        try:
            broker.emit_before("process_message", message)
        except SkipMessage as skipped:
            found.append(type(skipped).__name__)
    return found


def ahead(shop: Shop) -> int:
    """Let what waits for later be due; how many those are."""
    with cells.entered("default"), connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE dramatiq.queue SET available_at = now() WHERE tenant = %s"
            " AND message->>'actor_name' LIKE '%%take_notified_payment'",
            [shop.public_id],
        )
        return int(cursor.rowcount)


def test_a_move_under_traffic_loses_nothing_and_doubles_nothing(
    open_in, monkeypatch, settings
) -> None:
    shop = open_in("default")
    till = Till(monkeypatch, settings, shop)
    with context.activate(shop):
        [sku] = skus(product("Tea", price_minor=1234, stock=10_000))
        buyers = [Buyer(shop, till.appid, openid=f"openid-{n}-{shop.code}") for n in range(3)]
    for buyer in buyers:
        assert buyer.address
    ended, answers = threading.Event(), list[Any]()

    def shops(buyer: Buyer) -> None:
        """Buy under one key until it succeeds, as the mini-program does; then the next."""
        try:
            while not ended.is_set():
                key = identifiers.opaque(20)
                answer = buyer.buy({sku.pk: 1}, key=key)
                answers.append(answer)
                while answer.status_code != 201 and not ended.is_set():
                    answer = buyer.buy({sku.pk: 1}, key=key)
                    answers.append(answer)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(buyers)) as crowd:
        going = [crowd.submit(shops, buyer) for buyer in buyers]
        until(lambda: count(answers, 201) >= 3)
        there = moved(shop, CELL)
        sold_before = count(answers, 201)
        until(lambda: count(answers, 201) >= sold_before + 3)
        ended.set()
        for one in going:
            one.result(60)
    statuses = {answer.status_code for answer in answers}
    assert statuses <= {201, 503}
    assert 503 in statuses
    numbers = sorted(a.json()["number"] for a in answers if a.status_code == 201)
    with context.activate(there):
        assert sorted(Order.objects.values_list("number", flat=True)) == numbers
        assert Stock.objects.get(sku_id=sku.pk).reserved == len(numbers)
    assert proofs(there) == []


def count(answers: list[Any], status: int) -> int:
    return sum(answer.status_code == status for answer in answers)


def until(condition: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


class Killed(BaseException):
    """The process is gone: nothing of it runs any more."""


def before(step: str) -> Callable[..., None]:
    def patch(monkeypatch: pytest.MonkeyPatch, die: Callable[[], Any]) -> None:
        monkeypatch.setattr(step, lambda *_, **__: die())

    return patch


def after(step: str) -> Callable[..., None]:
    def patch(monkeypatch: pytest.MonkeyPatch, die: Callable[[], Any]) -> None:
        done = import_string(step)

        def run(*given: Any, **named: Any) -> None:
            done(*given, **named)
            die()

        monkeypatch.setattr(step, run)

    return patch


@pytest.mark.parametrize(
    "dies",
    [
        before("tenants.archives.moving.time.sleep"),
        before("tenants.archives.strays.shut"),
        after("tenants.archives.moving._freeze"),
        after("tenants.archives.moving.write_here"),
        after("tenants.archives.moving.load"),
        after("tenants.archives.strays.note"),
    ],
    ids=["frozen", "heard of", "shut", "written", "loaded", "switching"],
)
def test_a_move_that_was_killed_goes_back_or_on(open_in, monkeypatch, settings, dies) -> None:
    shop = open_in("default")
    till = Till(monkeypatch, settings, shop)
    sold(shop, till)
    text = text_of(shop)
    killed_while(shop, dies, monkeypatch)
    assert now(shop).is_moving
    assert moving.go_back(tenant=Tenant.objects.get(pk=shop.id))
    back = now(shop)
    assert (back.cell, back.is_moving, text_of(back)) == ("default", False, text)
    assert not StraySchema.objects.filter(public_id=shop.public_id).exists()
    assert sold(back, till, number=2).state == "paid"
    text = text_of(back)

    killed_while(back, dies, monkeypatch)
    assert now(shop).is_moving
    there = moved(shop, CELL)
    assert (there.cell, there.is_moving, text_of(there)) == (CELL, False, text)
    [left] = StraySchema.objects.filter(public_id=shop.public_id)
    assert (left.side, left.schema_name) == (StraySide.MOVED, back.schema_name)
    assert sold(there, till, number=3).state == "paid"
    assert proofs(there) == []


def test_a_shop_does_not_stay_shut_when_nobody_moves_it(open_in, monkeypatch) -> None:
    shop = open_in("default")
    killed_while(shop, after("tenants.archives.moving._freeze"), monkeypatch)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as mover:
        mover.execute("SELECT pg_advisory_lock(7210415, %s)", [shop.id])
        open_again(MovesDue())
        assert now(shop).is_moving
    until(lambda: _is_free(shop))
    open_again(MovesDue())
    assert not now(shop).is_moving
    with context.activate(now(shop)):
        assert Order.objects.count() == 0


def test_a_shop_that_cannot_be_opened_keeps_no_other_shut(db: None, monkeypatch) -> None:
    far, near = (
        Tenant.objects.create(name=name, public_id=name, code=name.upper(), moving_to=CELL)
        for name in ("far", "near")
    )

    def go_back(*, tenant: Tenant) -> bool:
        if tenant.pk == far.pk:
            raise OperationalError("its cell is away")
        return bool(Tenant.objects.filter(pk=tenant.pk).update(moving_to=""))

    monkeypatch.setattr(moving, "go_back", go_back)
    with pytest.raises(OperationalError):
        open_again(MovesDue())
    near.refresh_from_db()
    assert near.moving_to == ""


def _is_free(shop: Shop) -> bool:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = 7210415 AND objid = %s",
            [shop.id],
        )
        return cursor.fetchone() is None


def killed_while(shop: Shop, dies: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:

        def die() -> None:
            patch.setattr(moving, "_thaw", lambda _: False)
            raise Killed

        dies(patch, die)
        with pytest.raises(Killed):
            moved(shop, CELL)


def test_a_move_that_was_killed_when_all_was_done_is_done(open_in, monkeypatch) -> None:
    shop = open_in("default")
    killed_while(shop, after("tenants.archives.moving._switch"), monkeypatch)
    assert (now(shop).cell, now(shop).is_moving) == (CELL, False)
    assert moving.move_shop(tenant=Tenant.objects.get(pk=shop.id), to=CELL) is None
    assert not moving.go_back(tenant=Tenant.objects.get(pk=shop.id))
    assert now(shop).cell == CELL


def test_a_move_that_fails_opens_the_shop_where_it_was(open_in, monkeypatch, settings) -> None:
    shop = open_in(CELL)
    sold(shop, Till(monkeypatch, settings, shop))

    def damaged(*_: Any, **__: Any) -> None:
        raise ArchiveDamaged(what="the sums of transfers came out differently")

    monkeypatch.setattr(moving, "load", damaged)
    with pytest.raises(ArchiveDamaged):
        moved(shop, "default")
    assert (now(shop).cell, now(shop).is_moving) == (CELL, False)
    assert sold(shop, Till(monkeypatch, settings, shop), number=2).state == "paid"


def test_only_whole_wishes_are_begun(open_in) -> None:
    shop = open_in("default")
    tenant = Tenant.objects.get(pk=shop.id)
    with pytest.raises(moving.NoSuchCell):
        moving.move_shop(tenant=tenant, to="third")
    assert moving.move_shop(tenant=tenant, to="default") is None
    Tenant.objects.filter(pk=shop.id).update(moving_to="third")
    with pytest.raises(moving.MovesElsewhere):
        moving.move_shop(tenant=tenant, to=CELL)
    assert moving.go_back(tenant=tenant)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(7210415, %s)", [shop.id])
        with pytest.raises(moving.MoveUnderWay):
            moving.move_shop(tenant=tenant, to=CELL)
    with pytest.raises(ShopInAnotherCell):
        restoring.take_back(tenant=Tenant(cell=CELL))


def test_a_shop_of_a_cell_is_exported_and_erased(open_in, tmp_path, monkeypatch, settings) -> None:
    shop = open_in(CELL)
    sold(shop, Till(monkeypatch, settings, shop))
    made = write_here(shop.public_id, tmp_path / "shop.zip")
    assert made.members["platform/jobs.jsonl"].rows == (
        messages_of(shop, CELL) + messages_of(shop, "default")
    )
    assert made.members["tables/orders_order.tsv"].rows == 1
    tenant = Tenant.objects.get(pk=shop.id)
    Tenant.objects.filter(pk=shop.id).update(state="purged")
    erasing.erase(tenant, erasing.marks_of(tenant))
    assert (messages_of(shop, CELL), messages_of(shop, "default")) == (0, 0)
    with cells.entered(CELL), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT to_regnamespace(%s)", [shop.schema_name])
        assert cursor.fetchone() == (None,)


def program(*arguments: str, **changes: str) -> subprocess.Popen[str]:
    """Start a program of ours as an operator does who has a second cell."""
    place = connections[f"{CELL}_owner"].settings_dict["NAME"]
    url = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{place}"))
    known = {
        "CELLS": CELL,
        "CELL_SECOND_DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "platform"))),
        "LOG_LEVEL": "INFO",
    }
    return subprocess.Popen(
        [sys.executable, *arguments],
        env={**os.environ, **known, **changes},
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def test_the_command_takes_up_what_a_kill_left(open_in) -> None:
    shop = open_in("default")
    move = (str(ROOT / "manage.py"), "move_shop", shop.public_id, "--to", CELL)
    first = program(*move, TENANT_CACHE_SECONDS="600")  # so long it waits for others to hear
    try:
        until(lambda: now(shop).is_moving)
    finally:
        first.kill()
        first.wait()
    assert (now(shop).is_moving, now(shop).cell) == (True, "default")
    second = program(*move, TENANT_CACHE_SECONDS="0")
    said, _ = second.communicate(timeout=300)
    assert second.returncode == 0, said
    assert f"are in {CELL} now" in said
    assert (now(shop).is_moving, now(shop).cell) == (False, CELL)


def test_a_worker_works_the_queue_of_its_cell(open_in) -> None:
    shop = open_in(CELL)
    with context.activate(shop), transaction.atomic():
        publish(TellTroubles())
    with transaction.atomic():
        publish(TellTroubles(), tenant=shop.public_id)
    at_home = messages_of(shop, "default")
    assert messages_of(shop, CELL) == 1
    worker = program("-c", WORKER, JOBS_CELL=CELL)
    try:
        until(lambda: messages_of(shop, CELL) == 0)
    finally:
        worker.terminate()
        said, _ = worker.communicate(timeout=60)
    assert "worker_ready" in said
    assert messages_of(shop, "default") == at_home
