"""What happens to archives, for those who act on it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ShopArrived:
    """A shop came from another installation. Heard inside the shop."""

    tenant_id: int


@dataclass(frozen=True)
class ShopRestored:
    """A shop stands as it stood at `since` (ISO 8601). Heard inside the shop.

    What WeChat said and billed after that moment has to be learned again.
    """

    since: str


@dataclass(frozen=True)
class ExportWanted:
    """Somebody wants a shop as a file. Heard on the platform."""

    export_id: int


@dataclass(frozen=True)
class ErasureAgreed:
    """A shop is to be erased. Heard on the platform."""

    erasure_id: int


@dataclass(frozen=True)
class SandboxDiscarded:
    """A sandbox is to be erased. Heard on the platform."""

    tenant_id: int


@dataclass(frozen=True)
class ArchivesDue:
    """It is time to look which exports and stray schemas are too old."""


@dataclass(frozen=True)
class MovesDue:
    """Look for moves to another cell whose process is gone."""
