"""`python -m infra.backups shops`: every shop's dump, the oldest's first, none of a shop that is gone."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command

from infra.backups import __main__ as command
from infra.backups import shops
from infra.backups.places import STAMP, dumps
from tenants import context, directory, provisioning
from tenants.archives.reading import opened
from tenants.context import Shop
from tenants.models import Tenant
from tests.shop.catalogue import product

FOREVER = 3_600.0


@pytest.fixture
def three(new_shop: Callable[[], Shop], monkeypatch: pytest.MonkeyPatch) -> list[Shop]:
    """Three committed shops; those of other tests are not there for this one."""
    made = [new_shop() for _ in range(3)]
    ids = [shop.public_id for shop in made]
    everybody = shops._live
    monkeypatch.setattr(shops, "_live", lambda: [known for known in everybody() if known in ids])
    return made


@pytest.fixture
def away() -> Iterator[list[Shop]]:
    """Shops that are put here go under another name, so that a dump of theirs can come in."""
    gone: list[Shop] = []
    yield gone
    for shop in gone:
        for tenant in Tenant.objects.filter(public_id=shop.public_id):
            provisioning.drop_schema(str(tenant.schema_name))
            Tenant.objects.using("owner").filter(pk=tenant.pk).update(
                state="purged", public_id=f"gone{tenant.pk}", code=f"G{tenant.pk}", name=f"G {tenant.pk}"
            )


def aged(backups: Path, shop: Shop, days: int) -> Path:
    """Make the shop's last dump one of some days ago."""
    _, path = dumps(backups)[shop.public_id][-1]
    then = datetime.now(UTC) - timedelta(days=days)
    return path.rename(path.with_name(f"{then:{STAMP}}.zip"))


def run(backups: Path, *, days: int = 7, seconds: float = FOREVER) -> shops.Run:
    return shops.dump_all(backups, days=days, seconds=seconds, tell=print)


def test_every_shop_has_a_whole_dump_that_comes_in_again(
    three: list[Shop], away: list[Shop], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop, account = three[0], "keeper@example.com"
    with context.activate(shop):
        product("Oolong", price_minor=4_500, stock=3)

    assert command.main(["shops", str(tmp_path), "7", "60"]) == 0

    assert "3 shops" in capsys.readouterr().out
    assert {known.public_id for known in three} == set(dumps(tmp_path))
    [(_, path)] = dumps(tmp_path)[shop.public_id]
    with opened(path) as archive:
        archive.verify()
        rows_count = archive.manifest.rows_count
    Tenant.objects.filter(pk=shop.id).update(public_id="elsewhere", code="ELSE", name="Elsewhere")
    directory.forget()
    away.append(shop)
    call_command("ensure_superuser", "--email", account)
    call_command("import_shop", str(path), "--owner", account)
    again = tmp_path / "again.zip"
    call_command("export_shop", shop.public_id, str(again), "--without-files")
    with opened(again) as archive:
        assert archive.manifest.rows_count == rows_count
    assert command.main(["list", str(tmp_path)]) == 0
    assert f"{shop.public_id}, 1 dumps" in capsys.readouterr().out


def test_a_run_that_ends_with_its_time_is_continued_by_the_next(
    three: list[Shop], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = three
    run(tmp_path)
    aged(tmp_path, first, 1)
    aged(tmp_path, second, 3)
    aged(tmp_path, third, 2)
    clock = iter(range(1_000))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))

    done = run(tmp_path, seconds=2.5)

    assert [path.parent.name for path in done.written] == [second.public_id, third.public_id]
    assert done.left_count == 1


def test_a_shop_that_fails_is_named_and_keeps_nobody_from_its_dump(
    three: list[Shop], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, *others = three
    write = shops.write_here

    def writes(public_id, target, **how):  # type: ignore[no-untyped-def]
        if public_id == broken.public_id:
            raise OSError("no space left")
        return write(public_id, target, **how)

    monkeypatch.setattr(shops, "write_here", writes)

    done = run(tmp_path)

    assert done.failed == {broken.public_id: "OSError: no space left"}
    assert {path.parent.name for path in done.written} == {o.public_id for o in others}
    assert [p.name for p in (tmp_path / "shops" / broken.public_id).iterdir()] == []


def test_old_dumps_go_but_never_the_last_of_a_living_shop(
    three: list[Shop], tmp_path: Path
) -> None:
    living, erased, _ = three
    run(tmp_path)
    aged(tmp_path, living, 9)
    aged(tmp_path, erased, 8)
    run(tmp_path, days=30)
    kept = aged(tmp_path, living, 8)
    Tenant.objects.using("owner").filter(pk=erased.id).update(state="purged")

    gone = shops.forget(tmp_path, days=7)

    assert kept.exists()
    assert [path for _, path in dumps(tmp_path)[living.public_id]] == [kept]
    assert len([path for path in gone if path.parent.name == erased.public_id]) == 1
    assert len(dumps(tmp_path)[erased.public_id]) == 1  # of today: within its days
    [(_, last)] = dumps(tmp_path)[erased.public_id]
    last.rename(last.with_name("20200101T000000Z.zip"))
    shops.forget(tmp_path, days=7)
    assert not (tmp_path / "shops" / erased.public_id).exists()


def test_what_a_killed_run_left_of_an_erased_shop_goes(three: list[Shop], tmp_path: Path) -> None:
    erased = three[0]
    run(tmp_path)
    folder = tmp_path / "shops" / erased.public_id
    (folder / "coming.part").write_bytes(b"half of everything")
    aged(tmp_path, erased, 8)
    Tenant.objects.using("owner").filter(pk=erased.id).update(state="purged")

    run(tmp_path)

    assert not folder.exists()


def test_two_runs_do_not_write_at_a_time(three: list[Shop], tmp_path: Path) -> None:
    run(tmp_path)
    with shops._alone(tmp_path / "shops"), pytest.raises(shops.AlreadyRunning):
        run(tmp_path)
