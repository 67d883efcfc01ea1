"""What can be taken back, for how long, and that it is gone for good after."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client, override_settings
from django.utils.connection import ConnectionDoesNotExist
from pytest_django import DjangoDbBlocker

from kernel import clock, identifiers
from shop.moderation.models import ProhibitedWord
from shop.orders.models import Order
from tenants import context, directory, provisioning, standing
from tenants.archives import erasing, jobs, restoring, strays
from tenants.archives.messages import ArchivesDue, ErasureAgreed
from tenants.archives.models import Erasure, StraySchema
from tenants.archives.states import StraySide
from tenants.backend.base import role_of
from tenants.context import Shop
from tenants.models import Tenant
from tenants.moves import TenantCannotMove
from tests.conftest import open_shop
from tests.tenants.shop_with_history import fill

REGRET = timedelta(days=django_settings.REGRET_DAYS)
CLOSING = timedelta(days=django_settings.CLOSING_DAYS)
KEPT = timedelta(days=django_settings.PURGE_AFTER_DAYS)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def shop(
    django_db_setup: None, django_db_blocker, tmp_path: Path, monkeypatch, settings
) -> Iterator[Shop]:
    """A committed shop that has sold."""
    where = {"BACKEND": "django.core.files.storage.FileSystemStorage",
             "OPTIONS": {"location": tmp_path / "archives", "base_url": None}}  # fmt: skip
    changed = {**django_settings.STORAGES, "archives": where}
    with django_db_blocker.unblock(), override_settings(
        MEDIA_ROOT=tmp_path / "media", STORAGES=changed
    ):
        provisioning.refill_spares(1)
        word = identifiers.opaque(8)
        made = open_shop(f"Shop {word}", f"{word}@example.com")
        fill(made, monkeypatch, settings)
        yield made
        provisioning.drop_schema(str(tenant_of(made).schema_name))
        strays.drop_of(made.public_id)
        Tenant.objects.using("owner").filter(pk=made.id).update(
            state="purged", name=f"erased {made.public_id}"
        )


def tenant_of(shop: Shop) -> Tenant:
    return Tenant.objects.using("owner").get(pk=shop.id)


def inside(shop: Shop) -> Any:
    """Enter the shop as a request would now."""
    return context.activate(directory.shop_of(Tenant.objects.get(pk=shop.id)))


def what_it_has(shop: Shop) -> tuple[set[str], set[str]]:
    """Return the numbers of its orders, and its prohibited words, by which tests mark it."""
    with inside(shop):
        orders = set(Order.objects.values_list("number", flat=True))
        return orders, set(ProhibitedWord.objects.values_list("word", flat=True))


def mark(shop: Shop, word: str) -> None:
    with inside(shop):
        ProhibitedWord.objects.create(word=word, by="")


def there(schema: str) -> bool:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema])
        return cursor.fetchone() is not None


def set_back(shop: Shop) -> str:
    """Restore the shop to this moment, as from a recovered server; return the schema it had."""
    with psycopg.connect(provisioning.owner_conninfo(), autocommit=True) as then:
        done = restoring.restore_shop(tenant=tenant_of(shop), then=then, to=clock.now())
    assert done.until - clock.now() > REGRET - MINUTE
    return done.kept_schema


def clear_away() -> None:
    """What the worker does every hour."""
    jobs.clear_away(ArchivesDue())


def may_enter(schema: str) -> bool:
    with psycopg.connect(provisioning.owner_conninfo(), autocommit=True) as connection:
        [(may,)] = connection.execute(
            "SELECT has_schema_privilege(%s, %s, 'USAGE')", [role_of(schema), schema]
        ).fetchall()
        return bool(may)


def take_back(shop: Shop) -> None:
    call_command("restore_shop", shop.public_id, "--take-back")


def storefront(shop: Shop) -> tuple[int, str]:
    directory.forget()
    answer = Client().get(f"/s/{shop.public_id}/v1/products")
    return answer.status_code, "" if answer.status_code == 200 else answer.json()["code"]


class TestARestore:
    def test_it_is_taken_back_to_its_last_day_with_all_that_was_there(self, shop):
        mark(shop, "before")
        orders, _ = what_it_has(shop)
        first = set_back(shop)
        second = str(tenant_of(shop).schema_name)
        assert second != first
        mark(shop, "after")
        assert what_it_has(shop) == (orders, {"before", "after"})
        assert (may_enter(first), may_enter(second)) == (False, True)
        with clock.ahead(REGRET - MINUTE):
            clear_away()
            take_back(shop)
            assert tenant_of(shop).schema_name == first
            assert what_it_has(shop) == (orders, {"before"})
            assert (may_enter(first), may_enter(second)) == (True, False)
            assert storefront(shop)[0] == 200
            take_back(shop)  # and that, too
            assert what_it_has(shop) == (orders, {"before", "after"})
            assert len(orders) == 3

    def test_after_its_days_the_tables_it_replaced_are_gone(self, shop):
        first = set_back(shop)
        assert there(first)
        before = what_it_has(shop)
        with clock.ahead(REGRET + MINUTE):
            clear_away()
            assert not there(first)
            assert not StraySchema.objects.filter(public_id=shop.public_id).exists()
            with pytest.raises(CommandError, match="no restore of this shop"):
                take_back(shop)
        assert what_it_has(shop) == before

    def test_of_two_the_last_is_taken_back_first(self, shop):
        for word in ("one", "two"):
            mark(shop, word)
            set_back(shop)
            mark(shop, f"since {word}")
        assert what_it_has(shop)[1] == {"one", "since one", "two", "since two"}
        take_back(shop)
        assert what_it_has(shop)[1] == {"one", "since one", "two"}

    def test_one_that_was_killed_before_it_changed_over_stands_in_no_ones_way(self, shop):
        before = str(tenant_of(shop).schema_name)
        strays.note(before, shop.public_id, StraySide.REPLACED, clock.now() + REGRET)
        with pytest.raises(CommandError, match="no restore of this shop"):
            take_back(shop)
        assert set_back(shop) == before
        take_back(shop)
        assert tenant_of(shop).schema_name == before

    def test_a_copy_that_somebody_dropped_becomes_nobodys_tables(self, shop, monkeypatch):
        load = restoring.load

        def loads_and_loses(*args: Any, **options: Any) -> str:
            schema = load(*args, **options)
            strays.drop_of(shop.public_id, StraySide.ARRIVING)  # as a clone of the shop begins
            return schema

        before, had = tenant_of(shop).schema_name, what_it_has(shop)
        monkeypatch.setattr(restoring, "load", loads_and_loses)
        with pytest.raises(strays.StrayIsGone):
            set_back(shop)
        assert tenant_of(shop).schema_name == before
        assert what_it_has(shop) == had
        assert not StraySchema.objects.filter(public_id=shop.public_id).exists()

    def test_a_shop_that_was_never_set_back_has_nothing_to_take_back(self, shop):
        before = tenant_of(shop).schema_name
        with pytest.raises(CommandError, match="no restore of this shop"):
            take_back(shop)
        assert tenant_of(shop).schema_name == before


def test_tables_in_a_cell_that_is_away_keep_no_others_here(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        strays.note("t_far", "far", StraySide.REPLACED, clock.now(), cell="away")
        near = provisioning.build_schema()
        strays.note(near, "near", StraySide.REPLACED, clock.now())
        with pytest.raises(ConnectionDoesNotExist, match="away"):
            strays.drop_due()
        assert not there(near)
        assert strays.drop_of("near") == 0
        deleted, _ = StraySchema.objects.using("owner").filter(schema_name="t_far").delete()
        assert deleted == 1


class TestAClosedShop:
    @pytest.fixture
    def closed(self, shop, monkeypatch) -> Tenant:
        """Closed by its owner, who owes nothing; the clock stands at the moment of that."""
        for name in ("shop.orders", "billing.refunds", "billing.withdrawals", "billing.sharing"):
            monkeypatch.setattr(f"{name}.queries.unfinished_count", lambda: 0)
        standing.begin_closing(tenant=Tenant.objects.get(pk=shop.id), reason="r", by="owner")
        with clock.ahead(CLOSING + MINUTE):
            assert standing.close_due() == 1
        return Tenant.objects.get(pk=shop.id)

    def test_everything_is_kept_to_the_last_day_and_it_sells_again(self, shop, closed):
        before = what_it_has(shop)
        assert storefront(shop) == (404, "no_such_shop")
        with clock.ahead(CLOSING + KEPT):
            clear_away()
            with pytest.raises(standing.TooEarlyToPurge):
                erasing.ask(tenant=closed, reason="r", by="one@example.com")
            standing.come_back(tenant=closed, reason="we go on", by="owner")
        assert storefront(shop) == (200, "")
        assert what_it_has(shop) == before
        assert len(before[0]) == 3

    def test_after_that_two_persons_have_it_erased_and_nothing_brings_it_back(self, shop, closed):
        kept = set_back(shop)  # a restore whose tables are kept when the shop goes
        closed = Tenant.objects.get(pk=shop.id)
        schema = str(closed.schema_name)
        with clock.ahead(CLOSING + KEPT + 2 * MINUTE):
            erasure = erasing.ask(tenant=closed, reason="r", by="one@example.com")
            assert there(schema)
            erasing.agree(erasure=erasure, by="two@example.com")
            assert there(schema)  # until the worker comes
            with pytest.raises(TenantCannotMove):
                standing.come_back(tenant=closed, reason="we go on", by="owner")
            jobs.erase_shop(ErasureAgreed(erasure.pk))
        assert (there(schema), there(kept)) == (False, False)
        assert not StraySchema.objects.filter(public_id=shop.public_id).exists()
        assert Erasure.objects.get(pk=erasure.pk).state == "erased"
        assert storefront(shop)[0] == 404
        with pytest.raises(CommandError, match="no live shop"):
            take_back(shop)

    def test_who_comes_back_before_the_second_person_agrees_is_not_erased(self, shop, closed):
        before = what_it_has(shop)
        with clock.ahead(CLOSING + KEPT + 2 * MINUTE):
            erasure = erasing.ask(tenant=closed, reason="r", by="one@example.com")
            standing.come_back(tenant=closed, reason="we go on", by="owner")
            with pytest.raises(TenantCannotMove):
                erasing.agree(
                    erasure=Erasure.objects.get(pk=erasure.pk), by="two@example.com"
                )
            jobs.erase_shop(ErasureAgreed(erasure.pk))  # a message from nowhere
        assert Erasure.objects.get(pk=erasure.pk).state == "asked"
        assert what_it_has(shop) == before
        assert storefront(shop) == (200, "")
        erasing.decline(erasure=erasure, by="two@example.com")
