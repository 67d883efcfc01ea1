"""What every program asks of the database server before it works."""

import structlog
from django.db import OperationalError, ProgrammingError, connection
from psycopg_pool import PoolTimeout

from tenants import cells, context, server

log = structlog.get_logger("startup")


class ServerNotFit(SystemExit):
    """The server cannot carry this installation; the message says which setting to change."""


def check_server() -> None:
    """Tell the log what is wrong with the server. Raises ServerNotFit for what is grave.

    A server that is away, or not prepared yet, is told by `/readyz`.
    """
    for cell in cells.names():
        _check(cell)


def _check(cell: str) -> None:
    with context.public(cell):
        try:
            with connection.cursor() as cursor:
                found = server.faults(cursor)
        except (OperationalError, ProgrammingError, PoolTimeout) as error:
            log.warning("server_not_asked", cell=cell, error=type(error).__name__)
            return
        finally:
            connection.close()
    for fault in found:
        log.warning(
            "server_setting", cell=cell, setting=fault.setting, value=fault.value, why=fault.why
        )
    if found and found[0].is_grave:
        server_name = "PostgreSQL" if cell == cells.HOME else f"PostgreSQL of cell {cell}"
        raise ServerNotFit(f"{server_name}: {found[0]}")
