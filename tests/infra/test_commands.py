"""The commands an operator types: thin, safe to repeat, honest in their exit code."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import DjangoDbBlocker

from tenants import context
from tenants.context import Shop
from tenants.models import Account

PASSWORD = "a long and quiet river"


def run(name: str, *arguments: str) -> str:
    output = StringIO()
    call_command(name, *arguments, stdout=output)
    return output.getvalue()


def all_is_well() -> Iterator[str]:
    yield from ()


def the_shop_is_wrong() -> Iterator[str]:
    yield f"{context.shop().name} sold what it never had."


HERE = __name__


def test_ensure_superuser_makes_one_and_shows_its_password_once(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SUPERUSER_PASSWORD", raising=False)

    said = run("ensure_superuser", "--email", "Root@Example.com")

    account = Account.objects.get(email="root@example.com")
    assert account.is_superuser
    assert account.is_staff
    assert account.check_password(said.rsplit(": ", 1)[1].strip())
    again = run("ensure_superuser", "--email", "root@example.com")
    assert "Password" not in again
    assert Account.objects.filter(email="root@example.com").count() == 1


def test_ensure_superuser_takes_a_given_password_and_does_not_print_it(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPERUSER_PASSWORD", PASSWORD)

    said = run("ensure_superuser", "--email", "root@example.com")

    assert PASSWORD not in said
    assert Account.objects.get(email="root@example.com").check_password(PASSWORD)


def test_ensure_superuser_lifts_an_account_and_keeps_its_password(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SUPERUSER_PASSWORD", raising=False)
    Account.objects.create_user("owner@example.com", PASSWORD)

    run("ensure_superuser", "--email", "owner@example.com")

    account = Account.objects.get(email="owner@example.com")
    assert account.is_superuser
    assert account.check_password(PASSWORD)


def test_verify_invariants_is_content_with_shops_that_agree(
    two_shops: tuple[Shop, Shop], db: None, settings: Any
) -> None:
    settings.INVARIANTS = [f"{HERE}.all_is_well"]

    said = run("verify_invariants")

    assert said.endswith("2 shops, 1 invariants each, 0 violations.\n")
    assert all(f"{shop.public_id} {shop.name}: no violations" in said for shop in two_shops)


def test_verify_invariants_names_every_violation_inside_its_shop_and_fails(
    two_shops: tuple[Shop, Shop], db: None, settings: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    settings.INVARIANTS = [f"{HERE}.all_is_well", f"{HERE}.the_shop_is_wrong"]

    with pytest.raises(SystemExit) as left:
        call_command("verify_invariants")

    assert left.value.code == 1
    said = capsys.readouterr().out
    assert said.count("sold what it never had") == 2
    assert said.endswith("2 shops, 2 invariants each, 2 violations.\n")
    assert context.current() is None


def test_verify_invariants_checks_one_shop_only_when_asked(
    two_shops: tuple[Shop, Shop], db: None, settings: Any
) -> None:
    settings.INVARIANTS = [f"{HERE}.all_is_well"]

    said = run("verify_invariants", "--shop", two_shops[1].public_id)

    assert two_shops[1].public_id in said
    assert two_shops[0].public_id not in said


def test_verify_invariants_refuses_a_shop_that_is_not_there(
    two_shops: tuple[Shop, Shop], db: None, settings: Any
) -> None:
    settings.INVARIANTS = [f"{HERE}.all_is_well"]

    with pytest.raises(CommandError, match="no live shop nowhere"):
        run("verify_invariants", "--shop", "nowhere")


def test_prepare_database_again_changes_nothing(
    two_shops: tuple[Shop, Shop], django_db_blocker: DjangoDbBlocker, settings: Any
) -> None:
    settings.SPARE_SCHEMAS = 0

    with django_db_blocker.unblock():
        said = run("prepare_database")

    assert said == "The database is ready; 0 spare schemas were built.\n"
