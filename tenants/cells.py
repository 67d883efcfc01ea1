"""Cells: databases beside the platform's own, each with the schemas and the queue of some shops.

All code speaks to `default`, and provisioning to `owner`. Inside a shop of a cell the connections
of its cell stand there (`entered`), so that a verb is one transaction wherever its shop lies, with
its messages in it: a cell has a queue of its own. The platform's rows lie at home only (ADR 0022).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections

HOME = DEFAULT_DB_ALIAS
"""The cell that is the platform's own database: the only one, until settings.CELLS names more."""
OWNER = "owner"


def names() -> tuple[str, ...]:
    """Return every cell, home first."""
    return (HOME, *settings.CELLS)


def current() -> str:
    """Return the cell whose connection stands as `default` now."""
    cell: str = connection.cell  # type: ignore[attr-defined]
    return cell


def owner_alias(cell: str) -> str:
    """Return the alias in DATABASES of a cell's owner login."""
    return OWNER if cell == HOME else f"{cell}_{OWNER}"


@contextmanager
def entered(cell: str) -> Iterator[None]:
    """Have `default` and `owner` be the connections of a cell inside the block."""
    if current() == cell:
        yield
        return
    wanted = {HOME: cell, OWNER: owner_alias(cell)}
    before = {alias: connections[alias] for alias in wanted if alias in connections.settings}
    for alias, connected in before.items():
        connections[alias] = _of(connected, wanted[alias])
    try:
        yield
    finally:
        for alias, connected in before.items():
            connections[alias] = connected


def _of(connected: Any, alias: str) -> Any:
    """Return the connection of an alias, whatever stands at home's alias now."""
    home = connected.home or connected
    if alias == home.alias:
        return home
    found: Any = connections[alias]
    found.home = home
    return found
