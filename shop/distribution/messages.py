"""What distribution tells itself for later."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class SettleCommission:
    """The time for giving the goods back is over: the commission goes to the wallet."""

    commission_id: UUID
