"""The embedded PostgreSQL survives what happens to programs on somebody's laptop."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from infra import embedded_postgres


@pytest.fixture
def data(place: Path) -> Iterator[Path]:
    yield place / "pg"
    embedded_postgres.stop(place / "pg")


def ask(data: Path, question: str) -> object:
    with psycopg.connect(embedded_postgres.url(data)) as connection:
        row = connection.execute(question).fetchone()
        assert row is not None
        return row[0]


def postmaster(data: Path) -> int:
    return int((data / "18" / "postmaster.pid").read_text().split()[0])


def test_it_starts_with_our_settings_and_an_empty_database(data: Path) -> None:
    url = embedded_postgres.start(data)

    assert url == f"postgresql://postgres@/xiaopu?host={embedded_postgres.url(data).split('=')[1]}"
    assert embedded_postgres.running(data)
    assert str(ask(data, "SHOW server_version")).startswith("18.")
    assert ask(data, "SHOW max_locks_per_transaction") == "256"
    assert ask(data, "SHOW max_connections") == "200"
    assert ask(data, "SHOW fsync") == "on"
    assert ask(data, "SHOW synchronous_commit") == "on"
    assert ask(data, "SHOW jit") == "off"
    assert ask(data, "SHOW listen_addresses") == ""
    assert ask(data, "SELECT lower('ÉÄ')") == "éä"
    assert ask(data, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0


def test_nobody_else_may_enter_its_directory(data: Path) -> None:
    embedded_postgres.start(data)

    assert data.stat().st_mode & 0o777 == 0o700


def test_starting_it_twice_is_starting_it_once(data: Path) -> None:
    first = embedded_postgres.start(data)
    pid = postmaster(data)

    assert embedded_postgres.ensure(data) == first
    assert postmaster(data) == pid


def test_stopping_keeps_the_rows_and_stopping_again_is_fine(data: Path) -> None:
    with psycopg.connect(embedded_postgres.start(data)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")

    embedded_postgres.stop(data)
    assert not embedded_postgres.running(data)
    embedded_postgres.stop(data)

    embedded_postgres.start(data)
    assert ask(data, "SELECT number FROM kept") == 7


def test_a_killed_server_comes_back_with_every_committed_row(data: Path) -> None:
    with psycopg.connect(embedded_postgres.start(data), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (number int)")
        connection.execute("INSERT INTO kept VALUES (1), (2)")
        os.kill(postmaster(data), signal.SIGKILL)

    embedded_postgres.ensure(data)

    assert ask(data, "SELECT count(*) FROM kept") == 2


def test_a_stale_pid_file_that_names_another_program_is_no_obstacle(data: Path) -> None:
    embedded_postgres.start(data)
    lines = (data / "18" / "postmaster.pid").read_text().splitlines()
    embedded_postgres.stop(data)
    lines[0] = str(os.getpid())
    (data / "18" / "postmaster.pid").write_text("\n".join(lines) + "\n")

    embedded_postgres.start(data)

    assert postmaster(data) != os.getpid()
    assert ask(data, "SELECT 1") == 1


def test_a_broken_off_initdb_is_started_over(data: Path) -> None:
    (data / "18").mkdir(parents=True)
    (data / "18" / "PG_VERSION").write_text("18\n")

    embedded_postgres.start(data)

    assert ask(data, "SELECT 1") == 1


def test_two_servers_run_side_by_side(data: Path, place: Path) -> None:
    embedded_postgres.start(data)
    embedded_postgres.start(place / "second")
    try:
        assert postmaster(data) != postmaster(place / "second")
        assert ask(data, "SHOW data_directory") != ask(place / "second", "SHOW data_directory")
    finally:
        embedded_postgres.stop(place / "second")
    assert ask(data, "SELECT 1") == 1


def test_a_path_too_long_for_a_socket_works(place: Path) -> None:
    deep = place / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    try:
        embedded_postgres.start(deep / "pg")
        assert ask(deep / "pg", "SELECT 1") == 1
        sockets = Path(embedded_postgres.url(deep / "pg").split("host=")[1])
        assert sockets.stat().st_mode & 0o777 == 0o700
    finally:
        embedded_postgres.stop(deep / "pg")
    assert not sockets.exists()


def test_hold_ends_with_its_parent(data: Path) -> None:
    command = [sys.executable, "-m", "infra.embedded_postgres", "hold", str(data)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as holder:
        deadline = time.monotonic() + 60
        while not embedded_postgres.running(data) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert embedded_postgres.running(data)
        assert holder.stdin is not None
        holder.stdin.close()  # what the kernel does for a parent that died
        assert holder.wait(30) == 0
    assert not embedded_postgres.running(data)


def test_an_unknown_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert embedded_postgres.main(["dance", "here"]) == 2
    assert "start|stop|url|running|hold" in capsys.readouterr().err
