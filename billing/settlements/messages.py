"""What billing tells itself to do at night."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CloseDays:
    """It may be past midnight in the shop: close the days that are over."""
