"""How many SQL statements an operation takes, counted exactly: PostgreSQL logs each of them.

Done apart from the measurements, because logging costs. What the worker does by the clock, with
nothing to do, is measured first and taken off.
"""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg

from infra import embedded_postgres
from infra.stage.stage import Stage

_LOGGED = re.compile(r"^bench:([\w-]*) LOG:  (?:execute [^:]+|statement):\s*(\w+)", re.MULTILINE)
_PROGRAMS = {"web": "web", "worker": "worker", "dramatiq-postgres": "worker"}
"""By the name that PostgreSQL knows: the worker's queue connections carry their library's."""
_AROUND = frozenset({"BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET", "RESET"})
"""Words that frame work and do none. Path and role are set in one message, which counts once."""


def at_rest(stage: Stage, seconds: float) -> dict[tuple[str, str], float]:
    """Return what runs by the clock: statements per second by program and first word."""
    counted, lasted = _count(stage, lambda: time.sleep(seconds))
    return {key: number / lasted for key, number in counted.items()}


def per_operation(
    stage: Stage,
    work: Callable[[], object],
    settle: Callable[[], object],
    *,
    times: int,
    idle: Mapping[tuple[str, str], float],
) -> dict[str, float]:
    """Return statements per operation: `web`, `worker`, `all`, and `framing` among them."""
    counted, seconds = _count(stage, lambda: _repeat(work, settle, times))
    by_program = dict.fromkeys(("web", "worker"), 0.0)
    framing = 0.0
    for (program, word), number in counted.items():
        expected = idle.get((program, word), 0) * seconds if program == "worker" else 0
        own = max(0.0, number - expected) / times
        by_program[program] = by_program.get(program, 0.0) + own
        framing += own if word in _AROUND else 0
    return {**by_program, "all": sum(by_program.values()), "framing": framing}


def _repeat(work: Callable[[], object], settle: Callable[[], object], times: int) -> None:
    for _ in range(times):
        work()
    settle()


def _count(stage: Stage, run: Callable[[], object]) -> tuple[Counter[tuple[str, str]], float]:
    log = embedded_postgres.log_of(stage.place.postgres)
    with _logging(stage.place.owner_url):
        start, began = log.stat().st_size, time.perf_counter()
        run()
        seconds = time.perf_counter() - began
    return _read(log, start), seconds


def _read(log: Path, start: int) -> Counter[tuple[str, str]]:
    with log.open("rb") as content:
        content.seek(start)
        text = content.read().decode(errors="replace")
    return Counter(
        (_PROGRAMS[who], word.upper()) for who, word in _LOGGED.findall(text) if who in _PROGRAMS
    )


@contextmanager
def _logging(url: str) -> Iterator[None]:
    """Have PostgreSQL log every statement with the program that sent it."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET log_statement = 'all'")
        connection.execute("ALTER SYSTEM SET log_line_prefix = 'bench:%a '")
        _reload(connection)
        try:
            yield
        finally:
            connection.execute("ALTER SYSTEM RESET log_statement")
            connection.execute("ALTER SYSTEM RESET log_line_prefix")
            _reload(connection)


def _reload(connection: psycopg.Connection) -> None:
    connection.execute("SELECT pg_reload_conf()")
    time.sleep(0.2)  # each backend hears of it between two statements
