"""PostgreSQL's settings are looked at before programs start; a server too small is named."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tenants import context, server

ROOT = Path(__file__).resolve().parents[2]
GOOD: dict[str, Any] = {
    "version": 180_004, "connections": 200, "locks": 2_048, "buffers_mb": 8_192, "sync": "syncfs",
    "is_durable": True, "is_synchronous": True, "shops": 5_000,
}  # fmt: skip


def named(**changes: Any) -> list[tuple[str, bool]]:
    return [(f.setting, f.is_grave) for f in server._faults(**{**GOOD, **changes})]


def test_a_server_that_is_set_well_has_no_fault() -> None:
    assert named() == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"version": 140_011, "shops": 10}, [("version", True)]),
        ({"version": 150_018}, [("version", False)]),
        ({"version": 150_018, "shops": 900}, []),
        ({"connections": 20}, [("max_connections", True)]),
        ({"is_durable": False}, [("fsync, full_page_writes", False)]),
        ({"is_synchronous": False}, [("synchronous_commit", False)]),
        ({"locks": 256}, [("max_locks_per_transaction", False)]),
        ({"locks": 64, "shops": 200}, []),
        ({"sync": "fsync"}, [("recovery_init_sync_method", False)]),
        ({"buffers_mb": 128}, [("shared_buffers", False)]),
        ({"buffers_mb": 128, "shops": 100}, []),
    ],
)
def test_every_fault_is_named(changes: dict[str, Any], found: list[tuple[str, bool]]) -> None:
    assert named(**changes) == found


def test_every_process_is_in_the_budget(settings: Any) -> None:
    settings.WEB_PROCESSES, settings.WORKER_PROCESSES = 1, 1
    one_of_each = server.connections_wanted()
    settings.WEB_PROCESSES, settings.WORKER_PROCESSES = 4, 3
    pool = settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"]
    of_a_worker = pool + settings.JOBS_DATABASE["maxconn"] + settings.WORKER_THREADS
    assert server.connections_wanted() == one_of_each + 3 * pool + 2 * of_a_worker


@pytest.mark.django_db
def test_the_applications_own_login_may_ask() -> None:
    with context.public(), connection.cursor() as cursor:
        assert not [fault for fault in server.faults(cursor) if fault.is_grave]


def start(*arguments: str, **environment: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'platform'}", **environment},
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_no_program_starts_on_a_server_that_would_refuse_it(django_db_setup: None) -> None:
    for program in (("-m", "config.worker"), ("-c", "import config.wsgi")):
        code, said = start(*program, WEB_PROCESSES="500", DJANGO_SETTINGS_MODULE="config.settings")
        assert code == 1
        assert "PostgreSQL: max_connections is " in said
        assert "our processes would be refused at the busiest moment" in said


def test_the_command_tells_an_operator(django_db_setup: None) -> None:
    code, said = start("manage.py", "check_server", WORKER_PROCESSES="500")
    assert code == 2
    assert said.startswith("!! max_connections is ")
    code, said = start("manage.py", "check_server")
    assert code in {0, 1}
    assert "!!" not in said
