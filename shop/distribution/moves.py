"""The one writer of the states of distributors and commissions, and of their histories."""

from typing import Any

from shop.distribution.models import Commission, CommissionStep, Distributor, DistributorStep
from shop.distribution.states import (
    COMMISSION_FLOW,
    DISTRIBUTOR_FLOW,
    CommissionState,
    DistributorState,
)

MEMBER = "member"
"""Who did it, where it was the person themselves."""


def move_distributor(row: Distributor, target: DistributorState, *, by: str) -> bool:
    """Step forward; say whether the row stood where the flow allows it."""
    rows = Distributor.objects.filter(pk=row.pk, state__in=DISTRIBUTOR_FLOW.before(target))
    if not rows.update(state=target):
        return False
    row.state = target
    DistributorStep.objects.create(distributor=row, state=target, by=by)
    return True


def move_commission(row: Commission, target: CommissionState, **columns: Any) -> bool:
    """Step forward and write `columns`; say whether the row stood where the flow allows it."""
    rows = Commission.objects.filter(pk=row.pk, state__in=COMMISSION_FLOW.before(target))
    if not rows.update(state=target, **columns):
        return False
    row.state = target
    note(row)
    return True


def note(row: Commission, amount_minor: int = 0) -> None:
    """Write a line of a commission's history: where it stands, and what the wallet got."""
    CommissionStep.objects.create(commission=row, state=row.state, amount_minor=amount_minor)
