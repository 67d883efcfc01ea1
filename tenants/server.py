"""What the database server must be set to, and what a server that is not costs.

Asked at every start and by `manage.py check_server`. The figures are those of the tenancy report.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings

_OLDEST, _QUICK_ROLES = 150_000, 170_000
_FEW_SHOPS, _MANY_SHOPS = 300, 1_000
_MB_PER_SHOP = 1
"""What the catalogues of PostgreSQL hold for one shop."""
_RESERVE = 10
"""Connections for commands, backups, a person who looks."""
_SETTINGS = """
SELECT current_setting('server_version_num')::int,
    current_setting('max_connections')::int
        - current_setting('superuser_reserved_connections')::int,
    current_setting('max_locks_per_transaction')::int,
    (SELECT setting::bigint * 8192 / 1048576 FROM pg_settings WHERE name = 'shared_buffers'),
    coalesce(current_setting('recovery_init_sync_method', true), 'fsync'),
    current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on',
    current_setting('synchronous_commit') <> 'off',
    (SELECT count(*) FROM public.tenants_schemaversion)"""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it should be. A grave one keeps programs from starting."""

    setting: str
    value: str
    wanted: str
    why: str
    is_grave: bool = False

    def __str__(self) -> str:
        return f"{self.setting} is {self.value}, wanted {self.wanted}: {self.why}"


def connections_wanted() -> int:
    """Return how many connections all our processes hold at most."""
    options: Any = settings.DATABASES["default"]["OPTIONS"]
    pooled = options.get("pool") or {}
    pool = int(pooled.get("max_size") or max(settings.WEB_THREADS, settings.WORKER_THREADS))
    jobs: Any = settings.JOBS_DATABASE
    of_a_worker = pool + int(jobs["maxconn"]) + settings.WORKER_THREADS
    wanted: int = settings.WEB_PROCESSES * pool + settings.WORKER_PROCESSES * of_a_worker + _RESERVE
    return wanted


def faults(cursor: Any) -> list[Fault]:
    """Ask the server; return what is wrong with it, the grave first."""
    cursor.execute(_SETTINGS)
    found = _faults(*cursor.fetchone())
    return sorted(found, key=lambda fault: not fault.is_grave)


def _faults(
    version: int, connections: int, locks: int, buffers_mb: int, sync: str, is_durable: bool,
    is_synchronous: bool, shops: int,
) -> Iterator[Fault]:  # fmt: skip
    if version < _OLDEST:
        yield Fault("version", str(version), "15 or later", "nothing older was tried", True)
    if connections < (wanted := connections_wanted()):
        yield Fault(
            "max_connections", str(connections), str(wanted),
            "our processes would be refused at the busiest moment", True,
        )  # fmt: skip
    if not is_durable:
        yield Fault("fsync, full_page_writes", "off", "on", "a power cut loses money")
    if not is_synchronous:
        yield Fault("synchronous_commit", "off", "on", "a crash forgets what was answered")
    if shops > _FEW_SHOPS and locks < 2_048:
        yield Fault(
            "max_locks_per_transaction", str(locks), "2048",
            "a dump of the whole database locks every table of every shop",
        )  # fmt: skip
    if shops > _FEW_SHOPS and sync != "syncfs":
        yield Fault(
            "recovery_init_sync_method", sync, "syncfs",
            "after a crash every file is opened: minutes for thousands of shops",
        )  # fmt: skip
    if buffers_mb < shops * _MB_PER_SHOP:
        yield Fault(
            "shared_buffers", f"{buffers_mb} MB", f"{shops * _MB_PER_SHOP} MB",
            "the catalogues of all shops do not fit",
        )  # fmt: skip
    if shops > _MANY_SHOPS and version < _QUICK_ROLES:
        yield Fault(
            "version", str(version // 10_000), "17 or later",
            "after any change of roles, entering a shop takes time by the square of the shops",
        )  # fmt: skip
