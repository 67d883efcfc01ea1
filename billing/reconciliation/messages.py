"""What reconciliation tells itself to do by the hour."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TellRefunds:
    """Tell the platform which refunds wait for a person."""
