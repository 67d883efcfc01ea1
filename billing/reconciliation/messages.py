"""What reconciliation tells itself to do by the hour."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TellTroubles:
    """Tell the platform what waits for a person."""
