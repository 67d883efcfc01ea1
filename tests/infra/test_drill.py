"""`make drill`: one shop and then the whole server are lost, and come back proven (restore_shop)."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.backups import recovery, taking
from infra.backups.drill import drill
from infra.backups.places import ProgramFailed
from infra.first_sale import journey
from infra.stage.stage import opened

DEBIANS = Path("/usr/lib/postgresql/15/bin")


def _require(programs: Path) -> None:
    """Skip a test loudly where Debian's PostgreSQL is not installed; in CI that is a failure."""
    if not (programs / "postgres").exists():
        why = f"{programs} is not there: install Debian's package postgresql-15"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)


def _played(backups: Path) -> list[str]:
    """Play the drill; return what it told."""
    told: list[str] = []
    with opened(settings=journey.SETTINGS) as stage:
        figures = drill(stage, backups, told.append)
    assert figures.rows > 100
    assert "it works again" in told[-1]
    return told


def test_it_is_played_on_debians_postgresql(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _require(DEBIANS)
    monkeypatch.setenv("EMBEDDED_POSTGRES_BIN", str(DEBIANS))
    told = _played(place / "backups")
    assert told[0] == "PostgreSQL 15"
    [(_, base)] = taking.bases(place / "backups")
    assert (base / "PG_VERSION").read_text() == "15\n"


def test_one_shop_and_the_whole_server_come_back(tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    assert _played(backups)[0] == "PostgreSQL 18"
    too_early = datetime.now(UTC) - timedelta(days=1)
    with pytest.raises(recovery.NoBackupOfThen, match="old enough"), recovery.recovered(
        backups, too_early
    ):
        pass
    too_late = datetime.now(UTC)
    with pytest.raises(recovery.NoBackupOfThen, match="log ends"), recovery.recovered(
        backups, too_late
    ):
        pass
    [(_, base)] = taking.bases(backups)
    assert taking.verify(base) > 1_000
    assert taking.forget(backups, days=0) == []  # the last one is never deleted
    (base / "PG_VERSION").write_text("18 \n")
    with pytest.raises(ProgramFailed, match="PG_VERSION is not what"):
        taking.verify(base)


def test_settings_refuse_a_folder_that_a_shell_would_read_otherwise() -> None:
    for odd in ("/backups/a b$c", '/backups/"', "/backups/%f", "/backups/`id`"):
        with pytest.raises(ValueError, match="please"):
            taking.settings(Path(odd))
