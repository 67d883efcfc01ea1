"""Facts about shops that others may hear."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SchemaWanted:
    """A shop was named while no spare schema waited; the worker builds one."""

    tenant_id: int


@dataclass(frozen=True)
class ShopOpened:
    """A shop has its schema and is open. Heard inside the shop."""

    tenant_id: int


@dataclass(frozen=True)
class SparesWanted:
    """A spare schema was taken, or it is time to look whether enough wait."""


@dataclass(frozen=True)
class ShopMoved:
    """A shop went from one state of its life to the next. Heard on the platform."""

    tenant_id: int
    before: str
    state: str
    reason: str


@dataclass(frozen=True)
class ClosingsDue:
    """It is time to look which closing shops may be closed."""
