"""An owner takes the shop along: asks, sees it ready, fetches it by a link of ten minutes."""

import hashlib
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import psycopg
import pytest
from django.test import Client
from dramatiq.middleware import TimeLimitExceeded

from kernel import clock
from tenants import provisioning
from tenants.archives import exports, writing
from tenants.archives.models import Export
from tenants.models import Account, Membership, Tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant(two_shops) -> Tenant:
    return Tenant.objects.get(pk=two_shops[0].id)


@pytest.fixture
def owner(tenant) -> Client:
    return signed_in(Account.objects.get(email="tea@example.com"))


@pytest.fixture
def place(settings, tmp_path: Path) -> Path:
    where = {"BACKEND": "django.core.files.storage.FileSystemStorage",
             "OPTIONS": {"location": tmp_path, "base_url": None}}  # fmt: skip
    settings.STORAGES = {**settings.STORAGES, "archives": where}
    return tmp_path


def signed_in(account: Account) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def home(tenant: Tenant) -> str:
    return f"/shops/{tenant.public_id}/exports/"


def content(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_one_that_takes_longer_than_its_job_may_makes_room_for_another(tenant, place, monkeypatch):
    def never_ends(export: Export) -> None:
        raise TimeLimitExceeded

    monkeypatch.setattr(exports, "_write", never_ends)
    made = exports.want(tenant=tenant, by="tea@example.com")
    exports.run(made.pk)
    made.refresh_from_db()
    assert (made.state, made.problem) == ("failed", "TimeLimitExceeded")
    assert exports.want(tenant=tenant, by="tea@example.com").pk != made.pk


def test_it_is_asked_for_made_and_fetched(tenant, owner, run_jobs, place):
    assert "Nothing was exported yet" in owner.get(home(tenant)).content.decode()
    assert owner.post(f"{home(tenant)}make/").status_code == 302
    page = owner.get(home(tenant)).content.decode()
    assert "waits to be made" in page
    assert 'http-equiv="refresh"' in page
    run_jobs()
    export = Export.objects.get(tenant=tenant)
    assert (export.state, export.by) == ("ready", "tea@example.com")
    assert export.parts_done == export.parts_total > 50
    link = owner.post(f"{home(tenant)}{export.pk}/fetch/").headers["Location"]
    answer = Client().get(link)
    data = content(answer)
    assert answer.headers["Content-Type"] == "application/zip"
    assert hashlib.sha256(data).hexdigest() == export.sha256 == answer.headers["X-Archive-Sha256"]
    assert "manifest.json" in zipfile.ZipFile(BytesIO(data)).namelist()
    assert "fetched 1 times" in owner.get(home(tenant)).content.decode()


def test_a_link_is_good_for_minutes_and_not_to_be_guessed(tenant, owner, run_jobs, place):
    owner.post(f"{home(tenant)}make/")
    run_jobs()
    export = Export.objects.get(tenant=tenant)
    token = exports.link_to(export)
    assert Client().get(f"/exports/{token}x/").status_code == 404
    assert Client().get(f"/exports/{export.pk}/").status_code == 404
    from unittest.mock import patch

    with patch("django.core.signing.time.time", return_value=clock.now().timestamp() + 601):
        assert Client().get(f"/exports/{token}/").status_code == 404


def test_one_at_a_time_and_three_a_day(tenant, owner, run_jobs, place):
    owner.post(f"{home(tenant)}make/")
    again = owner.post(f"{home(tenant)}make/", follow=True).content.decode()
    assert "An export of this shop is being made" in again
    for _ in range(exports.MOST_A_DAY):
        run_jobs()
        owner.post(f"{home(tenant)}make/")
    assert Export.objects.filter(tenant=tenant).count() == exports.MOST_A_DAY
    with pytest.raises(exports.TooManyExports):
        exports.want(tenant=tenant, by="tea@example.com")
    with clock.ahead(timedelta(days=1, minutes=1)):
        assert exports.want(tenant=tenant, by="tea@example.com").state == "wanted"


def test_files_go_when_their_time_is_over_and_the_history_stays(tenant, owner, run_jobs, place):
    owner.post(f"{home(tenant)}make/")
    run_jobs()
    assert list(place.rglob("*.zip"))
    with clock.ahead(timedelta(days=8)):
        assert exports.expire_due() == 1
        assert exports.expire_due() == 0
    assert not list(place.rglob("*.zip"))
    assert "The file was deleted" in owner.get(home(tenant)).content.decode()
    export = Export.objects.get(tenant=tenant)
    assert owner.post(f"{home(tenant)}{export.pk}/fetch/").headers["Location"] == home(tenant)


def test_a_failure_is_said_and_may_be_tried_again(tenant, owner, run_jobs, place, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(writing, "sums_of", lambda *_: 1 / 0)
        owner.post(f"{home(tenant)}make/")
        run_jobs()
    assert Export.objects.get(tenant=tenant).problem == "ZeroDivisionError"
    assert "It failed" in owner.get(home(tenant)).content.decode()
    owner.post(f"{home(tenant)}make/")
    run_jobs()
    assert Export.objects.latest("pk").state == "ready"


@pytest.mark.parametrize("role", ["manager", "fulfilment", None])
def test_it_is_the_owners_alone(tenant, role, place):
    account = Account.objects.create_user("other@example.com")
    if role:
        Membership.objects.create(account=account, tenant=tenant, role=role)
    client = signed_in(account)
    wanted = 403 if role else 404
    assert client.get(home(tenant)).status_code == wanted
    assert client.post(f"{home(tenant)}make/").status_code == wanted
    assert not Export.objects.exists()


@pytest.mark.parametrize("state", ["suspended", "locked", "closing"])
def test_it_is_there_while_the_shop_may_be_read(tenant, owner, state, place):
    Tenant.objects.filter(pk=tenant.pk).update(state=state)
    assert owner.get(home(tenant)).status_code == 200
    assert owner.post(f"{home(tenant)}make/").status_code == 302
    assert Export.objects.filter(tenant=tenant).exists()


def test_the_commands_write_and_say_what_is_wrong(two_shops, tmp_path):
    from django.core.management import CommandError, call_command

    path = tmp_path / "shop.zip"
    call_command("export_shop", two_shops[0].public_id, str(path), "--without-files")
    assert zipfile.ZipFile(path).testzip() is None
    with pytest.raises(CommandError, match="no shop"):
        call_command("export_shop", "nosuch", str(path))
    with pytest.raises(CommandError, match="already has"):
        call_command("import_shop", str(path), "--owner", "tea@example.com")
    with pytest.raises(CommandError, match="no account"):
        call_command("import_shop", str(path), "--owner", "nobody@example.com")
    with pytest.raises(CommandError, match="no such"):
        call_command("clone_shop", "nosuch", "--owner", "tea@example.com")
    with psycopg.connect(provisioning.owner_conninfo()) as connection:
        connection.execute("SELECT 1")
