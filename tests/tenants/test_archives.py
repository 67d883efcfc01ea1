"""A shop goes into a file and comes out of it: equal to the last byte, or not at all."""

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.test import Client, override_settings

from billing.ledger import queries as books
from billing.ledger.states import Account as BookAccount
from billing.payments.models import Attempt
from jobs.models import QueuedMessage
from kernel import identifiers
from shop.media.models import Image
from shop.members.models import Member
from storage import files
from tenants import context, directory, provisioning, queries
from tenants.archives import actions, loading, personal, reading
from tenants.archives.models import StraySchema
from tenants.archives.reading import ArchiveDamaged, ArchiveTooLarge, ArchiveUnreadable
from tenants.archives.writing import NoShopToWrite, write
from tenants.context import Shop
from tenants.models import Account, Membership, Tenant
from tenants.proofs import proofs_of_shop
from tests.conftest import open_shop
from tests.tenants.shop_with_history import ODD, all_text, fill


@pytest.fixture(scope="module")
def shop(django_db_setup: None, django_db_blocker, tmp_path_factory) -> Iterator[Shop]:
    """One shop that sold, for all tests of this module; its files are in `media`."""
    folder = tmp_path_factory.mktemp("archives")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=folder / "media"):
        provisioning.refill_spares(1)
        word = identifiers.opaque(8)
        made = open_shop(f"Shop {word}", f"{word}@example.com")
        with pytest.MonkeyPatch.context() as patch:
            fill(made, patch, settings)
        yield made
        drop(made.id)


@pytest.fixture(scope="module")
def archive(shop: Shop, tmp_path_factory) -> Path:
    return exported(shop, tmp_path_factory.mktemp("archive") / "shop.zip")


def exported(shop: Shop, path: Path) -> Path:
    with psycopg.connect(provisioning.owner_conninfo(), autocommit=True) as connection:
        write(connection, shop.public_id, path)
    return path


def drop(tenant_id: int) -> None:
    tenants = Tenant.objects.using("owner").filter(pk=tenant_id)
    provisioning.drop_schema(tenants.get().schema_name)
    tenants.update(state="purged", public_id=f"gone{tenant_id}", code=f"G{tenant_id}",
                   name=f"Gone {tenant_id}")  # fmt: skip


@pytest.fixture(scope="module")
def sandbox(shop: Shop) -> Iterator[Tenant]:
    tenant = Tenant.objects.get(pk=shop.id)
    made = actions.clone_shop(tenant=tenant, owner=owner_of(shop))
    yield made
    drop(made.pk)


@pytest.fixture
def elsewhere(shop: Shop, archive: Path) -> Iterator[None]:
    """This installation is another one: it has never heard of the shop."""
    own = Tenant.objects.filter(pk=shop.id)
    own.update(public_id="oldshop", code="OLD", name="Old")
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "DELETE FROM dramatiq.queue WHERE tenant = %s", [shop.public_id]
        )
    media = Path(settings.MEDIA_ROOT)
    media.rename(media.with_name("away"))
    directory.forget()
    yield
    for tenant in Tenant.objects.filter(public_id=shop.public_id):
        drop(tenant.pk)
    shutil.rmtree(media, ignore_errors=True)
    media.with_name("away").rename(media)
    own.update(public_id=shop.public_id, code=shop.code, name=shop.name)
    directory.forget()


def owner_of(shop: Shop) -> Account:
    return Membership.objects.get(tenant=shop.id).account


def left_over(public_id: str) -> list[object]:
    """What there is of a shop that did not come in."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT schema_name FROM public.tenants_schemaversion v WHERE schema_name <> 't_template'"
            " AND NOT EXISTS (SELECT 1 FROM public.tenants_tenant t"
            "   WHERE t.schema_name = v.schema_name)"
            " AND NOT EXISTS (SELECT 1 FROM public.tenants_spareschema s"
            "   WHERE s.schema_name = v.schema_name)"
        )
        schemas = [row[0] for row in cursor.fetchall()]
    strays = list(StraySchema.objects.filter(public_id=public_id))
    tenants = list(Tenant.objects.filter(public_id=public_id))
    return [*schemas, *strays, *tenants, *files.keys(public_id)]


class TestComingIn:
    def test_every_row_file_sum_and_job_is_there_again(self, shop, archive, elsewhere):
        before = all_text(shop.schema_name)
        assert any(json.dumps(ODD, ensure_ascii=False) in row for row in before["orders_order"])
        with reading.opened(archive) as opened:
            said = opened.manifest
        tenant = actions.import_shop(path=archive, owner=owner_of(shop))
        assert (tenant.public_id, tenant.code, tenant.name) == (
            shop.public_id, shop.code, shop.name,
        )  # fmt: skip
        assert tenant.schema_name != shop.schema_name
        assert all_text(tenant.schema_name) == before
        with context.activate(directory.shop_of(tenant)):
            assert list(proofs_of_shop()) == []
            assert books.balance(BookAccount.HELD).minor == 1234 * 5
            image = Image.objects.order_by("pk").last()
            assert files.read(image.large_key)
        assert sum(1 for _ in files.keys(shop.public_id)) == len(said.files()) >= 3
        jobs = QueuedMessage.objects.filter(tenant=shop.public_id)
        assert len(jobs) >= said.members["platform/jobs.jsonl"].rows > 0
        assert {job.message["options"]["tenant"] for job in jobs} == {shop.public_id}
        assert list(tenant.steps.values_list("state", flat=True)) == ["provisioning", "trial"]
        assert Membership.objects.get(tenant=tenant).role == "owner"

    def test_numbers_go_on_and_the_shops_own_role_rules_its_tables(
        self, shop, archive, elsewhere
    ):
        tenant = actions.import_shop(path=archive, owner=owner_of(shop))
        with context.activate(directory.shop_of(tenant)), connections["default"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM orders_order")
            assert cursor.fetchone() == (3,)
            with pytest.raises(Exception, match="permission denied"):
                cursor.execute("DELETE FROM ledger_transfer")

    def test_an_archive_of_older_code_is_migrated(
        self, shop, elsewhere, tmp_path
    ):
        """Its schema lacks a table that came later, and comes in with it."""
        with connections["owner"].cursor() as cursor:
            cursor.execute(f"SELECT app, name FROM {shop.schema_name}.django_migrations")
            applied = frozenset(
                key for key in cursor.fetchall() if key[0] in loading.versions.labels()
            )
        older = provisioning.build_schema_of(applied - {("samples", "0001_initial")})
        row = Tenant.objects.filter(pk=shop.id)
        try:
            row.update(schema_name=older)
            path = exported(Shop(**{**_facts(shop), "public_id": "oldshop"}), tmp_path / "older.zip")
        finally:
            row.update(schema_name=shop.schema_name)
            provisioning.drop_schema(older)
        with reading.opened(path) as opened:
            assert "samples_sampleitem" not in opened.manifest.tables()
        tenant = actions.import_shop(
            path=vouched(path, tmp_path / "here.zip", {}, _as_of(shop)), owner=owner_of(shop)
        )
        assert "samples_sampleitem" in all_text(tenant.schema_name)
        assert _versions(tenant.schema_name) == [loading.versions.version_of(applied)]


class TestRefused:
    """Whatever is wrong is named, and nothing of the shop is left."""

    def refused(self, path: Path, shop: Shop, kind: type[Exception], words: str) -> None:
        with pytest.raises(kind, match=words):
            actions.import_shop(path=path, owner=owner_of(shop))
        assert left_over(shop.public_id) == []

    def test_a_shop_that_is_here(self, shop, archive):
        with pytest.raises(actions.ShopIsHere):
            actions.import_shop(path=archive, owner=owner_of(shop))

    @pytest.mark.parametrize(
        ("change", "kind", "words"),
        [
            ({"tables/orders_order.tsv": b"x\n"}, ArchiveDamaged, "another size"),
            ({"tables/orders_order.tsv": None}, ArchiveDamaged, "is missing"),
            ({"../../etc/cron.d/x": b"x"}, ArchiveUnreadable, "not in its manifest"),
            ({"tables/tenants_tenant.tsv": b"x\n"}, ArchiveUnreadable, "not in its manifest"),
            ({"manifest.json": b"{}"}, ArchiveUnreadable, "manifest is wrong"),
            ({"manifest.json": b"[" * 99}, ArchiveUnreadable, "manifest is wrong"),
        ],
    )
    def test_what_the_manifest_does_not_vouch_for(
        self, shop, archive, elsewhere, tmp_path, change, kind, words
    ):
        self.refused(rewritten(archive, tmp_path / "bad.zip", change), shop, kind, words)

    def test_a_file_that_is_none(self, shop, archive, elsewhere, tmp_path):
        path = tmp_path / "bad.zip"
        path.write_bytes(b"PK, not really")
        self.refused(path, shop, ArchiveUnreadable, "no ZIP")

    def test_half_of_an_archive(self, shop, archive, elsewhere, tmp_path):
        path = tmp_path / "half.zip"
        path.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
        self.refused(path, shop, ArchiveUnreadable, "no ZIP")

    def test_one_byte_that_a_disk_lost(self, archive, tmp_path):
        whole, path = archive.read_bytes(), tmp_path / "bad.zip"
        with zipfile.ZipFile(archive) as opened:
            at = opened.getinfo("tables/orders_order.tsv").header_offset
        name, extra = (int.from_bytes(whole[at + i : at + i + 2], "little") for i in (26, 28))
        for place in range(at + 30 + name + extra, at + 30 + name + extra + 40):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
            with reading.opened(path) as opened, pytest.raises(ArchiveDamaged):
                opened.verify()

    def test_more_than_may_be_unpacked(self, shop, archive, elsewhere, monkeypatch):
        monkeypatch.setattr(settings, "ARCHIVE_MOST_BYTES", 1_000)
        self.refused(archive, shop, ArchiveTooLarge, "at most")

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("tables/tenants_tenant.tsv", b"1\n", "not the table of its version"),
            ("files/../../x.txt", b"x", "no name of a member"),
            ("files/images/x.html", b"<script>", "no file of a shop"),
            ("files/images/abc/x.txt", b"x", "not named after"),
        ],
    )
    def test_what_the_manifest_vouches_for_and_no_shop_has(
        self, shop, archive, elsewhere, tmp_path, name, content, words
    ):
        path = vouched(archive, tmp_path / "bad.zip", {name: content})
        with pytest.raises((ArchiveDamaged, ArchiveUnreadable), match=words):
            actions.import_shop(path=path, owner=owner_of(shop))
        assert left_over(shop.public_id) == []

    @pytest.mark.parametrize("how", ["money", "orphan", "newer"])
    def test_tables_that_do_not_fit_together(self, shop, archive, elsewhere, tmp_path, how):
        def change(manifest: dict[str, Any]) -> None:
            if how == "money":
                manifest["sums"]["transfers"][0][2] += "0"
            elif how == "newer":
                manifest["migrations"].append(["orders", "0999_time_travel"])

        rows = {"tables/orders_order.tsv": b""} if how == "orphan" else {}
        path = vouched(archive, tmp_path / "bad.zip", rows, change)
        words = {"money": "sums of transfers", "orphan": "foreign key", "newer": "time_travel"}
        with pytest.raises(Exception, match=words[how]) as refused:
            actions.import_shop(path=path, owner=owner_of(shop))
        assert isinstance(refused.value, (ArchiveDamaged, loading.ArchiveTooNew))
        assert left_over(shop.public_id) == []

    def test_what_fails_at_the_very_end(self, shop, archive, elsewhere, monkeypatch):
        monkeypatch.setattr(actions, "move_in", _fails)
        self.refused(archive, shop, RuntimeError, "power cut")

    def test_what_a_killed_import_left_goes_with_the_next(
        self, shop, archive, elsewhere, monkeypatch
    ):
        with monkeypatch.context() as patch:
            patch.setattr(actions, "_or_nothing", lambda *_, **__: nullcontext())
            patch.setattr(actions, "move_in", _fails)
            with pytest.raises(RuntimeError):
                actions.import_shop(path=archive, owner=owner_of(shop))
        [stray] = StraySchema.objects.filter(public_id=shop.public_id)
        actions.import_shop(path=archive, owner=owner_of(shop))
        assert not StraySchema.objects.filter(public_id=shop.public_id).exists()
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [stray.schema_name])
            assert cursor.fetchone() is None


class TestSandbox:
    """A copy to try things in: equal but for what is personal, and shut to money and WeChat."""

    def test_every_column_that_can_hold_words_is_declared_personal_or_plain(self):
        there = {(table, c) for table, columns in personal.wordy_columns().items() for c in columns}
        named = {(t, c) for t, columns in personal.PERSONAL.items() for c in columns}
        plain = {(t, c) for t, columns in personal.PLAIN.items() for c in columns}
        assert named & plain == set()
        assert {pair for pair in there if pair[0] not in personal.EMPTIED} == named | plain

    def test_no_word_of_a_customer_and_no_key_to_wechat_is_in_it(self, shop, sandbox):
        before, after = all_text(shop.schema_name), all_text(sandbox.schema_name)
        for word in ("13800001234", "收货人", "文三路", json.dumps(ODD, ensure_ascii=False),
                     f"openid-1-{shop.code}", "staff@example.com"):  # fmt: skip
            assert any(word in row for rows in before.values() for row in rows), word
            assert not any(word in row for rows in after.values() for row in rows), word
        counts = {table: len(rows) for table, rows in before.items()}
        assert {table: len(rows) for table, rows in after.items()} == {
            table: 0 if table in personal.EMPTIED else count for table, count in counts.items()
        }
        assert after["ledger_transfer"] == before["ledger_transfer"]
        assert not sandbox.mini_programs.exists()
        assert directory.payee_of(directory.shop_of(sandbox)) is None

    def test_the_same_person_is_the_same_in_two_tables_and_nobody_else(self, shop, sandbox):
        with context.activate(directory.shop_of(sandbox)):
            members = set(Member.objects.values_list("openid", flat=True))
            paying = set(Attempt.objects.values_list("openid", flat=True))
        assert len(members) == 3
        assert paying == members

    def test_its_books_hold_and_its_pictures_are_its_own(self, shop, sandbox):
        with context.activate(directory.shop_of(sandbox)):
            wrong = [found for found in proofs_of_shop() if not found.startswith("I8")]
            assert wrong == []  # but that no job will ask after an open payment, as it should be
            key = Image.objects.order_by("pk").last().large_key
        assert key.startswith(f"{sandbox.public_id}/")
        assert files.read(key)

    def test_nothing_is_ordered_there_and_no_schedule_reaches_it(self, sandbox):
        assert (sandbox.state, sandbox.public_id in queries.live_public_ids()) == ("sandbox", False)
        assert not QueuedMessage.objects.filter(tenant=sandbox.public_id).exists()
        path = f"/s/{sandbox.public_id}/v1"
        assert Client().get(f"{path}/products").status_code == 200
        refused = Client().post(f"{path}/orders", {}, content_type="application/json")
        assert refused.json()["code"] == "shop_is_sandbox"

    def test_what_nobody_declared_is_masked(self, monkeypatch):
        monkeypatch.setattr(personal, "PLAIN", {})
        field = personal.wordy_columns()["orders_orderline"]["title"]
        assert "***" in personal._mask_of("orders_orderline", "title", field)


class TestGoingOut:
    def test_nothing_secret_and_no_account_is_in_it(self, shop, archive):
        with zipfile.ZipFile(archive) as content:
            everything = b"".join(content.read(name) for name in content.namelist())
        owner = owner_of(shop)
        assert owner.email.encode() in everything
        assert owner.password.encode() not in everything
        merchant = Tenant.objects.get(pk=shop.id).merchant
        assert merchant.sub_mchid.encode() in everything
        assert merchant.notify_token.encode() not in everything

    def test_a_write_that_fails_leaves_the_file_that_was_there(self, shop, archive, monkeypatch):
        before = archive.read_bytes()
        monkeypatch.setattr("tenants.archives.writing.sums_of", _fails)
        with pytest.raises(RuntimeError):
            exported(shop, archive)
        assert archive.read_bytes() == before
        assert not archive.with_name(f"{archive.name}.part").exists()

    def test_there_is_no_such_shop(self, shop, tmp_path):
        with pytest.raises(NoShopToWrite):
            exported(Shop(**{**_facts(shop), "public_id": "nosuch"}), tmp_path / "x.zip")

    def test_it_is_one_moment_while_the_shop_sells(self, shop, tmp_path, monkeypatch):
        """A row that comes after the first table was read is in none of them."""
        from tenants.archives import writing

        real, told = writing.text_of, []

        def text_of(cursor, schema, table):
            if not told:
                told.append(table)
                with connections["owner"].cursor() as other:
                    other.execute(f"DELETE FROM {schema}.members_token")
                    other.execute(f"DELETE FROM {schema}.cart_cartline")
            return real(cursor, schema, table)

        count = len(all_text(shop.schema_name)["members_token"])
        monkeypatch.setattr(writing, "text_of", text_of)
        with reading.opened(exported(shop, tmp_path / "x.zip")) as opened:
            assert opened.manifest.tables()["members_token"].rows == count > 0


def rewritten(source: Path, target: Path, change: dict[str, bytes | None]) -> Path:
    """Change members behind the manifest's back."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in change:
                new.writestr(name, old.read(name))
        for name, content in change.items():
            if content is not None:
                new.writestr(name, content)
    return target


def vouched(
    source: Path,
    target: Path,
    change: dict[str, bytes],
    edit: Callable[[dict[str, Any]], None] = lambda _: None,
) -> Path:
    """Change members and have the manifest vouch for them."""
    import hashlib

    with zipfile.ZipFile(source) as old:
        manifest = json.loads(old.read("manifest.json"))
    for name, content in change.items():
        member = manifest["members"].setdefault(name, {})
        member.update(sha256=hashlib.sha256(content).hexdigest(), bytes=len(content))
        if "rows" in member:
            member["rows"] = content.count(b"\n")
    edit(manifest)
    return rewritten(source, target, {**change, "manifest.json": json.dumps(manifest).encode()})


def _as_of(shop: Shop) -> Callable[[dict[str, Any]], None]:
    def edit(manifest: dict[str, Any]) -> None:
        manifest["shop"].update(public_id=shop.public_id, code=shop.code, name=shop.name)

    return edit


def _facts(shop: Shop) -> dict[str, Any]:
    return {name: getattr(shop, name) for name in Shop.__slots__}


def _versions(schema: str) -> list[str]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT version FROM public.tenants_schemaversion WHERE schema_name = %s", [schema]
        )
        return [row[0] for row in cursor.fetchall()]


def _fails(*_: object, **__: object) -> None:
    raise RuntimeError("power cut")

