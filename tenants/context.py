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
    """Make `shop` current inside the block; give back what was current before."""
    previous: Any = connection.tenant  # type: ignore[attr-defined]
    connection.set_tenant(shop)  # type: ignore[attr-defined]
    try:
        with structlog.contextvars.bound_contextvars(tenant=shop.public_id):
            yield
    finally:
        connection.set_tenant(previous)  # type: ignore[attr-defined]


@contextmanager
def public() -> Iterator[None]:
    """Leave the shop inside the block: platform tables only."""
    previous: Any = connection.tenant  # type: ignore[attr-defined]
    connection.set_schema_to_public()  # type: ignore[attr-defined]
    try:
        yield
    finally:
        connection.set_tenant(previous)  # type: ignore[attr-defined]
