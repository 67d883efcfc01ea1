"""The only place that knows how a tenant is made current.

Everything below runs in exactly one of two places: inside one shop (`activate`), where only that
shop's tables exist, or on the platform (`public`), where no shop's tables exist. The database
backend sets the search path and the role together before the next statement.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import connection

from tenants import cells
from tenants.cells import HOME
from tenants.lifecycle import ShopMoving


@dataclass(frozen=True, slots=True)
class Shop:
    """What code inside a shop may know of its tenant: no row, so nothing to save by accident."""

    id: int
    public_id: str
    schema_name: str
    code: str
    name: str
    state: str
    currency: str
    timezone: str
    modules: tuple[str, ...]
    """The parts of its mini-program that are open (tenants.modules)."""
    limits: tuple[tuple[str, int], ...] = ()
    """What its plan allows (tenants.limits); what is not named has no limit."""
    cell: str = HOME
    """Where its schema lies (tenants.cells)."""
    is_moving: bool = False
    """It is being moved to another cell: nobody may enter for some seconds."""


class NoShop(RuntimeError):
    """Code that belongs inside a shop ran on the platform."""


def current() -> Shop | None:
    """Return the shop that is current, or None on the platform."""
    shop = connection.tenant  # type: ignore[attr-defined]
    return shop if isinstance(shop, Shop) else None


def shop() -> Shop:
    """Return the current shop; raise NoShop on the platform."""
    found = current()
    if found is None:
        raise NoShop("no shop is current")
    return found


@contextmanager
def activate(shop: Shop) -> Iterator[None]:
    """Make `shop` current inside the block; give back what was current before.

    Raises ShopMoving.
    """
    if shop.is_moving:
        raise ShopMoving
    with cells.entered(shop.cell):
        previous: Any = connection.tenant  # type: ignore[attr-defined]
        connection.set_tenant(shop)  # type: ignore[attr-defined]
        try:
            with structlog.contextvars.bound_contextvars(tenant=shop.public_id):
                yield
        finally:
            connection.set_tenant(previous)  # type: ignore[attr-defined]


@contextmanager
def public(cell: str = HOME) -> Iterator[None]:
    """Leave the shop inside the block: platform tables only.

    From a shop of a cell this is another database: what is written there is a transaction of its
    own. Of another `cell` than home there are its queue and its schemas' versions.
    """
    with cells.entered(cell):
        previous: Any = connection.tenant  # type: ignore[attr-defined]
        connection.set_schema_to_public()  # type: ignore[attr-defined]
        try:
            yield
        finally:
            connection.set_tenant(previous)  # type: ignore[attr-defined]
