"""A canary in every place that can hold words of a shop; after the erasure none sings."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connections
from django.db.models import DateTimeField
from django.test import override_settings

from kernel import clock, identifiers
from storage import files
from tenants import directory, provisioning, standing
from tenants.archives import actions, erasing, exports, platform_rows, strays
from tenants.archives.models import Erasure, Export
from tenants.archives.states import StraySide
from tenants.context import Shop
from tenants.models import Membership, Tenant, TenantStep
from tests.conftest import open_shop
from tests.tenants.shop_with_history import fill

CANARY = "canary7f3a"
SCAN = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname !~ '^(pg_|information_schema)' ORDER BY 1, 2"""


@pytest.fixture
def place(django_db_setup: None, django_db_blocker, tmp_path: Path) -> Iterator[Path]:
    where = {"BACKEND": "django.core.files.storage.FileSystemStorage",
             "OPTIONS": {"location": tmp_path / "archives", "base_url": None}}  # fmt: skip
    changed = {**django_settings.STORAGES, "archives": where}
    with django_db_blocker.unblock(), override_settings(
        MEDIA_ROOT=tmp_path / "media", STORAGES=changed
    ):
        yield tmp_path


@pytest.fixture
def shop(place: Path, monkeypatch, settings) -> Iterator[Shop]:
    provisioning.refill_spares(1)
    made = open_shop(f"{CANARY} {identifiers.opaque(8)}", f"{identifiers.opaque(8)}@example.com")
    fill(made, monkeypatch, settings)
    yield made
    provisioning.drop_schema(made.schema_name)
    strays.drop_of(made.public_id)
    Tenant.objects.using("owner").filter(pk=made.id).update(
        state="purged", name=f"erased {made.public_id}"
    )


def ask(statement: str, *values: object) -> list[tuple]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []


def singing(place: Path) -> list[str]:
    """Every table of the cluster's database and every file in which the canary still stands."""
    found = [
        f"{schema}.{table}"
        for schema, table in ask(SCAN)
        if ask(f'SELECT 1 FROM "{schema}"."{table}" t WHERE t::text LIKE %s LIMIT 1', f"%{CANARY}%")
    ]
    return found + [str(p) for p in place.rglob("*")
                    if p.is_file() and (CANARY.encode() in p.read_bytes() or CANARY in p.name)]  # fmt: skip


def plant(shop: Shop) -> None:
    """A row with the canary in each table of the platform that can hold words of a shop."""
    tenant, program = shop.id, ask(
        "SELECT id, appid FROM tenants_miniprogram WHERE tenant_id = %s", shop.id
    )[0]
    account = Membership.objects.get(tenant=shop.id)
    now, day = clock.now(), clock.now().date()
    uuid = lambda: str(uuid4())  # noqa: E731
    bird = json.dumps({"bird": CANARY})

    def put(table: str, **columns: object) -> object:
        model = next(m for m in apps.get_models() if m._meta.db_table in {table, f'"{table}"'})
        for field in model._meta.concrete_fields:  # what Python would have filled in
            if field.column in columns or field.null or (field.primary_key and not field.has_default()):
                continue
            value = field.get_default() if field.has_default() else now
            if field.has_default() or isinstance(field, DateTimeField):
                columns[field.column] = json.dumps(value) if isinstance(value, dict | list) else value
        names = ", ".join(f'"{name}"' for name in columns)
        marks = ", ".join(["%s"] * len(columns))
        key = model._meta.pk.column
        [(made,)] = ask(
            f"INSERT INTO {table} ({names}) VALUES ({marks}) RETURNING {key}", *columns.values()
        )
        return made

    ask("UPDATE tenants_miniprogram SET nick_name = %s, principal_name = %s, introduction = %s"
        " WHERE tenant_id = %s", CANARY, CANARY, CANARY, tenant)  # fmt: skip
    TenantStep.objects.create(tenant_id=tenant, state="trial", reason=CANARY, by=CANARY)
    put("inbox_notification", source="wechatpay", external_id=uuid(), event_type=CANARY,
        tenant_public_id=shop.public_id, headers=bird, body=CANARY.encode(), outcome=CANARY)  # fmt: skip
    put("pushes_push", source="component", appid=program[1], tenant_public_id="", event=CANARY,
        digest=uuid(), fields=bird, sealed_fields=CANARY, outcome=CANARY)  # fmt: skip
    put("rollups_shopdifference", tenant_public_id=shop.public_id, difference_id=uuid(), kind="k",
        bill="trade", day=day, noun="payment", number=CANARY, order_number=CANARY, there_minor=1,
        here_minor=1, currency="CNY", facts=bird, state="open", note=CANARY, ended_by=CANARY,
        found_at=now, changed_at=now)  # fmt: skip
    put("rollups_shoptrouble", tenant_public_id=shop.public_id, noun="refund", row_id=uuid(),
        number=CANARY, order_number=CANARY, amount_minor=1, currency="CNY", state="s",
        reason=CANARY, tries_count=1, since_at=now, settled_by=CANARY, note=CANARY)  # fmt: skip
    put("programs_programstep", mini_program_id=program[0], event="e", state="connected",
        facts=bird, by=CANARY)  # fmt: skip
    put("programs_setting", mini_program_id=program[0], part="domains", state="wanted",
        facts=bird, problem_code=CANARY)  # fmt: skip
    put("programs_unplaced", appid=program[1], why=CANARY, tenant_id=tenant)
    put("readiness_answer", tenant_id=tenant, key="k", value=CANARY, by=CANARY)
    put("readiness_finding", mini_program_id=program[0], key="k", state="ok", detail=bird)
    put("wechat_accesstoken", appid=program[1], kind="authorizer", sealed_token=CANARY,
        expires_at=now, sealed_refresh_token=CANARY)  # fmt: skip
    put("tenants_phone", membership_id=account.pk, appid=program[1], openid=CANARY, device=CANARY)
    put("tenants_wrongcode", tenant_id=tenant, appid=program[1], openid=CANARY)
    put("fleet_outcome", run_id=put("fleet_run", target=uuid()[:8], state="done"),
        schema_name=shop.schema_name, state="failed", tries=1, milliseconds=1, error=CANARY)  # fmt: skip
    put("superadmin_auditentry", by="root", action="suspend", object_kind="tenants.Tenant",
        object_id=str(tenant), object_label=CANARY, before=bird, after=bird, reason=CANARY)  # fmt: skip
    put("superadmin_auditentry", by="root", action="retry", object_kind="x.Y", object_id="1",
        object_label=shop.name, before="{}", after="{}", reason="r")  # fmt: skip
    ask("INSERT INTO dramatiq.queue (queue_name, message_id, state, message, available_at, tenant,"
        " reason) VALUES ('bulk', gen_random_uuid(), 'rejected', %s, now(), %s, %s)",
        bird, shop.public_id, CANARY)  # fmt: skip
    for table in ("orders_order", "orders_orderstep", "members_member"):
        column = {"orders_order": "remark", "orders_orderstep": "reason"}.get(table, "nickname")
        ask(f"UPDATE {shop.schema_name}.{table} SET {column} = %s", CANARY)
    files.put(prefix=f"{shop.public_id}/notes", name=f"{CANARY}.txt", data=CANARY.encode(),
              content_type="text/plain")  # fmt: skip


def closed_long_ago(shop: Shop) -> Tenant:
    Tenant.objects.filter(pk=shop.id).update(state="closed")
    past = clock.now() - timedelta(days=60)
    TenantStep.objects.create(tenant_id=shop.id, state="closed", reason="r", by="b", at=past)
    return Tenant.objects.get(pk=shop.id)


def nothing_owed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shop.orders.queries.unfinished_count", lambda: 0)
    for name in ("refunds", "withdrawals", "sharing"):
        monkeypatch.setattr(f"billing.{name}.queries.unfinished_count", lambda: 0)


def test_every_table_of_the_platform_is_deleted_emptied_or_kept_for_a_reason():
    there = {
        m._meta.db_table.replace('"', "")
        for m in apps.get_models(include_auto_created=True)
        if apps.get_app_config(m._meta.app_label).name not in django_settings.TENANT_APPS
    }
    deleted = {table.removeprefix("public.") for table in platform_rows.DELETED}
    emptied = {table.removeprefix("public.") for table in platform_rows.EMPTIED}
    assert there == deleted | emptied | set(platform_rows.KEPT)
    assert not deleted & emptied
    assert not (deleted | emptied) & set(platform_rows.KEPT)


def test_no_canary_is_left_in_database_files_queue_callbacks_or_exports(
    shop, place, monkeypatch
):
    plant(shop)
    exports.run(exports.want(tenant=Tenant.objects.get(pk=shop.id), by=CANARY).pk)
    spare = provisioning.build_schema()  # as a restore leaves one behind
    ask(f"INSERT INTO {spare}.moderation_prohibitedword (id, word, by, created_at)"
        " VALUES (gen_random_uuid(), %s, '', now())", CANARY)  # fmt: skip
    strays.note(spare, shop.public_id, StraySide.REPLACED, clock.now() + timedelta(days=9))
    sung = singing(place)
    assert {"dramatiq.queue", "public.inbox_notification", "public.tenants_tenant",
            f"{spare}.moderation_prohibitedword"} < set(sung)  # fmt: skip
    assert len([name for name in sung if name.startswith("public.")]) >= 17
    assert any("archives" not in name and name.startswith("/") for name in sung)
    nothing_owed(monkeypatch)
    erasure = erasing.ask(tenant=closed_long_ago(shop), reason="r", by="one@example.com")
    erasing.agree(erasure=erasure, by="two@example.com")
    for _ in range(2):  # again is harmless
        erasing.carry_out(erasure.pk)
    assert singing(place) == []
    assert not list(place.rglob("*.zip"))
    schemas = {name for (name,) in ask("SELECT nspname FROM pg_namespace")}
    assert not {shop.schema_name, spare} & schemas
    assert ask("SELECT 1 FROM pg_roles WHERE rolname = %s", f"tr_{shop.schema_name}") == []
    erasure.refresh_from_db()
    assert (erasure.state, erasure.asked_by, erasure.decided_by, erasure.reason) == (
        "erased", "one@example.com", "two@example.com", "",
    )  # fmt: skip
    assert erasure.counts["public.inbox_notification"] == 1
    assert erasure.counts["files"] >= 4
    assert erasure.counts["words searched for"] > 3
    assert erasure.backups_until > erasure.erased_at
    assert not Export.objects.filter(tenant=shop.id).exists()
    assert directory.shop_by_public_id(shop.public_id).state == "purged"


def test_a_word_that_was_overlooked_stops_it_before_the_schema_goes(shop, place, monkeypatch):
    nothing_owed(monkeypatch)
    erasure = erasing.ask(tenant=closed_long_ago(shop), reason="r", by="one@example.com")
    erasing.agree(erasure=erasure, by="two@example.com")
    with monkeypatch.context() as patch:
        left_out = {t: w for t, w in platform_rows.EMPTIED.items() if t != "public.tenants_tenant"}
        patch.setattr(erasing, "EMPTIED", left_out)
        patch.setattr(erasing, "DELETED", {**erasing.DELETED, "public.tenants_tenant": "false"})
        with pytest.raises(erasing.WordsAreLeft, match="tenants_tenant: 1"):
            erasing.carry_out(erasure.pk)
    assert ask("SELECT 1 FROM pg_namespace WHERE nspname = %s", shop.schema_name)
    erasing.carry_out(erasure.pk)
    erasure.refresh_from_db()
    assert erasure.state == "erased"


def test_a_word_that_was_overlooked_stops_every_try_and_no_kept_schema_is_forgotten(
    shop, place, monkeypatch
):
    spare = provisioning.build_schema()  # as a restore leaves one behind
    strays.note(spare, shop.public_id, StraySide.REPLACED, clock.now() + timedelta(days=9))
    nothing_owed(monkeypatch)
    erasure = erasing.ask(tenant=closed_long_ago(shop), reason="r", by="one@example.com")
    erasing.agree(erasure=erasure, by="two@example.com")
    ask("INSERT INTO pushes_push (id, source, appid, tenant_public_id, event, digest, fields,"
        " sealed_fields, outcome, received_at) VALUES (gen_random_uuid(), 'component', '', '', 'e', %s, %s, '', '', now())",
        identifiers.opaque(32), json.dumps({"name": shop.name}))  # fmt: skip
    for _ in range(2):  # the queue tries again: the words are still there
        with pytest.raises(erasing.WordsAreLeft, match="pushes_push: 1"):
            erasing.carry_out(erasure.pk)
    ask("DELETE FROM pushes_push WHERE fields::text LIKE %s", f"%{shop.name}%")
    erasing.carry_out(erasure.pk)
    erasure.refresh_from_db()
    assert erasure.state == "erased"
    assert ask("SELECT 1 FROM pg_namespace WHERE nspname = ANY(%s)", [shop.schema_name, spare]) == []
    assert strays.drop_of(shop.public_id) == 0


def test_no_file_is_left_of_an_export_whose_worker_died(shop, place, monkeypatch):
    tenant, move = Tenant.objects.get(pk=shop.id), exports._move
    export = exports.want(tenant=tenant, by="one@example.com")

    def dies(row: Export, target: str, **columns: object) -> None:
        if target == "ready":
            raise KeyboardInterrupt
        move(row, target, **columns)

    def files_of_exports() -> list[str]:
        return [path.name for path in place.rglob("*.zip")]

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(exports, "_move", dies)
        exports.run(export.pk)
    [left] = files_of_exports()
    exports.run(export.pk)
    export.refresh_from_db()
    assert files_of_exports() == [Path(export.name).name] != [left]
    exports.archives().save(f"{shop.public_id}/{left}", ContentFile(b"PK"))
    nothing_owed(monkeypatch)
    erasing.erase(closed_long_ago(shop), [])
    assert files_of_exports() == []


def test_its_neighbour_loses_nothing(shop, two_shops, place, monkeypatch):
    other = two_shops[1]
    key = files.put(prefix=f"{other.public_id}/notes", name="a.txt", data=b"x",
                    content_type="text/plain")  # fmt: skip
    before = [ask(f"SELECT count(*) FROM {table}") for table in platform_rows.KEPT
              if table != "archives_erasure"]  # fmt: skip
    nothing_owed(monkeypatch)
    erasure = erasing.ask(tenant=closed_long_ago(shop), reason="r", by="one@example.com")
    erasing.agree(erasure=erasure, by="two@example.com")
    erasing.carry_out(erasure.pk)
    assert files.read(key) == b"x"
    assert Membership.objects.filter(tenant=other.id).exists()
    assert before == [ask(f"SELECT count(*) FROM {table}") for table in platform_rows.KEPT
                      if table != "archives_erasure"]  # fmt: skip


def test_it_takes_two_and_their_time(shop, place, monkeypatch):
    tenant = Tenant.objects.get(pk=shop.id)
    with pytest.raises(standing.TenantCannotMove):
        erasing.ask(tenant=tenant, reason="r", by="one@example.com")
    nothing_owed(monkeypatch)
    tenant = closed_long_ago(shop)
    monkeypatch.setattr(django_settings, "PURGE_AFTER_DAYS", 90)
    with pytest.raises(standing.TooEarlyToPurge):
        erasing.ask(tenant=tenant, reason="r", by="one@example.com")
    monkeypatch.setattr(django_settings, "PURGE_AFTER_DAYS", 30)
    erasure = erasing.ask(tenant=tenant, reason="r", by="one@example.com")
    with pytest.raises(erasing.ErasureIsAsked):
        erasing.ask(tenant=tenant, reason="r", by="two@example.com")
    with pytest.raises(erasing.NeedsAnotherPerson):
        erasing.agree(erasure=erasure, by="One@example.com")
    erasing.carry_out(erasure.pk)  # nobody agreed: nothing happens
    assert ask("SELECT 1 FROM pg_namespace WHERE nspname = %s", shop.schema_name)
    erasing.decline(erasure=erasure, by="two@example.com")
    with pytest.raises(erasing.ErasureIsDecided):
        erasing.agree(erasure=erasure, by="two@example.com")
    assert erasing.ask(tenant=tenant, reason="again", by="two@example.com").state == "asked"
    Erasure.objects.filter(tenant=tenant).delete()


def test_a_sandbox_goes_by_one_hand(shop, place):
    owner = Membership.objects.get(tenant=shop.id).account
    made = actions.clone_shop(tenant=Tenant.objects.get(pk=shop.id), owner=owner)
    erasing.discard_sandbox(tenant=made, by="one@example.com")
    erasing.erase(made, [])
    assert ask("SELECT 1 FROM pg_namespace WHERE nspname = %s", made.schema_name) == []
    assert list(files.keys(made.public_id)) == []
    assert list(files.keys(shop.public_id)) != []
    with pytest.raises(standing.TenantCannotMove):
        erasing.discard_sandbox(tenant=Tenant.objects.get(pk=shop.id), by="one@example.com")
    assert storages["archives"]
