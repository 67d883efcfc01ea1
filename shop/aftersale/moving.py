"""The one writer of the states of requests, and of their history."""

from typing import Any

from shop.aftersale.models import AfterSale, AfterSaleStep
from shop.aftersale.states import AFTERSALE_FLOW, AfterSaleState

CUSTOMER, PLATFORM = "customer", "platform"
"""Who did it, where no name of staff is known."""


def move(row: AfterSale, target: AfterSaleState, *, by: str, **columns: Any) -> bool:
    """Step forward and write `columns`; say whether the row stood where the flow allows it."""
    rows = AfterSale.objects.filter(pk=row.pk, state__in=AFTERSALE_FLOW.before(target))
    if not rows.update(state=target, **columns):
        return False
    step_of(row, target, by=by).save(force_insert=True)
    return True


def step_of(row: AfterSale, state: str, *, by: str) -> AfterSaleStep:
    """Return a line of history that is not written yet."""
    return AfterSaleStep(aftersale=row, state=state, by=by)
