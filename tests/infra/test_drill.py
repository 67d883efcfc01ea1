"""`make drill`: one shop and then the whole server are lost, and come back proven (restore_shop)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.backups import recovery, taking
from infra.backups.drill import drill
from infra.backups.places import ProgramFailed
from infra.first_sale import journey
from infra.stage.stage import opened


def test_one_shop_and_the_whole_server_come_back(tmp_path: Path) -> None:
    told: list[str] = []
    backups = tmp_path / "backups"
    with opened(settings=journey.SETTINGS) as stage:
        figures = drill(stage, backups, told.append)
    assert figures.rows > 100
    assert figures.one_shop_seconds < 600
    assert "it works again" in told[-1]
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
